"""The live event of a session."""

from __future__ import annotations

from typing import Any, Literal
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from resolutionflow.realtime import Audience, LiveEvent, publish
from resolutionflow.sessions import repository
from resolutionflow.sessions.fields import IN_TRANSIT
from resolutionflow.sessions.models import AiSession

Part = Literal[
    "session",
    "messages",
    "turn",
    "lane",
    "facts",
    "fix",
    "documents",
    "updates",
    "shares",
    "write",
]


def lost(tx: AsyncSession, row: AiSession, user_id: UUID) -> None:
    """The last event of somebody who may no longer read the session."""
    payload: dict[str, Any] = {
        "session_id": str(row.id),
        "state_version": row.state_version,
        "status": None,
        "parts": [],
        "actor_user_id": None,
        "last_activity_at": row.last_activity_at.isoformat(),
    }
    publish(tx, LiveEvent(kind="session.changed", payload=payload, audience=Audience.user(user_id)))


async def changed(
    tx: AsyncSession,
    row: AiSession,
    *parts: Part,
    actor_id: UUID | None,
    turn_id: UUID | None = None,
) -> None:
    """Tell everybody who may read the session, at commit. Several calls in one transaction become one event."""
    team = row.status in IN_TRANSIT or await repository.team_can_view(tx, row.account_id)
    payload = {
        "session_id": str(row.id),
        "state_version": row.state_version,
        "status": row.status,
        "parts": list(parts),
        "actor_user_id": str(actor_id) if actor_id else None,
        "last_activity_at": row.last_activity_at.isoformat(),
    }
    if turn_id:
        payload["turn_id"] = str(turn_id)
    audience = Audience.readers(row.user_id, row.handler_id, row.escalated_to_id, team=team)
    publish(
        tx,
        LiveEvent(
            kind="session.changed",
            payload=payload,
            audience=audience,
            merge_key=str(row.id),
        ),
    )
