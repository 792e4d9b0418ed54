"""Rate limits that hold across replicas: one row per key and minute."""

from __future__ import annotations

from datetime import timedelta
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
    moment = now()
    minute = moment.replace(second=0, microsecond=0)
    count = (await session.execute(HIT, {"account": account_id, "key": key, "minute": minute})).scalar_one()
    if count > limit:
        wait = (minute + timedelta(minutes=1) - moment).total_seconds()
        raise RateLimited(headers={"Retry-After": str(max(1, int(wait)))})
