"""Storing prepared writes and waiting for them. What other domains call.

The order for a post: `prepare` (reads the PSA, no transaction open), then `store` inside the caller's own transaction, then after its commit
`wait_for_write`, which holds no database session.
"""

from __future__ import annotations

import asyncio
import hashlib
from uuid import UUID

import orjson
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from resolutionflow.auth.subject import Subject
from resolutionflow.kit.ids import new_id
from resolutionflow.psa.errors import IdempotencyMismatch, PsaWriteOpen
from resolutionflow.psa.jobs import enqueue_write
from resolutionflow.psa.models import PsaWrite, PsaWriteStep
from resolutionflow.psa.providers.errors import PsaNotFound
from resolutionflow.psa.schemas import StepName, StepState, WriteState
from resolutionflow.psa.writeback import repository, rules
from resolutionflow.psa.writeback.engine import CHANNEL
from resolutionflow.psa.writeback.planning import WriteRequest
from resolutionflow.psa.writeback.preparing import Prepared, masked, prepare, preview
from resolutionflow.psa.writeback.repository import Write
from resolutionflow.psa.writeback.rules import Plan
from resolutionflow.services import Services

__all__ = ["Prepared", "masked", "prepare", "preview", "store", "wait_for_write"]

WAIT_SECONDS = 15.0
_CHECK_AGAIN_SECONDS = 2.0


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
                request_fields=[field.model_dump() for field in plan.fields_of(step)],
            )
        )
    await enqueue_write(session, subject.account_id, write_id, awaited=True)
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


async def known_key(session: AsyncSession, subject: Subject, key: str) -> bool:
    """Whether the caller has made a write under this Idempotency-Key."""
    return await repository.by_key(session, subject.user_id, key) is not None


def _steps(request: WriteRequest, plan: Plan) -> list[tuple[StepName, StepState, str | None]]:
    steps: list[tuple[StepName, StepState, str | None]] = [("check", "pending", None)]
    if plan.ticket is not None:
        steps.append(("create", "pending", None))
    if plan.person is not None:
        steps.append(("assign", "pending", None))
    if plan.text is not None:
        steps.append(("note", "pending", None))
    if plan.time is not None or plan.time_reason is not None:
        steps.append(("time", "skipped" if plan.time is None else "pending", plan.time_reason))
    if request.status != "none":
        steps.append(("status", "pending", None))
    return [*steps, ("confirm", "pending", None)]


async def refuse_open_write(session: AsyncSession, session_id: UUID) -> None:
    """Raise `PsaWriteOpen` with its id when the session has an open resolution or escalation write."""
    known = await repository.open_write_of(session, session_id)
    if known is not None:
        raise PsaWriteOpen(details={"write_id": str(known.id), "kind": known.kind, "state": known.state})


def fingerprint_of(request: WriteRequest) -> str:
    """What must be equal for a repeated Idempotency-Key to mean the same request."""
    parts: list[object] = [
        request.kind,
        None if request.ticket else request.ticket_id,
        request.markdown,
        str(request.session_id),
        request.visibility,
        request.notify,
    ]
    parts += [request.status, request.status_id]
    if request.time_minutes is not None or request.person is not None or request.ticket is not None:
        named = [item and item.model_dump() for item in (request.person, request.ticket)]
        parts += [request.time_minutes, *named]
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
