"""SQL of the welcome; all of it as the system role, before there is an account."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from resolutionflow.db.base import PLATFORM_ACCOUNT_ID

_LOCK = 727278


@dataclass(frozen=True, slots=True)
class OwnerRow:
    id: UUID
    email: str
    name: str
    password_hash: str


async def lock(tx: AsyncSession) -> None:
    """One at a time makes the first account; the others wait and then find it."""
    await tx.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})


async def is_empty(tx: AsyncSession) -> bool:
    """Whether no real account exists. The demo and the platform's own do not count."""
    query = text("SELECT NOT EXISTS (SELECT 1 FROM accounts WHERE NOT is_demo AND id <> :platform)")
    return bool((await tx.execute(query, {"platform": PLATFORM_ACCOUNT_ID})).scalar_one())


async def replace_link(tx: AsyncSession, token_hash: str, expires_at: datetime) -> None:
    """The newest link is the only one."""
    await drop_links(tx)
    await tx.execute(
        text("INSERT INTO welcome_links (token_hash, expires_at) VALUES (:hash, :expires)"),
        {"hash": token_hash, "expires": expires_at},
    )


async def link_holds(tx: AsyncSession, token_hash: str, at: datetime) -> bool:
    query = text("SELECT EXISTS (SELECT 1 FROM welcome_links WHERE token_hash = :hash AND expires_at > :at)")
    return bool((await tx.execute(query, {"hash": token_hash, "at": at})).scalar_one())


async def drop_links(tx: AsyncSession) -> None:
    await tx.execute(text("DELETE FROM welcome_links"))


async def address_in_use(tx: AsyncSession, email: str) -> bool:
    query = text("SELECT EXISTS (SELECT 1 FROM users WHERE lower(email) = lower(:email))")
    return bool((await tx.execute(query, {"email": email})).scalar_one())


async def add_account(tx: AsyncSession, account_id: UUID, *, name: str, display_code: str, owner: OwnerRow) -> None:
    """The account with its owner, who runs the installation too."""
    await tx.execute(
        text("INSERT INTO accounts (id, name, display_code) VALUES (:id, :name, :code)"),
        {"id": account_id, "name": name, "code": display_code},
    )
    await tx.execute(
        text(
            "INSERT INTO users (id, account_id, email, name, role, is_super_admin, password_hash)"
            " VALUES (:id, :account, :email, :name, 'owner', true, :hash)"
        ),
        {
            "id": owner.id,
            "account": account_id,
            "email": owner.email,
            "name": owner.name,
            "hash": owner.password_hash,
        },
    )
    await tx.execute(
        text("UPDATE accounts SET owner_id = :owner WHERE id = :id"), {"owner": owner.id, "id": account_id}
    )
