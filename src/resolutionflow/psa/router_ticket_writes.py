"""People on a ticket, new tickets, and drafts of them."""

from __future__ import annotations

from fastapi import APIRouter, Response, status

from resolutionflow.auth.deps import DetachedEngineer, Svc
from resolutionflow.errors import EngineerRequired, NotAuthenticated, NotFound, responses
from resolutionflow.psa import drafting
from resolutionflow.psa.errors import (
    AlreadyAssigned,
    AssignmentNotVerified,
    IdempotencyMismatch,
    LeakSuspected,
    PostFailed,
    PsaNotConnected,
    SessionHasTicket,
    StatusNotOnBoard,
    TicketChanged,
    UnknownMember,
)
from resolutionflow.psa.params import IdempotencyKey, MemberIdPath, TicketIdPath
from resolutionflow.psa.providers.errors import (
    PsaAuth,
    PsaNotFound,
    PsaPermission,
    PsaProtocol,
    PsaRateLimited,
    PsaRejected,
    PsaUnavailable,
)
from resolutionflow.psa.schemas_tickets import (
    AssigneesOut,
    AssignIn,
    NewTicketIn,
    NewTicketOut,
    ParseIn,
    TicketDraftOut,
)
from resolutionflow.psa.writeback import opening, staffing

router = APIRouter(prefix="/tickets")

_VENDOR = (PsaAuth, PsaPermission, PsaProtocol, PsaRateLimited, PsaUnavailable)
_ANY = (NotAuthenticated, EngineerRequired, PsaNotConnected, *_VENDOR)
_PEOPLE = responses(
    *_ANY,
    PsaNotFound,
    UnknownMember,
    AlreadyAssigned,
    TicketChanged,
    PsaRejected,
    AssignmentNotVerified,
    IdempotencyMismatch,
)


@router.post(
    "",
    operation_id="psa_create_ticket",
    status_code=status.HTTP_201_CREATED,
    responses={
        **responses(
            *_ANY,
            NotFound,
            UnknownMember,
            StatusNotOnBoard,
            SessionHasTicket,
            LeakSuspected,
            PsaRejected,
            PostFailed,
            IdempotencyMismatch,
        ),
        202: {"model": NewTicketOut, "description": "Accepted; the outbox keeps trying."},
    },
)
async def psa_create_ticket(
    body: NewTicketIn,
    subject: DetachedEngineer,
    services: Svc,
    response: Response,
    *,
    idempotency_key: IdempotencyKey = None,
) -> NewTicketOut:
    """Open a ticket once and read it back; for a session it becomes its ticket or one of its spin-offs."""
    made = await opening.open_ticket(services, subject, body, idempotency_key=idempotency_key)
    if made.outcome == "pending":
        response.status_code = status.HTTP_202_ACCEPTED
    return made


@router.post("/parse", operation_id="psa_parse_ticket", responses=responses(*_ANY, NotFound))
async def psa_parse_ticket(body: ParseIn, subject: DetachedEngineer, services: Svc) -> TicketDraftOut:
    """A draft of a ticket from a pasted text. Ids come only from the PSA's lists; writes nothing."""
    return await drafting.draft_ticket(services, subject, body)


@router.post("/{ticket_id}/assignees", operation_id="psa_assign", responses=_PEOPLE)
async def psa_assign(
    ticket_id: TicketIdPath,
    body: AssignIn,
    subject: DetachedEngineer,
    services: Svc,
    *,
    idempotency_key: IdempotencyKey = None,
) -> AssigneesOut:
    """Put somebody on the ticket: primary where nobody is, else beside them. Already on it: 200, nothing is sent."""
    return await staffing.put_on(services, subject, ticket_id, body, idempotency_key=idempotency_key)


@router.delete("/{ticket_id}/assignees/{member_id}", operation_id="psa_unassign", responses=_PEOPLE)
async def psa_unassign(
    ticket_id: TicketIdPath,
    member_id: MemberIdPath,
    subject: DetachedEngineer,
    services: Svc,
    *,
    idempotency_key: IdempotencyKey = None,
) -> AssigneesOut:
    """Take somebody off the ticket. Not on it: 200, nothing is sent."""
    return await staffing.take_off(services, subject, ticket_id, member_id, idempotency_key=idempotency_key)
