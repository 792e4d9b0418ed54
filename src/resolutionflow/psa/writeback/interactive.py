"""Writes a person waits for on a ticket: a status change and a note. Both go through the outbox."""

from __future__ import annotations

from uuid import UUID

from resolutionflow.auth.subject import Subject
from resolutionflow.errors import AppError
from resolutionflow.psa import cache, repository, revision
from resolutionflow.psa.access import open_provider, require_connection
from resolutionflow.psa.errors import LeakSuspected, PostFailed, StatusNotVerified, TicketChanged
from resolutionflow.psa.parts import NOTHING_MORE, Failed, read_parts
from resolutionflow.psa.providers.errors import PsaAuth, PsaPermission, PsaRejected, PsaUnavailable
from resolutionflow.psa.schemas import NoteIn, NotePostOut, StatusChangeIn, StatusChangeOut
from resolutionflow.psa.views import ticket_out
from resolutionflow.psa.writeback import answers, rules, service
from resolutionflow.psa.writeback.planning import WriteRequest
from resolutionflow.psa.writeback.repository import Write
from resolutionflow.services import Services


async def change_status(
    services: Services, subject: Subject, ticket_id: str, body: StatusChangeIn, *, idempotency_key: str | None
) -> StatusChangeOut:
    """Move the ticket and read it back. A status change is for now: when the PSA is away it is not tried again later."""
    revision.parse(body.revision)
    request = WriteRequest(
        kind="status",
        ticket_id=ticket_id,
        status="explicit",
        status_id=body.status_id,
        notify=body.notify,
        revision=body.revision,
        acknowledge=frozenset(body.acknowledge),
    )
    write = await send(services, subject, request, idempotency_key)
    if write.state not in rules.FINAL or write.state == "cancelled":
        released = await service.release(services, subject.account_id, write.id, even_if_sent=write.state == "blocked")
        raise status_failure(released or write)
    await forget_searches(services, subject)
    connection = await require_connection(services.db, subject.account_id)
    async with open_provider(services, connection) as provider:
        parts = await read_parts(provider, ticket_id, NOTHING_MORE)
        notes = () if isinstance(parts.notes, Failed) else parts.notes
        return StatusChangeOut(
            ticket=ticket_out(provider, parts.ticket, notes),
            revision=parts.revision().token(),
            new_status_id=parts.ticket.status.id if parts.ticket.status else "",
            new_status=parts.ticket.status.name if parts.ticket.status else "",
        )


async def post_note(
    services: Services, subject: Subject, ticket_id: str, body: NoteIn, *, idempotency_key: str | None
) -> NotePostOut:
    """Write a note. When the PSA is away the outbox keeps trying and the answer is `pending`."""
    request = WriteRequest(
        kind="note",
        ticket_id=ticket_id,
        markdown=body.text,
        visibility=body.visibility,
        notify=body.notify,
        acknowledge=frozenset(body.acknowledge),
    )
    write = await send(services, subject, request, idempotency_key)
    if write.state in ("blocked", "cancelled"):
        released = await service.release(services, subject.account_id, write.id)
        raise note_failure(released or write)
    posted = write.state in ("done", "partial")
    return NotePostOut(
        outcome="posted" if posted else "pending",
        write_id=write.id,
        external_id=write.result.get("external_id"),
        posted_at=answers.posted_at(write),
    )


async def send(services: Services, subject: Subject, request: WriteRequest, idempotency_key: str | None) -> Write:
    """Store a write (or find the one of an earlier call with the same key) and wait for it."""
    # Masked before anything else, so that a repeat compares equal with what was stored.
    request, _ = await service.masked(services, subject, request)
    write_id = await _known(services, subject, request, idempotency_key)
    if write_id is None:
        prepared = await service.prepare(services, subject, request)
        async with services.db.transaction(subject.account_id) as session:
            write_id = await service.store(session, subject, prepared, idempotency_key=idempotency_key)
    return await service.wait_for_write(services, subject.account_id, write_id)


async def _known(services: Services, subject: Subject, request: WriteRequest, key: str | None) -> UUID | None:
    """The write of an earlier call with the same key, so that a repeat does not trip over its own effect."""
    if key is None:
        return None
    async with services.db.transaction(subject.account_id) as session:
        return await service.known_write(session, subject, request, key)


async def forget_searches(services: Services, subject: Subject) -> None:
    """Kept ticket lists show what was before our own write."""
    async with services.db.transaction(subject.account_id) as session:
        connection = await repository.active_connection(session)
        if connection is not None:
            await repository.cache_drop(session, connection.id, cache.SEARCH.name)


def status_failure(write: Write) -> AppError:
    """The vendor's refusal as the caller of a status change sees it."""
    problem = write.problem or {}
    kind, message = problem.get("kind"), str(problem.get("message") or "")
    if kind == "not_verified":
        details = {"write_id": str(write.id), "expected": problem.get("expected"), "observed": problem.get("observed")}
        return StatusNotVerified(details=details)
    return vendor_failure(kind, problem, message) or PsaUnavailable()


def note_failure(write: Write) -> AppError:
    """The refusal of a note; says whether the note may be on the ticket."""
    problem = write.problem or {}
    found = None
    if rules.nothing_sent(write.views):
        found = vendor_failure(problem.get("kind"), problem, str(problem.get("message") or ""))
    return found or PostFailed(details={"write_id": str(write.id), "problem": problem})


def vendor_failure(kind: object, problem: dict[str, object], message: str) -> AppError | None:
    """A refusal that stopped a write, as the error it would have been for a direct call; None for trouble without one."""
    if kind == "auth":
        return PsaAuth()
    if kind == "permission":
        return PsaPermission(str(problem.get("permission") or ""))
    if kind == "rejected":
        return PsaRejected(message)
    if kind == "conflict":
        if problem.get("code") == "leak_suspected":
            return LeakSuspected(message)
        return TicketChanged(message, details={"changes": problem.get("changes") or []})
    return None
