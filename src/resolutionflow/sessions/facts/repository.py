"""Rows of facts."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from resolutionflow.errors import NotFound
from resolutionflow.sessions.facts.models import Fact
from resolutionflow.sessions.lane.models import LaneItem
from resolutionflow.sessions.models import AiSession

# Built once: it is asked for each fact of each reply.
_EQUAL = select(Fact.id).where(
    Fact.account_id == bindparam("account"),
    Fact.session_id == bindparam("session"),
    Fact.deleted_at.is_(None),
    func.md5(func.lower(Fact.text)) == func.md5(func.lower(bindparam("words"))),
)

_INSERT = (
    insert(Fact)
    .values({
        name: bindparam(name, type_=getattr(Fact, name).type)
        for name in (
            "id", "account_id", "session_id", "turn_id", "text", "source_type", "source_ref", "source_summary", "evidence", "grounding",
            "created_by",
        )
    })
    .on_conflict_do_nothing()
    .returning(Fact)
)  # fmt: skip


async def insert_new(tx: AsyncSession, **values: Any) -> Fact | None:
    """Store a fact, unless the session has a live one with the same text (case ignored): None then."""
    await tx.flush()
    return (await tx.execute(_INSERT, values)).scalar_one_or_none()


async def live(tx: AsyncSession, row: AiSession) -> list[Fact]:
    """All live facts, oldest first."""
    query = (
        select(Fact)
        .where(
            Fact.account_id == row.account_id,
            Fact.session_id == row.id,
            Fact.deleted_at.is_(None),
        )
        .order_by(Fact.created_at, Fact.id)
    )
    return list((await tx.execute(query)).scalars())


async def find(tx: AsyncSession, row: AiSession, fact_id: UUID) -> Fact:
    """A live fact of this session, else `NotFound`."""
    query = select(Fact).where(
        Fact.account_id == row.account_id,
        Fact.session_id == row.id,
        Fact.id == fact_id,
        Fact.deleted_at.is_(None),
    )
    fact = (await tx.execute(query)).scalar_one_or_none()
    if fact is None:
        raise NotFound("fact")
    return fact


async def equal(tx: AsyncSession, row: AiSession, text: str, *, other_than: UUID | None = None) -> UUID | None:
    """The live fact with the same text, case ignored."""
    query = _EQUAL.where(Fact.id != other_than) if other_than else _EQUAL
    names = {"account": row.account_id, "session": row.id, "words": text}
    return (await tx.execute(query, names)).scalars().first()


async def of_item(tx: AsyncSession, row: AiSession, item_id: UUID) -> list[Fact]:
    """Live facts that rest on a lane item: by their source, or by where their quote stands."""
    query = select(Fact).where(
        Fact.account_id == row.account_id,
        Fact.session_id == row.id,
        Fact.deleted_at.is_(None),
        (Fact.source_ref == item_id) | (Fact.evidence["lane_item_id"].astext == str(item_id)),
    )
    return list((await tx.execute(query.order_by(Fact.created_at, Fact.id))).scalars())


async def item(tx: AsyncSession, row: AiSession, item_id: UUID) -> LaneItem | None:
    """A lane item of this session."""
    query = select(LaneItem).where(
        LaneItem.account_id == row.account_id,
        LaneItem.session_id == row.id,
        LaneItem.id == item_id,
    )
    return (await tx.execute(query)).scalar_one_or_none()
