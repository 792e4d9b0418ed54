"""SQL of the model settings."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import orjson
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from resolutionflow.accounts import preferences
from resolutionflow.accounts.models import AiSettings
from resolutionflow.auth.subject import Subject


async def find(session: AsyncSession, account_id: UUID, *, lock: bool = False) -> AiSettings | None:
    """The stored settings; with `lock` nobody else changes them until the transaction ends."""
    return await session.get(AiSettings, account_id, with_for_update=lock, populate_existing=True)


async def make(session: AsyncSession, account_id: UUID) -> None:
    """A row to write to. Version 0 says that no person has saved anything yet."""
    await session.execute(
        text("INSERT INTO ai_settings (account_id, version) VALUES (:account, 0) ON CONFLICT DO NOTHING"),
        {"account": account_id},
    )


async def note_month(
    session: AsyncSession, account_id: UUID, level: Literal["warned", "exhausted"], month: str
) -> bool:
    """Remember that people were told this month; False when they had been."""
    await make(session, account_id)
    column = {"warned": "warned_month", "exhausted": "exhausted_month"}[level]
    told = await session.execute(
        text(
            f"UPDATE ai_settings SET {column} = :month"  # noqa: S608 - one of the two names above
            f" WHERE account_id = :account AND {column} IS DISTINCT FROM :month RETURNING 1"
        ),
        {"account": account_id, "month": month},
    )
    return told.first() is not None


async def set_problem(session: AsyncSession, account_id: UUID, problem: dict[str, Any] | None) -> bool:
    """Keep or clear what the provider said last; False when it was clear already."""
    if problem is None:
        cleared = await session.execute(
            text(
                "UPDATE ai_settings SET problem = NULL WHERE account_id = :account AND problem IS NOT NULL RETURNING 1"
            ),
            {"account": account_id},
        )
        return cleared.first() is not None
    await make(session, account_id)
    await session.execute(
        text("UPDATE ai_settings SET problem = CAST(:problem AS jsonb) WHERE account_id = :account"),
        {"account": account_id, "problem": orjson.dumps(problem, default=_iso).decode()},
    )
    return True


def _iso(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError


async def names(session: AsyncSession, user_ids: list[UUID]) -> dict[UUID, str]:
    """Names of people, deactivated ones too."""
    rows = await session.execute(text("SELECT id, name FROM users WHERE id = ANY(:ids)"), {"ids": user_ids})
    return {row.id: row.name for row in rows}


async def session_titles(session: AsyncSession, subject: Subject, session_ids: list[UUID]) -> dict[UUID, str]:
    """Titles of the sessions this person may read. Asked in SQL, since sessions stand above accounts."""
    team = (await preferences.effective(session, subject.account_id))["team_can_view_sessions"]
    rows = await session.execute(
        text(
            "SELECT id, COALESCE(NULLIF(title, ''), 'Untitled session') AS title FROM ai_sessions"
            " WHERE id = ANY(:ids) AND (:all OR user_id = :user OR handler_id = :user)"
        ),
        {"ids": session_ids, "all": bool(team) or subject.at_least("admin"), "user": subject.user_id},
    )
    return {row.id: row.title for row in rows}
