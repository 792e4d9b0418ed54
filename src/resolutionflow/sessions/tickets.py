"""What a session keeps of its ticket: fetched outside any transaction, then written to the row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from resolutionflow.auth.subject import Subject
from resolutionflow.kit.clock import now
from resolutionflow.psa.access import require_connection
from resolutionflow.psa.providers.errors import InvalidFilter, PsaError, PsaNotFound
from resolutionflow.psa.refs import ticket_ref
from resolutionflow.services import Services
from resolutionflow.sessions import access, repository
from resolutionflow.sessions.context import ticket_to_json
from resolutionflow.sessions.errors import TicketInUse
from resolutionflow.sessions.fields import OPEN
from resolutionflow.sessions.models import AiSession
from resolutionflow.sessions.protect import Protector

LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))")


@dataclass(frozen=True, slots=True)
class FetchedTicket:
    """A ticket as just read. `context` is None when the PSA could not be reached: a job fills it later."""

    connection_id: UUID
    ticket_id: str
    ref: str
    company_id: str | None = None
    context: dict[str, Any] | None = None


async def fetch(services: Services, account_id: UUID, ticket_id: str, *, offline: bool = True) -> FetchedTicket:
    """Read a ticket. Raises `PsaNotConnected` and `PsaNotFound`; other trouble too unless `offline` lets it pass without a context."""
    from resolutionflow.psa import service as psa

    connection = await require_connection(services.db, account_id)
    known = FetchedTicket(connection.id, ticket_id, ticket_ref(connection.provider, ticket_id))
    try:
        found = await psa.ticket_snapshot(services, account_id, ticket_id)
    except (PsaNotFound, InvalidFilter) as error:
        raise PsaNotFound from error
    except PsaError:
        if offline:
            return known
        raise
    return FetchedTicket(
        found.connection_id, found.ticket_id, found.ref, found.company_id, ticket_to_json(found.context)
    )


async def check_free(
    tx: AsyncSession, subject: Subject, connection_id: UUID, ticket_id: str, *, share: bool, but: UUID | None = None
) -> None:
    """Raises `TicketInUse` when another open session has the ticket and `share` is false. Two at once wait for each other."""
    await tx.execute(LOCK, {"name": f"ticket:{subject.account_id}:{connection_id}:{ticket_id}"})
    if share:
        return
    query = select(AiSession).where(
        AiSession.account_id == subject.account_id,
        AiSession.psa_connection_id == connection_id,
        AiSession.psa_ticket_id == ticket_id,
        AiSession.status.in_(OPEN),
    )
    if but is not None:
        query = query.where(AiSession.id != but)
    other = (await tx.execute(query.order_by(AiSession.last_activity_at.desc()).limit(1))).scalar_one_or_none()
    if other is None:
        return
    seen = access.readable(other, subject, team=await repository.team_can_view(tx, subject.account_id))
    raise TicketInUse(details={"session_id": str(other.id) if seen else None, "title": other.title if seen else None})


def attach(row: AiSession, ticket: FetchedTicket, protector: Protector) -> None:
    """Write the ticket to the session; client, contact and priority follow it."""
    wait_for(row, ticket)
    if ticket.context is not None:
        fill(row, ticket, protector)


def wait_for(row: AiSession, ticket: FetchedTicket) -> None:
    """Write only which ticket it is: what it says is still to be read."""
    row.psa_connection_id = ticket.connection_id
    row.psa_ticket_id, row.psa_ticket_ref = ticket.ticket_id, ticket.ref
    row.psa_context, row.psa_context_status, row.psa_context_at = None, "pending", None


def fill(row: AiSession, ticket: FetchedTicket, protector: Protector) -> None:
    """Write what was read. Names nobody set are taken from the ticket."""
    context = protector.values(row, ticket.context or {})
    row.psa_company_id = ticket.company_id
    row.psa_context, row.psa_context_status, row.psa_context_at = context, "ready", now()
    summary = str(context.get("summary") or "")
    row.client_name = str(context.get("company") or "")[:255] or row.client_name
    row.contact_name = str(context.get("contact") or "")[:255] or row.contact_name
    row.priority = str(context.get("priority") or "")[:64] or row.priority
    row.problem_summary = row.problem_summary or summary[:2000] or None
    if row.title is None or (row.title_source == "auto" and row.title == row.psa_ticket_ref):
        row.title = summary[:200] or row.title


def detach(row: AiSession) -> None:
    """Take the ticket off; the names it brought stay."""
    row.psa_connection_id = row.psa_ticket_id = row.psa_ticket_ref = row.psa_company_id = None
    row.psa_context = row.psa_context_at = None
    row.psa_context_status = "none"
