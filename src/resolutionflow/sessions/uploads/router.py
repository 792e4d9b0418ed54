"""Routes of uploads."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Request, Response

from resolutionflow.auth.deps import DetachedEngineer, DetachedMember, Engineer, Svc, Tx
from resolutionflow.errors import NotFound, RateLimited, responses
from resolutionflow.sessions.idempotent import Once
from resolutionflow.sessions.uploads import form, service
from resolutionflow.sessions.uploads.errors import (
    FileTooLarge,
    ImageTooLarge,
    ImageUnreadable,
    UnsupportedType,
    UploadAttached,
)
from resolutionflow.sessions.uploads.schemas import UploadOut
from resolutionflow.storage import StorageUnavailable

router = APIRouter(prefix="/api/v1/uploads", tags=["uploads"])

Uid = Annotated[UUID, Path(description="The picture.")]


@router.post(
    "",
    operation_id="create_upload",
    status_code=201,
    response_model=UploadOut,
    responses=responses(FileTooLarge, ImageTooLarge, ImageUnreadable, UnsupportedType, RateLimited, StorageUnavailable),
    openapi_extra=form.REQUEST_BODY,
)
async def create_upload(request: Request, subject: DetachedEngineer, services: Svc) -> Response:
    """Store a picture for a message: PNG, JPEG, WebP or GIF, up to 10 MiB and 40 megapixels. It is re-encoded; the original is not kept."""
    once = Once.of_content(request)
    upload_id = await service.announce(services, subject)
    data = await form.read_file(request)
    return await service.store(services, subject, upload_id, data, once.saying(data))


@router.get(
    "/{uid}/content",
    operation_id="upload_content",
    response_class=Response,
    responses={
        **responses(NotFound, StorageUnavailable),
        200: {"content": {"image/jpeg": {}}, "description": "The picture."},
        304: {"description": "The picture the caller has is the same."},
    },
)
async def upload_content(uid: Uid, request: Request, subject: DetachedMember, services: Svc) -> Response:
    """The picture itself: for who uploaded it, and once it is in a message for everybody who may read the session."""
    async with services.db.transaction(subject.account_id) as tx:
        row = await service.readable(tx, subject, uid)
    headers = {
        "ETag": f'"{row.sha256}"',
        "Cache-Control": "private, max-age=3600",
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Content-Disposition": "inline",
    }
    if request.headers.get("if-none-match") == headers["ETag"]:
        return Response(status_code=304, headers=headers)
    return Response(await service.content(services.files, row), media_type=row.content_type, headers=headers)


@router.delete("/{uid}", operation_id="delete_upload", status_code=204, responses=responses(NotFound, UploadAttached))
async def delete_upload(uid: Uid, subject: Engineer, tx: Tx) -> None:
    """Throw away an own picture that is in no message yet."""
    await service.remove(tx, subject, uid)
