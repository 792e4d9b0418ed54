"""People at work in the PSA itself: someone moves a ticket, a customer replies, a ticket is merged."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from resolutionflow.demo.connectwise import notes, render, tickets
from resolutionflow.demo.connectwise.call import Body, Call
from resolutionflow.demo.connectwise.errors import SimError, invalid
from resolutionflow.demo.simkit.records import Record


def act(call: Call) -> Record:
    """One action `{action, ticket_id, ...}`; answers the ticket afterwards.

    `status {status, member?}`, `reply {text}` (by the contact), `note {text, member?, kind?}`, `close {member?}`,
    `assign {member or null}`, `merge {into}`, `lock_status`, `unlock_status`. Members by login, statuses by name.
    """
    body = Body(call, "person")
    action = body.required("action")
    ticket = call.state.table("tickets").get(body.identity("ticket_id") or 0)
    if ticket is None:
        raise SimError(404, "NotFound", "The ticket does not exist.")
    handler = _ACTIONS.get(action)
    if handler is None:
        raise invalid("action", f"Actions are: {', '.join(_ACTIONS)}.", "person")
    handler(call, ticket, body)
    return render.ticket(call.state, ticket)


def _member(call: Call, body: Body, default: str | None = "tmarsh") -> Record | None:
    login = body.text("member", default)
    if login is None:
        return None
    for row in call.state.table("members").values():
        if row["identifier"] == login:
            return row
    raise invalid("member", f"Nobody has the login {login[:40]!r}.", "person")


def _status(call: Call, ticket: Record, body: Body) -> None:
    name, member = body.required("status"), _member(call, body)
    body.done()
    mine = [row for row in call.state.rows("statuses") if row["board"]["id"] == ticket["board"]]
    found = next((row for row in mine if row["name"].casefold() == name.casefold()), None)
    if found is None:
        raise invalid("status", f"The board has: {', '.join(row['name'] for row in mine)}.", "person")
    _move(call, ticket, found, member)


def _move(call: Call, ticket: Record, status: Record, member: Record | None) -> None:
    by = member["identifier"] if member else "System"
    tickets.set_status(call, ticket, status, by)
    call.state.touch(ticket, call.clock, by)


def _reply(call: Call, ticket: Record, body: Body) -> None:
    text = body.required("text")
    body.done()
    if ticket["contact"] is None:
        raise invalid("ticket_id", "The ticket has no contact who could reply.", "person")
    notes.store(call, ticket, text=text, kinds={"discussion"}, contact=ticket["contact"])
    ticket["customerUpdatedFlag"] = True


def _note(call: Call, ticket: Record, body: Body) -> None:
    text, member, kind = body.required("text"), _member(call, body), body.text("kind", "internal") or ""
    body.done()
    if kind not in ("internal", "discussion", "resolution"):
        raise invalid("kind", "Kinds are: internal, discussion, resolution.", "person")
    notes.store(call, ticket, text=text, kinds={kind}, member=member["id"] if member else None)


def _close(call: Call, ticket: Record, body: Body) -> None:
    member = _member(call, body)
    body.done()
    mine = [row for row in call.state.rows("statuses") if row["board"]["id"] == ticket["board"] and row["closedStatus"]]
    _move(call, ticket, mine[-1], member)


def _assign(call: Call, ticket: Record, body: Body) -> None:
    member = _member(call, body, None)
    body.done()
    ticket["owner"] = member["id"] if member else None
    call.state.touch(ticket, call.clock, "tmarsh")


def _merge(call: Call, ticket: Record, body: Body) -> None:
    into = call.state.table("tickets").get(body.identity("into") or 0)
    body.done()
    if into is None or into is ticket:
        raise invalid("into", "Merge into another ticket that exists.", "person")
    ticket["merged_into"] = into["id"]
    mine = [row for row in call.state.rows("statuses") if row["board"]["id"] == ticket["board"] and row["closedStatus"]]
    _move(call, ticket, mine[-1], None)


def _lock(_call: Call, ticket: Record, body: Body) -> None:
    body.done()
    ticket["status_locked"] = True


def _unlock(_call: Call, ticket: Record, body: Body) -> None:
    body.done()
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
