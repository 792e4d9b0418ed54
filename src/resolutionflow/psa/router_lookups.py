"""Status of the connection and the look-ups behind the filters. Always 200 with `{items, problem}`, never silently empty."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from resolutionflow.auth.deps import DetachedMember, Svc
from resolutionflow.errors import NotAuthenticated, responses
from resolutionflow.psa import lookups
from resolutionflow.psa.errors import PsaNotConnected
from resolutionflow.psa.params import (
    BoardIdPath,
    IdListQuery,
    IdQuery,
    RefreshQuery,
    SearchText,
    TicketIdPath,
)
from resolutionflow.psa.providers.errors import PsaNotFound
from resolutionflow.psa.schemas import (
    ContactOut,
    LookupOut,
    MemberOut,
    MergedStatusOut,
    Named,
    PsaStatusOut,
    StatusOut,
)

router = APIRouter()

_READ = responses(NotAuthenticated, PsaNotConnected)
_READ_ONE = responses(NotAuthenticated, PsaNotConnected, PsaNotFound)


@router.get("/status", operation_id="psa_status", responses=responses(NotAuthenticated))
async def psa_status(subject: DetachedMember, services: Svc) -> PsaStatusOut:
    """Whether a PSA is connected and how it is doing. Reads our own records only."""
    return await lookups.connection_status(services, subject)


@router.get("/boards", operation_id="psa_boards", responses=_READ)
async def psa_boards(subject: DetachedMember, services: Svc, *, refresh: RefreshQuery = False) -> LookupOut[Named]:
    """Active service boards by name."""
    return await lookups.boards(services, subject, refresh=refresh)


@router.get("/boards/{board_id}/statuses", operation_id="psa_board_statuses", responses=_READ)
async def psa_board_statuses(
    board_id: BoardIdPath,
    subject: DetachedMember,
    services: Svc,
    *,
    refresh: RefreshQuery = False,
) -> LookupOut[StatusOut]:
    """Active statuses of one board in the board's own order."""
    return await lookups.board_statuses(services, subject, board_id, refresh=refresh)


@router.get("/statuses", operation_id="psa_statuses", responses=_READ)
async def psa_statuses(
    subject: DetachedMember,
    services: Svc,
    *,
    board_ids: IdListQuery,
    refresh: RefreshQuery = False,
) -> LookupOut[MergedStatusOut]:
    """Statuses of the given boards (none: all boards) merged by name."""
    return await lookups.merged_statuses(services, subject, tuple(board_ids), refresh=refresh)


@router.get(
    "/tickets/{ticket_id}/statuses",
    operation_id="psa_ticket_statuses",
    responses=_READ_ONE,
)
async def psa_ticket_statuses(
    ticket_id: TicketIdPath,
    subject: DetachedMember,
    services: Svc,
    *,
    refresh: RefreshQuery = False,
) -> LookupOut[StatusOut]:
    """Statuses the ticket may be set to: those of its own board."""
    return await lookups.ticket_statuses(services, subject, ticket_id, refresh=refresh)


@router.get("/priorities", operation_id="psa_priorities", responses=_READ)
async def psa_priorities(
    subject: DetachedMember,
    services: Svc,
    *,
    board_id: IdQuery = None,
    refresh: RefreshQuery = False,
) -> LookupOut[Named]:
    """Priorities. `board_id` narrows where the PSA has priorities by board; ConnectWise has one list for all."""
    return await lookups.priorities(services, subject, board_id, refresh=refresh)


@router.get("/members", operation_id="psa_members", responses=_READ)
async def psa_members(
    subject: DetachedMember,
    services: Svc,
    *,
    query: SearchText = "",
    refresh: RefreshQuery = False,
) -> LookupOut[MemberOut]:
    """Active people of the PSA by name; `is_me` marks the one mapped to the caller."""
    return await lookups.members(services, subject, query, refresh=refresh)


@router.get("/companies", operation_id="psa_companies", responses=_READ)
async def psa_companies(
    subject: DetachedMember,
    services: Svc,
    *,
    query: SearchText = "",
    limit: Annotated[int, Query(ge=1, le=100)] = 25,
    refresh: RefreshQuery = False,
) -> LookupOut[Named]:
    """Client companies by name."""
    return await lookups.companies(services, subject, query, limit=limit, refresh=refresh)


@router.get("/contacts", operation_id="psa_contacts", responses=_READ)
async def psa_contacts(
    subject: DetachedMember,
    services: Svc,
    *,
    company_id: IdQuery = None,
    query: SearchText = "",
    limit: Annotated[int, Query(ge=1, le=100)] = 25,
    refresh: RefreshQuery = False,
) -> LookupOut[ContactOut]:
    """Contacts, of one company when `company_id` is given."""
    return await lookups.contacts(services, subject, query, company_id=company_id, limit=limit, refresh=refresh)
