"""Opening a ticket while somebody waits. The outbox keeps trying when the PSA is away; it is opened once."""

from __future__ import annotations

from resolutionflow.auth.subject import Subject
from resolutionflow.errors import AppError
from resolutionflow.psa import lookups
from resolutionflow.psa.access import open_provider, require_connection
from resolutionflow.psa.errors import PostFailed, SessionHasTicket, StatusNotOnBoard
from resolutionflow.psa.providers.errors import PsaError
from resolutionflow.psa.schemas import TicketOut
from resolutionflow.psa.schemas_tickets import NewTicketIn, NewTicketOut
from resolutionflow.psa.views import ticket_out
from resolutionflow.psa.writeback import hooks, rules, service
from resolutionflow.psa.writeback.interactive import forget_searches, send, vendor_failure
from resolutionflow.psa.writeback.planning import WriteRequest
from resolutionflow.psa.writeback.repository import Write
from resolutionflow.psa.writeback.rules import PlannedTicket
from resolutionflow.psa.writeback.staffing import find_member
from resolutionflow.services import Services


async def open_ticket(
    services: Services, subject: Subject, body: NewTicketIn, *, idempotency_key: str | None
) -> NewTicketOut:
    """For a session it becomes its ticket or one of its spin-offs, in the transaction that records it as read back."""
    if body.session_id is not None:
        async with services.db.transaction(subject.account_id) as session:
            linked = await hooks.ticket_of(session, subject, body.session_id) is not None
            known = idempotency_key is not None and await service.known_key(session, subject, idempotency_key)
        if linked and body.role == "primary" and not known:
            raise SessionHasTicket
    await _check_status(services, subject, body)
    person = await find_member(services, subject, body.assignee_id) if body.assignee_id else None
    request = WriteRequest(
        kind="create",
        ticket_id="",
        session_id=body.session_id,
        notify=body.notify,
        acknowledge=frozenset(body.acknowledge),
        person=person,
        ticket=PlannedTicket(
            summary=body.summary,
            description=body.description,
            company_id=body.company_id,
            board_id=body.board_id,
            contact_id=body.contact_id,
            status_id=body.status_id,
            priority_id=body.priority_id,
            configuration_ids=tuple(dict.fromkeys(body.configuration_ids)),
            role=body.role,
        ),
    )
    write = await send(services, subject, request, idempotency_key)
    if write.state in ("blocked", "cancelled"):
        released = await service.release(services, subject.account_id, write.id)
        raise _failure(released or write)
    await forget_searches(services, subject)
    step = write.step("assign")
    created = write.state in ("done", "partial")
    return NewTicketOut(
        outcome="created" if created else "pending",
        write_id=write.id,
        ticket=await _shown(services, subject, write) if created else None,
        assigned=None if step is None else step.state in rules.SETTLED_STEP,
        warnings=list(write.result.get("warnings", [])),
    )


async def _check_status(services: Services, subject: Subject, body: NewTicketIn) -> None:
    """A status of another board would be ignored without a word."""
    if body.status_id is None:
        return
    connection = await require_connection(services.db, subject.account_id)
    async with open_provider(services, connection) as provider:
        statuses = await lookups.load_statuses(services.db, connection, provider, body.board_id)
    if body.status_id not in {status.id for status in statuses}:
        raise StatusNotOnBoard


async def _shown(services: Services, subject: Subject, write: Write) -> TicketOut | None:
    """The ticket as the PSA shows it now; it exists, so trouble with reading it is no failure."""
    connection = await require_connection(services.db, subject.account_id)
    try:
        async with open_provider(services, connection) as provider:
            return ticket_out(provider, await provider.get_ticket(write.ticket_id), ())
    except PsaError:
        return None


def _failure(write: Write) -> AppError:
    problem = write.problem or {}
    found = None
    if rules.nothing_sent(write.views):
        found = vendor_failure(problem.get("kind"), problem, str(problem.get("message") or ""))
    return found or PostFailed(details={"write_id": str(write.id), "problem": problem})
