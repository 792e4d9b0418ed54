"""SQL of the outbox. Every change of a running write is fenced by its runner, so that a worker that lost it changes nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast
from uuid import UUID

from sqlalchemy import and_, func, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from resolutionflow.kit.clock import now
from resolutionflow.psa.models import PsaWrite, PsaWriteStep
from resolutionflow.psa.schemas import StepName, StepState, WriteKind, WriteState
from resolutionflow.psa.writeback import hooks
from resolutionflow.psa.writeback.rules import LEASE_SECONDS, Plan, StepView
from resolutionflow.realtime.events import LiveEvent, publish


class LeaseLost(Exception):
    """Another worker runs the write now. Stop without touching anything."""


@dataclass(frozen=True, slots=True)
class Step:
    """A step as stored."""

    step: StepName
    state: StepState
    external_id: str | None
    reason: str | None
    error: str | None
    sent_at: datetime | None
    done_at: datetime | None
    request_fields: tuple[dict[str, Any], ...]

    @property
    def view(self) -> StepView:
        return StepView(self.step, self.state, self.reason)


@dataclass(frozen=True, slots=True)
class Write:
    """A write as stored, with its steps in order."""

    id: UUID
    account_id: UUID
    connection_id: UUID | None
    ticket_id: str
    ticket_ref: str
    session_id: UUID | None
    kind: WriteKind
    reference: str
    requested_by: UUID
    acting_member_id: str | None
    acting_member_name: str | None
    plan: Plan
    expected_revision: str | None
    state: WriteState
    attempts: int
    next_attempt_at: datetime | None
    result: dict[str, Any]
    problem: dict[str, Any] | None
    fingerprint: str | None
    lease_until: datetime | None
    created_at: datetime
    updated_at: datetime
    steps: tuple[Step, ...]

    @property
    def views(self) -> tuple[StepView, ...]:
        return tuple(step.view for step in self.steps)

    def step(self, name: StepName) -> Step | None:
        return next((step for step in self.steps if step.step == name), None)


def to_step(row: PsaWriteStep) -> Step:
    return Step(
        step=cast("StepName", row.step),
        state=cast("StepState", row.state),
        external_id=row.external_id,
        reason=row.reason,
        error=row.error,
        sent_at=row.sent_at,
        done_at=row.done_at,
        request_fields=tuple(row.request_fields),
    )


def to_write(row: PsaWrite, steps: tuple[Step, ...]) -> Write:
    return Write(
        id=row.id,
        account_id=row.account_id,
        connection_id=row.connection_id,
        ticket_id=row.ticket_id,
        ticket_ref=row.ticket_ref,
        session_id=row.session_id,
        kind=cast("WriteKind", row.kind),
        reference=row.reference,
        requested_by=row.requested_by,
        acting_member_id=row.acting_member_id,
        acting_member_name=row.acting_member_name,
        plan=Plan.model_validate(row.plan),
        expected_revision=row.expected_revision,
        state=cast("WriteState", row.state),
        attempts=row.attempts,
        next_attempt_at=row.next_attempt_at,
        result=dict(row.result),
        problem=row.problem,
        fingerprint=row.fingerprint,
        lease_until=row.lease_until,
        created_at=row.created_at,
        updated_at=row.updated_at,
        steps=steps,
    )


async def steps_of(session: AsyncSession, write_ids: list[UUID]) -> dict[UUID, tuple[Step, ...]]:
    """Steps by write, in order."""
    statement = select(PsaWriteStep).where(PsaWriteStep.write_id.in_(write_ids)).order_by(PsaWriteStep.position)
    found: dict[UUID, list[Step]] = {write_id: [] for write_id in write_ids}
    for row in (await session.execute(statement.execution_options(populate_existing=True))).scalars():
        found[row.write_id].append(to_step(row))
    return {write_id: tuple(steps) for write_id, steps in found.items()}


async def load(session: AsyncSession, write_id: UUID, *, lock: bool = False) -> Write | None:
    """A write of this account; with `lock` its row stays locked until the transaction ends."""
    statement = select(PsaWrite).where(PsaWrite.id == write_id).execution_options(populate_existing=True)
    row = (await session.execute(statement.with_for_update() if lock else statement)).scalar_one_or_none()
    return to_write(row, (await steps_of(session, [row.id]))[row.id]) if row else None


async def open_write_of(session: AsyncSession, session_id: UUID) -> Write | None:
    """The session's open resolution or escalation write."""
    statement = select(PsaWrite.id).where(
        PsaWrite.session_id == session_id,
        PsaWrite.kind.in_(("resolution", "escalation")),
        PsaWrite.state.in_(("queued", "running", "waiting", "blocked")),
    )
    found = (await session.execute(statement)).scalar_one_or_none()
    return await load(session, found) if found else None


async def by_key(session: AsyncSession, user_id: UUID, key: str) -> Write | None:
    """The write made earlier under an Idempotency-Key."""
    statement = select(PsaWrite.id).where(PsaWrite.requested_by == user_id, PsaWrite.idempotency_key == key)
    found = (await session.execute(statement)).scalar_one_or_none()
    return await load(session, found) if found else None


async def count_of_session(session: AsyncSession, session_id: UUID, kind: WriteKind) -> int:
    """How many writes of a kind a session has had."""
    statement = select(func.count()).where(PsaWrite.session_id == session_id, PsaWrite.kind == kind)
    return (await session.execute(statement)).scalar_one()


async def has_reference(session: AsyncSession, reference: str) -> bool:
    """Whether a write already bears this reference."""
    statement = select(func.count()).where(PsaWrite.reference == reference)
    return bool((await session.execute(statement)).scalar_one())


@dataclass(frozen=True, slots=True)
class Busy:
    """The write cannot be claimed now; look again at `again_at`."""

    again_at: datetime


async def claim(session: AsyncSession, write_id: UUID, runner_id: UUID) -> Write | Busy | None:
    """Take a write that is due. None when there is nothing to do; `Busy` when it or another write of its ticket runs elsewhere."""
    moment = now()
    due = or_(
        PsaWrite.state == "queued",
        and_(PsaWrite.state == "waiting", PsaWrite.next_attempt_at <= moment),
        and_(PsaWrite.state == "running", PsaWrite.lease_until <= moment),
    )
    taking = (
        update(PsaWrite)
        .where(PsaWrite.id == write_id, due)
        .values(
            state="running",
            runner_id=runner_id,
            lease_until=moment + timedelta(seconds=LEASE_SECONDS),
            attempts=PsaWrite.attempts + 1,
            next_attempt_at=None,
            updated_at=moment,
        )
        .returning(PsaWrite.id)
    )
    try:
        async with session.begin_nested():
            taken = (await session.execute(taking)).scalar_one_or_none()
    except IntegrityError:
        # Another write of the same ticket is running: one at a time. That one calls us when it ends; this is for when it cannot.
        return Busy(moment + timedelta(seconds=LEASE_SECONDS))
    if taken is not None:
        return await load(session, write_id)
    known = await load(session, write_id)
    if known is not None and known.state == "running" and known.lease_until is not None:
        return Busy(known.lease_until)
    if known is not None and known.state == "waiting" and known.next_attempt_at is not None:
        # The queue's clock may be a little ahead of ours; a job that comes early must not be the last one.
        return Busy(known.next_attempt_at)
    return None


async def renew(session: AsyncSession, write_id: UUID, runner_id: UUID, *, seconds: float = LEASE_SECONDS) -> bool:
    """Keep the write; 0 seconds gives it up. False when it is not ours any more."""
    statement = (
        update(PsaWrite)
        .where(PsaWrite.id == write_id, PsaWrite.runner_id == runner_id, PsaWrite.state == "running")
        .values(lease_until=now() + timedelta(seconds=seconds))
        .returning(PsaWrite.id)
    )
    return (await session.execute(statement)).scalar_one_or_none() is not None


async def change_running(session: AsyncSession, write: Write, runner_id: UUID, **values: Any) -> None:
    """Update a write we run. Raises `LeaseLost` when another worker has it."""
    moment = now()
    statement = (
        update(PsaWrite)
        .where(
            PsaWrite.id == write.id,
            PsaWrite.runner_id == runner_id,
            PsaWrite.state == "running",
            PsaWrite.lease_until > moment,
        )
        .values(updated_at=moment, **values)
        .returning(PsaWrite.id)
    )
    if (await session.execute(statement)).scalar_one_or_none() is None:
        raise LeaseLost


async def change(session: AsyncSession, write_id: UUID, **values: Any) -> None:
    """Update a write that nobody runs; the caller holds its row lock."""
    await session.execute(update(PsaWrite).where(PsaWrite.id == write_id).values(updated_at=now(), **values))


async def change_step(session: AsyncSession, write_id: UUID, step: StepName, **values: Any) -> None:
    await session.execute(
        update(PsaWriteStep).where(PsaWriteStep.write_id == write_id, PsaWriteStep.step == step).values(**values)
    )


async def announce(session: AsyncSession, write: Write, state: WriteState) -> None:
    """Tell open browsers, when this transaction commits."""
    payload = {
        "write_id": str(write.id),
        "session_id": str(write.session_id) if write.session_id else None,
        "ticket_id": write.ticket_id,
        "state": state,
    }
    audience = await hooks.audience_of(session, write.session_id, write.requested_by)
    publish(session, LiveEvent("psa.write.changed", payload, audience, merge_key=str(write.id)))
