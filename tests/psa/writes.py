"""Posting a session's resolution without the sessions domain: the outbox as its callers use it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from resolutionflow.kit.ids import new_id
from resolutionflow.psa.schemas import WriteKind
from resolutionflow.psa.writeback import hooks, repository, service
from resolutionflow.psa.writeback.hooks import ConfirmedWrite
from resolutionflow.psa.writeback.planning import WriteRequest
from resolutionflow.psa.writeback.repository import Write
from resolutionflow.registry import import_jobs
from resolutionflow.services import Services
from tests.support.world import Person

# The sessions domain registers itself when the jobs are imported; `hooked` must come after that, not before.
import_jobs()

NOTE = "**Problem**\n\nOutlook kept asking for the password.\n\n**Resolution**\n\nThe stored credential was removed."


@dataclass
class Confirmations:
    """What the session's domain was told."""

    seen: list[ConfirmedWrite] = field(default_factory=list)

    async def __call__(self, session: AsyncSession, done: ConfirmedWrite) -> None:
        del session
        self.seen.append(done)


@contextmanager
def hooked(kind: WriteKind = "resolution") -> Iterator[Confirmations]:
    """Take the place of the sessions domain for one test."""
    told = Confirmations()
    before = dict(hooks._confirmed), list(hooks._audience), list(hooks._readers), list(hooks._handlers)
    hooks._audience.clear()
    hooks._readers.clear()
    hooks._handlers.clear()
    hooks.on_confirmed(kind, told)
    yield told
    hooks._confirmed.clear()
    hooks._confirmed.update(before[0])
    hooks._audience[:], hooks._readers[:], hooks._handlers[:] = before[1:]


async def make_session(services: Services, person: Person) -> UUID:
    session_id = new_id()
    async with services.db.transaction(person.account_id) as session:
        await session.execute(
            text(
                "INSERT INTO ai_sessions (id, account_id, user_id, intake_type) VALUES (:id, :account, :user, 'free_text')"
            ),
            {"id": session_id, "account": person.account_id, "user": person.id},
        )
    return session_id


def resolution(ticket_id: str, session_id: UUID, **more: Any) -> WriteRequest:
    values: dict[str, Any] = {"kind": "resolution", "markdown": NOTE, "status": "target", **more}
    return WriteRequest(ticket_id=ticket_id, session_id=session_id, **values)


async def store(services: Services, person: Person, request: WriteRequest, *, key: str | None = None) -> UUID:
    prepared = await service.prepare(services, person.subject, request)
    async with services.db.transaction(person.account_id) as session:
        return await service.store(session, person.subject, prepared, idempotency_key=key)


async def loaded(services: Services, person: Person, write_id: UUID) -> Write:
    async with services.db.transaction(person.account_id) as session:
        found = await repository.load(session, write_id)
    assert found is not None
    return found


async def end_lease(services: Services, write_id: UUID) -> None:
    """The time a dead worker's lease would have taken to run out has passed."""
    async with services.db.system() as session:
        await session.execute(
            text("UPDATE psa_writes SET lease_until = now() - interval '1 hour' WHERE id = :id AND state = 'running'"),
            {"id": write_id},
        )
