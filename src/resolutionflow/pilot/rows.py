"""What a turn stores at its beginning and at its end: one statement each, because every round trip of a turn is waited for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import orjson
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm.attributes import set_committed_value

from resolutionflow.flows import service as flows
from resolutionflow.kit.clock import now
from resolutionflow.pilot.contract import EngineName, FlowKnowledge
from resolutionflow.pilot.packing import StreamEvent, packed
from resolutionflow.sessions.context import PARTS, SessionParts, parts_of
from resolutionflow.sessions.models import AiSession, Turn

_BEGIN: Final = text("""
WITH said AS (
  INSERT INTO ai_session_messages (id, account_id, session_id, turn_id, seq, role, author_id, content, meta)
  VALUES (:message, :account, :session, :turn, :seq, 'engineer', :author, :content, CAST(:meta AS jsonb))
), turn AS (
  INSERT INTO ai_session_turns (id, account_id, session_id, client_turn_id, user_id, user_message_id, status, notices)
  VALUES (:turn, :account, :session, :client, :author, :message, 'queued', CAST(:notices AS jsonb))
), carried AS (
  UPDATE session_lane_items SET sent_turn_id = :turn, updated_at = :updated
   WHERE account_id = :account AND session_id = :session AND state IN ('answered', 'done', 'skipped') AND sent_turn_id IS NULL
)
UPDATE ai_sessions
   SET message_count = :seq, state_version = :version, last_activity_at = :moment, updated_at = :updated,
       title = :title, problem_summary = :problem, intake_content = CAST(:intake AS jsonb)
 WHERE account_id = :account AND id = :session
""")
# The turn is ours and what is known of its session is read in one: both stand under the locks taken before.
_TAKE: Final = text(f"""
WITH taken AS (
  UPDATE ai_session_turns SET status = 'running', started_at = :started, engine = :engine, markers = CAST(:markers AS jsonb)
   WHERE account_id = :account AND id = :turn
)
SELECT ({PARTS}) AS parts, ({flows.HEADS}) AS heads
""")  # noqa: S608 - made of constants
INSERT_EVENTS: Final = text("""
INSERT INTO ai_session_turn_events (account_id, session_id, turn_id, event_id, type, data)
SELECT :account, :session, :turn, (e->>0)::int, e->>1, e->2 FROM jsonb_array_elements(CAST(:events AS jsonb)) e
    ON CONFLICT (turn_id, event_id) DO NOTHING
""")
# The reply as the engine wrote it is kept apart, and goes with the last events.
_END: Final = text("""
WITH reply AS (
  INSERT INTO ai_session_messages (id, account_id, session_id, turn_id, seq, role, content)
  SELECT (r->>'id')::uuid, :account, :session, :turn, (r->>'seq')::int, 'pilot', r->>'content'
    FROM jsonb_array_elements(CAST(:replies AS jsonb)) r
), turn AS (
  UPDATE ai_session_turns
     SET reply_message_id = :reply_message_id, status = :status, engine = :engine, provider = :provider, model = :model,
         text_so_far = :text_so_far, error_code = :error_code, error_text = :error_text, retryable = :retryable,
         state_version_after = :state_version_after, first_delta_at = :first_delta_at, finished_at = :finished_at,
         markers = CAST(:markers AS jsonb), usage = CAST(:usage AS jsonb), notices = CAST(:notices AS jsonb),
         suggested_flows = CAST(:suggested_flows AS jsonb)
   WHERE account_id = :account AND id = :turn
), session AS (
  UPDATE ai_sessions SET message_count = :seq, state_version = :version, last_activity_at = :moment, updated_at = :updated
   WHERE account_id = :account AND id = :session
), raw AS (
  INSERT INTO ai_session_turn_raw (turn_id, account_id, session_id, raw, expires_at)
  SELECT :turn, :account, :session, CAST(:raw AS text), CAST(:expires AS timestamptz) WHERE CAST(:raw AS text) <> ''
)
INSERT INTO ai_session_turn_events (account_id, session_id, turn_id, event_id, type, data)
SELECT :account, :session, :turn, (e->>0)::int, e->>1, e->2 FROM jsonb_array_elements(CAST(:events AS jsonb)) e
    ON CONFLICT (turn_id, event_id) DO NOTHING
""")
_SETTLED: Final = (
    "reply_message_id", "status", "engine", "provider", "model", "text_so_far", "error_code", "error_text", "retryable",
    "state_version_after", "first_delta_at", "finished_at",
)  # fmt: skip
_SETTLED_JSON: Final = ("markers", "usage", "notices", "suggested_flows")


@dataclass(frozen=True, slots=True)
class EngineerMessage:
    """The message a turn begins with. `seq` is counted on the session's row already; `meta` as in `messages.add_message`."""

    id: UUID
    turn_id: UUID
    client_turn_id: UUID
    author_id: UUID
    content: str
    meta: dict[str, Any]
    notices: list[dict[str, str]]


@dataclass(frozen=True, slots=True)
class PilotMessage:
    """What the pilot said, as displayed."""

    id: UUID
    seq: int
    content: str


async def store_begin(tx: AsyncSession, row: AiSession, message: EngineerMessage) -> None:
    """Store message and turn, stamp the settled lane items it carries, and write what was counted and named on `row`, which is locked."""
    await tx.execute(
        _BEGIN,
        {
            **_counted(row),
            "message": message.id,
            "turn": message.turn_id,
            "client": message.client_turn_id,
            "author": message.author_id,
            "content": message.content,
            "meta": _dump(message.meta),
            "notices": _dump(message.notices),
            "title": row.title,
            "problem": row.problem_summary,
            "intake": _dump(row.intake_content),
        },
    )


async def take_turn(
    tx: AsyncSession, row: AiSession, turn: Turn, *, engine: EngineName, run: str
) -> tuple[SessionParts, tuple[FlowKnowledge, ...]]:
    """Write down that `run` has the turn, which is locked, and read what is stored of the session and which flows are published."""
    fresh = {"status": "running", "started_at": now(), "engine": engine, "markers": {"run": run}}
    found = await tx.execute(
        _TAKE,
        {
            "account": row.account_id,
            "session": row.id,
            "message": turn.user_message_id,
            "turn": turn.id,
            "started": fresh["started_at"],
            "engine": engine,
            "markers": _dump(fresh["markers"]),
        },
    )
    read = found.one()
    for name, value in fresh.items():
        set_committed_value(turn, name, value)
    return parts_of(read.parts, turn), await flows.known_by(tx, read.heads)


async def store_end(
    tx: AsyncSession,
    row: AiSession,
    turn: Turn,
    *,
    reply: PilotMessage | None,
    events: Sequence[StreamEvent],
    raw: str,
    expires: datetime,
) -> None:
    """Store the reply, the turn as it stands, what was counted on `row`, the last events, and until `expires` what the engine wrote.

    `row` and `turn` are locked.
    """
    replies = [{"id": str(reply.id), "seq": reply.seq, "content": reply.content}] if reply else []
    await tx.execute(
        _END,
        {
            **_counted(row),
            **{name: getattr(turn, name) for name in _SETTLED},
            **{name: _dump(getattr(turn, name)) for name in _SETTLED_JSON},
            "turn": turn.id,
            "raw": raw,
            "expires": expires,
            "replies": _dump(replies),
            "events": events_json(events),
        },
    )


def events_json(events: Sequence[StreamEvent]) -> str:
    """Events as the statements here take them."""
    return _dump(list(packed(events)))


def _counted(row: AiSession) -> dict[str, Any]:
    return {
        "account": row.account_id,
        "session": row.id,
        "seq": row.message_count,
        "version": row.state_version,
        "moment": row.last_activity_at,
        "updated": row.updated_at,
    }


def _dump(value: Any) -> str:
    return orjson.dumps(value, default=str).decode()
