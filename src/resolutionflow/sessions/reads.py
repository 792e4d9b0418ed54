"""Reads of sessions: the hot ones in one round trip through SQL functions (sessions/sql), the others in the request's transaction."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import orjson
from fastapi import Response
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from resolutionflow.auth.subject import Subject
from resolutionflow.auth.tokens import Claims
from resolutionflow.db.session import Database
from resolutionflow.errors import (
    InvalidCursor,
    InvalidRequest,
    NotAuthenticated,
    NotFound,
)
from resolutionflow.kit.pagination import decode_cursor, encode_cursor
from resolutionflow.sessions import repository
from resolutionflow.sessions.fields import CLOSED, IN_TRANSIT, OPEN
from resolutionflow.sessions.scene import Scene
from resolutionflow.sessions.schemas import (
    ListQuery,
    MessagePage,
    SessionDetail,
    StatusCounts,
)

HOT_SESSION = "SELECT rf_hot_session($1, $2, $3, $4, $5)"
HOT_LIST = "SELECT rf_hot_session_list($1, $2, $3, $4)"
SESSION = text("SELECT rf_session_json(:account, :user, :role, :sid, :include)")
MESSAGES = text("SELECT rf_messages_json(:account, :sid, :before, :limit)::text")
COUNTS = text(
    "SELECT s.status, count(*) FROM ai_sessions s WHERE s.account_id = :account AND (s.user_id = :user OR s.handler_id = :user"
    " OR (:all AND rf_session_readable(s, :user, :role, :team))) GROUP BY s.status"
)


async def get_session(db: Database, caller: Claims, sid: UUID, include: str | None) -> Response:
    """One session as JSON straight from the database, the caller's check included."""
    answer = await db.hot(
        HOT_SESSION,
        caller.account_id,
        caller.user_id,
        caller.auth_session_id,
        sid,
        include,
    )
    return Response(_unless_refused(answer), media_type="application/json")


def _unless_refused(answer: str | None) -> str:
    if answer == "!not_authenticated" or answer is None:
        raise NotAuthenticated
    if answer == "!not_found":
        raise NotFound("session")
    return answer


async def session_json(tx: AsyncSession, subject: Subject, sid: UUID, include: str | None = None) -> str:
    """The same JSON inside a transaction, with what it has written."""
    await tx.flush()
    answer = await tx.execute(
        SESSION,
        {
            "account": subject.account_id,
            "user": subject.user_id,
            "role": subject.role,
            "sid": sid,
            "include": include,
        },
    )
    return _unless_refused(answer.scalar_one())


async def detail(scene: Scene, sid: UUID) -> SessionDetail:
    """The session without its parts, as the answer of a write."""
    return SessionDetail.model_validate_json(await session_json(scene.tx, scene.subject, sid))


async def messages(scene: Scene, sid: UUID, *, before_seq: int | None, limit: int) -> MessagePage:
    """The newest messages before `before_seq`, oldest first."""
    row = await repository.load(scene.tx, scene.subject, sid)
    answer = await scene.tx.execute(
        MESSAGES,
        {
            "account": row.account_id,
            "sid": row.id,
            "before": before_seq,
            "limit": limit,
        },
    )
    return MessagePage.model_validate_json(answer.scalar_one())


async def counts(scene: Scene, scope: str) -> StatusCounts:
    """Sessions in scope by status, those in transit together."""
    team = await repository.team_can_view(scene.tx, scene.subject.account_id)
    found = await scene.tx.execute(
        COUNTS,
        {
            "account": scene.subject.account_id,
            "user": scene.subject.user_id,
            "role": scene.subject.role,
            "all": scope == "all",
            "team": team,
        },
    )
    by_status: dict[str, int] = {}
    for status, count in found:
        name = "escalated" if status in IN_TRANSIT else status
        by_status[name] = by_status.get(name, 0) + count
    return StatusCounts(**{name: by_status.get(name, 0) for name in StatusCounts.model_fields})


async def list_sessions(db: Database, caller: Claims, query: ListQuery) -> Response:
    """A page of the list without a search, as JSON straight from the database."""
    filters = list_filters(query)
    bound = {key: value for key, value in filters.items() if key != "limit"}
    after = _after(query, bound)
    answer = await db.hot(
        HOT_LIST,
        caller.account_id,
        caller.user_id,
        caller.auth_session_id,
        orjson.dumps(filters | after).decode(),
    )
    mark, _, rows = _unless_refused(answer).partition("\n")
    cursor = encode_cursor(list(mark.split("|")), bound) if mark else None
    return Response(
        f'{{"items":{rows},"next_cursor":{orjson.dumps(cursor).decode()}}}',
        media_type="application/json",
    )


def list_filters(query: ListQuery) -> dict[str, Any]:
    """The filters as the SQL function takes them. Raises `InvalidRequest` for an unknown time zone."""
    statuses = set(query.status)
    if statuses & set(IN_TRANSIT):
        statuses |= set(IN_TRANSIT)
    if query.group:
        group = set(OPEN if query.group == "active" else CLOSED)
        # A status outside the group can match nothing: an impossible word keeps the filter in force.
        statuses = (statuses & group or {"none"}) if statuses else group
    filters: dict[str, Any] = {
        "scope": query.scope,
        "statuses": sorted(statuses),
        "sort": query.sort,
        "limit": query.limit,
        "owner_id": query.owner_id,
        "client_name": query.client_name,
        "ticket": query.ticket,
        "from": _midnight(query.from_, query.tz),
        "to": _midnight(query.to, query.tz, days=1),
    }
    return {key: value for key, value in filters.items() if value is not None}


def _midnight(day: date | None, zone: str, *, days: int = 0) -> str | None:
    try:
        tz = ZoneInfo(zone)
    except (KeyError, ValueError, OSError) as error:
        raise InvalidRequest("The time zone is not known. Give a name like Europe/Berlin.") from error
    if day is None:
        return None
    try:
        return datetime.combine(day + timedelta(days=days), time(), tz).astimezone(UTC).isoformat()
    except OverflowError:
        return datetime.max.replace(tzinfo=UTC).isoformat() if days else datetime(1, 1, 2, tzinfo=UTC).isoformat()


def _after(query: ListQuery, bound: dict[str, Any]) -> dict[str, str]:
    if query.cursor is None:
        return {}
    at, row_id = decode_cursor(query.cursor, bound, length=2)
    try:
        return {
            "after_at": datetime.fromisoformat(at).isoformat(),
            "after_id": str(UUID(row_id)),
        }
    except (ValueError, TypeError, AttributeError) as error:
        raise InvalidCursor from error
