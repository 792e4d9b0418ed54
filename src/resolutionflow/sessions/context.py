"""What an engine may know about a session, read from the database as the frozen values of `pilot.contract`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast
from uuid import UUID

import orjson
from pydantic import TypeAdapter
from sqlalchemy import func, or_, select, text, update
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
from resolutionflow.sessions.lane.models import LaneItem
from resolutionflow.sessions.models import AiSession, Turn

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


@dataclass(frozen=True, slots=True)
class SessionParts:
    """What is stored of a session as an engine sees it. `history` = earlier messages as displayed, without the turn's own and
    without partial replies that were retried; the newest `HISTORY_LIMIT`. `pictures` = the turn's message has some.
    """

    message: str
    lane: tuple[LaneItemView, ...]
    facts: tuple[FactView, ...]
    fixes: tuple[FixView, ...]
    hypotheses: tuple[HypothesisView, ...]
    history: tuple[HistoryMessage, ...]
    pictures: bool


_LANE = """
SELECT coalesce(jsonb_agg(to_jsonb(l) ORDER BY l.position, l.id), '[]')
  FROM (SELECT id, kind, text, state, coalesce(context, description, '') AS context, options, command, shell, answer, answer_kind,
               option_index, output, sent_turn_id, position
          FROM session_lane_items WHERE account_id = :account AND session_id = :session) l
"""
PARTS = f"""
SELECT jsonb_build_object(
  'message', (SELECT content FROM ai_session_messages WHERE account_id = :account AND id = :message),
  'pictures', EXISTS (SELECT FROM uploads WHERE account_id = :account AND message_id = :message),
  'lane', ({_LANE}),
  'facts', (SELECT coalesce(jsonb_agg(to_jsonb(f) ORDER BY f.created_at, f.id), '[]')
      FROM (SELECT id, text, source_type, source_ref, grounding, coalesce(source_summary, '') AS summary, created_at
              FROM session_facts WHERE account_id = :account AND session_id = :session AND deleted_at IS NULL) f),
  'fixes', (SELECT coalesce(jsonb_agg(to_jsonb(x) ORDER BY x.created_at, x.id), '[]')
      FROM (SELECT id, title, status, superseded_at IS NULL AS active, applied_at IS NOT NULL AS applied, confidence_pct AS confidence,
                   failure_reason, partial_notes, created_at
              FROM session_suggested_fixes WHERE account_id = :account AND session_id = :session) x),
  'hypotheses', (SELECT coalesce(jsonb_agg(to_jsonb(h) ORDER BY h.created_at, h.id), '[]')
      FROM (SELECT id, label, coalesce(description, '') AS description, status, created_at
              FROM session_hypotheses WHERE account_id = :account AND session_id = :session) h),
  'history', (SELECT coalesce(jsonb_agg(to_jsonb(m) ORDER BY m.seq), '[]')
      FROM (SELECT id, role, content AS text, seq FROM ai_session_messages m
             WHERE account_id = :account AND session_id = :session AND id <> :message
               AND (role <> 'pilot' OR turn_id IS NULL OR turn_id NOT IN (
                 SELECT retry_of FROM ai_session_turns
                  WHERE account_id = :account AND session_id = :session AND retry_of IS NOT NULL))
             ORDER BY seq DESC LIMIT {HISTORY_LIMIT}) m)
)::text
"""  # noqa: S608 - made of constants
"""One value: a turn begins with it, and every round trip would be waited for."""
_PARTS_ALONE = text(PARTS)
_LANE_ALONE = text(f"SELECT ({_LANE})::text")


async def session_parts(tx: AsyncSession, row: AiSession, turn: Turn) -> SessionParts:
    """All of it, facts and fixes oldest first. In the lane, new = sent with this turn."""
    names = {"account": row.account_id, "session": row.id, "message": turn.user_message_id}
    return parts_of((await tx.execute(_PARTS_ALONE, names)).scalar_one(), turn)


def parts_of(read: str, turn: Turn) -> SessionParts:
    """What `PARTS` answered."""
    found = orjson.loads(read)
    return SessionParts(
        message=found["message"],
        lane=tuple(_lane_view(item, turn.id) for item in found["lane"]),
        facts=tuple(
            FactView(
                id=UUID(fact["id"]),
                text=fact["text"],
                source_type=fact["source_type"],
                source_ref=UUID(fact["source_ref"]) if fact["source_ref"] else None,
                grounding=fact["grounding"],
                summary=fact["summary"],
            )
            for fact in found["facts"]
        ),
        fixes=tuple(
            FixView(
                id=UUID(fix["id"]),
                title=fix["title"],
                status=fix["status"],
                active=fix["active"],
                applied=fix["applied"],
                confidence=fix["confidence"],
                failure_reason=fix["failure_reason"],
                partial_notes=fix["partial_notes"],
            )
            for fix in found["fixes"]
        ),
        hypotheses=tuple(
            HypothesisView(id=UUID(one["id"]), label=one["label"], description=one["description"], status=one["status"])
            for one in found["hypotheses"]
        ),
        history=tuple(HistoryMessage(UUID(one["id"]), one["role"], one["text"]) for one in found["history"]),
        pictures=found["pictures"],
    )


async def lane_views(tx: AsyncSession, row: AiSession) -> tuple[LaneItemView, ...]:
    """All items by position, retired ones included. New = settled and not yet sent."""
    found = await tx.execute(_LANE_ALONE, {"account": row.account_id, "session": row.id})
    return tuple(_lane_view(item, None) for item in orjson.loads(found.scalar_one()))


def _lane_view(item: dict[str, Any], turn_id: UUID | None) -> LaneItemView:
    sent = item["sent_turn_id"]
    return LaneItemView(
        id=UUID(item["id"]),
        kind=item["kind"],
        text=item["text"],
        state=item["state"],
        context=item["context"],
        options=tuple(item["options"]),
        command=item["command"],
        shell=item["shell"],
        answer=item["answer"],
        answer_kind=item["answer_kind"],
        option_index=item["option_index"],
        output=item["output"],
        is_new=item["state"] in SETTLED and (UUID(sent) if sent else None) == turn_id,
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
