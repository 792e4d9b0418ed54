"""What other domains ask about tickets."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from resolutionflow.kit.clock import now
from resolutionflow.pilot.contract import TicketContext
from resolutionflow.psa import context, repository
from resolutionflow.psa.access import open_provider, require_connection
from resolutionflow.psa.parts import FOR_PILOT, read_parts
from resolutionflow.psa.refs import ticket_ref
from resolutionflow.services import Services


@dataclass(frozen=True, slots=True)
class TicketSnapshot:
    """A ticket as just read, with what a session keeps of it."""

    connection_id: UUID
    ticket_id: str
    ref: str
    company_id: str | None
    closed: bool
    context: TicketContext


async def ticket_snapshot(services: Services, account_id: UUID, ticket_id: str) -> TicketSnapshot:
    """Read a ticket now. Never call it inside a transaction.

    Raises `PsaNotConnected`, `PsaNotFound` and the other provider errors. Parts that cannot be read (a missing right) are left out.
    """
    connection = await require_connection(services.db, account_id)
    async with open_provider(services, connection) as provider:
        parts = await read_parts(provider, ticket_id, FOR_PILOT)
    ticket = parts.ticket
    return TicketSnapshot(
        connection_id=connection.id,
        ticket_id=ticket.id,
        ref=ticket_ref(connection.provider, ticket.number),
        company_id=ticket.company.id if ticket.company else None,
        closed=ticket.closed,
        context=context.ticket_context(parts, connection.provider, fetched_at=now()),
    )


async def ticket_context(services: Services, account_id: UUID, ticket_id: str) -> TicketContext:
    """The ticket as the pilot reads it. Errors as `ticket_snapshot`."""
    return (await ticket_snapshot(services, account_id, ticket_id)).context


async def posts_by_default(session: AsyncSession, connection_id: UUID) -> bool:
    """Whether a resolution goes to the ticket unless the person says otherwise (psa.md 7, `auto_push`)."""
    return (await repository.preferences(session, connection_id)).auto_push != "off"


async def notes_tell_steps(session: AsyncSession, connection_id: UUID) -> bool:
    """Whether the checks made join a resolution note (psa.md 7, `include_steps`)."""
    return (await repository.preferences(session, connection_id)).include_steps
