"""`/api/Webhook`: who is told of what, and the telling."""

from __future__ import annotations

import base64
import uuid
from typing import Any, Final, cast

import orjson

from resolutionflow.demo.halopsa import render
from resolutionflow.demo.halopsa.call import Call, Reply
from resolutionflow.demo.halopsa.errors import invalid, not_found
from resolutionflow.demo.halopsa.state import ADMIN
from resolutionflow.demo.simkit.records import Record

CREATED: Final = "New Ticket Logged"
CHANGED: Final = "Ticket Updated"
ACTION: Final = "New Action"
EVENTS: Final = (CREATED, CHANGED, ACTION)


def add(call: Call) -> Reply:
    """`POST /Webhook`: an address, the user and password it is called with, at least one event."""
    call.need(ADMIN)
    body = call.posted()
    row: Record = {
        "name": body.required("name", 100),
        "url": body.required("url", 500),
        "username": body.required("basic_username", 200),
        "password": body.required("basic_password", 200),
        "events": _events(body.take("events")),
    }
    body.done()
    number = call.state.new_id()
    row |= {"id": str(uuid.uuid5(uuid.NAMESPACE_OID, f"webhook {number}")), "number": number}
    call.state.table("webhooks")[number] = row
    return Reply(201, render.webhook(row))


def _events(value: Any) -> list[str]:
    given: object = value
    items = cast("list[Any]", given) if isinstance(given, list) else []
    names = [cast("Record", item).get("event_name") if isinstance(item, dict) else None for item in items]
    if not names or any(name not in EVENTS for name in names):
        raise invalid("You must select at least one event for this Webhook.")
    return [str(name) for name in names]


def listed(call: Call) -> Reply:
    call.need(ADMIN)
    return Reply(200, [render.webhook(row) for row in call.state.rows("webhooks")])


def remove(call: Call, key: str) -> Reply:
    call.need(ADMIN)
    found = next((row for row in call.state.rows("webhooks") if row["id"] == key), None)
    if found is None:
        raise not_found("Webhook")
    del call.state.table("webhooks")[found["number"]]
    return Reply(200, {})


def tell(call: Call, event: str, ticket: Record) -> None:
    """Call every address that wants to know."""
    for row in call.state.rows("webhooks"):
        if event not in row["events"]:
            continue
        news: Record = {
            "id": str(uuid.uuid5(uuid.NAMESPACE_OID, f"event {call.state.new_id()}")),
            "webhook_id": row["id"],
            "timestamp": call.now(),
            "event": event,
            "object_id": ticket["id"],
            "ticket": render.ticket_row(call.state, ticket),
        }
        pair = base64.b64encode(f"{row['username']}:{row['password']}".encode()).decode()
        sent = [news] if call.state.switches["batched_hooks"] else news
        call.deliveries.send(row["url"], orjson.dumps(sent), {"authorization": f"Basic {pair}"})
