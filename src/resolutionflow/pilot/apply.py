"""Applying what a reply says, in the fixed order: lane, facts, hypotheses, fix, outcome proposal, message (pilot.md 1, step 8)."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import structlog
from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncSession

from resolutionflow.kit.ids import new_id
from resolutionflow.pilot.contract import LaneState, TicketContext, TurnContext
from resolutionflow.pilot.grounding import Source
from resolutionflow.pilot.lane import ExistingItem, WantedItem, item_id, match_hash, merge_block, wanted
from resolutionflow.pilot.markers import Actions, Questions, ReplyMarkers
from resolutionflow.pilot.rows import PilotMessage
from resolutionflow.services import Services
from resolutionflow.sessions import context as parts
from resolutionflow.sessions import messages, repository
from resolutionflow.sessions.events import Part
from resolutionflow.sessions.facts import hypotheses
from resolutionflow.sessions.facts import service as facts
from resolutionflow.sessions.facts.schemas import FactOut
from resolutionflow.sessions.fixes import repository as fix_rows
from resolutionflow.sessions.fixes import service as fixes
from resolutionflow.sessions.lane import service as lane
from resolutionflow.sessions.models import AiSession, Turn
from resolutionflow.sessions.protect import Protector
from resolutionflow.sessions.turn_schemas import TurnLane, TurnLaneItem

log = structlog.get_logger(__name__)


@dataclass
class Applied:
    """What a reply changed: events to show, parts that changed, counts of markers, notices for the engineer, what was said."""

    events: list[tuple[str, Any]] = field(default_factory=list[tuple[str, Any]])
    parts: set[Part] = field(default_factory=set[Part])
    counts: dict[str, int] = field(default_factory=dict[str, int])
    notices: list[dict[str, str]] = field(default_factory=list[dict[str, str]])
    reply: PilotMessage | None = None


async def apply_reply(
    tx: AsyncSession,
    services: Services,
    row: AiSession,
    turn: Turn,
    reply: ReplyMarkers,
    shown: str,
    stored: parts.SessionParts,
) -> Applied:
    """Apply a finished or stopped reply. `row` and `turn` are locked; `turn` and the message are for the caller to write.

    `stored` = the session before the reply.

    A bad marker never fails the turn: it is counted and logged.
    """
    protector = Protector.of(services)
    applied = Applied()
    counts: Counter[str] = Counter()
    dropped: Counter[str] = Counter(f"{drop.name or 'text'}:{drop.reason}" for drop in reply.dropped)
    await _apply_lane(tx, row, turn, reply, protector, applied, counts)
    await _apply_facts(tx, row, turn, reply, stored, protector, applied, counts)
    if reply.fork is not None:
        counts["FORK"] += 1
        await hypotheses.apply_fork(tx, row, reply.fork, protector=protector, turn_id=turn.id)
    if reply.fix is not None:
        counts["SUGGEST_FIX"] += 1
        fix = await fixes.suggest(tx, row, reply.fix, protector=protector, turn_id=turn.id)
        applied.parts.add("fix")
        applied.events.append(("fix", dump(await fix_rows.view(tx, fix))))
    if reply.outcome is not None:
        counts["FIX_OUTCOME"] += 1
        proposed = await fixes.set_outcome_proposal(
            tx, row, reply.outcome, protector=protector, message_id=turn.user_message_id, not_of_turn=turn.id
        )
        if proposed is None:
            dropped["FIX_OUTCOME:not_of_session"] += 1
        else:
            applied.parts.add("fix")
            reason = protector.text(row, reply.outcome.reason)
            proposal = {"fix_id": str(proposed.id), "outcome": reply.outcome.outcome, "reason": reason}
            applied.events.append(("outcome_proposal", proposal))
    if shown.strip():
        said = protector.text(row, shown)[: messages.MAX_CONTENT]
        applied.reply = PilotMessage(new_id(), await repository.next_seq(tx, row), said)
    if dropped:
        # Reasons and counts only: the content of a dropped marker is nobody's to read in a log.
        log.warning("markers_dropped", turn_id=str(turn.id), reasons=dict(dropped))
        if any(drop.reason != "replaced" for drop in reply.dropped):
            applied.notices.append({"kind": "marker_dropped", "text": "One item could not be read"})
    applied.counts = {**counts, "dropped": sum(dropped.values())}
    applied.events += [("notice", notice) for notice in applied.notices]
    return applied


async def _apply_lane(
    tx: AsyncSession,
    row: AiSession,
    turn: Turn,
    reply: ReplyMarkers,
    protector: Protector,
    applied: Applied,
    counts: Counter[str],
) -> None:
    if not reply.has_lane_block:
        return
    counts["QUESTIONS"] += len(reply.questions)
    counts["ACTIONS"] += len(reply.actions)
    items = await lane.apply_block(
        tx,
        row,
        questions=Questions(reply.questions) if reply.questions else None,
        actions=Actions(reply.actions) if reply.actions else None,
        protector=protector,
        turn_id=turn.id,
    )
    applied.parts.add("lane")
    applied.events.append(("lane", _lane_event([TurnLaneItem.model_validate(item) for item in items])))


async def _apply_facts(
    tx: AsyncSession,
    row: AiSession,
    turn: Turn,
    reply: ReplyMarkers,
    stored: parts.SessionParts,
    protector: Protector,
    applied: Applied,
    counts: Counter[str],
) -> None:
    if not reply.promotes:
        return
    sources, asked = fact_sources(row, turn, stored)
    for marker in reply.promotes:
        counts["PROMOTE"] += 1
        fact = await facts.promote_from_pilot(
            tx, row, marker, protector=protector, sources=sources, turn_id=turn.id, also_grounds=asked
        )
        if fact is None:
            counts["duplicate_facts"] += 1
            continue
        applied.parts.add("facts")
        applied.events.append(("fact", dump(FactOut.model_validate(fact))))


def fact_sources(row: AiSession, turn: Turn, stored: parts.SessionParts) -> tuple[list[Source], list[str]]:
    """The texts that may prove a fact of this turn, newest first, and the questions whose words it may use."""
    items = stored.lane
    settled = [item for item in items if item.state in parts.SETTLED]
    # What was settled for this turn comes before older answers: the newest words prove best.
    ordered = sorted(settled, key=lambda item: not item.is_new)
    sources = [Source("lane_item", str(item.id), item.output or item.answer or "") for item in ordered]
    sources.append(Source("message", str(turn.user_message_id), stored.message))
    sources += [
        Source("message", str(message.id), message.text)
        for message in reversed(stored.history)
        if message.role == "engineer"
    ]
    ticket = parts.ticket_of(row)
    if ticket is not None:
        sources += ticket_sources(ticket)
    return [source for source in sources if source.text], [item.text for item in items]


def ticket_sources(ticket: TicketContext) -> list[Source]:
    """The ticket's fields as texts that may prove something."""
    plain = {
        "summary": ticket.summary,
        "description": ticket.description,
        "company": ticket.company,
        "contact": ticket.contact,
        "site": ticket.site,
        "priority": ticket.priority,
    }
    found = [Source("ticket_field", name, text) for name, text in plain.items() if text]
    # Our own notes are no new evidence.
    found += [Source("ticket_field", f"note {n}", note.text) for n, note in enumerate(ticket.notes, 1) if not note.ours]
    found += [Source("ticket_field", "configuration", item.name) for item in ticket.configurations]
    return found


def provisional_lane(session_id: UUID, context: TurnContext, reply: ReplyMarkers) -> dict[str, Any]:
    """The items of the reply so far, with the ids they will be stored under and the state they will have."""
    known = {item.id: item for item in context.lane}
    existing = [
        ExistingItem(item.id, item.kind, match_hash(item.text), item.state, position)
        for position, item in enumerate(context.lane)
    ]
    merge = merge_block(existing, wanted(reply.questions, reply.actions))
    return _lane_event(
        [_coming(again.id, known[again.id].text, again.state, again.item) for again in merge.repeated]
        + [
            _coming(item_id(session_id, item.kind, item.match_hash), item.text, "open", item)
            for _, item in merge.created
        ]
    )


def _coming(known_id: UUID, words: str, state: LaneState, item: WantedItem) -> TurnLaneItem:
    question = item.kind == "question"
    return TurnLaneItem(
        id=known_id,
        kind=item.kind,
        text=words,
        context=(item.context or None) if question else None,
        description=None if question else (item.context or None),
        options=list(item.options),
        command=item.command,
        shell=item.shell,
        state=state,
    )


def _lane_event(items: list[TurnLaneItem]) -> dict[str, Any]:
    lane = TurnLane(
        questions=[item for item in items if item.kind == "question"],
        checks=[item for item in items if item.kind == "check"],
    )
    return dump(lane)


async def store_partial_reply(tx: AsyncSession, row: AiSession, turn: Turn) -> None:
    """Keep the text of a turn that ended badly as a message, so that it stays in the conversation."""
    if turn.text_so_far.strip() and turn.reply_message_id is None:
        message = await messages.add_message(tx, row, "pilot", turn.text_so_far, turn_id=turn.id)
        turn.reply_message_id = message.id


def dump(value: BaseModel) -> dict[str, Any]:
    return value.model_dump(mode="json")
