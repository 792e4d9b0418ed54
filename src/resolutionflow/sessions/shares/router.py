"""Routes of share links, and the one that needs no sign-in."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Request, Response

from resolutionflow.auth.deps import Svc
from resolutionflow.errors import NotFound, RateLimited, responses
from resolutionflow.sessions.errors import AwaitingPickup, NotSessionHandler
from resolutionflow.sessions.scene import WritingUnkept
from resolutionflow.sessions.shares import public, service
from resolutionflow.sessions.shares.errors import ShareLimit, ShareNotFound, SharingDisabled
from resolutionflow.sessions.shares.schemas import CreatedShare, CreateShare, SharedSession, ShareList

router = APIRouter(prefix="/api/v1", tags=["shares"])

Sid = Annotated[UUID, Path(description="The session.")]
ShareId = Annotated[UUID, Path(description="The link.")]
WRITE = (NotFound, NotSessionHandler, AwaitingPickup)
PRIVATE = {"cache-control": "no-store", "x-robots-tag": "noindex, nofollow", "referrer-policy": "no-referrer"}


@router.post(
    "/ai-sessions/{sid}/shares",
    operation_id="create_share",
    status_code=201,
    responses=responses(*WRITE, SharingDisabled, ShareLimit),
)
async def create_share(sid: Sid, body: CreateShare, scene: WritingUnkept) -> CreatedShare:
    """Make a link that shows the session without a sign-in. Its address is answered this once."""
    return await service.create(scene, sid, body)


@router.get("/ai-sessions/{sid}/shares", operation_id="list_shares", responses=responses(*WRITE))
async def list_shares(sid: Sid, scene: WritingUnkept) -> ShareList:
    """The links of the session, newest first."""
    return await service.list_shares(scene, sid)


@router.delete(
    "/ai-sessions/{sid}/shares/{share_id}",
    operation_id="revoke_share",
    status_code=204,
    responses=responses(*WRITE),
)
async def revoke_share(sid: Sid, share_id: ShareId, scene: WritingUnkept) -> None:
    """Withdraw a link: it stops working at once."""
    await service.revoke(scene, sid, share_id)


@router.get(
    "/shared/sessions/{token}",
    operation_id="read_shared_session",
    response_model=SharedSession,
    responses=responses(ShareNotFound, RateLimited),
)
async def read_shared_session(token: str, request: Request, response: Response, services: Svc) -> SharedSession:
    """What a link shows. Needs no sign-in; unknown, ended, withdrawn and switched off are one answer."""
    response.headers.update(PRIVATE)
    try:
        return await public.visit(services, token, request.client.host if request.client else "")
    except (ShareNotFound, RateLimited) as refused:
        refused.headers = {**refused.headers, **PRIVATE}
        raise
