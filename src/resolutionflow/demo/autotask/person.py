"""People at work in the PSA itself: someone moves a ticket, a customer replies, a ticket is merged."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, cast

from resolutionflow.demo.autotask import notes, picks, tickets
from resolutionflow.demo.autotask.call import Call
from resolutionflow.demo.autotask.query import shown
from resolutionflow.demo.simkit.body import Body
from resolutionflow.demo.simkit.errors import ControlError, Refusal
from resolutionflow.demo.simkit.records import Record

_NOTE_LEVELS: Final = {
    "internal": ("Internal note", picks.INTERNAL),
    "discussion": ("Note", picks.ALL_USERS),
    "resolution": ("Resolution", picks.ALL_USERS),
}


class _Said(Body):
    def invalid(self, key: str, message: str) -> Refusal:
        del key
        raise ControlError(message)

    def unrecognised(self, key: str) -> Refusal:
        raise ControlError(f"{key} is not known here.")


def act(call: Call) -> Record:
    """One action `{action, ticket_id, ...}`; answers the ticket afterwards.

    `status {status, member?}`, `reply {text}` (by the contact), `note {text, member?, kind?}`, `close {member?}`,
    `assign {member or null}`, `merge {into}`, `lock_status`, `unlock_status`. Members by login, statuses by name.
    """
    data: object = call.body
    if not isinstance(data, dict):
        raise ControlError("An object with action and ticket_id is expected.")
    body = _Said(cast("Record", data), [])
    action = body.required("action")
    ticket = call.state.table("Tickets").get(body.identity("ticket_id") or 0)
    handler = _ACTIONS.get(action)
    if ticket is None or handler is None:
        raise ControlError(f"A ticket that exists is needed, and one of the actions {', '.join(_ACTIONS)}.")
    handler(call, ticket, body)
    return shown(ticket)


def _member(call: Call, body: Body, default: str | None = "tmarsh") -> Record | None:
    login = body.text("member", default)
    if login is None:
        return None
    for row in call.state.rows("Resources"):
        if row["userName"] == login:
            return row
    raise ControlError(f"Nobody has the login {login[:40]!r}.")


def _status(call: Call, ticket: Record, body: Body) -> None:
    name, member = body.required("status"), _member(call, body)
    body.done()
    known = call.lists["Tickets", "status"]
    found = next((pick for pick in known if pick.label.casefold() == name.casefold()), None)
    if found is None:
        raise ControlError(f"There are: {', '.join(pick.label for pick in known)}.")
    _move(call, ticket, found.value, member)


def _move(call: Call, ticket: Record, status: int, member: Record | None) -> None:
    tickets.apply(call, ticket, {"status": status}, resource=member["id"] if member else None)


def _reply(call: Call, ticket: Record, body: Body) -> None:
    text = body.required("text")
    body.done()
    if ticket["contactID"] is None:
        raise ControlError("The ticket has no contact who could reply.")
    data = {"title": "Reply", "description": text, "noteType": picks.TASK_NOTES, "publish": picks.ALL_USERS}
    notes.store(call, ticket, data, contact=ticket["contactID"])


def _note(call: Call, ticket: Record, body: Body) -> None:
    text, member, kind = body.required("text"), _member(call, body), body.text("kind", "internal") or ""
    body.done()
    if kind not in _NOTE_LEVELS:
        raise ControlError(f"Kinds are: {', '.join(_NOTE_LEVELS)}.")
    title, publish = _NOTE_LEVELS[kind]
    data = {"title": title, "description": text, "noteType": picks.TASK_NOTES, "publish": publish}
    notes.store(call, ticket, data, resource=member["id"] if member else None)


def _close(call: Call, ticket: Record, body: Body) -> None:
    member = _member(call, body)
    body.done()
    _move(call, ticket, picks.COMPLETE, member)


def _assign(call: Call, ticket: Record, body: Body) -> None:
    member = _member(call, body, None)
    body.done()
    role = next(
        (
            row["roleID"]
            for row in call.state.rows("ResourceServiceDeskRoles")
            if member and row["resourceID"] == member["id"]
        ),
        None,
    )
    data = {"assignedResourceID": member["id"] if member else None, "assignedResourceRoleID": role}
    tickets.apply(call, ticket, data, resource=None)


def _merge(call: Call, ticket: Record, body: Body) -> None:
    """The absorbed ticket is completed and a note says where it went; no field does."""
    into = call.state.table("Tickets").get(body.identity("into") or 0)
    body.done()
    if into is None or into is ticket:
        raise ControlError("Merge into another ticket that exists.")
    text = f"This ticket was merged into {into['ticketNumber']}."
    data = {"title": "Merged", "description": text, "noteType": picks.WORKFLOW, "publish": picks.INTERNAL}
    notes.store(call, ticket, data)
    _move(call, ticket, picks.COMPLETE, None)


def _lock(_call: Call, ticket: Record, body: Body) -> None:
    body.done()
    ticket["_locked"] = True


def _unlock(_call: Call, ticket: Record, body: Body) -> None:
    body.done()
    ticket["_locked"] = False


_ACTIONS: Final[dict[str, Callable[[Call, Record, Body], None]]] = {
    "status": _status,
    "reply": _reply,
    "note": _note,
    "close": _close,
    "assign": _assign,
    "merge": _merge,
    "lock_status": _lock,
    "unlock_status": _unlock,
}
