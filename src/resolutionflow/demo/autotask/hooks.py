"""Webhooks: registering them, and calling them when a ticket or a note changes."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Set as AbstractSet
from typing import Final

import orjson

from resolutionflow.demo.autotask.call import Call, Reply, written
from resolutionflow.demo.autotask.errors import violation
from resolutionflow.demo.autotask.schema import ENTITIES
from resolutionflow.demo.autotask.state import WEBHOOKS
from resolutionflow.demo.simkit.records import Record

_EVENTS: Final = {
    "Create": "isSubscribedToCreateEvents",
    "Update": "isSubscribedToUpdateEvents",
    "Delete": "isSubscribedToDeleteEvents",
}


def create(call: Call, kind: str) -> Reply:
    """`POST TicketWebhooks`, `POST TicketNoteWebhooks`."""
    call.need(WEBHOOKS, "add webhooks")
    data = call.read_body(kind)
    defaults = {one.name: False for one in ENTITIES[kind].fields if one.kind == "boolean"}
    row: Record = {"id": call.state.new_id(), **defaults, **data}
    call.state.table(kind)[row["id"]] = row
    return written(row["id"])


def add_field(call: Call, kind: str, number: str) -> Reply:
    """`POST TicketWebhooks/{id}/Fields`."""
    call.need(WEBHOOKS, "add webhooks")
    hook = call.row(kind, "webhook", number)
    table = _fields_of(kind)
    data = call.read_body(table)
    if data.get("webhookID") not in (None, hook["id"]):
        raise violation("webhookID is not a valid webhook.")
    row: Record = {
        "id": call.state.new_id(),
        "isSubscribedField": False,
        "isDisplayAlwaysField": False,
        **data,
        "webhookID": hook["id"],
    }
    call.state.table(table)[row["id"]] = row
    return written(row["id"])


def patch(call: Call, kind: str) -> Reply:
    """A webhook cannot be active before it has a field."""
    call.need(WEBHOOKS, "edit webhooks")
    hook = call.row(kind, "webhook", call.body_id())
    data = call.read_body(kind, partly=True)
    if data.get("isActive") and not _fields(call, kind, hook["id"]):
        raise violation("A webhook must have a field before it is active.")
    hook |= data
    return written(hook["id"])


def delete(call: Call, kind: str, number: str) -> Reply:
    call.need(WEBHOOKS, "delete webhooks")
    hook = call.row(kind, "webhook", number)
    for row in _fields(call, kind, hook["id"]):
        del call.state.table(_fields_of(kind))[row["id"]]
    del call.state.table(kind)[hook["id"]]
    return written(hook["id"])


def _fields_of(kind: str) -> str:
    return f"{kind.removesuffix('s')}Fields"


def _fields(call: Call, kind: str, number: int) -> list[Record]:
    return [row for row in call.state.rows(_fields_of(kind)) if row["webhookID"] == number]


def ticket(call: Call, action: str, row: Record, changed: AbstractSet[str]) -> None:
    """Tell the webhooks that subscribe to one of the changed fields."""
    for hook in _listening(call, "TicketWebhooks", action, changed):
        _send(call, "TicketWebhooks", "Ticket", action, row, hook)


def note(call: Call, row: Record) -> None:
    for hook in _listening(call, "TicketNoteWebhooks", "Create", set(row)):
        _send(call, "TicketNoteWebhooks", "TicketNote", "Create", row, hook)


def _listening(call: Call, kind: str, action: str, changed: AbstractSet[str]) -> list[Record]:
    return [
        hook
        for hook in call.state.rows(kind)
        if hook["isActive"] and hook[_EVENTS[action]] and (action != "Update" or _names(call, kind, hook) & changed)
    ]


def _names(call: Call, kind: str, hook: Record, flag: str = "isSubscribedField") -> set[str]:
    labels = {pick.value: pick.label for pick in call.lists[_fields_of(kind), "fieldID"]}
    return {labels[row["fieldID"]] for row in _fields(call, kind, hook["id"]) if row[flag]}


def _send(call: Call, kind: str, entity: str, action: str, row: Record, hook: Record) -> None:
    call.state.sequence += 1
    sent = _names(call, kind, hook) | _names(call, kind, hook, "isDisplayAlwaysField")
    body = orjson.dumps(
        {
            "Action": action,
            "Guid": f"0a700000-0000-4000-8000-{hook['id']:012d}",
            "EntityType": entity,
            "Id": row["id"],
            "Fields": {name: row.get(name) for name in sorted(sent)},
            "EventTime": call.clock.stamp(),
            "SequenceNumber": call.state.sequence,
            "PersonID": call.actor()["id"],
        }
    )
    digest = hmac.new(hook["secretKey"].encode(), body, hashlib.sha1).digest()
    signature = f"sha1={base64.b64encode(digest).decode()}"
    call.deliveries.send(hook["webhookUrl"], body, {"X-Hook-Signature": signature})
