"""Drafting the fact of a promotion before its transaction begins: a model may be asked, and nobody waits for one holding a lock."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Path, Request

from resolutionflow.auth.deps import Db, DetachedEngineer, Svc
from resolutionflow.auth.idempotency import HEADER, STORED
from resolutionflow.db.rates import hit
from resolutionflow.db.session import Database
from resolutionflow.llm.contract import Caller
from resolutionflow.pilot.ask import Work
from resolutionflow.pilot.engines.llm.prompts.facts import INSTRUCTIONS
from resolutionflow.sessions import repository as sessions
from resolutionflow.sessions.facts import service, synthesis
from resolutionflow.sessions.facts.drafter import Draft
from resolutionflow.sessions.facts.schemas import PromoteFact
from resolutionflow.sessions.protect import Protector

Sid = Annotated[UUID, Path(description="The session.")]


@dataclass(frozen=True, slots=True)
class Drafted:
    """`draft` is the model's; None leaves it to the built-in drafter."""

    draft: Draft | None


async def _draft(
    request: Request, sid: Sid, body: PromoteFact, subject: DetachedEngineer, db: Db, services: Svc
) -> Drafted:
    raw = body.raw_input
    if raw is None or body.proposed_text is not None or await _answered(request, db, subject):
        return Drafted(None)
    async with db.transaction(subject.account_id) as tx:
        row = await sessions.load_for_write(tx, subject, sid)
        item = await service.source_item(tx, row, body)
        limit = services.settings.promotions_per_minute
        await hit(tx, row.account_id, f"drafting:{subject.user_id}", limit=limit)
        safe = Protector.of(services).text(row, raw)
        known = {digest: int(number) for digest, number in (row.secret_digests or {}).items()}
        asked = item.text if item else None
    who = Caller(subject.account_id, subject.user_id, sid)
    work = Work("fact_synthesis", INSTRUCTIONS, synthesis.question(safe, asked), who, known, 400, 15.0)
    return Drafted(await synthesis.synthesise(services, work, safe))


async def _answered(request: Request, db: Database, subject: DetachedEngineer) -> bool:
    """Whether an earlier request with the same key was answered: then nothing is drafted again."""
    key = request.headers.get(HEADER)
    if key is None:
        return False
    names = {"account": subject.account_id, "user": subject.user_id, "key": key}
    async with db.transaction(subject.account_id) as tx:
        return (await tx.execute(STORED, names)).first() is not None


DraftedFact = Annotated[Drafted, Depends(_draft)]
