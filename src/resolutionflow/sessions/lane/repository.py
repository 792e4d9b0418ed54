"""Rows of lane items."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession

from resolutionflow.errors import NotFound
from resolutionflow.sessions.lane.models import LaneItem
from resolutionflow.sessions.models import AiSession

# Built once: it is asked in every turn.
_OF_SESSION = (
    select(LaneItem)
    .where(LaneItem.account_id == bindparam("account"), LaneItem.session_id == bindparam("session"))
    .order_by(LaneItem.position, LaneItem.id)
)


async def of_session(tx: AsyncSession, row: AiSession) -> list[LaneItem]:
    """All items by position, retired ones included."""
    return list((await tx.execute(_OF_SESSION, {"account": row.account_id, "session": row.id})).scalars())


async def find(tx: AsyncSession, row: AiSession, item_id: UUID) -> LaneItem:
    """An item of this session, else `NotFound`."""
    query = select(LaneItem).where(
        LaneItem.account_id == row.account_id,
        LaneItem.session_id == row.id,
        LaneItem.id == item_id,
    )
    item = (await tx.execute(query)).scalar_one_or_none()
    if item is None:
        raise NotFound("question or check")
    return item
