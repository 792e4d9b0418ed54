"""What an engine may know about a session, read from the database as the frozen values of `pilot.contract`."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from resolutionflow.pilot.contract import (
    FactView,
    FixView,
    HistoryMessage,
    HypothesisView,
    LaneItemView,
    SessionView,
    TicketContext,
)
from resolutionflow.sessions.facts.models import Fact, Hypothesis
from resolutionflow.sessions.fixes.models import Fix
from resolutionflow.sessions.lane.models import LaneItem
from resolutionflow.sessions.models import AiSession, Message, Turn

SETTLED = frozenset({"answered", "done", "skipped"})
HISTORY_LIMIT = 400
_TICKET: TypeAdapter[TicketContext] = TypeAdapter(TicketContext)


def ticket_to_json(ticket: TicketContext) -> dict[str, Any]:
    """The ticket as `ai_sessions.psa_context` stores it."""
    return cast("dict[str, Any]", _TICKET.dump_python(ticket, mode="json"))


def ticket_of(row: AiSession) -> TicketContext | None:
    """The ticket as it was last fetched, when the session has one."""
    return _TICKET.validate_python(row.psa_context) if row.psa_context else None


async def ticket_is_new(tx: AsyncSession, row: AiSession, turn: Turn) -> bool:
    """Whether the ticket's text came after the last turn that was answered had begun: that turn could not read it."""
    if row.psa_context_at is None:
        return False
    query = select(func.max(Turn.started_at)).where(
        Turn.account_id == row.account_id,
        Turn.session_id == row.id,
        Turn.reply_message_id.is_not(None),
        Turn.id != turn.id,
    )
    begun = (await tx.execute(query)).scalar_one()
    return begun is None or row.psa_context_at > begun


def session_view(row: AiSession) -> SessionView:
    return SessionView(
        title=row.title or "", problem_summary=row.problem_summary or "", client_name=row.client_name or ""
    )


async def lane_views(tx: AsyncSession, row: AiSession, turn_id: UUID | None = None) -> tuple[LaneItemView, ...]:
    """All items by position, retired ones included. New = sent with this turn; without a turn, settled and not yet sent."""
    query = (
        select(LaneItem)
        .where(LaneItem.account_id == row.account_id, LaneItem.session_id == row.id)
        .order_by(LaneItem.position, LaneItem.id)
    )
    return tuple(_lane_view(item, turn_id) for item in (await tx.execute(query)).scalars())


def _lane_view(item: LaneItem, turn_id: UUID | None) -> LaneItemView:
    return LaneItemView(
        id=item.id,
        kind=cast("Any", item.kind),
        text=item.text,
        state=cast("Any", item.state),
        context=item.context or item.description or "",
        options=tuple(item.options),
        command=item.command,
        shell=cast("Any", item.shell),
        answer=item.answer,
        answer_kind=cast("Any", item.answer_kind),
        option_index=item.option_index,
        output=item.output,
        is_new=item.state in SETTLED and item.sent_turn_id == turn_id,
    )


async def stamp_sent(tx: AsyncSession, row: AiSession, turn_id: UUID, *, instead_of: UUID | None = None) -> None:
    """Mark the settled items a turn carries: those not yet sent, and on a retry those the first try (`instead_of`) carried."""
    await tx.flush()
    unsent = LaneItem.sent_turn_id.is_(None)
    await tx.execute(
        update(LaneItem)
        .where(
            LaneItem.account_id == row.account_id,
            LaneItem.session_id == row.id,
            LaneItem.state.in_(SETTLED),
            or_(unsent, LaneItem.sent_turn_id == instead_of) if instead_of else unsent,
        )
        .values(sent_turn_id=turn_id)
    )


async def fact_views(tx: AsyncSession, row: AiSession) -> tuple[FactView, ...]:
    """Live facts, oldest first."""
    query = (
        select(Fact)
        .where(Fact.account_id == row.account_id, Fact.session_id == row.id, Fact.deleted_at.is_(None))
        .order_by(Fact.created_at, Fact.id)
    )
    return tuple(
        FactView(
            id=fact.id,
            text=fact.text,
            source_type=cast("Any", fact.source_type),
            source_ref=fact.source_ref,
            grounding=cast("Any", fact.grounding),
            summary=fact.source_summary or "",
        )
        for fact in (await tx.execute(query)).scalars()
    )


async def fix_views(tx: AsyncSession, row: AiSession) -> tuple[FixView, ...]:
    """All fixes, oldest first."""
    query = (
        select(Fix).where(Fix.account_id == row.account_id, Fix.session_id == row.id).order_by(Fix.created_at, Fix.id)
    )
    return tuple(
        FixView(
            id=fix.id,
            title=fix.title,
            status=cast("Any", fix.status),
            active=fix.superseded_at is None,
            applied=fix.applied_at is not None,
            confidence=fix.confidence_pct,
            failure_reason=fix.failure_reason,
            partial_notes=fix.partial_notes,
        )
        for fix in (await tx.execute(query)).scalars()
    )


async def hypothesis_views(tx: AsyncSession, row: AiSession) -> tuple[HypothesisView, ...]:
    """All hypotheses in the order they came."""
    query = (
        select(Hypothesis)
        .where(Hypothesis.account_id == row.account_id, Hypothesis.session_id == row.id)
        .order_by(Hypothesis.created_at, Hypothesis.id)
    )
    return tuple(
        HypothesisView(
            id=found.id, label=found.label, description=found.description or "", status=cast("Any", found.status)
        )
        for found in (await tx.execute(query)).scalars()
    )


async def history(tx: AsyncSession, row: AiSession, turn: Turn) -> tuple[HistoryMessage, ...]:
    """Earlier messages as displayed, oldest first: without this turn's own message and without partial replies that were retried."""
    retried = select(Turn.retry_of).where(
        Turn.account_id == row.account_id, Turn.session_id == row.id, Turn.retry_of.is_not(None)
    )
    query = (
        select(Message.id, Message.role, Message.content)
        .where(
            Message.account_id == row.account_id,
            Message.session_id == row.id,
            Message.id != turn.user_message_id,
            (Message.role != "pilot") | Message.turn_id.is_(None) | Message.turn_id.not_in(retried),
        )
        .order_by(Message.seq.desc())
        .limit(HISTORY_LIMIT)
    )
    rows = (await tx.execute(query)).all()
    return tuple(HistoryMessage(found.id, found.role, found.content) for found in reversed(rows))


async def message_text(tx: AsyncSession, turn: Turn) -> str:
    """The engineer's message of a turn, as stored."""
    query = select(Message.content).where(Message.account_id == turn.account_id, Message.id == turn.user_message_id)
    return (await tx.execute(query)).scalar_one()
