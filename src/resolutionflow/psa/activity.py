"""The activity log as admins read it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from resolutionflow.accounts.models import User
from resolutionflow.auth.subject import Subject
from resolutionflow.errors import InvalidCursor
from resolutionflow.kit.pagination import decode_cursor, encode_cursor
from resolutionflow.psa.models import PsaActivity
from resolutionflow.psa.schemas_settings import ActivityListOut, ActivityOut


async def page(session: AsyncSession, subject: Subject, *, limit: int, cursor: str | None) -> ActivityListOut:
    """Newest first. Raises `InvalidCursor`."""
    bound = [str(subject.account_id), "activity"]
    statement = (
        select(PsaActivity, User.name)
        .outerjoin(User, User.id == PsaActivity.actor_id)
        .order_by(PsaActivity.created_at.desc(), PsaActivity.id.desc())
    )
    if cursor:
        at, row_id = decode_cursor(cursor, bound, length=2)
        try:
            after = (datetime.fromisoformat(str(at)), UUID(str(row_id)))
        except ValueError as error:
            raise InvalidCursor from error
        statement = statement.where(tuple_(PsaActivity.created_at, PsaActivity.id) < after)
    rows = (await session.execute(statement.limit(limit + 1))).all()
    items = [
        ActivityOut(
            id=row.id,
            at=row.created_at,
            kind=row.kind,
            actor_name=name,
            connection_id=row.connection_id,
            write_id=row.write_id,
            detail=row.detail,
        )
        for row, name in rows[:limit]
    ]
    last = rows[limit - 1][0] if len(rows) > limit else None
    following = encode_cursor([last.created_at.isoformat(), str(last.id)], bound) if last else None
    return ActivityListOut(items=items, next_cursor=following)
