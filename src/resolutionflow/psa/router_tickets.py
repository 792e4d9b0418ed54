"""Tickets: list, detail, status change and notes."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Response, status

from resolutionflow.auth.deps import DetachedEngineer, DetachedMember, Svc
from resolutionflow.errors import (
    EngineerRequired,
    InvalidCursor,
    NotAuthenticated,
    responses,
)
from resolutionflow.psa import tickets
from resolutionflow.psa.errors import (
    IdempotencyMismatch,
    LeakSuspected,
    NoteTooLong,
    PostFailed,
    PsaNotConnected,
    StatusNotOnBoard,
    StatusNotVerified,
    TicketChanged,
)
from resolutionflow.psa.params import (
    CursorQuery,
    IdempotencyKey,
    IdListQuery,
    IdQuery,
    LimitQuery,
    SearchText,
    TicketIdPath,
)
from resolutionflow.psa.providers.errors import (
    InvalidFilter,
    PsaAuth,
    PsaNotFound,
    PsaPermission,
    PsaProtocol,
    PsaRateLimited,
    PsaRejected,
    PsaUnavailable,
)
from resolutionflow.psa.schemas import (
    NoteIn,
    NotePostOut,
    StatusChangeIn,
    StatusChangeOut,
    TicketDetailOut,
    TicketListOut,
)
from resolutionflow.psa.writeback import interactive

router = APIRouter()

_VENDOR = (PsaAuth, PsaPermission, PsaProtocol, PsaRateLimited, PsaUnavailable)


@router.get(
    "/tickets",
    operation_id="psa_list_tickets",
    responses=responses(NotAuthenticated, PsaNotConnected, InvalidFilter, InvalidCursor, *_VENDOR),
)
async def psa_list_tickets(
    subject: DetachedMember,
    services: Svc,
    *,
    query: SearchText = "",
    assignment: Annotated[
        str,
        Query(
            pattern=r"^(all|mine|unassigned|member:[A-Za-z0-9._-]{1,64})$",
            description="`all`, `mine`, `unassigned` or `member:{id}`.",
            examples=["mine"],
        ),
    ] = "all",
    board_ids: IdListQuery,
    status_id: IdQuery = None,
    status_name: Annotated[str | None, Query(min_length=1, max_length=100)] = None,
    priority_ids: IdListQuery,
    company_id: IdQuery = None,
    closed: Literal["open", "closed", "all"] = "open",
    limit: LimitQuery = 10,
    cursor: CursorQuery = None,
    refresh: Annotated[bool, Query(description="Ask the PSA again.")] = False,
) -> TicketListOut:
    """Tickets, newest id first. A number, `#n` or a ticket reference in `query` is looked up first."""
    wanted = tickets.TicketQuery(
        query=query,
        assignment=assignment,
        board_ids=tuple(board_ids),
        status_id=status_id,
        status_name=status_name,
        priority_ids=tuple(priority_ids),
        company_id=company_id,
        closed=closed,
    )
    return await tickets.search(services, subject, wanted, limit=limit, cursor=cursor, refresh=refresh)


@router.get(
    "/tickets/{ticket_id}",
    operation_id="psa_get_ticket",
    responses=responses(NotAuthenticated, PsaNotConnected, PsaNotFound, *_VENDOR),
)
async def psa_get_ticket(ticket_id: TicketIdPath, subject: DetachedMember, services: Svc) -> TicketDetailOut:
    """One ticket. The sections are fetched in parallel; a failing one names its problem and never fails the rest."""
    return await tickets.detail(services, subject, ticket_id)


@router.patch(
    "/tickets/{ticket_id}/status",
    operation_id="psa_change_status",
    responses=responses(
        NotAuthenticated,
        EngineerRequired,
        PsaNotConnected,
        PsaNotFound,
        StatusNotOnBoard,
        TicketChanged,
        StatusNotVerified,
        PsaRejected,
        IdempotencyMismatch,
        *_VENDOR,
    ),
)
async def psa_change_status(
    ticket_id: TicketIdPath,
    body: StatusChangeIn,
    subject: DetachedEngineer,
    services: Svc,
    *,
    idempotency_key: IdempotencyKey = None,
) -> StatusChangeOut:
    """Move the ticket, then read it again and compare. 502 `psa_status_not_verified` when the PSA kept another status."""
    return await interactive.change_status(services, subject, ticket_id, body, idempotency_key=idempotency_key)


@router.post(
    "/tickets/{ticket_id}/notes",
    operation_id="psa_add_note",
    status_code=status.HTTP_201_CREATED,
    responses={
        **responses(
            NotAuthenticated,
            EngineerRequired,
            PsaNotConnected,
            PsaNotFound,
            NoteTooLong,
            LeakSuspected,
            PsaRejected,
            PostFailed,
            IdempotencyMismatch,
            *_VENDOR,
        ),
        202: {
            "model": NotePostOut,
            "description": "Accepted; the outbox keeps trying.",
        },
    },
)
async def psa_add_note(
    ticket_id: TicketIdPath,
    body: NoteIn,
    subject: DetachedEngineer,
    services: Svc,
    response: Response,
    *,
    idempotency_key: IdempotencyKey = None,
) -> NotePostOut:
    """Write a note through the outbox: sent once, then found again on the ticket."""
    posted = await interactive.post_note(services, subject, ticket_id, body, idempotency_key=idempotency_key)
    if posted.outcome == "pending":
        response.status_code = status.HTTP_202_ACCEPTED
    return posted
