"""Runs one write: claims it, walks its steps, records each result before the next thing is sent.

No transaction is open while the PSA is asked. A step is committed as `sending` first; a worker that dies there leaves a step whose fate the
next worker finds out by looking for our reference on the ticket.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession

from resolutionflow.db.driver import DATABASE_AWAY
from resolutionflow.errors import Overloaded
from resolutionflow.kit.clock import now
from resolutionflow.kit.ids import new_id
from resolutionflow.psa import repository as psa_repository
from resolutionflow.psa.access import open_provider
from resolutionflow.psa.jobs import enqueue_write
from resolutionflow.psa.providers.errors import PsaError
from resolutionflow.psa.repository import Connection
from resolutionflow.psa.schemas import StepName, StepState, WriteState
from resolutionflow.psa.slots import Lane, in_lane
from resolutionflow.psa.writeback import hooks, repository, rules, turns
from resolutionflow.psa.writeback.outcomes import Blocked, Finished, Outcome, StepResult, Transient, of_error
from resolutionflow.psa.writeback.repository import Busy, LeaseLost, Write
from resolutionflow.psa.writeback.rules import Plan
from resolutionflow.services import Services

CHANNEL = "psa.write"
_OPTIONAL: frozenset[StepName] = frozenset({"status", "time", "assign"})
log = structlog.get_logger(__name__)


async def run_write(services: Services, account_id: UUID, write_id: UUID, *, awaited: bool = False) -> None:
    """Work on a write until it is settled or has to wait. Does nothing when it is not due. `awaited`: a person waits for it."""
    runner_id = new_id()
    async with services.db.transaction(account_id) as session:
        if not awaited and await turns.is_crowded(session, write_id):
            await enqueue_write(session, account_id, write_id, delay=turns.look_again())
            return
        claimed = await repository.claim(session, write_id, runner_id)
        if isinstance(claimed, Busy):
            delay = max(timedelta(seconds=0.2), claimed.again_at - now() + timedelta(seconds=0.2))
            await enqueue_write(session, account_id, write_id, delay=delay, awaited=awaited)
            return
        if claimed is None:
            return
        await repository.announce(session, claimed, "running")
        connection = (
            await psa_repository.connection_by_id(session, claimed.connection_id) if claimed.connection_id else None
        )
    services.bus.signal(CHANNEL, str(write_id))
    run = Run(services, claimed, runner_id)
    try:
        async with run.keep_lease():
            with in_lane(Lane.WRITE if awaited or turns.is_awaited(claimed) else Lane.BACKGROUND):
                outcome = await _outcome(run, connection)
            await run.settle(outcome)
    except LeaseLost:
        log.info("psa_write_lease_lost", write_id=str(write_id))
        # It may have run out while we were held up, with nobody else to take the write: somebody looks once more.
        async with services.db.transaction(account_id) as session:
            await enqueue_write(session, account_id, write_id, delay=timedelta(seconds=rules.LEASE_SECONDS))
    except asyncio.CancelledError:
        # The worker stops: whoever takes over need not wait for the lease to run out.
        try:
            await asyncio.shield(run.give_up_lease())
        except (*DATABASE_AWAY, Overloaded):
            log.warning("psa_write_lease_kept", write_id=str(write_id))
        raise


async def _outcome(run: Run, connection: Connection | None) -> Outcome:
    """How the walk ended. A fault of our own is tried again like trouble of the PSA: the steps know what was sent."""
    try:
        return await _walk(run, connection)
    except LeaseLost:
        raise
    except Exception:
        # Wide on purpose: a write of the engineer's must end in a state that somebody sees, whatever broke on the way.
        log.exception("psa_write_failed", write_id=str(run.write.id))
        return Transient("internal_error", "Something went wrong on our side. Nothing is sent twice; we try again.")


async def _walk(run: Run, connection: Connection | None) -> Outcome:
    """Take the steps in order. The note is confirmed even when the status or the time was refused."""
    from resolutionflow.psa.writeback import confirmation, steps

    if connection is None:
        return Blocked("rejected", "psa_not_connected", "The connection to the PSA was removed. Nothing more is sent.")
    try:
        async with open_provider(run.services, connection) as provider:
            refusal: Outcome | None = None
            while (step := rules.next_step(_without_failed(run))) is not None:
                outcome = await steps.RUNNERS[step.step](run, connection, provider)
                if isinstance(outcome, Finished):
                    continue
                if _goes_on_without(run, step.step, outcome):
                    refusal = outcome if step.step == "status" else refusal
                    continue
                return outcome
            return refusal or confirmation.verdict(run)
    except PsaError as error:
        return of_error(error)


def _goes_on_without(run: Run, step: StepName, outcome: Outcome) -> bool:
    """Whether the rest of the write is worth doing after this step was refused: there is a note or a ticket beside it."""
    if not isinstance(outcome, Blocked):
        return False
    if step == "status":
        return run.write.step("note") is not None
    beside = run.write.step("note" if step == "time" else "create") is not None
    return step in ("time", "assign") and beside and outcome.kind != "auth"


def _without_failed(run: Run) -> list[rules.StepView]:
    """A status, time or person that was refused in this run stays refused: go on to confirming the rest."""
    return [view for view in run.write.views if not (view.step in _OPTIONAL and view.state == "failed")]


@dataclass
class Run:
    """One worker's hold on one write."""

    services: Services
    write: Write
    runner_id: UUID

    @property
    def scale(self) -> float:
        return self.services.settings.psa_retry_scale

    @property
    def plan(self) -> Plan:
        return self.write.plan

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds * self.scale)

    async def record(
        self,
        step: StepName,
        state: StepState,
        *,
        result: StepResult | None = None,
        write_result: dict[str, Any] | None = None,
        ticket_ref: str | None = None,
    ) -> None:
        """Commit a step's new state (and the write's result), tell open browsers, and go on with what is stored."""
        moment = now()
        values: dict[str, Any] = {"state": state}
        if state == "sending":
            values["sent_at"] = moment
        if state in rules.SETTLED_STEP:
            values["done_at"] = moment
        if result is not None:
            values |= result.values()
        async with self.services.db.transaction(self.write.account_id) as session:
            more: dict[str, Any] = {} if write_result is None else {"result": write_result}
            if ticket_ref is not None:
                more["ticket_ref"] = ticket_ref
            if (step, state) == ("create", "done") and result is not None:
                more["ticket_id"] = result.external_id
            await repository.change_running(session, self.write, self.runner_id, **more)
            await repository.change_step(session, self.write.id, step, **values)
            await repository.announce(session, self.write, "running")
            stored = await repository.load(session, self.write.id)
        assert stored is not None
        self.write = stored
        self.services.bus.signal(CHANNEL, str(self.write.id))

    async def save_plan(self, plan: Plan) -> None:
        """Commit what the check step found out, before anything is sent."""
        async with self.services.db.transaction(self.write.account_id) as session:
            await repository.change_running(session, self.write, self.runner_id, plan=plan.model_dump(mode="json"))
            for step in self.write.steps:
                fields = plan.fields_of(step.step)
                if fields and fields != self.plan.fields_of(step.step):
                    stored = [field.model_dump() for field in fields]
                    await repository.change_step(session, self.write.id, step.step, request_fields=stored)
        self.write = replace(self.write, plan=plan)

    async def settle(self, outcome: Outcome) -> None:
        """Commit how the run ended: final, waiting for the next try, or blocked."""
        write = self.write
        async with self.services.db.transaction(write.account_id) as session:
            if isinstance(outcome, Finished):
                state: WriteState = rules.final_state(write.views)
                await repository.change_running(
                    session, write, self.runner_id, state=state, problem=None, lease_until=None
                )
                await confirm_session(session, write)
            elif isinstance(outcome, Transient) and not rules.gives_up(write.created_at, now()):
                state = "waiting"
                delay = rules.retry_delay(write.attempts, scale=self.scale, retry_after=outcome.retry_after)
                values = {
                    "state": state,
                    "problem": outcome.problem(),
                    "next_attempt_at": now() + delay,
                    "lease_until": None,
                }
                await repository.change_running(session, write, self.runner_id, **values)
                await enqueue_write(session, write.account_id, write.id, delay=delay)
            else:
                state = "blocked"
                blocked = outcome.given_up() if isinstance(outcome, Transient) else outcome
                await repository.change_running(
                    session, write, self.runner_id, state=state, problem=blocked.problem(), lease_until=None
                )
                self._log(session, "write_blocked", blocked.problem())
            await turns.call_next(session, write)
            await repository.announce(session, write, state)
        self.services.bus.signal(CHANNEL, str(write.id))

    def _log(self, session: AsyncSession, kind: str, detail: dict[str, Any]) -> None:
        psa_repository.log_activity(
            session,
            self.write.account_id,
            kind,
            connection_id=self.write.connection_id,
            write_id=self.write.id,
            detail=detail,
        )

    @asynccontextmanager
    async def keep_lease(self) -> AsyncGenerator[None]:
        """Renew the lease while the body runs."""
        task = asyncio.create_task(self._renew())
        try:
            yield
        finally:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

    async def _renew(self) -> None:
        while True:
            await asyncio.sleep(rules.LEASE_RENEW_SECONDS)
            try:
                async with self.services.db.transaction(self.write.account_id) as session:
                    if not await repository.renew(session, self.write.id, self.runner_id):
                        return
            except (SQLAlchemyError, OSError, TimeoutError):
                # The next renewal may work; if none does, the lease runs out, and that is right.
                log.warning("psa_write_lease_not_renewed", write_id=str(self.write.id))

    async def give_up_lease(self) -> None:
        async with self.services.db.transaction(self.write.account_id) as session:
            await repository.renew(session, self.write.id, self.runner_id, seconds=0)


async def confirm_session(session: AsyncSession, write: Write) -> None:
    """Let the session's domain act on a confirmed write, in the same transaction."""
    if write.session_id is None or (write.plan.markdown is None and write.kind != "create"):
        return
    await hooks.confirmed(
        session,
        hooks.ConfirmedWrite(
            account_id=write.account_id,
            write_id=write.id,
            session_id=write.session_id,
            kind=write.kind,
            requested_by=write.requested_by,
            markdown=write.plan.markdown or "",
            summary=write.plan.summary,
            external_id=write.result.get("external_id"),
            posted_at=now(),
            verified_status_id=write.result.get("verified_status_id"),
            verified_status_name=write.result.get("verified_status_name"),
            connection_id=write.connection_id,
            ticket_id=write.ticket_id,
            ticket_ref=write.ticket_ref,
            role=write.plan.ticket.role if write.plan.ticket else None,
        ),
    )
