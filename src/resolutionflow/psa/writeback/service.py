"""Preparing, previewing and storing writes, and waiting for them. What other domains call.

The order for a post: `prepare` (reads the PSA, no transaction open), then `store` inside the caller's own transaction, then after its commit
`wait_for_write`, which holds no database session.
"""

from __future__ import annotations

import asyncio
import hashlib
from dataclasses import dataclass, replace
from uuid import UUID

import orjson
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from resolutionflow.auth.subject import Subject
from resolutionflow.kit.ids import new_id
from resolutionflow.pilot.redaction import Redactor
from resolutionflow.psa import repository as psa_repository
from resolutionflow.psa.access import open_provider, require_connection
from resolutionflow.psa.errors import (
    IdempotencyMismatch,
    LeakSuspected,
    NoteTooLong,
    PsaWriteOpen,
    StatusNotOnBoard,
    TicketChanged,
)
from resolutionflow.psa.jobs import enqueue_write
from resolutionflow.psa.models import PsaWrite, PsaWriteStep
from resolutionflow.psa.preferences import Preferences
from resolutionflow.psa.providers.contract import PsaProvider
from resolutionflow.psa.providers.errors import (
    PsaAuth,
    PsaNotFound,
    PsaPermission,
    PsaProtocol,
    PsaRateLimited,
    PsaUnavailable,
)
from resolutionflow.psa.refs import new_reference, ticket_ref
from resolutionflow.psa.repository import Connection
from resolutionflow.psa.schemas import StepName, StepState, WriteState
from resolutionflow.psa.writeback import previews, repository, rules
from resolutionflow.psa.writeback.engine import CHANNEL
from resolutionflow.psa.writeback.planning import Author, WriteRequest, make_plan, session_reference, time_reason
from resolutionflow.psa.writeback.repository import Write
from resolutionflow.psa.writeback.rules import Plan
from resolutionflow.psa.writeback.schemas import PreviewOut
from resolutionflow.psa.writeback.survey import Survey, look
from resolutionflow.services import Services

WAIT_SECONDS = 15.0
# A PSA that hangs is left to the outbox after this long, so that the person is told in time.
LOOK_SECONDS = 8.0
_CHECK_AGAIN_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Prepared:
    """A write ready to be stored. `expected_revision` is what the ticket looked like to the person."""

    request: WriteRequest
    connection_id: UUID
    ticket_ref: str
    reference: str
    plan: Plan
    expected_revision: str | None
    author: Author


@dataclass(frozen=True, slots=True)
class _Desk:
    """What is known before the PSA is asked."""

    connection: Connection
    preferences: Preferences
    author: Author
    reference: str


async def _desk(services: Services, subject: Subject, request: WriteRequest) -> _Desk:
    connection = await require_connection(services.db, subject.account_id)
    async with services.db.transaction(subject.account_id) as session:
        preferences = await psa_repository.preferences(session, connection.id)
        mapping = await psa_repository.mapping_of(session, connection.id, subject.user_id)
        number = 0
        if request.session_id is not None:
            number = await repository.count_of_session(session, request.session_id, request.kind)
    if request.session_id is None:
        reference = new_reference()
    else:
        reference = session_reference(
            services.settings.derive_key("psa-references"), request.session_id, request.kind, number
        )
    return _Desk(connection, preferences, Author(subject.name, mapping), reference)


async def prepare(services: Services, subject: Subject, request: WriteRequest) -> Prepared:
    """Plan a write against the ticket as it is now.

    Raises `PsaNotConnected`, `PsaNotFound`, `StatusNotOnBoard`, `NoteTooLong`, `TicketChanged`, `LeakSuspected`. A PSA that cannot be
    reached or refuses our sign-in does not stop it: the check step of the outbox looks before anything is sent.
    """
    desk = await _desk(services, subject, request)
    request, _ = masked(services, _without_foreign_acknowledgement(subject, request))
    try:
        async with open_provider(services, desk.connection) as provider:
            try:
                async with asyncio.timeout(LOOK_SECONDS):
                    survey: Survey | None = await look(
                        services, desk.connection, provider, request.ticket_id, gate=request.markdown is not None
                    )
            except (PsaUnavailable, PsaRateLimited, PsaPermission, PsaProtocol, TimeoutError):
                survey = None
            plan = await _plan(desk, provider, request, survey)
    except PsaAuth:
        plan = await _offline_plan(services, desk, request)
        survey = None
    expected = request.revision if desk.preferences.warn_on_conflict else None
    if survey is not None:
        _refuse(request, plan, survey, expected)
        plan = plan.model_copy(update={"leak_cleared": True})
    return Prepared(
        request=request,
        connection_id=desk.connection.id,
        ticket_ref=ticket_ref(desk.connection.provider, request.ticket_id),
        reference=desk.reference,
        plan=plan,
        expected_revision=expected,
        author=desk.author,
    )


def masked(services: Services, request: WriteRequest) -> tuple[WriteRequest, list[str]]:
    """The request with every secret in its text masked, and what kinds there were. Masks of a session stay as they are."""
    if request.markdown is None:
        return request, []
    found = Redactor(services.settings.derive_key("psa-notes")).redact(request.markdown)
    return replace(request, markdown=found.text), [str(item.kind) for item in found.masked]


def _without_foreign_acknowledgement(subject: Subject, request: WriteRequest) -> WriteRequest:
    """Only an admin or owner may let a suspected leak pass; anybody else's word for it is not heard."""
    if "leak_suspected" not in request.acknowledge or subject.at_least("admin"):
        return request
    return replace(request, acknowledge=request.acknowledge - {"leak_suspected"})


async def _plan(desk: _Desk, provider: PsaProvider, request: WriteRequest, survey: Survey | None) -> Plan:
    try:
        plan = await make_plan(
            request,
            provider,
            desk.preferences,
            desk.author,
            desk.reference,
            ticket=survey.ticket if survey else None,
            statuses=survey.statuses if survey else (),
        )
    except KeyError as error:
        raise StatusNotOnBoard from error
    limit = provider.capabilities.note_max
    if plan.text is not None and len(plan.text) > limit:
        raise NoteTooLong(details={"length": len(plan.text), "limit": limit})
    return plan


async def _offline_plan(services: Services, desk: _Desk, request: WriteRequest) -> Plan:
    """The plan when the PSA refuses our sign-in: planning itself asks nothing."""
    async with open_provider(services, desk.connection) as provider:
        return await _plan(desk, provider, request, None)


def _refuse(request: WriteRequest, plan: Plan, survey: Survey, expected: str | None) -> None:
    if survey.ticket.merged_into is not None:
        raise TicketChanged(
            f"The ticket was merged into #{survey.ticket.merged_into}. Nothing was sent.",
            details={
                "changes": [
                    {"field": "merged", "then": None, "now": survey.ticket.merged_into, "by": survey.ticket.updated_by}
                ]
            },
        )
    if "ticket_changed" not in request.acknowledge and (changes := survey.changes_since(expected)):
        raise TicketChanged(
            details={
                "changes": [
                    {"field": item.field, "then": item.then, "now": item.now, "by": item.by} for item in changes
                ],
                "revision": survey.revision.token(),
            }
        )
    if "leak_suspected" not in request.acknowledge and (leaks := survey.leaks(plan.text)):
        raise LeakSuspected(
            details={"found": [{"kind": leak.kind, "text": leak.found, "company": leak.company} for leak in leaks]}
        )


async def preview(services: Services, subject: Subject, request: WriteRequest) -> PreviewOut:
    """Exactly what `prepare` and the outbox would write, with conflicts and blockers instead of errors. Reads only."""
    desk = await _desk(services, subject, request)
    request, kinds = masked(services, request)
    async with open_provider(services, desk.connection) as provider:
        survey = await look(services, desk.connection, provider, request.ticket_id, gate=request.markdown is not None)
        plan = await _plan(desk, provider, request, survey)
        shown = previews.preview_out(provider, desk.connection, request, plan, survey, desk.author, subject)
        return shown.model_copy(update={"masked": kinds})


async def store(
    session: AsyncSession, subject: Subject, prepared: Prepared, *, idempotency_key: str | None = None
) -> UUID:
    """Put a prepared write and its job into the caller's transaction; nothing is sent before it commits.

    Raises `PsaWriteOpen` when the session has an open write; a repeated key returns the write of the first call.
    """
    request, plan = prepared.request, prepared.plan
    fingerprint = fingerprint_of(request)
    if idempotency_key is not None and (twin := await known_write(session, subject, request, idempotency_key)):
        return twin
    if request.session_id is not None and request.kind in ("resolution", "escalation"):
        await refuse_open_write(session, request.session_id)
    write_id = new_id()
    mapping = prepared.author.mapping
    row = PsaWrite(
        id=write_id,
        account_id=subject.account_id,
        connection_id=prepared.connection_id,
        ticket_id=request.ticket_id,
        ticket_ref=prepared.ticket_ref,
        session_id=request.session_id,
        kind=request.kind,
        reference=prepared.reference,
        requested_by=subject.user_id,
        acting_member_id=mapping.member_id if mapping else None,
        acting_member_name=mapping.member_name if mapping else None,
        plan=plan.model_dump(mode="json"),
        expected_revision=prepared.expected_revision,
        idempotency_key=idempotency_key,
        fingerprint=fingerprint,
    )
    try:
        async with session.begin_nested():
            session.add(row)
            await session.flush()
    except IntegrityError:
        # Somebody was faster between our look and this insert.
        if idempotency_key is not None and (twin := await known_write(session, subject, request, idempotency_key)):
            return twin
        if request.session_id is not None:
            await refuse_open_write(session, request.session_id)
        raise
    for position, (step, state, reason) in enumerate(_steps(request, plan)):
        await session.execute(
            insert(PsaWriteStep).values(
                id=new_id(),
                account_id=subject.account_id,
                write_id=write_id,
                position=position,
                step=step,
                state=state,
                reason=reason,
                request_fields=[field.model_dump() for field in _fields(plan, step)],
            )
        )
    await enqueue_write(session, subject.account_id, write_id)
    stored = await repository.load(session, write_id)
    assert stored is not None
    await repository.announce(session, stored, "queued")
    return write_id


async def reference_taken(session: AsyncSession, prepared: Prepared) -> bool:
    """Whether another write of the session was stored since: the plan's reference is that one's then, so plan anew."""
    return await repository.has_reference(session, prepared.reference)


async def state_of_write(session: AsyncSession, write_id: UUID) -> WriteState | None:
    """The state of a write for a list that names it."""
    write = await repository.load(session, write_id)
    return write.state if write else None


async def known_write(session: AsyncSession, subject: Subject, request: WriteRequest, key: str) -> UUID | None:
    """The write made under this Idempotency-Key. Raises `IdempotencyMismatch` when it was for something else."""
    known = await repository.by_key(session, subject.user_id, key)
    if known is None:
        return None
    if known.fingerprint != fingerprint_of(request):
        raise IdempotencyMismatch
    return known.id


def _steps(request: WriteRequest, plan: Plan) -> list[tuple[StepName, StepState, str | None]]:
    steps: list[tuple[StepName, StepState, str | None]] = [("check", "pending", None)]
    if plan.text is not None:
        steps.append(("note", "pending", None))
    if request.kind in ("resolution", "escalation"):
        steps.append(("time", "skipped", time_reason(request)))
    if request.status != "none":
        steps.append(("status", "pending", None))
    return [*steps, ("confirm", "pending", None)]


def _fields(plan: Plan, step: StepName) -> tuple[rules.StoredField, ...]:
    return plan.note_fields if step == "note" else plan.status_fields if step == "status" else ()


async def refuse_open_write(session: AsyncSession, session_id: UUID) -> None:
    """Raise `PsaWriteOpen` with its id when the session has an open resolution or escalation write."""
    known = await repository.open_write_of(session, session_id)
    if known is not None:
        raise PsaWriteOpen(details={"write_id": str(known.id), "kind": known.kind, "state": known.state})


def fingerprint_of(request: WriteRequest) -> str:
    """What must be equal for a repeated Idempotency-Key to mean the same request."""
    parts = [
        request.kind,
        request.ticket_id,
        request.markdown,
        str(request.session_id),
        request.visibility,
        request.notify,
    ]
    parts += [request.status, request.status_id]
    return hashlib.sha256(orjson.dumps(parts)).hexdigest()


async def wait_for_write(
    services: Services, account_id: UUID, write_id: UUID, *, timeout: float = WAIT_SECONDS
) -> Write:
    """The write once it is settled or blocked, or as it is after `timeout` seconds. Holds no database session while it waits."""
    woken = asyncio.Event()
    loop = asyncio.get_running_loop()
    deadline = loop.time() + timeout

    def wake(payload: str) -> None:
        if payload == str(write_id):
            woken.set()

    stop = services.bus.listen(CHANNEL, wake)
    try:
        while True:
            woken.clear()
            async with services.db.transaction(account_id) as session:
                write = await repository.load(session, write_id)
            if write is None:
                raise PsaNotFound
            left = deadline - loop.time()
            if write.state in rules.FINAL or write.state == "blocked" or left <= 0:
                return write
            try:
                # A signal may be lost with its connection, so look again now and then.
                async with asyncio.timeout(min(left, _CHECK_AGAIN_SECONDS)):
                    await woken.wait()
            except TimeoutError:
                continue
    finally:
        stop()


async def release(services: Services, account_id: UUID, write_id: UUID, *, even_if_sent: bool = False) -> Write | None:
    """Cancel a write nobody will come back to: its refusal was just told to the person who asked. None when it moved on meanwhile."""
    async with services.db.transaction(account_id) as session:
        write = await repository.load(session, write_id, lock=True)
        if write is None or write.state not in ("queued", "waiting", "blocked"):
            return None
        if not even_if_sent and not rules.nothing_sent(write.views):
            return None
        await repository.change(session, write_id, state="cancelled", next_attempt_at=None)
        await repository.announce(session, write, "cancelled")
    services.bus.signal(CHANNEL, str(write_id))
    return write
