"""Routes of documents: previews, drafts, what will be written, post."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Request, Response

from resolutionflow.auth.deps import Db, DetachedEngineer, Svc
from resolutionflow.auth.idempotency import IdempotentRoute
from resolutionflow.errors import NotFound, RateLimited, VersionConflict, responses
from resolutionflow.psa.errors import (
    IdempotencyMismatch,
    LeakSuspected,
    NoteTooLong,
    PostFailed,
    PsaNotConnected,
    PsaWriteOpen,
    StatusNotOnBoard,
    StatusNotVerified,
    TicketChanged,
)
from resolutionflow.psa.providers.errors import (
    InvalidFilter,
    PsaAuth,
    PsaNotFound,
    PsaPermission,
    PsaProtocol,
    PsaRateLimited,
    PsaRejected,
    PsaUnavailable,
    PsaUnsupported,
    PsaUrlRefused,
)
from resolutionflow.psa.writeback.schemas import PreviewOut, ResolvePostOut
from resolutionflow.sessions.documents import drafts, preview, resolve
from resolutionflow.sessions.documents.errors import (
    DocumentFailed,
    OutcomeNeeded,
    StateChanged,
    UnsupportedSentences,
)
from resolutionflow.sessions.documents.schemas import (
    DocumentPreview,
    DraftKind,
    DraftOut,
    Preview,
    PreviewWrite,
    ResolveRequest,
    SaveDraft,
)
from resolutionflow.sessions.errors import (
    AwaitingPickup,
    NoTicket,
    NotSessionHandler,
    SessionClosed,
    TurnInProgress,
    WrongSessionStatus,
)
from resolutionflow.sessions.idempotent import Once
from resolutionflow.sessions.scene import Writing

router = APIRouter(prefix="/api/v1/ai-sessions/{sid}", tags=["documents"], route_class=IdempotentRoute)

Sid = Annotated[UUID, Path(description="The session.")]
Kind = Annotated[DraftKind, Path(description="The document the draft belongs to.")]
WRITE = (NotFound, NotSessionHandler, AwaitingPickup)
VENDOR = (
    PsaNotFound,
    PsaAuth,
    PsaPermission,
    PsaProtocol,
    PsaUnavailable,
    PsaRateLimited,
    PsaRejected,
    PsaUnsupported,
    PsaUrlRefused,
)


@router.post(
    "/resolution-note/preview",
    operation_id="preview_resolution_note",
    responses=responses(*WRITE, SessionClosed, DocumentFailed, RateLimited),
)
async def preview_note(sid: Sid, body: Preview, subject: DetachedEngineer, db: Db, services: Svc) -> DocumentPreview:
    """The resolution note of the session as it is now, written once for everybody who asks."""
    return await preview.preview_note(db, services, subject, sid, force=body.force)


@router.post(
    "/escalation-package/preview",
    operation_id="preview_escalation_package",
    responses=responses(NotFound, NotSessionHandler, AwaitingPickup, SessionClosed, DocumentFailed, RateLimited),
)
async def preview_package(sid: Sid, body: Preview, subject: DetachedEngineer, db: Db, services: Svc) -> DocumentPreview:
    """The internal handoff document of the session as it is now, written once for everybody who asks. Admins may ask too."""
    return await preview.preview_package(db, services, subject, sid, force=body.force)


@router.put(
    "/document-drafts/{kind}",
    operation_id="save_draft",
    responses=responses(*WRITE, SessionClosed, VersionConflict),
)
async def save_draft(sid: Sid, kind: Kind, body: SaveDraft, scene: Writing) -> DraftOut:
    """Keep the caller's edited text. Answers 409 with the current draft when another tab saved meanwhile."""
    return await drafts.save(scene, sid, kind, body)


@router.delete(
    "/document-drafts/{kind}",
    operation_id="delete_draft",
    status_code=204,
    responses=responses(*WRITE, SessionClosed),
)
async def delete_draft(sid: Sid, kind: Kind, scene: Writing) -> None:
    """Throw the caller's edited text away."""
    await drafts.delete(scene, sid, kind)


@router.post(
    "/psa-writes/preview",
    operation_id="preview_psa_write",
    responses=responses(
        *WRITE, SessionClosed, NoTicket, PsaNotConnected, NoteTooLong, StatusNotOnBoard, InvalidFilter, *VENDOR
    ),
)
async def preview_write(sid: Sid, body: PreviewWrite, subject: DetachedEngineer, db: Db, services: Svc) -> PreviewOut:
    """Exactly what posting this text would write to the ticket. Reads only."""
    return await resolve.preview_write(db, services, subject, sid, body)


@router.post(
    "/resolution-note/post",
    operation_id="post_resolution_note",
    response_model=ResolvePostOut,
    responses=responses(
        *WRITE,
        WrongSessionStatus,
        TurnInProgress,
        StateChanged,
        OutcomeNeeded,
        UnsupportedSentences,
        PsaWriteOpen,
        TicketChanged,
        LeakSuspected,
        NoteTooLong,
        PsaNotConnected,
        StatusNotVerified,
        StatusNotOnBoard,
        IdempotencyMismatch,
        InvalidFilter,
        PostFailed,
        *VENDOR,
    )
    | {202: {"model": ResolvePostOut, "description": "The write goes on in the background."}},
)
async def post_note(
    request: Request, sid: Sid, body: ResolveRequest, subject: DetachedEngineer, db: Db, services: Svc
) -> Response:
    """Resolve the session and, when it is linked, write the note to the ticket and read it back."""
    return await resolve.post_note(db, services, subject, sid, body, await Once.of(request))
