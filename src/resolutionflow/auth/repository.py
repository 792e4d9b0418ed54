"""SQL of sign-in. Everything before a caller is known runs as the system role."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncSession

from resolutionflow.kit.ids import new_id


@dataclass(frozen=True, slots=True)
class Person:
    id: UUID
    account_id: UUID
    name: str
    email: str
    role: str
    is_super_admin: bool
    is_active: bool
    password_hash: str | None
    ui_preferences: dict[str, Any]
    account_status: str


PERSON = """
SELECT u.id, u.account_id, u.name, u.email, u.role, u.is_super_admin, u.is_active AND u.deleted_at IS NULL AS is_active,
       u.password_hash, u.ui_preferences, a.status AS account_status
FROM users u JOIN accounts a ON a.id = u.account_id
"""


async def person_by_email(session: AsyncSession, email: str) -> Person | None:
    row = (
        await session.execute(text(PERSON + " WHERE lower(u.email) = lower(:email)"), {"email": email})
    ).one_or_none()
    return Person(*row) if row else None


async def person_by_id(session: AsyncSession, user_id: UUID) -> Person | None:
    row = (await session.execute(text(PERSON + " WHERE u.id = :id"), {"id": user_id})).one_or_none()
    return Person(*row) if row else None


async def failures(
    session: AsyncSession, *, address: str, device: str, ip: str | None, since: datetime
) -> tuple[int, int, datetime | None]:
    """(failures of this address from this address and device, failures of this IP, oldest of them) since `since`."""
    row = (
        await session.execute(
            text(
                "SELECT count(*) FILTER (WHERE address_hash = :address AND device_hash = :device AND ip IS NOT DISTINCT FROM CAST(:ip AS inet)),"
                " count(*) FILTER (WHERE ip IS NOT DISTINCT FROM CAST(:ip AS inet)), min(at)"
                " FROM sign_in_failures WHERE at > :since AND (address_hash = :address OR ip IS NOT DISTINCT FROM CAST(:ip AS inet))"
            ),
            {"address": address, "device": device, "ip": ip, "since": since},
        )
    ).one()
    return row[0], row[1], row[2]


async def add_failure(session: AsyncSession, *, address: str, device: str, ip: str | None) -> None:
    await session.execute(
        text(
            "INSERT INTO sign_in_failures (id, address_hash, device_hash, ip) VALUES (:id, :address, :device, CAST(:ip AS inet))"
        ),
        {"id": new_id(), "address": address, "device": device, "ip": ip},
    )


async def clear_failures(session: AsyncSession, *, address: str, device: str, ip: str | None) -> None:
    await session.execute(
        text(
            "DELETE FROM sign_in_failures WHERE address_hash = :address AND device_hash = :device"
            " AND ip IS NOT DISTINCT FROM CAST(:ip AS inet)"
        ),
        {"address": address, "device": device, "ip": ip},
    )


@dataclass(frozen=True, slots=True)
class Link:
    """A refresh token with its sign-in; the sign-in's row is locked."""

    id: UUID
    account_id: UUID
    auth_session_id: UUID
    expires_at: datetime
    used_at: datetime | None
    user_id: UUID
    remember: bool
    session_created_at: datetime
    session_expires_at: datetime
    revoked_at: datetime | None
    user_agent: str | None


async def lock_link(session: AsyncSession, token_hash: str) -> Link | None:
    """The token and its sign-in. The sign-in's row is locked first, so that parallel refreshes of one chain queue up."""
    owner = (
        await session.execute(
            text("SELECT auth_session_id FROM refresh_tokens WHERE token_hash = :hash"), {"hash": token_hash}
        )
    ).scalar_one_or_none()
    if owner is None:
        return None
    await session.execute(text("SELECT 1 FROM auth_sessions WHERE id = :id FOR UPDATE"), {"id": owner})
    row = (
        await session.execute(
            text(
                "SELECT t.id, t.account_id, t.auth_session_id, t.expires_at, t.used_at, s.user_id, s.remember, s.created_at,"
                " s.expires_at, s.revoked_at, s.user_agent FROM refresh_tokens t"
                " JOIN auth_sessions s ON s.id = t.auth_session_id WHERE t.token_hash = :hash"
            ),
            {"hash": token_hash},
        )
    ).one()
    return Link(*row)


async def add_token(
    session: AsyncSession, *, account_id: UUID, auth_session_id: UUID, token_hash: str, expires_at: datetime
) -> UUID:
    token_id = new_id()
    await session.execute(
        text(
            "INSERT INTO refresh_tokens (id, account_id, auth_session_id, token_hash, expires_at)"
            " VALUES (:id, :account, :sid, :hash, :expires)"
        ),
        {"id": token_id, "account": account_id, "sid": auth_session_id, "hash": token_hash, "expires": expires_at},
    )
    return token_id


async def use_token(session: AsyncSession, token_id: UUID, replaced_by: UUID, at: datetime) -> None:
    await session.execute(
        text("UPDATE refresh_tokens SET used_at = :at, replaced_by = :next, updated_at = :at WHERE id = :id"),
        {"id": token_id, "next": replaced_by, "at": at},
    )


async def revoke_session(session: AsyncSession, auth_session_id: UUID, reason: str) -> None:
    await session.execute(
        text(
            "UPDATE auth_sessions SET revoked_at = now(), revoke_reason = :reason, updated_at = now()"
            " WHERE id = :id AND revoked_at IS NULL"
        ),
        {"id": auth_session_id, "reason": reason},
    )


async def me(session: AsyncSession, user_id: UUID) -> Row[Any]:
    """The person with their account: id, name, email, role, is_super_admin, ui_preferences, account_id, account_name, is_demo, time_zone."""
    query = text(
        "SELECT u.id, u.name, u.email, u.role, u.is_super_admin, u.ui_preferences, a.id AS account_id, a.name AS account_name,"
        " a.is_demo, a.time_zone FROM users u JOIN accounts a ON a.id = u.account_id WHERE u.id = :id"
    )
    return (await session.execute(query, {"id": user_id})).one()


async def update_me(session: AsyncSession, user_id: UUID, *, name: str | None, preferences: dict[str, Any]) -> None:
    """Keys of `preferences` replace stored ones; null takes one away. A name of None stays."""
    await session.execute(
        text(
            "UPDATE users SET name = COALESCE(:name, name), updated_at = now(),"
            " ui_preferences = jsonb_strip_nulls(ui_preferences || CAST(:preferences AS jsonb)) WHERE id = :id"
        ),
        {"name": name, "preferences": orjson.dumps(preferences).decode(), "id": user_id},
    )
