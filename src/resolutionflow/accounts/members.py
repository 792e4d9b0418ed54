"""The people of an account."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from resolutionflow.auth.subject import Role

MOST = 1000
LISTED = text(
    "SELECT id, name, email, role, is_active FROM users WHERE account_id = :account AND deleted_at IS NULL"
    " AND (is_active OR :inactive) AND (:search = '' OR strpos(lower(name), lower(:search)) > 0)"
    " ORDER BY lower(name), id LIMIT :most"
)


@dataclass(frozen=True, slots=True)
class Person:
    id: UUID
    name: str
    email: str
    role: Role
    is_active: bool


async def listed(tx: AsyncSession, account_id: UUID, *, search: str, include_inactive: bool) -> list[Person]:
    """By name; without a search all of them."""
    values = {"account": account_id, "search": search, "inactive": include_inactive, "most": MOST}
    return [Person(row.id, row.name, row.email, row.role, row.is_active) for row in await tx.execute(LISTED, values)]
