"""Putting people on a ticket while somebody waits. Through the outbox, read back, and not tried again later."""

from __future__ import annotations

from resolutionflow.auth.subject import Subject
from resolutionflow.errors import AppError
from resolutionflow.psa import lookups
from resolutionflow.psa.access import open_provider, require_connection
from resolutionflow.psa.errors import AlreadyAssigned, AssignmentNotVerified, UnknownMember
from resolutionflow.psa.parts import NOTHING_MORE, Failed, read_parts
from resolutionflow.psa.providers.errors import PsaPermission, PsaUnavailable
from resolutionflow.psa.schemas import AssigneeOut, Named
from resolutionflow.psa.schemas_tickets import AssigneesOut, AssignIn
from resolutionflow.psa.views import ticket_out
from resolutionflow.psa.writeback import rules, service
from resolutionflow.psa.writeback.interactive import forget_searches, send, vendor_failure
from resolutionflow.psa.writeback.planning import WriteRequest
from resolutionflow.psa.writeback.repository import Write
from resolutionflow.psa.writeback.rules import PlannedPerson
from resolutionflow.services import Services


async def put_on(
    services: Services, subject: Subject, ticket_id: str, body: AssignIn, *, idempotency_key: str | None
) -> AssigneesOut:
    """Primary where nobody is, else beside them. Already on it: nothing is sent."""
    person = await find_member(services, subject, body.member_id)
    person = person.model_copy(update={"replace": body.replace})
    return await _change(services, subject, WriteRequest("assign", ticket_id, person=person), idempotency_key)


async def take_off(
    services: Services, subject: Subject, ticket_id: str, member_id: str, *, idempotency_key: str | None
) -> AssigneesOut:
    """Not on it: nothing is sent. The person need not be active any more."""
    person = PlannedPerson(id=member_id, name=member_id)
    return await _change(services, subject, WriteRequest("unassign", ticket_id, person=person), idempotency_key)


async def find_member(services: Services, subject: Subject, member_id: str) -> PlannedPerson:
    """The active member with this id. Where members may not be read, the PSA judges the id itself."""
    connection = await require_connection(services.db, subject.account_id)
    async with open_provider(services, connection) as provider:
        try:
            members = await lookups.load_members(services.db, connection, provider)
        except PsaPermission:
            return PlannedPerson(id=member_id, name="")
    found = next((member for member in members if member.id == member_id), None)
    if found is None:
        raise UnknownMember
    return PlannedPerson(id=found.id, name=found.name)


async def _change(services: Services, subject: Subject, request: WriteRequest, key: str | None) -> AssigneesOut:
    write = await send(services, subject, request, key)
    if write.state not in rules.FINAL or write.state == "cancelled":
        released = await service.release(services, subject.account_id, write.id, even_if_sent=write.state == "blocked")
        raise _failure(released or write)
    await forget_searches(services, subject)
    step = write.step("assign")
    connection = await require_connection(services.db, subject.account_id)
    async with open_provider(services, connection) as provider:
        parts = await read_parts(provider, request.ticket_id, NOTHING_MORE)
        people = () if isinstance(parts.assignees, Failed) else parts.assignees
        notes = () if isinstance(parts.notes, Failed) else parts.notes
        return AssigneesOut(
            ticket=ticket_out(provider, parts.ticket, notes),
            revision=parts.revision().token(),
            assignees=[AssigneeOut(member=Named.model_validate(one.member), primary=one.primary) for one in people],
            changed=step is not None and step.state == "done",
        )


def _failure(write: Write) -> AppError:
    problem = write.problem or {}
    if problem.get("code") == "already_assigned":
        return AlreadyAssigned()
    if problem.get("kind") == "not_verified":
        details = {"write_id": str(write.id), "expected": problem.get("expected"), "observed": problem.get("observed")}
        return AssignmentNotVerified(details=details)
    return vendor_failure(problem.get("kind"), problem, str(problem.get("message") or "")) or PsaUnavailable()
