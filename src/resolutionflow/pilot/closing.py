"""The closing event of a turn, made from what is stored."""

from __future__ import annotations

from typing import Any

import orjson
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from resolutionflow.errors import NotFound
from resolutionflow.kit.sse import SseEvent
from resolutionflow.pilot.keys import TurnKey
from resolutionflow.services import Services
from resolutionflow.sessions.models import Turn
from resolutionflow.sessions.turn_schemas import TurnOut

FAILED = frozenset({"failed", "interrupted"})
TURN = text(
    "SELECT t.*, t.text_so_far AS text, s.state_version FROM ai_session_turns t"
    " JOIN ai_sessions s ON s.account_id = t.account_id AND s.id = t.session_id"
    " WHERE t.account_id = :account AND t.session_id = :session AND t.id = :turn"
)
PRIVATE = frozenset({"run", "stop"})


async def load_turn(tx: AsyncSession, key: TurnKey) -> tuple[TurnOut, int]:
    """The turn as callers see it and the session's `state_version`. Raises `NotFound`."""
    await tx.flush()
    found = await tx.execute(TURN, {"account": key.account_id, "session": key.session_id, "turn": key.turn_id})
    row = found.mappings().one_or_none()
    if row is None:
        raise NotFound("turn")
    return _turn_out(dict(row)), int(row["state_version"])


def turn_out(turn: Turn) -> TurnOut:
    """The turn as callers see it, from the row at hand."""
    return _turn_out(
        {column.key: getattr(turn, column.key) for column in Turn.__table__.columns} | {"text": turn.text_so_far}
    )


def _turn_out(values: dict[str, Any]) -> TurnOut:
    values["markers"] = {name: count for name, count in values["markers"].items() if name not in PRIVATE}
    return TurnOut.model_validate(values)


def closing_data(turn: TurnOut, state_version: int) -> tuple[str, dict[str, Any]]:
    """Kind and data of the closing event of an ended turn."""
    if turn.status in FAILED:
        return "turn.failed", {
            "status": turn.status,
            "code": turn.error_code or "turn_failed",
            "text": turn.error_text or "The answer could not be finished. Nothing you typed is lost.",
            "retryable": bool(turn.retryable),
        }
    dumped: dict[str, Any] = orjson.loads(turn.model_dump_json())
    return "turn.finished", {
        "turn": dumped,
        "state_version": turn.state_version_after if turn.state_version_after is not None else state_version,
        "suggested_flows": dumped["suggested_flows"],
        "usage": dumped["usage"],
    }


async def closing_event(services: Services, key: TurnKey, event_id: int) -> SseEvent:
    """The closing event for a reader who comes after the stored events were deleted."""
    async with services.db.transaction(key.account_id) as tx:
        turn, state_version = await load_turn(tx, key)
    kind, data = closing_data(turn, state_version)
    return SseEvent(kind, data, str(event_id))
