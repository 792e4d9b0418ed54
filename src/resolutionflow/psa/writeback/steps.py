"""The steps of a write: check, create, assign, note, time, status, confirm. Each is safe to start again from whatever state it was left in."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from resolutionflow.psa import repository as psa_repository
from resolutionflow.psa.providers.contract import PlannedField, PsaProvider, Status
from resolutionflow.psa.providers.errors import PsaError, PsaNotFound, PsaRejected, PsaUnknownResult
from resolutionflow.psa.repository import Connection
from resolutionflow.psa.schemas import StepName
from resolutionflow.psa.writeback import people, rules
from resolutionflow.psa.writeback.confirmation import confirm
from resolutionflow.psa.writeback.deeds import DONE, Deed, Found, once
from resolutionflow.psa.writeback.engine import Run
from resolutionflow.psa.writeback.outcomes import Blocked, Outcome, StepResult, Transient, of_error
from resolutionflow.psa.writeback.planning import (
    Place,
    PlannedStep,
    WriteRequest,
    pick_status,
    with_fields,
    with_status,
)
from resolutionflow.psa.writeback.rules import Plan
from resolutionflow.psa.writeback.survey import Survey, look, look_for_new


async def check(run: Run, connection: Connection, provider: PsaProvider) -> Outcome:
    """Look at the ticket before anything is sent: still there, not changed unseen, no other client named, a status to move to."""
    if run.plan.ticket is not None:
        return await _check_new(run, connection, provider)
    try:
        survey = await look(run.services, connection, provider, run.write.ticket_id, gate=not run.plan.leak_cleared)
    except PsaNotFound:
        return Blocked("conflict", "ticket_changed", "The ticket is gone from the PSA. Nothing was sent.")
    trouble = _conflict(run, survey)
    if trouble is not None:
        return trouble
    plan = run.plan
    if plan.status_mode != "none" and plan.status is None and plan.status_reason is None:
        try:
            plan = await _settle_status(plan, provider, survey, await _target(run, survey))
        except KeyError:
            return Blocked(
                "rejected", "status_not_on_board", "The chosen status is not on the ticket's board. Nothing was sent."
            )
    plan = plan.model_copy(update={"looked": True, "leak_cleared": True, "was_closed": survey.ticket.closed})
    await run.save_plan(plan)
    await run.record("check", "done")
    return DONE


async def _check_new(run: Run, connection: Connection, provider: PsaProvider) -> Outcome:
    """Before a ticket is opened there is only its text to look at."""
    if not run.plan.leak_cleared:
        assert run.plan.ticket is not None
        leaks = await look_for_new(run.services, connection, provider, run.plan.outgoing, run.plan.ticket.company_id)
        if leaks:
            names = ", ".join(dict.fromkeys(leak.found for leak in leaks))
            return Blocked("conflict", "leak_suspected", f"The text names another client: {names}. Nothing was sent.")
    await run.save_plan(run.plan.model_copy(update={"looked": True, "leak_cleared": True}))
    await run.record("check", "done")
    return DONE


def _conflict(run: Run, survey: Survey) -> Blocked | None:
    plan = run.plan
    if survey.ticket.merged_into is not None:
        into = f"The ticket was merged into #{survey.ticket.merged_into}. Nothing was sent."
        return Blocked("conflict", "ticket_changed", into)
    if "ticket_changed" not in plan.acknowledged and run.write.expected_revision is not None:
        changes = survey.changes_since(run.write.expected_revision)
        # Later attempts come minutes or hours after the person looked: only what makes the note pointless stops them then.
        if run.write.attempts > 1:
            changes = tuple(change for change in changes if change.field == "status" and survey.ticket.closed)
        if changes:
            return Blocked(
                "conflict",
                "ticket_changed",
                "The ticket was changed since it was loaded. Nothing was sent.",
                changes=changes,
            )
    if not plan.leak_cleared and (leaks := survey.leaks(plan.outgoing)):
        names = ", ".join(dict.fromkeys(leak.found for leak in leaks))
        return Blocked("conflict", "leak_suspected", f"The text names another client: {names}. Nothing was sent.")
    return None


async def _target(run: Run, survey: Survey) -> tuple[Status | None, str | None]:
    async with run.services.db.transaction(run.write.account_id) as session:
        assert run.write.connection_id is not None
        preferences = await psa_repository.preferences(session, run.write.connection_id)
    request = WriteRequest(
        kind=run.write.kind, ticket_id=run.write.ticket_id, status=run.plan.status_mode, status_id=run.plan.status_id
    )
    return pick_status(request, preferences, survey.ticket, survey.statuses)


async def _settle_status(
    plan: Plan, provider: PsaProvider, survey: Survey, found: tuple[Status | None, str | None]
) -> Plan:
    status, reason = found
    return await with_status(plan, provider, survey.ticket, status, reason)


async def note(run: Run, connection: Connection, provider: PsaProvider) -> Outcome:
    """Write the note exactly once."""
    del connection
    if not run.plan.note_fields:
        await _plan_late(run, provider, "note")

    async def send() -> Found:
        receipt = await provider.add_note(run.write.ticket_id, _planned(run, "note"))
        return Found(receipt.external_id)

    async def find() -> Found | None:
        found = await provider.find_note(run.write.ticket_id, run.write.reference)
        return Found(found.note.id) if found else None

    return await once(run, provider, Deed("note", send, find, "No answer, and the note is not on the ticket."))


async def time(run: Run, connection: Connection, provider: PsaProvider) -> Outcome:
    """Book the work exactly once. Beside a note, a refusal of it does not stop the rest."""
    del connection
    if run.plan.time is None:
        await run.record("time", "skipped", result=StepResult(reason=run.plan.time_reason or "time_off"))
        return DONE
    soft = run.plan.text is not None
    if not run.plan.time_fields:
        try:
            await _plan_late(run, provider, "time")
        except PsaRejected as error:
            await run.record("time", "failed", result=StepResult(error=error.text))
            return of_error(error)

    async def send() -> Found:
        receipt = await provider.add_time(run.write.ticket_id, _planned(run, "time"))
        return Found(receipt.external_id)

    async def find() -> Found | None:
        found = await provider.find_time(run.write.ticket_id, run.write.reference)
        return Found(found.entry.id) if found else None

    words = "No answer, and the time entry is not on the ticket."
    return await once(run, provider, Deed("time", send, find, words, soft=soft))


async def create(run: Run, connection: Connection, provider: PsaProvider) -> Outcome:
    """Open the ticket exactly once; from then on the write is about that ticket."""
    del connection
    if not run.plan.ticket_fields:
        await _plan_late(run, provider, "create")

    async def send() -> Found:
        return Found((await provider.create_ticket(_planned(run, "create"))).external_id)

    async def find() -> Found | None:
        found = await provider.find_ticket(run.write.reference)
        return Found(found.id) if found else None

    words = "No answer, and there is no ticket with our reference."
    return await once(run, provider, Deed("create", send, find, words, on_ticket=False))


async def _plan_late(run: Run, provider: PsaProvider, step: PlannedStep) -> None:
    """The fields of a step that could not be planned when the write was stored: the PSA was away then."""
    write = run.write
    await run.save_plan(
        await with_fields(provider, run.plan, step, Place(write.ticket_id, write.reference, write.acting_member_id))
    )


def _planned(run: Run, step: StepName) -> list[PlannedField]:
    return [field.planned() for field in run.plan.fields_of(step)]


async def status(run: Run, connection: Connection, provider: PsaProvider) -> Outcome:
    """Ask for the status. Whether the PSA did it is only said by `confirm`."""
    del connection
    plan = run.plan
    if plan.status is None or not plan.status_fields:
        reason = plan.status_reason or ("no_target_status" if plan.status is None else "already_set")
        await run.record("status", "skipped", result=StepResult(reason=reason))
        return DONE
    step = run.write.step("status")
    if step is not None and step.state in ("sending", "unknown") and await _has_status(run, provider):
        await run.record("status", "done")
        return DONE
    return await _send_status(run, provider)


async def _send_status(run: Run, provider: PsaProvider) -> Outcome:
    """Setting a status twice does no harm, so an unanswered request may simply be repeated by a later attempt."""
    await run.record("status", "sending")
    try:
        await provider.set_status(run.write.ticket_id, [field.planned() for field in run.plan.status_fields])
    except PsaUnknownResult:
        await run.record("status", "unknown", result=StepResult(error=PsaUnknownResult.message))
        await run.sleep(rules.FIND_AFTER[0])
        if not await _has_status(run, provider):
            return Transient("psa_unavailable", PsaUnknownResult.message)
    except PsaError as error:
        outcome = of_error(error)
        failed = isinstance(outcome, Blocked)
        await run.record("status", "failed" if failed else "pending", result=StepResult(error=error.text))
        return outcome
    await run.record("status", "done")
    return DONE


async def _has_status(run: Run, provider: PsaProvider) -> bool:
    ticket = await provider.get_ticket(run.write.ticket_id)
    return run.plan.status is not None and ticket.status is not None and ticket.status.id == run.plan.status.id


RUNNERS: dict[StepName, Callable[[Run, Connection, PsaProvider], Awaitable[Outcome]]] = {
    "check": check,
    "create": create,
    "assign": people.assign,
    "note": note,
    "time": time,
    "status": status,
    "confirm": confirm,
}
