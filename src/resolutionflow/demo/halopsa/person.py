"""People at work in the PSA itself: someone moves a ticket, a user replies, a ticket is merged."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from resolutionflow.demo.halopsa import actions, hooks, render
from resolutionflow.demo.halopsa.call import Body, Call
from resolutionflow.demo.halopsa.seed import PRIVATE_NOTE, as_html
from resolutionflow.demo.halopsa.state import UNASSIGNED
from resolutionflow.demo.simkit.control import mapping
from resolutionflow.demo.simkit.errors import ControlError
from resolutionflow.demo.simkit.records import Record

_PUBLIC_NOTE: Final = 11
_KEYS: Final = {"action", "ticket_id", "status", "text", "member", "kind", "into"}


def act(call: Call) -> Record:
    """One action `{action, ticket_id, ...}`; answers the ticket afterwards.

    `status {status, member?}`, `reply {text}` (by the user), `note {text, member?, kind?}`, `close {member?}`,
    `assign {member or null}`, `merge {into}`, `lock_status`, `unlock_status`. Members by login, statuses by name.
    """
    body = Body(mapping(call.body, _KEYS), [])
    action = body.required("action")
    ticket = call.state.table("tickets").get(body.identity("ticket_id") or 0)
    if ticket is None:
        raise ControlError("The ticket does not exist.")
    handler = _ACTIONS.get(action)
    if handler is None:
        raise ControlError(f"Actions are: {', '.join(_ACTIONS)}.")
    handler(call, ticket, body)
    body.done()
    return render.ticket(call.state, ticket)


def _member(call: Call, body: Body, default: str | None = "tmarsh") -> Record | None:
    login = body.text("member", default)
    if login is None:
        return None
    for row in call.state.rows("agents"):
        if row.get("login") == login:
            return row
    raise ControlError(f"Nobody has the login {login[:40]!r}.")


def _mine(call: Call, ticket: Record) -> list[Record]:
    return [row for row in call.state.rows("statuses") if row["type"] == ticket["type"]]


def _move(call: Call, ticket: Record, status: Record) -> None:
    """A person is not held by what holds the API."""
    ticket["status"], ticket["hasbeenclosed"] = status["id"], status["closed"]
    call.state.log(ticket, call.clock, f"Status: {status['name']}")
    _changed(call, ticket)


def _changed(call: Call, ticket: Record) -> None:
    call.state.touch(ticket, call.clock)
    hooks.tell(call, hooks.CHANGED, ticket)


def _status(call: Call, ticket: Record, body: Body) -> None:
    name = body.required("status")
    _member(call, body)
    found = next((row for row in _mine(call, ticket) if row["name"].casefold() == name.casefold()), None)
    if found is None:
        raise ControlError(f"The type has: {', '.join(row['name'] for row in _mine(call, ticket))}.")
    _move(call, ticket, found)


def _reply(call: Call, ticket: Record, body: Body) -> None:
    text = body.required("text")
    user = call.state.table("users").get(ticket["user"] or 0)
    if user is None:
        raise ControlError("The ticket has no user who could reply.")
    fields: Record = {"outcome": None, "note_html": as_html(text), "hiddenfromuser": False}
    actions.store(call, ticket, {**fields, "who": user["name"], "agent": None, "user": user["id"]})


def _note(call: Call, ticket: Record, body: Body) -> None:
    text, member, kind = body.required("text"), _member(call, body), body.text("kind", "internal")
    if kind not in ("internal", "customer"):
        raise ControlError("Kinds are: internal, customer.")
    assert member is not None
    hidden = kind == "internal"
    fields: Record = {"outcome": PRIVATE_NOTE if hidden else _PUBLIC_NOTE, "note_html": as_html(text)}
    actions.store(call, ticket, {**fields, "hiddenfromuser": hidden, "who": member["name"], "agent": member["id"]})


def _close(call: Call, ticket: Record, body: Body) -> None:
    _member(call, body)
    _move(call, ticket, [row for row in _mine(call, ticket) if row["closed"]][-1])


def _assign(call: Call, ticket: Record, body: Body) -> None:
    member = _member(call, body, None)
    ticket["agent"] = member["id"] if member else UNASSIGNED
    _changed(call, ticket)


def _merge(call: Call, ticket: Record, body: Body) -> None:
    into = call.state.table("tickets").get(body.identity("into") or 0)
    if into is None or into is ticket:
        raise ControlError("Merge into another ticket that exists.")
    ticket["merged_into"] = into["id"]
    _close(call, ticket, body)


def _lock(_call: Call, ticket: Record, _body: Body) -> None:
    ticket["status_locked"] = True


def _unlock(_call: Call, ticket: Record, _body: Body) -> None:
    ticket["status_locked"] = False


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
