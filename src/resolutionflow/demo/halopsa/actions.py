"""`/api/Actions`: what was written and worked on a ticket."""

from __future__ import annotations

from typing import Final

from resolutionflow.demo.halopsa import hooks, mail, query, render
from resolutionflow.demo.halopsa.call import Body, Call, Reply
from resolutionflow.demo.halopsa.errors import invalid
from resolutionflow.demo.halopsa.state import EDIT
from resolutionflow.demo.halopsa.tickets import opened
from resolutionflow.demo.simkit.records import Record

NO_OUTCOME: Final = "An Outcome must be entered for this Action"
NO_ACCESS: Final = "You do not have access to this Action at the moment"
_MOST_HOURS: Final = 24


def listing(call: Call) -> Reply:
    """`GET /Actions?ticket_id=N`: newest first; the HTML only when asked for."""
    number = query.number(call.query, "ticket_id")
    if number is None:
        raise invalid("A ticket_id is required.")
    rows = call.state.actions_of(opened(call, number))
    if query.flag(call.query, "excludesys"):
        rows = [row for row in rows if not row["system"]]
    html_note = query.flag(call.query, "includehtmlnote")
    shown = [render.action(call.state, row, html_note=html_note) for row in rows]
    return Reply(200, query.counted("actions", shown, call.query))


def add(call: Call) -> Reply:
    """`POST /Actions`. The outcome decides who may write it, and may mail by itself. The ticket's status stays."""
    call.need(EDIT)
    body = call.posted()
    number, outcome_id = body.identity("ticket_id"), body.identity("outcome_id")
    text = body.text("note_html") or ""
    hidden, asked_mail = _choice(body, "hiddenfromuser"), _choice(body, "sendemail")
    hours = body.number("timetaken") or 0.0
    named = body.identity("who_agentid")
    body.done()
    ticket = opened(call, number or 0)
    if outcome_id is None:
        raise invalid(NO_OUTCOME)
    outcome = call.state.table("outcomes").get(outcome_id)
    agent = _writer(call, named)
    if outcome is None or (outcome["agents"] and agent["id"] not in outcome["agents"]):
        raise invalid(NO_ACCESS)
    if not 0 <= hours <= _MOST_HOURS:
        raise invalid("The time taken must be between 0 and 24 hours.")
    if not text.strip() and not hours:
        raise invalid("Please enter a value for Note.")
    row = store(
        call,
        ticket,
        {
            "outcome": outcome_id,
            "note_html": text,
            "hiddenfromuser": outcome["hidden"] if hidden is None else hidden,
            "who": agent["name"],
            "agent": agent["id"],
            "timetaken": round(hours, 4),
        },
    )
    if outcome["own_mail"]:
        mail.to_user(call, ticket, f"outcome {outcome['outcome']}")
    elif outcome["mail"] if asked_mail is None else asked_mail:
        mail.to_user(call, ticket, "action")
    return Reply(201, _shown(call, row))


def _choice(body: Body, key: str) -> bool | None:
    """True or false; None lets the outcome decide."""
    return body.flag(key) if body.has(key) else None


def _writer(call: Call, named: int | None) -> Record:
    """The agent an action is written as."""
    agents = call.state.table("agents")
    if named is not None and (named not in agents or agents[named]["isdisabled"]):
        raise invalid("The agent does not exist or is disabled.")
    honoured = named is not None and call.state.switches["impersonation"]
    return agents[named if named is not None and honoured else call.state.api_agent]


def store(call: Call, ticket: Record, fields: Record) -> Record:
    """Keep an action and move the ticket's time stamps."""
    row: Record = {
        "id": call.state.new_id(),
        "ticket": ticket["id"],
        "user": None,
        "timetaken": 0.0,
        "datetime": call.now(),
        "system": False,
        **fields,
    }
    call.state.table("actions")[row["id"]] = row
    call.state.touch(ticket, call.clock)
    ticket["lastactiondate"] = row["datetime"]
    hooks.tell(call, hooks.ACTION, ticket)
    return row


def _shown(call: Call, row: Record) -> Record:
    record = render.action(call.state, row)
    return {"action": record} if call.state.switches["wrapped"] else record
