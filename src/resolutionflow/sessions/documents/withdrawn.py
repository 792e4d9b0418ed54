"""Facts taken back after a text that rests on them was posted."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from resolutionflow.sessions.documents.schemas import WithdrawnFact
from resolutionflow.sessions.facts.models import Fact


async def among(tx: AsyncSession, account_id: UUID, session_id: UUID, fact_ids: Sequence[UUID]) -> list[WithdrawnFact]:
    """Those of the facts that were deleted since, oldest first."""
    if not fact_ids:
        return []
    query = (
        select(Fact)
        .where(
            Fact.account_id == account_id,
            Fact.session_id == session_id,
            Fact.id.in_(fact_ids),
            Fact.deleted_at.is_not(None),
        )
        .order_by(Fact.created_at, Fact.id)
    )
    return [WithdrawnFact(id=fact.id, text=fact.text) for fact in (await tx.execute(query)).scalars()]
