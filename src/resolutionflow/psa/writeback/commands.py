"""What people do with a write that is stuck: retry, finish without the status, cancel."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from resolutionflow.auth.subject import Subject
from resolutionflow.errors import NotFound
from resolutionflow.kit.clock import now
from resolutionflow.psa import lookups
from resolutionflow.psa import repository as psa_repository
from resolutionflow.psa.access import open_provider, require_connection
from resolutionflow.psa.errors import AlreadySent, LeakSuspected, NotWriteOwner, StatusNotOnBoard, WrongWriteState
from resolutionflow.psa.jobs import enqueue_write
from resolutionflow.psa.providers.contract import Status
from resolutionflow.psa.schemas import StepName
from resolutionflow.psa.writeback import history, hooks, repository, rules
from resolutionflow.psa.writeback.engine import CHANNEL, confirm_session
from resolutionflow.psa.writeback.planning import next_status, with_status
from resolutionflow.psa.writeback.repository import Write
from resolutionflow.psa.writeback.rules import Plan
from resolutionflow.psa.writeback.schemas import WriteOut, WriteRetryIn
from resolutionflow.services import Services


async def retry(services: Services, subject: Subject, write_id: UUID, body: WriteRetryIn) -> WriteOut:
    """Put a waiting or blocked write back into the queue. Steps that are done stay done, so a posted note is never sent again."""
    plan = await _replanned(services, subject, write_id, body)
    async with services.db.transaction(subject.account_id) as session:
        write = await _load_to_act(session, subject, write_id)
        if write.state not in ("waiting", "blocked"):
            raise WrongWriteState(details={"state": write.state})
        if body.steps == ["status"] and not rules.allowed(write.state, write.views, note_confirmed=True).retry_status:
            raise WrongWriteState(details={"state": write.state})
        base = plan or write.plan
        acknowledged = tuple(sorted({*base.acknowledged, *body.acknowledge}))
        cleared = base.leak_cleared or "leak_suspected" in body.acknowledge
        base = base.model_copy(update={"acknowledged": acknowledged, "leak_cleared": cleared})
        await _reset_steps(session, write, base, only=body.steps)
        await repository.change(
            session,
            write_id,
            state="queued",
            next_attempt_at=None,
            problem=None,
            plan=base.model_dump(mode="json"),
            lease_until=None,
        )
        _log(session, write, subject, "write_retried", {"steps": body.steps, "status_id": body.status_id})
        await enqueue_write(session, subject.account_id, write_id, awaited=True)
        await repository.announce(session, write, "queued")
        out = await history.view(session, subject, write_id)
    services.bus.signal(CHANNEL, str(write_id))
    return out


async def _reset_steps(session: AsyncSession, write: Write, plan: Plan, *, only: Sequence[StepName] | None) -> None:
    """What failed is tried again, and the confirmation with it; what may have been sent keeps its state."""
    for step in write.steps:
        if step.state == "failed" and (only is None or step.step in only):
            values: dict[str, Any] = {"state": "pending", "error": None, "reason": None}
            if step.step == "status":
                values["request_fields"] = [field.model_dump() for field in plan.status_fields]
            await repository.change_step(session, write.id, step.step, **values)
        elif step.step == "confirm":
            await repository.change_step(session, write.id, "confirm", state="pending", done_at=None)


async def _replanned(services: Services, subject: Subject, write_id: UUID, body: WriteRetryIn) -> Plan | None:
    """The plan with another status, when one was chosen; read from the PSA before any row is locked."""
    async with services.db.transaction(subject.account_id) as session:
        write = await _load_to_act(session, subject, write_id, lock=False)
    if "leak_suspected" in body.acknowledge and not subject.at_least("admin"):
        raise LeakSuspected("Only an admin or owner may let a suspected leak pass. Nothing was sent.")
    status_step = write.step("status")
    if body.status_id is None:
        # A retried status is compared with the ticket as it is now, so the fields are planned again from the stored target.
        return None
    if status_step is None:
        raise WrongWriteState(details={"state": write.state})
    connection = await require_connection(services.db, subject.account_id)
    async with open_provider(services, connection) as provider:
        ticket = await provider.get_ticket(write.ticket_id)
        statuses: tuple[Status, ...] = ()
        if ticket.board is not None:
            statuses = await lookups.load_statuses(services.db, connection, provider, ticket.board.id)
        try:
            status = next_status(statuses, body.status_id)
        except KeyError as error:
            raise StatusNotOnBoard from error
        return await with_status(write.plan, provider, ticket, status, None)


async def finish_without_status(services: Services, subject: Subject, write_id: UUID) -> WriteOut:
    """Settle a blocked write whose note is confirmed: the status stays as the PSA has it."""
    async with services.db.transaction(subject.account_id) as session:
        write = await _load_to_act(session, subject, write_id)
        if not rules.allowed(write.state, write.views, note_confirmed=note_confirmed(write)).finish_without_status:
            raise WrongWriteState(details={"state": write.state})
        moment = now()
        await repository.change_step(
            session, write_id, "status", state="skipped", reason="finished_without_status", done_at=moment
        )
        await repository.change_step(session, write_id, "confirm", state="done", done_at=moment)
        await repository.change(session, write_id, state="partial", problem=None, next_attempt_at=None)
        _log(session, write, subject, "write_finished_without_status", {})
        await confirm_session(session, write)
        await repository.announce(session, write, "partial")
        out = await history.view(session, subject, write_id)
    services.bus.signal(CHANNEL, str(write_id))
    return out


async def cancel(services: Services, subject: Subject, write_id: UUID) -> WriteOut:
    """Give up a write of which nothing was sent. Repeating it changes nothing."""
    async with services.db.transaction(subject.account_id) as session:
        write = await _load_to_act(session, subject, write_id)
        if write.state == "cancelled":
            return await history.view(session, subject, write_id)
        if not rules.nothing_sent(write.views):
            raise AlreadySent(details={"state": write.state})
        if write.state not in ("queued", "waiting", "blocked"):
            raise WrongWriteState(details={"state": write.state})
        await repository.change(session, write_id, state="cancelled", next_attempt_at=None)
        _log(session, write, subject, "write_cancelled", {})
        await repository.announce(session, write, "cancelled")
        out = await history.view(session, subject, write_id)
    services.bus.signal(CHANNEL, str(write_id))
    return out


def note_confirmed(write: Write) -> bool:
    """Whether the note was read back on the ticket."""
    return "posted_at" in write.result


async def _load_to_act(session: AsyncSession, subject: Subject, write_id: UUID, *, lock: bool = True) -> Write:
    """The write, when the caller may see it (else 404) and act on it (else 403)."""
    write = await repository.load(session, write_id, lock=lock)
    if write is None or not await hooks.may_read(session, subject, write.session_id):
        raise NotFound("write")
    if not await hooks.may_act(session, subject, write.session_id, write.requested_by):
        raise NotWriteOwner
    return write


def _log(session: AsyncSession, write: Write, subject: Subject, kind: str, detail: dict[str, Any]) -> None:
    psa_repository.log_activity(
        session,
        write.account_id,
        kind,
        connection_id=write.connection_id,
        write_id=write.id,
        actor_id=subject.user_id,
        detail=detail,
    )
