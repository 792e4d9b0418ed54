"""Routes of the library's categories and of drafts that wait to be reviewed."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query

from resolutionflow.auth.idempotency import IdempotentRoute
from resolutionflow.errors import InvalidCursor, NotFound, responses
from resolutionflow.scripts import drafts
from resolutionflow.scripts.errors import (
    DraftNotPending,
    HardcodedSecret,
    InvalidCategory,
    InvalidParameters,
    PlaceholderContext,
    SecretContext,
    UndeclaredPlaceholder,
    UnusedParameter,
)
from resolutionflow.scripts.schemas import (
    AcceptDraft,
    CategoryList,
    DraftAccepted,
    DraftRejected,
    DraftTemplateCount,
    DraftTemplateOut,
    DraftTemplatePage,
)
from resolutionflow.sessions.scene import EngineerReading, Reading, Writing

router = APIRouter(prefix="/api/v1", tags=["scripts"], route_class=IdempotentRoute)

DraftId = Annotated[UUID, Path(description="The draft.")]


@router.get("/scripts/categories", operation_id="list_script_categories")
async def list_categories(scene: Reading) -> CategoryList:
    """The active categories of the account and of the product."""
    return await drafts.categories(scene)


@router.get("/draft-templates", operation_id="list_drafts", responses=responses(InvalidCursor))
async def list_drafts(
    scene: EngineerReading,
    session_id: Annotated[UUID | None, Query(description="Only those of this session.")] = None,
    cursor: Annotated[str | None, Query(max_length=1024)] = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
    *,
    pending_only: Annotated[bool, Query(description="Only those nobody has decided about.")] = True,
) -> DraftTemplatePage:
    """Scripts of sessions that may become templates, newest first."""
    return await drafts.list_drafts(scene, pending_only=pending_only, session_id=session_id, cursor=cursor, limit=limit)


@router.get("/draft-templates/count", operation_id="count_drafts")
async def count_drafts(scene: EngineerReading) -> DraftTemplateCount:
    """How many drafts wait to be reviewed."""
    return await drafts.count(scene)


@router.get("/draft-templates/{draft_id}", operation_id="get_draft", responses=responses(NotFound))
async def get_draft(draft_id: DraftId, scene: EngineerReading) -> DraftTemplateOut:
    """One draft with its script and the proposed parameters."""
    return await drafts.get(scene, draft_id)


@router.post(
    "/draft-templates/{draft_id}/accept",
    operation_id="accept_draft",
    status_code=201,
    responses=responses(
        NotFound,
        DraftNotPending,
        InvalidCategory,
        InvalidParameters,
        UndeclaredPlaceholder,
        UnusedParameter,
        PlaceholderContext,
        SecretContext,
        HardcodedSecret,
    ),
)
async def accept_draft(draft_id: DraftId, body: AcceptDraft, scene: Writing) -> DraftAccepted:
    """Make a draft a template of the account's library."""
    return await drafts.accept(scene, draft_id, body)


@router.post(
    "/draft-templates/{draft_id}/reject", operation_id="reject_draft", responses=responses(NotFound, DraftNotPending)
)
async def reject_draft(draft_id: DraftId, scene: Writing) -> DraftRejected:
    """Turn a draft down. It stays on record and leaves the list."""
    return await drafts.reject(scene, draft_id)
