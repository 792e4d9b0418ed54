"""Every path of the API: which handler, which right."""

from __future__ import annotations

import re
from typing import Final

from resolutionflow.demo.halopsa import actions, hooks, query, render, tickets
from resolutionflow.demo.halopsa.call import Call, Handler, Reply
from resolutionflow.demo.halopsa.errors import HaloError, Shape
from resolutionflow.demo.halopsa.state import ASSETS, CUSTOMERS, READ, UNASSIGNED
from resolutionflow.demo.simkit.records import Record


def _agents(call: Call) -> Reply:
    """Active agents, unless `includedisabled`; "Unassigned" only when asked for, and not in every version."""
    call.need(READ)
    rows = call.state.rows("agents")
    if not (query.flag(call.query, "includeunassigned") and call.state.switches["unassigned"]):
        rows = [row for row in rows if row["id"] != UNASSIGNED]
    if not query.flag(call.query, "includedisabled"):
        rows = [row for row in rows if not row["isdisabled"]]
    return Reply(200, [render.agent(row) for row in rows])


def _types(call: Call) -> Reply:
    call.need(READ)
    return Reply(200, [render.kind(row) for row in call.state.rows("types")])


def _type(call: Call, number: str) -> Reply:
    call.need(READ)
    return Reply(200, render.kind(call.row("types", "Ticket type", number)))


def _statuses(call: Call) -> Reply:
    call.need(READ)
    kind = query.number(call.query, "tickettype_id")
    rows = [row for row in call.state.rows("statuses") if kind is None or row["type"] == kind]
    return Reply(200, [render.status(call.state, row) for row in sorted(rows, key=lambda row: row["sequence"])])


def _priorities(call: Call) -> Reply:
    call.need(READ)
    sla = query.number(call.query, "slaid")
    return Reply(
        200, [render.priority(row) for row in call.state.rows("priorities") if sla is None or row["sla"] == sla]
    )


def _slas(call: Call) -> Reply:
    call.need(READ)
    return Reply(200, [{"id": row["id"], "name": row["name"]} for row in call.state.rows("slas")])


def _outcomes(call: Call) -> Reply:
    """Those the application's agent may use. A type does not narrow them in the demo's set-up."""
    call.need(READ)
    mine = [row for row in call.state.rows("outcomes") if not row["agents"] or call.state.api_agent in row["agents"]]
    return Reply(200, [render.outcome(row) for row in mine])


def _teams(call: Call) -> Reply:
    call.need(READ)
    return Reply(200, [{"id": 1, "name": "Service desk", "inactive": False}])


def _searched(call: Call, rows: list[Record], *fields: str) -> list[Record]:
    words = call.query.get("search", "").casefold().split()
    return [row for row in rows if all(any(word in str(row[field]).casefold() for field in fields) for word in words)]


def _clients(call: Call) -> Reply:
    call.need(CUSTOMERS)
    rows = sorted(_searched(call, call.state.rows("clients"), "name"), key=lambda row: row["name"])
    return Reply(200, query.counted("clients", [render.client(row) for row in rows], call.query))


def _client(call: Call, number: str) -> Reply:
    call.need(CUSTOMERS)
    return Reply(200, render.client(call.row("clients", "Client", number)))


def _users(call: Call) -> Reply:
    call.need(CUSTOMERS)
    client = query.number(call.query, "client_id")
    rows = [row for row in call.state.rows("users") if client is None or row["client"] == client]
    rows = sorted(_searched(call, rows, "name", "emailaddress"), key=lambda row: row["name"])
    return Reply(200, query.counted("users", [render.user(call.state, row) for row in rows], call.query))


def _user(call: Call, number: str) -> Reply:
    call.need(CUSTOMERS)
    return Reply(200, render.user(call.state, call.row("users", "User", number)))


def _assets(call: Call) -> Reply:
    call.need(ASSETS)
    rows = call.state.rows("assets")
    number = query.number(call.query, "ticket_id")
    if number is not None:
        mine = tickets.opened(call, number)["assets"]
        rows = [row for row in rows if row["id"] in mine]
    return Reply(200, query.counted("assets", [render.asset(row) for row in rows], call.query))


def _asset(call: Call, number: str) -> Reply:
    call.need(ASSETS)
    return Reply(200, render.asset(call.row("assets", "Asset", number)))


def _attachments(call: Call) -> Reply:
    number = query.number(call.query, "ticket_id")
    ticket = tickets.opened(call, number or 0)
    rows = [render.attachment(row) for row in call.state.rows("attachments") if row["ticket"] == ticket["id"]]
    return Reply(200, query.counted("attachments", rows, call.query))


_ROUTES: Final[tuple[tuple[str, str, Handler], ...]] = (
    ("GET", r"/Tickets", tickets.listing),
    ("POST", r"/Tickets", tickets.save),
    ("GET", r"/Tickets/([^/]+)", tickets.one),
    ("GET", r"/Actions", actions.listing),
    ("POST", r"/Actions", actions.add),
    ("GET", r"/Status", _statuses),
    ("GET", r"/Priority", _priorities),
    ("GET", r"/SLA", _slas),
    ("GET", r"/TicketType", _types),
    ("GET", r"/TicketType/([^/]+)", _type),
    ("GET", r"/Outcome", _outcomes),
    ("GET", r"/Team", _teams),
    ("GET", r"/Agent", _agents),
    ("GET", r"/Client", _clients),
    ("GET", r"/Client/([^/]+)", _client),
    ("GET", r"/Users", _users),
    ("GET", r"/Users/([^/]+)", _user),
    ("GET", r"/Asset", _assets),
    ("GET", r"/Asset/([^/]+)", _asset),
    ("GET", r"/Attachment", _attachments),
    ("GET", r"/Webhook", hooks.listed),
    ("POST", r"/Webhook", hooks.add),
    ("DELETE", r"/Webhook/([^/]+)", hooks.remove),
)
_PATTERNS: Final = tuple((method, re.compile(path, re.IGNORECASE), handler) for method, path, handler in _ROUTES)


def handle(call: Call) -> Reply:
    """Paths are told apart whatever their case, as the vendor's server does."""
    known = False
    for method, pattern, handler in _PATTERNS:
        found = pattern.fullmatch(call.path)
        known = known or found is not None
        if found is not None and method == call.method:
            return handler(call, *found.groups())
    if known:
        raise HaloError(405, "The requested resource does not support this method.", Shape.MESSAGE)
    raise HaloError(404, "No HTTP resource was found that matches the request.", Shape.MESSAGE)
