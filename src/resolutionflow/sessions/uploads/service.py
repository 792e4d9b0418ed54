"""Uploads: storing, reading, deleting, and tying them to a message (sessions-api.md 12).

A file never stays behind: before it is written, the job that removes it a day later is in the queue. That job leaves attached ones alone.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from fastapi import Response
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from resolutionflow.auth.subject import Subject
from resolutionflow.db.rates import hit_hourly
from resolutionflow.errors import NotFound
from resolutionflow.jobs import JobArgs, enqueue
from resolutionflow.kit.clock import now
from resolutionflow.kit.ids import new_id
from resolutionflow.pilot.contract import TurnImage
from resolutionflow.services import Services
from resolutionflow.sessions import repository
from resolutionflow.sessions.idempotent import Once
from resolutionflow.sessions.models import Message, Turn
from resolutionflow.sessions.uploads import pictures
from resolutionflow.sessions.uploads.errors import InvalidUpload, UploadAttached
from resolutionflow.sessions.uploads.models import Upload
from resolutionflow.sessions.uploads.schemas import UploadOut
from resolutionflow.storage import FileMissing, FileStore

DROP = "sessions.drop_upload"
KEEP_UNATTACHED = timedelta(hours=24)
MOST_PER_MESSAGE = 3


class DropArgs(JobArgs):
    """Which upload to look at."""

    upload_id: UUID


def key_of(account_id: UUID, upload_id: UUID) -> str:
    """Where the file of an upload is kept."""
    return f"{account_id}/uploads/{upload_id}.jpg"


async def announce(services: Services, subject: Subject) -> UUID:
    """Count the upload and make sure that whatever becomes of it is cleared away. Raises `RateLimited`."""
    upload_id = new_id()
    async with services.db.transaction(subject.account_id) as tx:
        limit = services.settings.uploads_per_hour
        await hit_hourly(tx, subject.account_id, f"upload:{subject.user_id}", limit=limit)
        args = DropArgs(account_id=subject.account_id, upload_id=upload_id)
        await enqueue(tx, DROP, args, delay=KEEP_UNATTACHED, dedupe_key=f"upload-old:{upload_id}")
    return upload_id


async def store(services: Services, subject: Subject, upload_id: UUID, data: bytes, once: Once) -> Response:
    """Re-encode and keep a picture. Raises the refusals of `pictures` and `StorageUnavailable`."""
    picture = await pictures.re_encode(data)
    key = key_of(subject.account_id, upload_id)
    await services.files.put(key, picture.data, content_type=pictures.CONTENT_TYPE)
    async with services.db.transaction(subject.account_id) as tx:
        # A repeat leaves its second file to the job that was announced for it.
        replay = await once.claim(tx, subject)
        if replay is not None:
            return replay
        row = Upload(
            id=upload_id,
            account_id=subject.account_id,
            user_id=subject.user_id,
            storage_key=key,
            content_type=pictures.CONTENT_TYPE,
            size_bytes=len(picture.data),
            width=picture.width,
            height=picture.height,
            sha256=hashlib.sha256(picture.data).hexdigest(),
        )
        tx.add(row)
        await tx.flush()
        return await once.answer(tx, subject, 201, UploadOut.model_validate(row).model_dump_json())


async def readable(tx: AsyncSession, subject: Subject, upload_id: UUID) -> Upload:
    """An upload the caller may look at: their own, or one in a session they may read. Raises `NotFound`."""
    row = await _find(tx, subject.account_id, upload_id)
    if row is None:
        raise NotFound("picture")
    if row.user_id != subject.user_id:
        if row.session_id is None:
            raise NotFound("picture")
        await repository.load(tx, subject, row.session_id)
    return row


async def content(files: FileStore, row: Upload) -> bytes:
    """The bytes of a picture. Raises `NotFound` when the file is gone and `StorageUnavailable`."""
    try:
        return await files.get(row.storage_key)
    except FileMissing as error:
        raise NotFound("picture") from error


async def remove(tx: AsyncSession, subject: Subject, upload_id: UUID) -> None:
    """Delete an own upload that is in no message. Its file goes with a job. Raises `NotFound`, `UploadAttached`."""
    row = await _find(tx, subject.account_id, upload_id, lock=True)
    if row is None or row.user_id != subject.user_id:
        raise NotFound("picture")
    if row.attached_at is not None:
        raise UploadAttached
    await tx.delete(row)
    args = DropArgs(account_id=subject.account_id, upload_id=upload_id)
    await enqueue(tx, DROP, args, dedupe_key=f"upload:{upload_id}")


async def drop(services: Services, account_id: UUID, upload_id: UUID) -> None:
    """Remove an upload that is in no message, row and file. Safe to run twice."""
    async with services.db.transaction(account_id) as tx:
        row = await _find(tx, account_id, upload_id, lock=True)
        if row is not None and row.attached_at is not None:
            return
        if row is not None:
            await tx.delete(row)
    await services.files.delete(key_of(account_id, upload_id))


async def claim(tx: AsyncSession, subject: Subject, upload_ids: Sequence[UUID]) -> list[Upload]:
    """The uploads of a new message, locked: at most three, own, in no message. Raises `InvalidUpload`."""
    if not upload_ids:
        return []
    if len(upload_ids) > MOST_PER_MESSAGE or len(set(upload_ids)) < len(upload_ids):
        raise InvalidUpload
    query = (
        select(Upload)
        .where(
            Upload.account_id == subject.account_id,
            Upload.user_id == subject.user_id,
            Upload.id.in_(upload_ids),
            Upload.attached_at.is_(None),
        )
        .order_by(Upload.id)
        .with_for_update()
    )
    found = {row.id: row for row in (await tx.execute(query)).scalars()}
    if len(found) < len(upload_ids):
        raise InvalidUpload
    return [found[upload_id] for upload_id in upload_ids]


async def attach(tx: AsyncSession, rows: Sequence[Upload], session_id: UUID, message_id: UUID) -> None:
    """Make the claimed uploads part of a stored message, whose `meta` names them."""
    for row in rows:
        row.session_id, row.message_id, row.attached_at = session_id, message_id, now()
    await tx.flush()


async def turn_images(tx: AsyncSession, files: FileStore, turn: Turn) -> tuple[TurnImage, ...]:
    """The pictures of a turn's message, in the order they were given; their bytes are read later, without a transaction."""
    query = select(Upload).where(Upload.account_id == turn.account_id, Upload.message_id == turn.user_message_id)
    rows = {str(row.id): row for row in (await tx.execute(query)).scalars()}
    if not rows:
        return ()
    message = await tx.get_one(Message, turn.user_message_id)
    ordered = [rows[upload_id] for upload_id in message.meta.get("uploads", []) if upload_id in rows]
    return tuple(_image(files, row) for row in ordered)


def _image(files: FileStore, row: Upload) -> TurnImage:
    async def read() -> bytes:
        return await content(files, row)

    return TurnImage(
        id=row.id,
        content_type=row.content_type,
        width=row.width,
        height=row.height,
        size_bytes=row.size_bytes,
        read=read,
    )


async def _find(tx: AsyncSession, account_id: UUID, upload_id: UUID, *, lock: bool = False) -> Upload | None:
    query = select(Upload).where(Upload.account_id == account_id, Upload.id == upload_id)
    return (await tx.execute(query.with_for_update() if lock else query)).scalar_one_or_none()
