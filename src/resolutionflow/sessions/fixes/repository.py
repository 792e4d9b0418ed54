"""Rows of suggested fixes and their events."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from resolutionflow.errors import NotFound
from resolutionflow.kit.ids import new_id
from resolutionflow.sessions.fixes.models import Fix, FixEventRow
from resolutionflow.sessions.fixes.schemas import FixEventKind, FixOut
from resolutionflow.sessions.models import AiSession, Message

AFTER_SEQ = "after_seq"


async def of_session(tx: AsyncSession, row: AiSession) -> list[Fix]:
    """Every fix, newest first."""
    query = (
        select(Fix)
        .where(Fix.account_id == row.account_id, Fix.session_id == row.id)
        .order_by(Fix.created_at.desc(), Fix.id.desc())
    )
    return list((await tx.execute(query)).scalars())


async def active(tx: AsyncSession, row: AiSession) -> Fix | None:
    """The one fix that is not superseded."""
    query = select(Fix).where(
        Fix.account_id == row.account_id,
        Fix.session_id == row.id,
        Fix.superseded_at.is_(None),
    )
    return (await tx.execute(query)).scalar_one_or_none()


async def find(tx: AsyncSession, row: AiSession, fid: UUID) -> Fix:
    """A fix of this session, else `NotFound`."""
    query = select(Fix).where(Fix.account_id == row.account_id, Fix.session_id == row.id, Fix.id == fid)
    fix = (await tx.execute(query)).scalar_one_or_none()
    if fix is None:
        raise NotFound("fix")
    return fix


async def add_event(
    tx: AsyncSession,
    fix: Fix,
    kind: FixEventKind,
    *,
    actor_id: UUID | None,
    from_status: str | None = None,
    detail: dict[str, Any] | None = None,
) -> None:
    """Append a step in the life of a fix. `detail.after_seq` starts the count of messages since it was applied."""
    tx.add(
        FixEventRow(
            id=new_id(),
            account_id=fix.account_id,
            session_id=fix.session_id,
            fix_id=fix.id,
            kind=kind,
            from_status=from_status or fix.status,
            to_status=fix.status,
            detail=detail or {},
            actor_id=actor_id,
        )
    )
    await tx.flush()


async def events_of(tx: AsyncSession, fix: Fix) -> list[FixEventRow]:
    """The life of a fix, oldest first."""
    query = select(FixEventRow).where(FixEventRow.account_id == fix.account_id, FixEventRow.fix_id == fix.id)
    return list((await tx.execute(query.order_by(FixEventRow.id))).scalars())


async def messages_since_apply(tx: AsyncSession, fix: Fix) -> int:
    """Engineer messages since the last apply or resume; 0 while it is not applied."""
    if fix.applied_at is None:
        return 0
    since = (
        select(func.coalesce(func.max(FixEventRow.detail[AFTER_SEQ].as_integer()), 0))
        .where(
            FixEventRow.account_id == fix.account_id,
            FixEventRow.fix_id == fix.id,
            FixEventRow.detail.has_key(AFTER_SEQ),
        )
        .scalar_subquery()
    )
    query = select(func.count()).where(
        Message.account_id == fix.account_id,
        Message.session_id == fix.session_id,
        Message.role == "engineer",
        Message.seq > since,
    )
    return (await tx.execute(query)).scalar_one()


async def view(tx: AsyncSession, fix: Fix) -> FixOut:
    """The fix as answered."""
    names = [name for name in FixOut.model_fields if name != "messages_since_apply"]
    return FixOut(
        **{name: getattr(fix, name) for name in names},
        messages_since_apply=await messages_since_apply(tx, fix),
    )
