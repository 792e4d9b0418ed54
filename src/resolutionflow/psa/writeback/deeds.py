"""Doing something in the PSA exactly once: a note, a time entry, a ticket, a person on a ticket.

The step is committed as `sending` before the request. Without a usable answer the deed is looked for; only one that is not there after
2 and 10 seconds is done again.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from resolutionflow.psa.providers.contract import PsaProvider
from resolutionflow.psa.providers.errors import PsaError, PsaNotFound, PsaUnknownResult
from resolutionflow.psa.schemas import StepName, StepState
from resolutionflow.psa.writeback import rules
from resolutionflow.psa.writeback.engine import Run
from resolutionflow.psa.writeback.outcomes import Blocked, Finished, Outcome, StepResult, Transient, of_error

DONE = Finished()

Send = Callable[[], Awaitable["Found"]]


@dataclass(frozen=True, slots=True)
class Found:
    """The deed is there. `external_id` None where the PSA gives it none."""

    external_id: str | None


@dataclass(frozen=True, slots=True)
class Deed:
    """One step that must happen once. `send` raises the provider's errors, `find` says whether it happened.

    `soft`: its refusal ends the step and not the write. `absent` is said when it was not answered and is not there.
    """

    step: StepName
    send: Send
    find: Callable[[], Awaitable[Found | None]]
    absent: str
    soft: bool = False
    on_ticket: bool = True


async def once(run: Run, provider: PsaProvider, deed: Deed) -> Outcome:
    """Do it, or find that it was done."""
    again = False
    while True:
        step = run.write.step(deed.step)
        assert step is not None
        if step.state in ("sending", "unknown"):
            found = await _look(run, deed)
            if isinstance(found, Transient | Blocked):
                return found
            if found is not None:
                await run.record(deed.step, "done", result=StepResult(external_id=found.external_id))
                return DONE
            if again:
                await run.record(deed.step, "pending", result=StepResult(error=deed.absent))
                return Transient("psa_unavailable", PsaUnknownResult.message)
            again = True
        elif run.write.attempts > 1 and deed.on_ticket and (lost := await gone(run, provider)) is not None:
            return lost
        outcome = await _send(run, deed)
        if outcome is not None:
            return outcome


async def _send(run: Run, deed: Deed) -> Outcome | None:
    """None: the answer is missing, find out."""
    await run.record(deed.step, "sending")
    try:
        receipt = await deed.send()
    except PsaUnknownResult:
        await run.record(deed.step, "unknown", result=StepResult(error=PsaUnknownResult.message))
        return None
    except PsaError as error:
        outcome = of_error(error)
        await run.record(deed.step, _after(outcome, soft=deed.soft), result=StepResult(error=error.text))
        return outcome
    await run.record(deed.step, "done", result=StepResult(external_id=receipt.external_id))
    return DONE


def _after(outcome: Outcome, *, soft: bool) -> StepState:
    """A refusal of the data ends the step; one of the rights only where the rest of the write goes on without it."""
    if not isinstance(outcome, Blocked):
        return "pending"
    return "failed" if outcome.kind == "rejected" or (soft and outcome.kind != "auth") else "pending"


async def _look(run: Run, deed: Deed) -> Found | Transient | Blocked | None:
    """Look twice, since the PSA may store what it did not confirm a moment later."""
    waited = 0.0
    for moment in rules.FIND_AFTER:
        await run.sleep(moment - waited)
        waited = moment
        try:
            found = await deed.find()
        except PsaError as error:
            return of_error(error)
        if found is not None:
            return found
    return None


async def gone(run: Run, provider: PsaProvider) -> Outcome | None:
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
