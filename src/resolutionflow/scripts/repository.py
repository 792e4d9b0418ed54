"""Rows of the library and its drafts."""

from __future__ import annotations

import re
import unicodedata
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Select, func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from resolutionflow.accounts.models import User
from resolutionflow.db.base import PLATFORM_ACCOUNT_ID
from resolutionflow.errors import NotFound
from resolutionflow.kit.ids import new_id
from resolutionflow.scripts.models import DraftTemplate, ScriptCategory, ScriptTemplate
from resolutionflow.sessions.fixes.models import Fix

LONGEST_SLUG = 80


async def categories(tx: AsyncSession) -> list[ScriptCategory]:
    """The active ones of the account and the platform."""
    query = select(ScriptCategory).where(ScriptCategory.is_active)
    query = query.order_by(ScriptCategory.sort_order, ScriptCategory.name, ScriptCategory.id)
    return list((await tx.execute(query)).scalars())


async def active_category(tx: AsyncSession, category_id: UUID) -> ScriptCategory | None:
    query = select(ScriptCategory).where(ScriptCategory.id == category_id, ScriptCategory.is_active)
    return (await tx.execute(query)).scalar_one_or_none()


async def platform_category(tx: AsyncSession, slug: str) -> UUID | None:
    query = select(ScriptCategory.id).where(
        ScriptCategory.account_id == PLATFORM_ACCOUNT_ID, ScriptCategory.slug == slug, ScriptCategory.is_active
    )
    return (await tx.execute(query)).scalar_one_or_none()


async def pending_of_fix(tx: AsyncSession, account_id: UUID, fix_id: UUID) -> DraftTemplate | None:
    """The waiting draft of a fix, locked."""
    query = select(DraftTemplate).where(
        DraftTemplate.account_id == account_id,
        DraftTemplate.source_fix_id == fix_id,
        DraftTemplate.status == "pending",
    )
    return (await tx.execute(query.with_for_update())).scalar_one_or_none()


async def draft(tx: AsyncSession, account_id: UUID, draft_id: UUID, *, lock: bool = False) -> DraftTemplate:
    """A draft of the account, else `NotFound`. `lock` holds the row until the transaction ends and reads it fresh."""
    query = select(DraftTemplate).where(DraftTemplate.account_id == account_id, DraftTemplate.id == draft_id)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    found = (await tx.execute(query)).scalar_one_or_none()
    if found is None:
        raise NotFound("draft")
    return found


def _listed(account_id: UUID) -> Select[DraftTemplate, str, str]:
    """Drafts with their engineer's name and what became of their fix."""
    return (
        select(DraftTemplate, User.name, Fix.status)
        .join(User, (User.account_id == DraftTemplate.account_id) & (User.id == DraftTemplate.source_user_id))
        .outerjoin(Fix, (Fix.account_id == DraftTemplate.account_id) & (Fix.id == DraftTemplate.source_fix_id))
        .where(DraftTemplate.account_id == account_id)
    )


async def page(
    tx: AsyncSession, account_id: UUID, *, pending_only: bool, session_id: UUID | None, before: UUID | None, limit: int
) -> list[tuple[DraftTemplate, str, str | None]]:
    """Newest first: the ids are made in the order of time."""
    query = _listed(account_id).order_by(DraftTemplate.id.desc()).limit(limit)
    if pending_only:
        query = query.where(DraftTemplate.status == "pending")
    if session_id is not None:
        query = query.where(DraftTemplate.source_session_id == session_id)
    if before is not None:
        query = query.where(DraftTemplate.id < before)
    return [cast("tuple[DraftTemplate, str, str | None]", tuple(row)) for row in await tx.execute(query)]


async def listed(tx: AsyncSession, account_id: UUID, draft_id: UUID) -> tuple[DraftTemplate, str, str | None]:
    """One draft as `page` gives them, else `NotFound`."""
    row = (await tx.execute(_listed(account_id).where(DraftTemplate.id == draft_id))).one_or_none()
    if row is None:
        raise NotFound("draft")
    return cast("tuple[DraftTemplate, str, str | None]", tuple(row))


async def count_pending(tx: AsyncSession, account_id: UUID) -> int:
    query = select(func.count()).where(DraftTemplate.account_id == account_id, DraftTemplate.status == "pending")
    return (await tx.execute(query)).scalar_one()


async def person_name(tx: AsyncSession, account_id: UUID, user_id: UUID) -> str:
    query = select(User.name).where(User.account_id == account_id, User.id == user_id)
    return (await tx.execute(query)).scalar_one()


async def slug_of(tx: AsyncSession, account_id: UUID, template_id: UUID) -> str | None:
    query = select(ScriptTemplate.slug).where(ScriptTemplate.account_id == account_id, ScriptTemplate.id == template_id)
    return (await tx.execute(query)).scalar_one_or_none()


def slug_base(name: str) -> str:
    """The name as a slug before numbers are added: ASCII small letters, digits and single dashes, at most 80."""
    folded = unicodedata.normalize("NFKD", name.replace("\u00df", "ss")).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", folded).strip("-")[:LONGEST_SLUG].rstrip("-") or "script"


async def add_template(tx: AsyncSession, account_id: UUID, name: str, values: dict[str, Any]) -> tuple[UUID, str]:
    """Insert a template under the first free slug of its name; waits for a twin that is being saved at the same moment."""
    base = slug_base(name)
    # Who numbers slugs of this account holds this until the end, so that two never take the same number.
    await tx.execute(
        text("SELECT pg_advisory_xact_lock(hashtextextended(:key, 727277))"), {"key": f"{account_id}:{base}"}
    )
    query = select(ScriptTemplate.slug).where(
        ScriptTemplate.account_id == account_id, ScriptTemplate.slug.startswith(base[: LONGEST_SLUG - 6])
    )
    taken = set((await tx.execute(query)).scalars())
    number = 1
    while True:
        slug = base if number == 1 else f"{base[: LONGEST_SLUG - len(str(number)) - 1].rstrip('-')}-{number}"
        number += 1
        if slug in taken:
            continue
        statement = insert(ScriptTemplate).values(id=new_id(), account_id=account_id, name=name, slug=slug, **values)
        statement = statement.on_conflict_do_nothing(index_elements=["account_id", "slug"])
        made = (await tx.execute(statement.returning(ScriptTemplate.id))).scalar_one_or_none()
        if made is not None:
            return made, slug
