"""Whose turn it is when many writes wait: few that nobody waits for run at once, and each that ends lets the next one begin.

Without this a long queue would fill every place of the workers, and look at itself all the time. While a person's write has not begun, none
that nobody waits for begins on its connection: it may be on the ticket, or in the slot, that the person's write is to have.
"""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from resolutionflow.kit.clock import now
from resolutionflow.psa.jobs import AWAITED, enqueue_write
from resolutionflow.psa.writeback.repository import Write

AT_ONCE = 6
"""Of one connection, over all workers. No vendor serves more requests at once."""
_LOOK_AGAIN = 30.0
_UNDER_WAY = (
    "SELECT count(*) FROM psa_writes other WHERE other.account_id = w.account_id AND other.connection_id = w.connection_id"
    " AND other.state = 'running' AND other.lease_until > :moment AND other.id <> w.id"
    " AND (other.attempts > 1 OR other.created_at < :young)"
)
_PERSON_WAITS = (
    "EXISTS (SELECT FROM psa_writes person WHERE person.account_id = w.account_id AND person.connection_id = w.connection_id"
    " AND person.state = 'queued' AND person.attempts = 0 AND person.created_at >= :young AND person.id <> w.id)"
)
_QUEUED_UP = (
    " FROM psa_writes w"
    " WHERE w.id = :id AND w.state IN ('queued', 'waiting') AND (w.attempts > 0 OR w.created_at < :young)"
)
_CROWDED = text(f"SELECT ({_UNDER_WAY}) >= :most OR {_PERSON_WAITS}{_QUEUED_UP}")
_IN_TURN = text(f"SELECT pg_advisory_xact_lock(hashtextextended('psa_turns:' || w.connection_id, 0)){_QUEUED_UP}")
_FREE = (
    " FROM psa_writes next WHERE next.account_id = w.account_id AND next.connection_id = w.connection_id AND next.id <> w.id"
    " AND (next.state = 'queued' OR (next.state = 'waiting' AND next.next_attempt_at <= :moment))"
)
_FOLLOWING = text(
    "SELECT found.id, found.awaited FROM psa_writes w CROSS JOIN LATERAL ("  # noqa: S608 - fixed texts
    f"(SELECT next.id, true AS awaited{_FREE} AND next.ticket_id = w.ticket_id AND next.attempts = 0"
    " AND next.created_at >= :young ORDER BY next.created_at LIMIT 1)"
    " UNION ALL"
    f" (SELECT next.id, false AS awaited{_FREE} AND (next.attempts > 0 OR next.created_at < :young)"
    " AND NOT EXISTS (SELECT FROM psa_writes other WHERE other.account_id = w.account_id"
    " AND other.connection_id = w.connection_id AND other.ticket_id = next.ticket_id AND other.state = 'running'"
    f" AND other.id <> w.id) AND NOT {_PERSON_WAITS}"
    f" ORDER BY next.created_at LIMIT (SELECT greatest(0, :most - ({_UNDER_WAY}))))"
    ") found WHERE w.id = :id"
)


def is_awaited(write: Write) -> bool:
    """Whether a person still waits for it: a first attempt, just asked for."""
    return write.attempts <= 1 and now() - write.created_at < AWAITED


def look_again() -> timedelta:
    """When a write that found no room looks by itself, should nobody have called it."""
    return timedelta(seconds=_LOOK_AGAIN * random.uniform(0.5, 1.5))  # noqa: S311 - spreads jobs, protects nothing


async def is_crowded(session: AsyncSession, write_id: UUID) -> bool:
    """Whether a write that nobody waits for has to let others go first: enough like it run, or a person's is about to begin.

    Those who find room begin in turn, until the end of the transaction: they would all see the same room.
    """
    if await _crowded(session, write_id):
        return True
    await session.execute(_IN_TURN, {"id": write_id, "young": now() - AWAITED})
    return await _crowded(session, write_id)


async def _crowded(session: AsyncSession, write_id: UUID) -> bool:
    found = await session.execute(_CROWDED, {"id": write_id, "most": AT_ONCE, **_moments()})
    return bool(found.scalar_one_or_none())


async def call_next(session: AsyncSession, write: Write) -> None:
    """Let those begin that had to wait for this write to end, as part of the transaction that ends it."""
    found = await session.execute(_FOLLOWING, {"id": write.id, "most": AT_ONCE, **_moments()})
    for row in found.all():
        await enqueue_write(session, write.account_id, row.id, awaited=row.awaited)


def _moments() -> dict[str, datetime]:
    moment = now()
    return {"moment": moment, "young": moment - AWAITED}
