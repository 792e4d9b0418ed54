"""Rate limits that hold across replicas: one row per key and minute, or hour."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from resolutionflow.errors import RateLimited
from resolutionflow.kit.clock import now

HIT = text(
    "INSERT INTO rate_counters (account_id, key, minute, count) VALUES (:account, :key, :minute, 1)"
    " ON CONFLICT (account_id, key, minute) DO UPDATE SET count = rate_counters.count + 1 RETURNING count"
)


async def hit(session: AsyncSession, account_id: UUID, key: str, *, limit: int) -> None:
    """Count one use of `key` (for example `turn:<user id>`). Raises `RateLimited` over `limit` a minute; a refused use is not counted."""
    await _hit(session, account_id, key, limit, now().replace(second=0, microsecond=0), timedelta(minutes=1))


async def hit_hourly(session: AsyncSession, account_id: UUID, key: str, *, limit: int) -> None:
    """As `hit`, for `limit` uses an hour."""
    hour = now().replace(minute=0, second=0, microsecond=0)
    await _hit(session, account_id, f"hour:{key}", limit, hour, timedelta(hours=1))


async def _hit(
    session: AsyncSession, account_id: UUID, key: str, limit: int, start: datetime, window: timedelta
) -> None:
    count = (await session.execute(HIT, {"account": account_id, "key": key, "minute": start})).scalar_one()
    if count > limit:
        wait = (start + window - now()).total_seconds()
        raise RateLimited(headers={"Retry-After": str(max(1, int(wait)))})
