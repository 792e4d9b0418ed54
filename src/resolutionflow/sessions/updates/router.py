"""Routes of updates: preview, keep and post, list."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Request, Response

from resolutionflow.auth.deps import Db, DetachedEngineer, Svc
from resolutionflow.errors import NotFound, RateLimited, responses
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
from resolutionflow.psa.providers.errors import InvalidFilter
from resolutionflow.sessions.documents.router import VENDOR
from resolutionflow.sessions.errors import AwaitingPickup, NoTicket, NotSessionHandler, SessionClosed
from resolutionflow.sessions.idempotent import Once
from resolutionflow.sessions.scene import Reading
from resolutionflow.sessions.updates import service
from resolutionflow.sessions.updates.errors import NotPostable
from resolutionflow.sessions.updates.schemas import CreateUpdate, PreviewUpdate, UpdateList, UpdateOut, UpdatePreview

router = APIRouter(prefix="/api/v1/ai-sessions/{sid}/updates", tags=["updates"])

Sid = Annotated[UUID, Path(description="The session.")]
WRITE = (NotFound, NotSessionHandler, AwaitingPickup, SessionClosed)


@router.post("/preview", operation_id="preview_update", responses=responses(*WRITE, RateLimited))
async def preview_update(
    sid: Sid, body: PreviewUpdate, subject: DetachedEngineer, db: Db, services: Svc
) -> UpdatePreview:
    """A text for one audience, written from the record as it is now. Nothing is stored and nothing is sent."""
    return await service.preview(db, services, subject, sid, body)


@router.post(
    "",
    operation_id="create_update",
    status_code=201,
    response_model=UpdateOut,
    responses=responses(
        *WRITE,
        NotPostable,
        NoTicket,
        TicketChanged,
        LeakSuspected,
        NoteTooLong,
        PsaNotConnected,
        PsaWriteOpen,
        StatusNotOnBoard,
        StatusNotVerified,
        IdempotencyMismatch,
        InvalidFilter,
        PostFailed,
        *VENDOR,
    )
    | {202: {"model": UpdateOut, "description": "Kept; the write to the ticket goes on in the background."}},
)
async def create_update(
    request: Request, sid: Sid, body: CreateUpdate, subject: DetachedEngineer, db: Db, services: Svc
) -> Response:
    """Keep an update. With a visibility it is also written to the ticket, once, and read back."""
    return await service.create(db, services, subject, sid, body, await Once.of(request))


@router.get("", operation_id="list_updates", responses=responses(NotFound))
async def list_updates(sid: Sid, scene: Reading) -> UpdateList:
    """The updates of a session, newest first."""
    return await service.list_updates(scene, sid)
