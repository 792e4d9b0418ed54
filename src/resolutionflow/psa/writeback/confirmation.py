"""Reading back what the PSA really has. Success is only said for this."""

from __future__ import annotations

from typing import Any

from resolutionflow.kit.clock import now
from resolutionflow.psa.providers.contract import FoundNote, PsaProvider, Ticket
from resolutionflow.psa.providers.errors import PsaNotFound, PsaPermission, PsaRejected
from resolutionflow.psa.refs import ticket_ref
from resolutionflow.psa.repository import Connection
from resolutionflow.psa.writeback import people, rules
from resolutionflow.psa.writeback.deeds import DONE
from resolutionflow.psa.writeback.engine import Run
from resolutionflow.psa.writeback.outcomes import Blocked, Outcome, StepResult, Transient


async def confirm(run: Run, connection: Connection, provider: PsaProvider) -> Outcome:
    """The last step. It sends nothing."""
    result = dict(run.write.result)
    if run.write.kind in ("assign", "unassign"):
        return await _people_as_asked(run, provider, result)
    if run.plan.text is not None and "posted_at" not in result:
        found = await provider.find_note(run.write.ticket_id, run.write.reference)
        if found is None:
            return Transient(
                "note_not_visible", "The PSA took the note but does not show it yet. It is not sent again."
            )
        result |= _note_result(run, provider, found)
    result |= await _time_result(run, provider, result)
    ticket = await provider.get_ticket(run.write.ticket_id)
    result["observed_status_name"] = ticket.status.name if ticket.status else None
    if run.plan.ticket is not None:
        return await _opened(run, connection, provider, ticket, result)
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


async def _time_result(run: Run, provider: PsaProvider, result: dict[str, Any]) -> dict[str, object]:
    """What the PSA shows of the time. It never holds up the rest: trouble with it is a warning."""
    step, wanted = run.write.step("time"), run.plan.time
    if wanted is None or step is None or step.state != "done" or "time_minutes" in result:
        return {}
    try:
        found = await provider.find_time(run.write.ticket_id, run.write.reference)
    except (PsaPermission, PsaNotFound, PsaRejected):
        found = None
    warnings: list[str] = list(result.get("warnings", []))
    if found is None:
        return {"warnings": [*warnings, "time_not_visible"]}
    if found.count > 1:
        warnings.append("duplicate_time")
    shown = found.entry.member
    if found.entry.minutes != wanted.minutes or (shown is not None and shown.id != run.write.acting_member_id):
        warnings.append("time_differs")
    return {
        "warnings": warnings,
        "time_minutes": found.entry.minutes,
        "time_external_id": found.entry.id,
        "time_member": shown.name if shown else None,
    }


async def _people_as_asked(run: Run, provider: PsaProvider, result: dict[str, Any]) -> Outcome:
    """Who is on the ticket now. Another answer than asked for blocks the write: the control on screen goes back."""
    person = run.plan.person
    assert person is not None
    found = await people.on_ticket(provider, run.write.ticket_id)
    result["assignees"] = [one.member.name for one in found]
    if people.settled(found, person, leaving=run.write.kind == "unassign"):
        await run.record("confirm", "done", result=StepResult(), write_result=result)
        return DONE
    words = "The PSA accepted the change but shows other people on the ticket."
    await run.record("assign", "failed", result=StepResult(error=words), write_result=result)
    await run.record("confirm", "done")
    observed = ", ".join(one.member.name for one in found) or "nobody"
    return Blocked("not_verified", "psa_assignment_not_verified", words, expected=person.name, observed=observed)


async def _opened(
    run: Run, connection: Connection, provider: PsaProvider, ticket: Ticket, result: dict[str, Any]
) -> Outcome:
    """The new ticket as the PSA keeps it. What it did not take over is named; the ticket stays."""
    wanted = run.plan.ticket
    assert wanted is not None
    shown = {
        "summary": ticket.summary,
        "company_id": ticket.company.id if ticket.company else None,
        "board_id": ticket.board.id if ticket.board else None,
        "contact_id": ticket.contact.id if ticket.contact else None,
        "status_id": ticket.status.id if ticket.status else None,
        "priority_id": ticket.priority.id if ticket.priority else None,
    }
    asked = wanted.model_dump(include=set(shown))
    warnings = ["ticket_differs"] if any(asked[name] not in (None, shown[name]) for name in shown) else []
    if wanted.configuration_ids:
        attached = {item.id for item in await provider.list_configuration_refs(ticket.id)}
        if not set(wanted.configuration_ids) <= attached:
            warnings.append("configurations_differ")
    result |= {"external_id": ticket.id, "posted_at": now().isoformat(), "warnings": warnings}
    ref = ticket_ref(connection.provider, ticket.number)
    await run.record("confirm", "done", result=StepResult(), write_result=result, ticket_ref=ref)
    return DONE


def verdict(run: Run) -> Outcome:
    """After the last step: settled, or the status did not stick."""
    step = run.write.step("status")
    if step is None or step.state != "failed":
        return DONE
    expected = run.plan.status.name if run.plan.status else None
    observed = run.write.result.get("observed_status_name")
    message = f'The PSA accepted the change to "{expected}" but shows "{observed}".'
    return Blocked("not_verified", "psa_status_not_verified", message, expected=expected, observed=observed)
