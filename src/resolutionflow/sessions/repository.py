"""Rows of sessions: loading with the right refusals, locking, counting up."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm.attributes import set_committed_value

from resolutionflow.accounts import preferences
from resolutionflow.auth.subject import Subject
from resolutionflow.errors import NotFound
from resolutionflow.kit.clock import now
from resolutionflow.sessions import access
from resolutionflow.sessions.fields import SessionStatus
from resolutionflow.sessions.models import AiSession, Turn

TEAM_KEY = "team_can_view_sessions"
RUNNING = ("queued", "running")


async def team_can_view(tx: AsyncSession, account_id: UUID) -> bool:
    """The preference, read once in a transaction."""
    if TEAM_KEY not in tx.info:
        tx.info[TEAM_KEY] = bool((await preferences.effective(tx, account_id))[TEAM_KEY])
    return cast("bool", tx.info[TEAM_KEY])


async def find(tx: AsyncSession, account_id: UUID, sid: UUID, *, lock: bool = False) -> AiSession | None:
    """The session whoever asks. `lock` holds its row until the transaction ends and reads it fresh."""
    query = select(AiSession).where(AiSession.account_id == account_id, AiSession.id == sid)
    if lock:
        query = query.with_for_update(key_share=True).execution_options(populate_existing=True)
    return (await tx.execute(query)).scalar_one_or_none()


async def load(tx: AsyncSession, subject: Subject, sid: UUID, *, lock: bool = False) -> AiSession:
    """A session the caller may read, else `NotFound`."""
    row = await find(tx, subject.account_id, sid, lock=lock)
    if row is None:
        raise NotFound("session")
    if not access.readable(row, subject, team=False) and not await team_can_view(tx, subject.account_id):
        raise NotFound("session")
    return row


async def load_for_write(
    tx: AsyncSession,
    subject: Subject,
    sid: UUID,
    *,
    also: tuple[SessionStatus, ...] = (),
) -> AiSession:
    """
    The locked row of an open session (or one in `also`) for a writer. Raises 404, 403, 409 in that order.

    Use it where no child is named in the path; otherwise `load(lock=True)`, find the child, then `access.check_writer`.
    """
    row = await load(tx, subject, sid, lock=True)
    access.check_writer(row, subject)
    access.check_open(row, *also)
    return row


async def _count_up(tx: AsyncSession, row: AiSession, **values: Any) -> None:
    moment = now()
    names = (*values, "last_activity_at", "updated_at")
    await tx.flush()
    columns: tuple[Any, ...] = tuple(getattr(AiSession, name) for name in names)
    statement: Any = update(AiSession).where(AiSession.account_id == row.account_id, AiSession.id == row.id)
    statement = statement.values(**values, last_activity_at=moment, updated_at=moment).returning(*columns)
    result = await tx.execute(statement, execution_options={"synchronize_session": False})
    for name, value in zip(names, result.one(), strict=True):
        set_committed_value(row, name, value)


async def bump(tx: AsyncSession, row: AiSession, **values: Any) -> int:
    """`state_version` + 1 by one UPDATE expression, which sets `values` too. Returns the new version."""
    await _count_up(tx, row, state_version=AiSession.state_version + 1, **values)
    return row.state_version


async def touch(tx: AsyncSession, row: AiSession) -> None:
    """Something was written: newest activity, same state."""
    await _count_up(tx, row)


async def next_seq(tx: AsyncSession, row: AiSession) -> int:
    """The number of the next message."""
    await _count_up(tx, row, message_count=AiSession.message_count + 1)
    return row.message_count


async def running_turn(tx: AsyncSession, row: AiSession) -> UUID | None:
    """The queued or running turn of a session."""
    query = select(Turn.id).where(
        Turn.account_id == row.account_id,
        Turn.session_id == row.id,
        Turn.status.in_(RUNNING),
    )
    return (await tx.execute(query)).scalar_one_or_none()
