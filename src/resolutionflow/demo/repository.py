"""SQL of the demo workspace. It makes and removes an account, so it runs as the system role."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from resolutionflow.db.base import Base

# Who is signed in stays signed in: their ids are the same after a reset.
KEPT = frozenset({"accounts", "users", "auth_sessions", "refresh_tokens"})
LOCK = 727277


@dataclass(frozen=True, slots=True)
class PersonRow:
    id: UUID
    email: str
    name: str
    role: str


async def lock(tx: AsyncSession) -> None:
    """One at a time makes or resets the workspace."""
    await tx.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK})


async def known(tx: AsyncSession, account_id: UUID) -> bool:
    found = await tx.execute(text("SELECT 1 FROM accounts WHERE id = :id AND is_demo"), {"id": account_id})
    return found.scalar_one_or_none() is not None


async def clear(tx: AsyncSession, account_id: UUID) -> None:
    """Every row of the account but who is signed in, children first."""
    await tx.execute(text("SET CONSTRAINTS ALL DEFERRED"))
    for table in reversed(Base.metadata.sorted_tables):
        if "account_id" in table.columns and table.name not in KEPT:
            await tx.execute(text(f"DELETE FROM {table.name} WHERE account_id = :id"), {"id": account_id})  # noqa: S608 - names of our own tables


async def write(tx: AsyncSession, account_id: UUID, name: str, people: Sequence[PersonRow], password_hash: str) -> None:
    """The account and its people as they are at first. Exactly one of them is the owner; whoever else was there is removed."""
    await tx.execute(text("SET CONSTRAINTS ALL DEFERRED"))
    await tx.execute(
        text(
            "INSERT INTO accounts (id, name, display_code, is_demo, time_zone) VALUES (:id, :name, 'DEM0KEST', true, 'Europe/London')"
            " ON CONFLICT (id) DO UPDATE SET name = excluded.name, time_zone = excluded.time_zone, owner_id = NULL"
        ),
        {"id": account_id, "name": name},
    )
    await tx.execute(
        text("DELETE FROM users WHERE account_id = :account AND id <> ALL(:ids)"),
        {"account": account_id, "ids": [person.id for person in people]},
    )
    # Nobody is owner for a moment: an account has one at most.
    await tx.execute(
        text("UPDATE users SET role = 'viewer' WHERE account_id = :account AND role = 'owner'"), {"account": account_id}
    )
    for person in people:
        await tx.execute(
            text(
                "INSERT INTO users (id, account_id, email, name, role, password_hash, email_verified_at)"
                " VALUES (:id, :account, :email, :name, :role, :hash, now())"
                " ON CONFLICT (id) DO UPDATE SET email = excluded.email, name = excluded.name, role = excluded.role,"
                " password_hash = excluded.password_hash, is_active = true, deleted_at = NULL, ui_preferences = '{}'"
            ),
            {
                "id": person.id,
                "account": account_id,
                "email": person.email,
                "name": person.name,
                "role": person.role,
                "hash": password_hash,
            },
        )
    owner = next(person.id for person in people if person.role == "owner")
    await tx.execute(text("UPDATE accounts SET owner_id = :owner WHERE id = :id"), {"owner": owner, "id": account_id})


async def point_to(tx: AsyncSession, account_id: UUID, provider: str, url: str) -> bool:
    """Have the connections to this PSA's simulator call it at `url`. False when the account has no connection to it."""
    rows = (
        await tx.execute(
            text(
                "SELECT id, config->>'site' AS site FROM psa_connections WHERE account_id = :id AND provider = :provider"
                " AND (config->>'site') LIKE 'http://%'"
            ),
            {"id": account_id, "provider": provider},
        )
    ).all()
    for row in rows:
        if row.site != url:
            # The simulator got another port this time; everything else about the connection stays.
            await tx.execute(
                text(
                    "UPDATE psa_connections SET config = jsonb_set(config, '{site}', to_jsonb(CAST(:url AS text))),"
                    " api_base = replace(api_base, :old, :url), web_base = replace(web_base, :old, :url) WHERE id = :id"
                ),
                {"url": url, "old": row.site, "id": row.id},
            )
            await tx.execute(text("DELETE FROM psa_cache WHERE connection_id = :id"), {"id": row.id})
    return bool(rows)


async def providers(tx: AsyncSession, account_id: UUID) -> set[str]:
    """Which PSAs the account is connected to, also those that are turned off."""
    found = await tx.execute(text("SELECT provider FROM psa_connections WHERE account_id = :id"), {"id": account_id})
    return set(found.scalars())


async def connection_to(tx: AsyncSession, account_id: UUID, provider: str) -> tuple[UUID, int] | None:
    """Id and version of the newest connection to a simulator of this PSA."""
    row = (
        await tx.execute(
            text(
                "SELECT id, version FROM psa_connections WHERE account_id = :id AND provider = :provider"
                " AND (config->>'site') LIKE 'http://%' ORDER BY created_at DESC LIMIT 1"
            ),
            {"id": account_id, "provider": provider},
        )
    ).one_or_none()
    return (row.id, row.version) if row else None
