"""Putting a person on a ticket and taking one off. Who is on it is read right before, so that a repeat sends nothing."""

from __future__ import annotations

from resolutionflow.psa.providers.contract import Assignee, NamedRef, PsaProvider, with_owner
from resolutionflow.psa.repository import Connection
from resolutionflow.psa.writeback.deeds import DONE, Deed, Found, Send, once
from resolutionflow.psa.writeback.engine import Run
from resolutionflow.psa.writeback.outcomes import Blocked, Outcome, StepResult
from resolutionflow.psa.writeback.rules import PlannedPerson, StoredField


async def on_ticket(provider: PsaProvider, ticket_id: str) -> tuple[Assignee, ...]:
    """Everybody on it now, the owner first."""
    ticket = await provider.get_ticket(ticket_id)
    return with_owner(ticket.owner, await provider.list_assignees(ticket_id))


def settled(people: tuple[Assignee, ...], person: PlannedPerson, *, leaving: bool) -> bool:
    """Whether the ticket is as asked already."""
    there = next((one for one in people if one.member.id == person.id), None)
    if leaving:
        return there is None
    return there is not None and (there.primary or not person.replace)


def role_for(people: tuple[Assignee, ...], person: PlannedPerson) -> PlannedPerson:
    """Primary where nobody is or they are to be replaced, else beside them."""
    free = not any(one.primary for one in people)
    return person.model_copy(update={"role": "primary" if free or person.replace else "additional"})


async def assign(run: Run, connection: Connection, provider: PsaProvider) -> Outcome:
    """The step of `assign` and `unassign`, and of a new ticket that is somebody's from the start."""
    del connection
    person, leaving = run.plan.person, run.write.kind == "unassign"
    assert person is not None
    step = run.write.step("assign")
    assert step is not None
    people = await on_ticket(provider, run.write.ticket_id)
    if settled(people, person, leaving=leaving):
        if step.state in ("sending", "unknown"):
            await run.record("assign", "done", result=StepResult())
        else:
            reason = "not_assigned" if leaving else "already_assigned"
            await run.record("assign", "skipped", result=StepResult(reason=reason))
        return DONE
    if leaving:
        return await _take_off(run, provider, people, person)
    return await _put_on(run, provider, role_for(people, person))


async def _put_on(run: Run, provider: PsaProvider, person: PlannedPerson) -> Outcome:
    role = person.role
    assert role is not None
    if role == "additional" and not provider.capabilities.additional_assignees:
        words = "This PSA has one person on a ticket, and somebody is on it. Nothing was changed."
        await run.record("assign", "failed", result=StepResult(error=words))
        return Blocked("rejected", "already_assigned", words)
    planned = await provider.plan_assign(run.write.ticket_id, NamedRef(person.id, person.name), role)
    fields = tuple(StoredField.of(field) for field in planned)
    await run.save_plan(run.plan.model_copy(update={"person": person, "person_fields": fields}))

    async def send() -> Found:
        await provider.assign(run.write.ticket_id, planned, role)
        return Found(None)

    return await once(run, provider, _deed(run, provider, person, send, leaving=False))


async def _take_off(run: Run, provider: PsaProvider, people: tuple[Assignee, ...], person: PlannedPerson) -> Outcome:
    there = next(one for one in people if one.member.id == person.id)
    gone = StoredField(field="owner" if there.primary else "assignee", before=there.member.name, to=None)
    await run.save_plan(run.plan.model_copy(update={"person_fields": (gone,)}))

    async def send() -> Found:
        await provider.unassign(run.write.ticket_id, there)
        return Found(there.remove_ref)

    return await once(run, provider, _deed(run, provider, person, send, leaving=True))


def _deed(run: Run, provider: PsaProvider, person: PlannedPerson, send: Send, *, leaving: bool) -> Deed:
    async def find() -> Found | None:
        people = await on_ticket(provider, run.write.ticket_id)
        return Found(None) if settled(people, person, leaving=leaving) else None

    words = "No answer, and the ticket shows the same people as before."
    return Deed("assign", send, find, words, soft=run.write.kind == "create", on_ticket=run.write.kind != "create")
