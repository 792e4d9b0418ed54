"""Provider values as answers. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from resolutionflow.psa.providers.contract import (
    NamedRef,
    Note,
    PsaProvider,
    Ticket,
    TicketSummary,
)
from resolutionflow.psa.refs import ticket_ref
from resolutionflow.psa.schemas import (
    Named,
    NoteOut,
    StatusOut,
    TicketOut,
    TicketSummaryOut,
)


def named(ref: NamedRef | None) -> Named | None:
    return Named(id=ref.id, name=ref.name) if ref else None


def _summary_fields(provider: PsaProvider, ticket: TicketSummary) -> dict[str, Any]:
    return {
        "id": ticket.id,
        "number": ticket.number,
        "ref": ticket_ref(provider.name, ticket.number),
        "summary": ticket.summary,
        "board": named(ticket.board),
        "status": StatusOut.model_validate(ticket.status) if ticket.status else None,
        "priority": named(ticket.priority),
        "company": named(ticket.company),
        "contact": named(ticket.contact),
        "owner": named(ticket.owner),
        "closed": ticket.closed,
        "created_at": ticket.created_at,
        "updated_at": ticket.updated_at,
        "url": provider.ticket_url(ticket.id),
    }


def summary_out(provider: PsaProvider, ticket: TicketSummary) -> TicketSummaryOut:
    return TicketSummaryOut(**_summary_fields(provider, ticket))


def ticket_out(provider: PsaProvider, ticket: Ticket, notes: Sequence[Note]) -> TicketOut:
    """`notes` newest first; the first customer-visible one is the ticket's description where the PSA keeps none."""
    return TicketOut(
        **_summary_fields(provider, ticket),
        description=ticket.description or description_of(notes),
        type=ticket.type,
        sla=ticket.sla,
        site=ticket.site,
        contact_email=ticket.contact_email,
    )


def description_of(notes: Sequence[Note]) -> str:
    """The text the ticket began with: the oldest note a customer may see that is not ours."""
    return next(
        (note.text for note in reversed(notes) if note.visibility == "customer" and note.reference is None),
        "",
    )


def note_out(note: Note) -> NoteOut:
    return NoteOut(
        id=note.id,
        author=note.author,
        author_kind=note.author_kind,
        text=note.text,
        visibility=note.visibility,
        kinds=list(note.kinds),
        created_at=note.created_at,
        ours=note.reference is not None,
    )
