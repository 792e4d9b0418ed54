"""Routes of facts and hypotheses."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path

from resolutionflow.auth.idempotency import IdempotentRoute
from resolutionflow.errors import NotFound, RateLimited, responses
from resolutionflow.sessions.errors import (
    AwaitingPickup,
    NotSessionHandler,
    SessionClosed,
)
from resolutionflow.sessions.facts import hypotheses, service
from resolutionflow.sessions.facts.drafting import DraftedFact
from resolutionflow.sessions.facts.errors import (
    DuplicateFact,
    ExactlyOneText,
    FactReadOnly,
    InvalidSourceRef,
    NoFactInInput,
    NothingToChange,
    RefNotAllowed,
)
from resolutionflow.sessions.facts.schemas import (
    CreateFact,
    FactList,
    FactOut,
    HypothesisList,
    PatchFact,
    PromoteFact,
)
from resolutionflow.sessions.scene import Reading, Writing

router = APIRouter(prefix="/api/v1/ai-sessions/{sid}", tags=["facts"], route_class=IdempotentRoute)

Sid = Annotated[UUID, Path(description="The session.")]
FactId = Annotated[UUID, Path(description="The fact.")]
WRITE = (NotFound, NotSessionHandler, AwaitingPickup, SessionClosed)


@router.get("/facts", operation_id="list_facts", responses=responses(NotFound))
async def list_facts(sid: Sid, scene: Reading) -> FactList:
    """What we know: all live facts, oldest first."""
    return await service.list_facts(scene, sid)


@router.post(
    "/facts",
    operation_id="create_fact",
    status_code=201,
    responses=responses(*WRITE, DuplicateFact),
)
async def create_fact(sid: Sid, body: CreateFact, scene: Writing) -> FactOut:
    """Add a note of a person."""
    return await service.create(scene, sid, body)


@router.post(
    "/facts/promote",
    operation_id="promote_fact",
    status_code=201,
    responses=responses(
        *WRITE, DuplicateFact, ExactlyOneText, RefNotAllowed, InvalidSourceRef, NoFactInInput, RateLimited
    ),
)
async def promote_fact(sid: Sid, body: PromoteFact, drafted: DraftedFact, scene: Writing) -> FactOut:
    """Turn an answer or a check result into a fact."""
    return await service.promote(scene, sid, body, drafted.draft)


@router.patch(
    "/facts/{fact_id}",
    operation_id="patch_fact",
    responses=responses(*WRITE, DuplicateFact, FactReadOnly, NothingToChange),
)
async def patch_fact(sid: Sid, fact_id: FactId, body: PatchFact, scene: Writing) -> FactOut:
    """Edit a note or a synthesis. The text then counts as said by a person."""
    return await service.patch(scene, sid, fact_id, body)


@router.delete(
    "/facts/{fact_id}",
    operation_id="delete_fact",
    status_code=204,
    responses=responses(*WRITE),
)
async def delete_fact(sid: Sid, fact_id: FactId, scene: Writing) -> None:
    """Take a fact out of What we know."""
    await service.delete(scene, sid, fact_id)


@router.post("/facts/{fact_id}/confirm", operation_id="confirm_fact", responses=responses(*WRITE))
async def confirm_fact(sid: Sid, fact_id: FactId, scene: Writing) -> FactOut:
    """Vouch for an unverified fact."""
    return await service.confirm(scene, sid, fact_id)


@router.get("/hypotheses", operation_id="list_hypotheses", responses=responses(NotFound))
async def list_hypotheses(sid: Sid, scene: Reading) -> HypothesisList:
    """Competing explanations, open ones first."""
    return await hypotheses.list_hypotheses(scene, sid)
