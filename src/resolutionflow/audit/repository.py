"""SQL of the audit log's list."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from resolutionflow.accounts.models import User
from resolutionflow.audit.models import AuditEvent


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """Empty fields do not narrow."""

    actor: UUID | None = None
    action: str | None = None
    resource_type: str | None = None
    resource_id: str | None = None
    since: datetime | None = None
    until: datetime | None = None


async def page(
    session: AsyncSession, wanted: AuditFilter, *, before: int | None, limit: int
) -> list[tuple[AuditEvent, str | None]]:
    """Events with the actor's present name, newest first, one more than `limit` when there are more."""
    statement = (
        select(AuditEvent, User.name).outerjoin(User, User.id == AuditEvent.actor_id).order_by(AuditEvent.seq.desc())
    )
    for column, value in (
        (AuditEvent.actor_id, wanted.actor),
        (AuditEvent.action, wanted.action),
        (AuditEvent.resource_type, wanted.resource_type),
        (AuditEvent.resource_id, wanted.resource_id),
    ):
        if value is not None:
            statement = statement.where(column == value)
    if wanted.since is not None:
        statement = statement.where(AuditEvent.at >= wanted.since)
    if wanted.until is not None:
        statement = statement.where(AuditEvent.at < wanted.until)
    if before is not None:
        statement = statement.where(AuditEvent.seq < before)
    return [(row[0], row[1]) for row in await session.execute(statement.limit(limit + 1))]
