"""The registry of account preferences: every key with type, default and the role that may change it (accounts-admin.md 4)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import ColumnElement, column, select, table, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from resolutionflow.auth.subject import Role


def _bool(value: object) -> bool:
    return isinstance(value, bool)


def _days(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= 365


@dataclass(frozen=True, slots=True)
class Preference:
    default: Any
    role: Role
    valid: Callable[[object], bool]


REGISTRY: dict[str, Preference] = {
    "templatize_prompt_enabled": Preference(default=True, role="engineer", valid=_bool),
    "team_can_view_sessions": Preference(default=False, role="admin", valid=_bool),
    "share_links_enabled": Preference(default=True, role="admin", valid=_bool),
    "share_link_max_days": Preference(default=30, role="admin", valid=_days),
}
"""Grows with the features that read it: a key without a reader is not offered."""
ABOUT_READING = ("team_can_view_sessions",)
"""Keys that change what people may read: open streams end with such a change."""


def stored_of(account_id: ColumnElement[UUID] | InstrumentedAttribute[UUID]) -> ColumnElement[Any]:
    """What the account of another row stored, as a column of a query on that row."""
    kept = table("account_settings", column("account_id"), column("preferences", JSONB))
    return select(kept.c.preferences).where(kept.c.account_id == account_id).scalar_subquery()


async def stored(session: AsyncSession, account_id: UUID) -> dict[str, Any]:
    """What the account stored, `{}` at first."""
    found = (
        await session.execute(
            text("SELECT preferences FROM account_settings WHERE account_id = :id"), {"id": account_id}
        )
    ).scalar_one_or_none()
    return dict(found or {})


async def effective(session: AsyncSession, account_id: UUID) -> dict[str, Any]:
    """All preferences with defaults filled in."""
    return with_defaults(await stored(session, account_id))


def with_defaults(kept: dict[str, Any]) -> dict[str, Any]:
    """All preferences, from what was stored of them."""
    return {key: kept.get(key, preference.default) for key, preference in REGISTRY.items()}


async def merge(session: AsyncSession, account_id: UUID, changes: dict[str, Any]) -> None:
    """Set the keys given (null returns to the default) in one statement, so that parallel changes of two keys both survive."""
    await session.execute(
        text(
            "INSERT INTO account_settings (account_id, preferences) VALUES (:id, jsonb_strip_nulls(CAST(:changes AS jsonb)))"
            " ON CONFLICT (account_id) DO UPDATE SET updated_at = now(),"
            " preferences = jsonb_strip_nulls(account_settings.preferences || CAST(:changes AS jsonb))"
        ),
        {"id": account_id, "changes": orjson.dumps(changes).decode()},
    )
