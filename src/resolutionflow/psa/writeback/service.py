"""Commands on writes."""

from __future__ import annotations

from uuid import UUID

from resolutionflow.auth.subject import Subject
from resolutionflow.errors import NotFound
from resolutionflow.psa.schemas import WriteOut, WriteRetryIn
from resolutionflow.services import Services


async def retry(
    services: Services, subject: Subject, write_id: UUID, body: WriteRetryIn
) -> WriteOut:
    del services, subject, write_id, body
    raise NotFound


async def finish_without_status(
    services: Services, subject: Subject, write_id: UUID
) -> WriteOut:
    del services, subject, write_id
    raise NotFound


async def cancel(services: Services, subject: Subject, write_id: UUID) -> WriteOut:
    del services, subject, write_id
    raise NotFound
