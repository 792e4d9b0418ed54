"""`/api/Tickets`: reading, creating, changing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, cast

from resolutionflow.demo.halopsa import hooks, query, render
from resolutionflow.demo.halopsa.call import Body, Call, Reply
from resolutionflow.demo.halopsa.errors import forbidden, invalid, not_found
from resolutionflow.demo.halopsa.state import EDIT, READ, UNASSIGNED
from resolutionflow.demo.simkit.records import Record

_SUMMARY: Final = 250
_REFERENCES: Final = {
    "client_id": ("client", "clients"),
    "site_id": ("site", "sites"),
    "user_id": ("user", "users"),
    "tickettype_id": ("type", "types"),
    "status_id": ("status", "statuses"),
    "agent_id": ("agent", "agents"),
}


def listing(call: Call) -> Reply:
    """`GET /Tickets`: every filter is an exact one but the two searches."""
    call.need(READ)
    rows = [row for row in call.state.rows("tickets") if _wanted(call, row)]
    shown = [render.ticket_row(call.state, row) for row in rows]
    return Reply(200, query.counted("tickets", query.ordered(shown, call.query), call.query))


def _wanted(call: Call, row: Record) -> bool:
    asked = call.query
    pairs = {
        "client_id": "client",
        "agent_id": "agent",
        "requesttype_id": "type",
        "status_id": "status",
        "status": "status",
        "priority": "priority",
        "ticketids": "id",
    }
    for name, key in pairs.items():
        allowed = query.numbers(asked, name)
        if allowed is not None and row[key] not in allowed:
            return False
    if query.flag(asked, "open_only") and row["hasbeenclosed"]:
        return False
    if query.flag(asked, "closed_only") and not row["hasbeenclosed"]:
        return False
    return _found(call, row, "search", _everything) and _found(
        call, row, "search_summary", lambda _, one: one["summary"]
    )


def _found(call: Call, row: Record, name: str, text: Callable[[Call, Record], str]) -> bool:
    """Every word of the search somewhere in the text, whatever the case."""
    words = call.query.get(name, "").casefold().split()
    if not words:
        return True
    seen = text(call, row).casefold()
    return all(word in seen for word in words)


def _everything(call: Call, row: Record) -> str:
    state = call.state
    user = state.table("users").get(row["user"] or 0)
    names = [state.table("clients")[row["client"]]["name"], user["name"] if user else ""]
    return " ".join([str(row["id"]), row["summary"], render.plain(row["details_html"]), *names])


def opened(call: Call, number: str | int) -> Record:
    """A ticket that may be looked into."""
    call.need(READ)
    row = call.row("tickets", "Ticket", number)
    if row["no_rights"]:
        raise forbidden("the ticket's team")
    return row


def one(call: Call, number: str) -> Reply:
    row = opened(call, number)
    return Reply(200, shown(call, row, details=query.flag(call.query, "includedetails")))


def shown(call: Call, row: Record, *, details: bool = True) -> Record:
    """A single record, wrapped in the versions that wrap."""
    record = render.ticket(call.state, row) if details else render.ticket_row(call.state, row)
    return {"ticket": record} if call.state.switches["wrapped"] else record


def save(call: Call) -> Reply:
    """`POST /Tickets`: with an `id` a change, without one a new ticket."""
    call.need(EDIT)
    body = call.posted()
    number = body.identity("id")
    before = None if number is None else call.state.table("tickets").get(number)
    if number is not None and before is None:
        raise not_found(f"Ticket {number}")
    if before is not None and before["no_rights"]:
        raise forbidden("the ticket's team")
    changes = _changes(call, body)
    body.done()
    return _create(call, changes) if before is None else _change(call, before, changes)


def _changes(call: Call, body: Body) -> Record:
    found: Record = {}
    for name, (key, table) in _REFERENCES.items():
        if (number := body.identity(name)) is not None:
            if number not in call.state.table(table):
                raise invalid(f"{name} {number} does not exist.")
            found[key] = number
    if found.get("agent") and call.state.table("agents")[found["agent"]]["isdisabled"]:
        raise invalid("The agent is disabled.")
    for name, limit in (("summary", _SUMMARY), ("details_html", 1_000_000), ("third_party_id_string", 100)):
        if body.has(name):
            found[name] = body.text(name, "", limit)
    if (level := body.identity("priority_id")) is not None:
        found["priority"] = level
    if body.has("assets"):
        found["assets"] = _assets(call, body.take("assets"))
    return found


def _assets(call: Call, value: Any) -> list[int]:
    given: object = value
    items = cast("list[Any]", given) if isinstance(given, list) else [None]
    numbers = [cast("Record", item).get("id") if isinstance(item, dict) else None for item in items]
    if any(number not in call.state.table("assets") for number in numbers):
        raise invalid("An asset does not exist.")
    return [int(str(number)) for number in numbers]


def _create(call: Call, changes: Record) -> Reply:
    if not str(changes.get("summary", "")).strip():
        raise invalid("Please enter a value for Summary.")
    if "client" not in changes and "user" not in changes:
        raise invalid("Please select a Client, Site or User.")
    kind = changes.get("type") or next(row["id"] for row in call.state.rows("types") if not row["inactive"])
    user = call.state.table("users").get(changes.get("user", 0))
    client = changes.get("client") or (user or {})["client"]
    row: Record = {
        "id": call.state.new_id(),
        "details_html": "",
        "type": kind,
        "status": first_status(call, kind),
        "priority": 3,
        "client": client,
        "site": call.state.table("clients")[client]["main_site"],
        "user": None,
        "agent": UNASSIGNED,
        "assets": [],
        "third_party_id_string": "",
        "dateoccurred": call.now(),
        "last_update": call.now(),
        "lastactiondate": call.now(),
        "hasbeenclosed": False,
        "merged_into": None,
        "status_locked": False,
        "no_rights": False,
    }
    wanted = changes.pop("status", None)
    row.update(changes)
    _coherent(call, row, changes)
    if wanted is not None:
        move(call, row, wanted)
    call.state.table("tickets")[row["id"]] = row
    hooks.tell(call, hooks.CREATED, row)
    return Reply(201, shown(call, row))


def _change(call: Call, before: Record, changes: Record) -> Reply:
    draft = {**before}
    wanted = changes.pop("status", None)
    draft.update(changes)
    _coherent(call, draft, changes)
    if wanted is not None:
        move(call, draft, wanted)
    if draft != before:
        if draft["status"] != before["status"]:
            call.state.log(before, call.clock, f"Status: {call.state.table('statuses')[draft['status']]['name']}")
        before.update(draft)
        call.state.touch(before, call.clock)
        hooks.tell(call, hooks.CHANGED, before)
    return Reply(201, shown(call, before))


def _coherent(call: Call, row: Record, changes: Record) -> None:
    """What belongs together: client, site and user; the priority and the type's SLA; the status and the type."""
    state = call.state
    if "user" in changes and "site" not in changes:
        raise invalid("The site of the user is required.")
    if state.table("sites")[row["site"]]["client"] != row["client"]:
        raise invalid("The site does not belong to the client.")
    if row["user"] and state.table("users")[row["user"]]["site"] != row["site"] and "user" in changes:
        raise invalid("The user does not belong to the site.")
    sla = state.table("types")[row["type"]]["sla"]
    if all((level["sla"], level["priorityid"]) != (sla, row["priority"]) for level in state.rows("priorities")):
        raise invalid("The priority does not belong to the SLA.")
    if state.table("statuses")[row["status"]]["type"] != row["type"]:
        row["status"] = first_status(call, row["type"])


def first_status(call: Call, kind: int) -> int:
    mine = [row for row in call.state.rows("statuses") if row["type"] == kind]
    return next((row["id"] for row in mine if row["first"]), mine[0]["id"])


def move(call: Call, row: Record, number: int) -> None:
    """The status, unless the workflow ignores it: one of another type, an inactive one, a ticket that is held."""
    status = call.state.table("statuses")[number]
    unready = bool(status["required"]) and row["agent"] == UNASSIGNED
    if status["type"] != row["type"] or status["inactive"] or row["status_locked"] or unready or call.ignore_status:
        return
    row["status"], row["hasbeenclosed"] = number, status["closed"]
