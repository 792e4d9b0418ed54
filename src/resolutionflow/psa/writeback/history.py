"""Reading the post history."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from resolutionflow.auth.subject import Subject
from resolutionflow.errors import NotFound
from resolutionflow.psa.schemas import WriteListOut, WriteOut, WriteState


@dataclass(frozen=True, slots=True)
class WriteFilter:
    session_id: UUID | None
    ticket_id: str | None
    states: tuple[WriteState, ...]


async def list_writes(
    session: AsyncSession,
    subject: Subject,
    wanted: WriteFilter,
    *,
    limit: int,
    cursor: str | None,
) -> WriteListOut:
    del session, subject, wanted, limit, cursor
    return WriteListOut(items=[], next_cursor=None)


async def get_write(
    session: AsyncSession, subject: Subject, write_id: UUID
) -> WriteOut:
    del session, subject, write_id
    raise NotFound
