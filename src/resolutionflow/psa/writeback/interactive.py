"""Writes a person waits for."""

from __future__ import annotations

from resolutionflow.auth.subject import Subject
from resolutionflow.psa.errors import PsaNotConnected
from resolutionflow.psa.schemas import (
    NoteIn,
    NotePostOut,
    StatusChangeIn,
    StatusChangeOut,
)
from resolutionflow.services import Services


async def change_status(
    services: Services,
    subject: Subject,
    ticket_id: str,
    body: StatusChangeIn,
    *,
    idempotency_key: str | None,
) -> StatusChangeOut:
    del services, subject, ticket_id, body, idempotency_key
    raise PsaNotConnected


async def post_note(
    services: Services,
    subject: Subject,
    ticket_id: str,
    body: NoteIn,
    *,
    idempotency_key: str | None,
) -> NotePostOut:
    del services, subject, ticket_id, body, idempotency_key
    raise PsaNotConnected
