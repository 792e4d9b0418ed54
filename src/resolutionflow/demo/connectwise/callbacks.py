"""Callbacks: who wants to hear of tickets, and the signed calls that go out to them."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from typing import Final

import orjson

from resolutionflow.demo.connectwise import render
from resolutionflow.demo.connectwise.call import Body, Call, Reply
from resolutionflow.demo.connectwise.errors import invalid, not_found
from resolutionflow.demo.connectwise.state import State
from resolutionflow.demo.simkit.records import Record
from resolutionflow.demo.simkit.sim import Sim

SIGNATURE: Final = "x-content-signature"
KEY_PATH: Final = re.compile(r"/login/callbackkey/([0-9]{1,10})")
_COMPANY: Final = "kestrelford"
_LEVELS: Final = ("owner", "board", "status")


def register(call: Call) -> Reply:
    """`POST /system/callbacks`. Only tickets are told of here; the level says what `objectId` is an id of."""
    body = Body(call, "callback")
    url, level, kind = body.required("url", 1000), body.required("level", 20), body.required("type", 20)
    target = body.identity("objectId")
    body.text("description", limit=100)
    inactive = body.flag("inactiveFlag")
    body.done()
    if target is None or level not in _LEVELS or kind != "ticket":
        raise invalid("level", "objectId, a level and the type ticket are required.", "callback")
    row: Record = {
        "id": call.state.new_id(),
        "url": url,
        "objectId": target,
        "level": level,
        "type": kind,
        "inactiveFlag": inactive,
        "isSoapCallbackFlag": False,
        "origin": "/".join(call.url.split("/")[:3]),
    }
    call.state.table("callbacks")[row["id"]] = row
    return Reply(201, shown(call, row))


def shown(_call: Call, row: Record) -> Record:
    return {key: value for key, value in row.items() if key != "origin"}


def remove(call: Call, number: str) -> Reply:
    row = call.row("callbacks", "Callback", number)
    del call.state.table("callbacks")[row["id"]]
    return Reply(204, None)


def key(state: State, number: str) -> Record:
    """What `key_url` answers, to anybody."""
    if int(number) not in state.table("callbacks"):
        raise not_found("Callback", number)
    return {"signing_key": _signing_key(int(number))}


def _signing_key(number: int) -> str:
    return base64.b64encode(hashlib.sha256(f"callback {number}".encode()).digest()).decode()


def announce(sim: Sim[State]) -> None:
    """Tell everybody who registered about the tickets that changed since the last time."""
    changed, sim.state.heard[:] = dict.fromkeys(sim.state.heard), []
    for number in changed:
        ticket = sim.state.table("tickets").get(number)
        for row in sim.state.rows("callbacks") if ticket else []:
            if not row["inactiveFlag"] and _wants(row, ticket or {}):
                _tell(sim, row, ticket or {})


def _wants(row: Record, ticket: Record) -> bool:
    return row["level"] == "owner" or ticket[row["level"]] == row["objectId"]


def _tell(sim: Sim[State], row: Record, ticket: Record) -> None:
    body = orjson.dumps(
        {
            "MessageId": f"{row['id']}-{sim.state.new_id()}",
            "FromUrl": row["origin"],
            "CompanyId": _COMPANY,
            "MemberId": ticket["updated_by"],
            "Action": "updated",
            "Type": "ticket",
            "ID": ticket["id"],
            "Entity": orjson.dumps(render.ticket(sim.state, ticket)).decode(),
            "Metadata": {"key_url": f"{row['origin']}/login/callbackkey/{row['id']}"},
        }
    )
    signing = hashlib.sha256(_signing_key(row["id"]).encode()).digest()
    signature = base64.b64encode(hmac.new(signing, body, hashlib.sha256).digest()).decode()
    sim.deliveries.send(row["url"], body, {SIGNATURE: signature})
