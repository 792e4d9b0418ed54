"""The steps of a write: check, note, time, status, confirm. Each is safe to start again from whatever state it was left in."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from resolutionflow.kit.clock import now
from resolutionflow.psa import repository as psa_repository
from resolutionflow.psa.providers.contract import FoundNote, PsaProvider, Status, Ticket
from resolutionflow.psa.providers.errors import PsaError, PsaNotFound, PsaUnknownResult
from resolutionflow.psa.repository import Connection
from resolutionflow.psa.schemas import StepName
from resolutionflow.psa.writeback import rules
from resolutionflow.psa.writeback.engine import Run
from resolutionflow.psa.writeback.outcomes import Blocked, Finished, Outcome, StepResult, Transient, of_error
from resolutionflow.psa.writeback.planning import WriteRequest, pick_status, with_status
from resolutionflow.psa.writeback.rules import Plan
from resolutionflow.psa.writeback.survey import Survey, look

DONE = Finished()


async def check(run: Run, connection: Connection, provider: PsaProvider) -> Outcome:
    """Look at the ticket before anything is sent: still there, not changed unseen, no other client named, a status to move to."""
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
    if not plan.leak_cleared and (leaks := survey.leaks(plan.text)):
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
    """Write the note exactly once. In doubt, look for it; only a note that is not there after 2 and 10 seconds is sent again."""
    del connection
    again = False
    while True:
        step = run.write.step("note")
        assert step is not None
        if step.state in ("sending", "unknown"):
            found = await _look_for_note(run, provider)
            if isinstance(found, Transient | Blocked):
                return found
            if found is not None:
                await run.record("note", "done", result=StepResult(external_id=found.note.id))
                return DONE
            if again:
                await run.record(
                    "note", "pending", result=StepResult(error="No answer, and the note is not on the ticket.")
                )
                return Transient("psa_unavailable", PsaUnknownResult.message)
            again = True
        elif run.write.attempts > 1 and (gone := await _gone(run, provider)) is not None:
            return gone
        outcome = await _send_note(run, provider)
        if outcome is not None:
            return outcome


async def _send_note(run: Run, provider: PsaProvider) -> Outcome | None:
    """None: the answer is missing, find out."""
    await run.record("note", "sending")
    fields = [field.planned() for field in run.plan.note_fields]
    try:
        receipt = await provider.add_note(run.write.ticket_id, fields)
    except PsaUnknownResult:
        await run.record("note", "unknown", result=StepResult(error=PsaUnknownResult.message))
        return None
    except PsaError as error:
        outcome = of_error(error)
        refused = isinstance(outcome, Blocked) and outcome.kind == "rejected"
        await run.record("note", "failed" if refused else "pending", result=StepResult(error=error.text))
        return outcome
    await run.record("note", "done", result=StepResult(external_id=receipt.external_id))
    return DONE


async def _look_for_note(run: Run, provider: PsaProvider) -> FoundNote | Transient | Blocked | None:
    """Look twice, since the PSA may store what it did not confirm a moment later."""
    waited = 0.0
    for moment in rules.FIND_AFTER:
        await run.sleep(moment - waited)
        waited = moment
        try:
            found = await provider.find_note(run.write.ticket_id, run.write.reference)
        except PsaError as error:
            return of_error(error)
        if found is not None:
            return found
    return None


async def _gone(run: Run, provider: PsaProvider) -> Outcome | None:
    """Before a later attempt: is the ticket still one to write on?"""
    try:
        ticket = await provider.get_ticket(run.write.ticket_id)
    except PsaNotFound:
        return Blocked("conflict", "ticket_changed", "The ticket is gone from the PSA. Nothing was sent.")
    if ticket.merged_into is not None:
        return Blocked(
            "conflict", "ticket_changed", f"The ticket was merged into #{ticket.merged_into}. Nothing was sent."
        )
    if ticket.closed and not run.plan.was_closed and "ticket_changed" not in run.plan.acknowledged:
        return Blocked("conflict", "ticket_changed", "The ticket was closed meanwhile. Nothing was sent.")
    return None


async def time(run: Run, connection: Connection, provider: PsaProvider) -> Outcome:
    """Time entries are planned as skipped; a row that is not is closed as such."""
    del connection, provider
    await run.record("time", "skipped", result=StepResult(reason="time_off"))
    return DONE


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


async def confirm(run: Run, connection: Connection, provider: PsaProvider) -> Outcome:
    """Read back what the PSA really has. Success is only said for this."""
    del connection
    result = dict(run.write.result)
    if run.plan.text is not None and "posted_at" not in result:
        found = await provider.find_note(run.write.ticket_id, run.write.reference)
        if found is None:
            return Transient(
                "note_not_visible", "The PSA took the note but does not show it yet. It is not sent again."
            )
        result |= _note_result(run, provider, found)
    ticket = await provider.get_ticket(run.write.ticket_id)
    result["observed_status_name"] = ticket.status.name if ticket.status else None
    if _status_is_as_asked(run, ticket):
        assert ticket.status is not None
        result |= {"verified_status_id": ticket.status.id, "verified_status_name": ticket.status.name}
        await run.record("confirm", "done", result=StepResult(), write_result=result)
        return DONE
    status_step = run.write.step("status")
    if status_step is None or status_step.state in ("skipped", "failed"):
        await run.record("confirm", "done", result=StepResult(), write_result=result)
        return DONE
    await run.record("status", "failed", result=StepResult(error="The PSA kept another status."), write_result=result)
    await run.record("confirm", "done")
    return DONE


def _status_is_as_asked(run: Run, ticket: Ticket) -> bool:
    step = run.write.step("status")
    wanted = run.plan.status
    asked = step is not None and (step.state == "done" or step.reason == "already_set")
    return asked and wanted is not None and ticket.status is not None and ticket.status.id == wanted.id


def _note_result(run: Run, provider: PsaProvider, found: FoundNote) -> dict[str, object]:
    """What the PSA shows of the note, and where that differs from what was asked."""
    warnings: list[str] = []
    if found.count > 1:
        warnings.append("duplicate_note")
    if not rules.same_text(provider.note_text(run.plan.text or ""), found.note.text):
        warnings.append("text_differs")
    if found.note.visibility != run.plan.visibility:
        warnings.append("visibility_differs")
    if run.write.acting_member_id is not None and found.note.member_id != run.write.acting_member_id:
        warnings.append("author_differs")
    return {
        "external_id": found.note.id,
        "posted_at": now().isoformat(),
        "visibility": found.note.visibility,
        "shown_author": found.note.author,
        "warnings": warnings,
    }


def verdict(run: Run) -> Outcome:
    """After the last step: settled, or the status did not stick."""
    step = run.write.step("status")
    if step is None or step.state != "failed":
        return DONE
    expected = run.plan.status.name if run.plan.status else None
    observed = run.write.result.get("observed_status_name")
    message = f'The PSA accepted the change to "{expected}" but shows "{observed}".'
    return Blocked("not_verified", "psa_status_not_verified", message, expected=expected, observed=observed)


RUNNERS: dict[StepName, Callable[[Run, Connection, PsaProvider], Awaitable[Outcome]]] = {
    "check": check,
    "note": note,
    "time": time,
    "status": status,
    "confirm": confirm,
}
