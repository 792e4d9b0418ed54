"""A turn's context as a request to a model (pilot.md 4). Pure: the same context gives the same bytes.

What never changes comes first, what changes with every turn last, so that a provider can keep everything before it: instructions; library
and ticket; the conversation; then the state of the session with the new message.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import orjson

from resolutionflow.llm.contract import Image, ModelMessage, ModelRequest, SystemBlock
from resolutionflow.llm.tokens import estimate_text
from resolutionflow.pilot.contract import (
    FixView,
    HistoryMessage,
    LaneItemView,
    SuggestedFlow,
    TicketContext,
    TurnContext,
)
from resolutionflow.pilot.engines.llm.frame import plain, untrusted
from resolutionflow.pilot.engines.llm.library import fitting_at_first, library_text
from resolutionflow.pilot.engines.llm.prompts.chat import INSTRUCTIONS, REMINDER
from resolutionflow.pilot.outputs import observations

MAX_TOKENS: Final = 4096
MAX_TICKET_NOTES: Final = 12
_OUTPUT, _COMMAND, _TICKET_TEXT, _NOTE_TEXT = 12_000, 800, 8_000, 2_000
_FACTS: Final = 12
_LEFT_OUT: Final = "(Earlier messages are left out; facts, fixes and open items below are complete.)"


@dataclass(frozen=True, slots=True)
class Rendered:
    """`trimmed` = old messages did not fit. `fitting` = the flows that fit the case as it began."""

    request: ModelRequest
    trimmed: bool
    fitting: tuple[SuggestedFlow, ...]


def render(context: TurnContext, *, history_tokens: int, images: Sequence[Image] = ()) -> Rendered:
    """The request of a turn. `history_tokens` bounds the conversation; nothing else is ever left out."""
    kept, trimmed = trim(context.history, history_tokens)
    fitting = fitting_at_first(context)
    system = (SystemBlock(INSTRUCTIONS, cache=True), SystemBlock(_known(context, fitting), cache=True))
    newest = ModelMessage("user", f"{_state(context)}\n\n{_message(context)}\n\n{REMINDER}", tuple(images))
    messages = (*_conversation(kept, trimmed=trimmed), newest)
    return Rendered(ModelRequest("chat", messages, system, MAX_TOKENS, use_docs=True), trimmed, fitting)


def trim(history: Sequence[HistoryMessage], budget: int) -> tuple[Sequence[HistoryMessage], bool]:
    """The newest messages within the budget. Cut in steps of half of it, so that the beginning stays the same for many turns."""
    sizes = [estimate_text(len(message.text)) for message in history]
    left = sum(sizes)
    if left <= budget:
        return history, False
    step, passed = max(1, budget // 2), 0
    for place, size in enumerate(sizes):
        before, passed = passed // step, passed + size
        left -= size
        if left <= budget and passed // step > before:
            return history[place + 1 :], True
    return (), True


def _conversation(history: Sequence[HistoryMessage], *, trimmed: bool) -> Iterable[ModelMessage]:
    told = [_told(message) for message in history]
    if trimmed or (told and told[0].role == "assistant"):
        told.insert(0, ModelMessage("user", _LEFT_OUT))
    if told:
        last = told[-1]
        told[-1] = ModelMessage(last.role, last.text, cache=True)
    return told


def _told(message: HistoryMessage) -> ModelMessage:
    match message.role:
        case "pilot":
            return ModelMessage("assistant", message.text.strip() or "(no text)")
        case "engineer":
            return ModelMessage("user", plain(message.text))
        case "system":
            return ModelMessage("user", f"(Recorded by the product: {plain(message.text)})")


def _known(context: TurnContext, fitting: Sequence[SuggestedFlow]) -> str:
    parts = ["# Library", library_text(context.flows, fitting) or "Nothing in the library matches this case."]
    if context.ticket is not None:
        parts += ["# Ticket", untrusted("ticket", _ticket(context.ticket))]
    return "\n\n".join(parts)


def _ticket(ticket: TicketContext) -> str:
    fields = (
        ("Number", ticket.number),
        ("Summary", ticket.summary),
        ("Company", ticket.company),
        ("Contact", ticket.contact),
        ("Site", ticket.site),
        ("Board", ticket.board),
        ("Priority", ticket.priority),
        ("Type", ticket.type),
        ("SLA", ticket.sla),
        ("Description", ticket.description[:_TICKET_TEXT]),
    )
    lines = [f"{name}: {value}" for name, value in fields if value]
    lines += [
        f"Configuration: {', '.join(part for part in (item.name, item.type, item.ip_address, item.os) if part)}"
        for item in ticket.configurations
    ]
    # Newest first as stored: shown oldest first, so that a new note is put at the end.
    for note in reversed(ticket.notes[:MAX_TICKET_NOTES]):
        who = "this product" if note.ours else note.author_kind
        lines.append(f"Note ({who}): {note.text[:_NOTE_TEXT]}")
    return "\n".join(lines)


def _ticket_now(ticket: TicketContext | None) -> dict[str, Any]:
    """What changes about a ticket while it is worked on: it stays out of the part that is kept."""
    if ticket is None:
        return {"ticket_status": None}
    related = [
        {"ref": one.ref, "summary": one.summary, "status": one.status, "closed": one.closed} for one in ticket.related
    ]
    return {
        "ticket_status": ticket.status,
        "ticket_read_at": ticket.fetched_at.isoformat(timespec="minutes") if ticket.fetched_at else None,
        "related_tickets": related,
    }


def _state(context: TurnContext) -> str:
    fix = context.active_fix
    state: dict[str, Any] = {
        "session": {
            "title": context.session.title,
            "problem": context.session.problem_summary,
            "client": context.session.client_name,
        },
        "facts": [
            {"id": str(fact.id), "text": fact.text, **({"unverified": True} if fact.grounding == "unverified" else {})}
            for fact in context.facts
        ],
        "lane": [_item(item, context.message) for item in context.lane],
        "active_fix": _fix(fix) if fix is not None else None,
        "failed_fixes": [_fix(one) for one in context.fixes if one.status == "applied_failed" and not one.active],
        "partial_fixes": [_fix(one) for one in context.fixes if one.status == "applied_partial" and not one.active],
        "dismissed_fixes": [_fix(one) for one in context.fixes if one.status == "dismissed"],
        "open_hypotheses": [
            {"label": one.label, "description": one.description}
            for one in context.hypotheses
            if one.status in {"open", "confirmed"}
        ],
        **_ticket_now(context.ticket),
    }
    dumped = orjson.dumps(state).decode()
    return f"# State of the session\n{untrusted('state', dumped)}"


def _item(item: LaneItemView, message: str) -> dict[str, Any]:
    told: dict[str, Any] = {"id": str(item.id), "kind": item.kind, "text": item.text, "state": item.state}
    if item.is_new:
        told["new_with_this_message"] = True
    if item.options and item.state == "open":
        told["options"] = list(item.options)
    if item.answer is not None:
        told["answer"] = item.answer
    # What was sent before stands in the conversation, and what the message itself quotes need not stand here again.
    if item.command and (item.is_new or item.state == "open"):
        told["command"] = item.command[:_COMMAND]
    if item.output is not None and item.is_new and item.output not in message:
        told["output"] = item.output[:_OUTPUT]
    if item.output is not None and item.is_new and (read := _read(item.output, item.command)):
        told["read_from_output"] = read
    return told


def _read(output: str, command: str | None) -> list[dict[str, str]]:
    """What the parsers read in a known output, the most telling first: facts with the words that prove them."""
    found = sorted(observations(output, command), key=lambda said: (-said.weight, said.start))
    return [{"fact": said.text, "quote": said.quote} for said in found[:_FACTS]]


def _fix(fix: FixView) -> dict[str, Any]:
    told: dict[str, Any] = {
        "id": str(fix.id),
        "title": fix.title,
        "status": fix.status,
        "applied": fix.applied,
        "confidence": fix.confidence,
    }
    if fix.failure_reason:
        told["failure_reason"] = fix.failure_reason
    if fix.partial_notes:
        told["partial_notes"] = fix.partial_notes
    return told


def _message(context: TurnContext) -> str:
    return f"# Message of the engineer\n{plain(context.message)}"
