"""A ticket as the pilot reads it: short, without quoted tails, our own notes marked. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from resolutionflow.pilot.contract import RelatedTicket, TicketConfiguration, TicketContext, TicketNote
from resolutionflow.psa.parts import Failed, TicketParts
from resolutionflow.psa.providers.contract import Note, ProviderName
from resolutionflow.psa.refs import ticket_ref
from resolutionflow.psa.views import description_of

MOST_CONFIGURATIONS = 10
MOST_NOTES = 20
NOTE_CHARACTERS = 4_000
ALL_NOTES_CHARACTERS = 24_000
DESCRIPTION_CHARACTERS = 8_000

_QUOTE_STARTS = (
    re.compile(r"^\s*-{2,}\s*(original message|forwarded message|urspr)", re.IGNORECASE),
    re.compile(r"^\s*_{10,}\s*$"),
    re.compile(r"^\s*on\b.{5,200}\bwrote:\s*$", re.IGNORECASE),
    re.compile(r"^\s*from:\s.+$", re.IGNORECASE),
)
_HEADER = re.compile(r"^\s*(sent|to|date|subject|cc):\s", re.IGNORECASE)


def cut_quotes(text: str) -> str:
    """A mail without the older mails it quotes. A text that is nothing but a quote stays whole."""
    lines = text.replace("\r\n", "\n").split("\n")
    for index, line in enumerate(lines):
        if not any(pattern.match(line) for pattern in _QUOTE_STARTS):
            continue
        # "From:" alone may be part of a sentence; a mail header has more lines of its kind below.
        if line.lstrip().lower().startswith("from:") and not any(
            _HEADER.match(after) for after in lines[index + 1 : index + 4]
        ):
            continue
        lines = lines[:index]
        break
    while lines and (not lines[-1].strip() or lines[-1].lstrip().startswith(">")):
        lines.pop()
    return "\n".join(lines).strip() or text.strip()


def _short(text: str, limit: int) -> str:
    return text if len(text) <= limit else f"{text[: limit - 1]}…"


def notes_for_pilot(notes: Sequence[Note], *, skip: str = "") -> tuple[TicketNote, ...]:
    """The newest notes within the limits, newest first; `skip` is the text already given as the description."""
    found: list[TicketNote] = []
    left = ALL_NOTES_CHARACTERS
    for note in notes:
        if len(found) == MOST_NOTES or left <= 0:
            break
        if skip and note.text == skip:
            continue
        text = _short(cut_quotes(note.text), min(NOTE_CHARACTERS, left))
        if text:
            left -= len(text)
            found.append(
                TicketNote(note.author, note.author_kind, text, note.created_at, ours=note.reference is not None)
            )
    return tuple(found)


def ticket_context(parts: TicketParts, provider: ProviderName, *, fetched_at: datetime) -> TicketContext:
    """Everything the pilot may know of a ticket. All of it is untrusted; what could not be read is left out."""
    ticket = parts.ticket
    notes = () if isinstance(parts.notes, Failed) else parts.notes
    configurations = () if isinstance(parts.configurations, Failed) else parts.configurations
    related = () if isinstance(parts.related, Failed) else parts.related
    description = ticket.description or description_of(notes)
    return TicketContext(
        number=ticket.number,
        ref=ticket_ref(provider, ticket.number),
        summary=ticket.summary,
        description=_short(cut_quotes(description), DESCRIPTION_CHARACTERS),
        board=ticket.board.name if ticket.board else "",
        status=ticket.status.name if ticket.status else "",
        priority=ticket.priority.name if ticket.priority else "",
        type=ticket.type or "",
        company=ticket.company.name if ticket.company else "",
        contact=ticket.contact.name if ticket.contact else "",
        contact_email=ticket.contact_email or "",
        site=ticket.site or "",
        configurations=tuple(
            TicketConfiguration(item.name, item.type or "", item.ip_address or "", item.os or "")
            for item in configurations[:MOST_CONFIGURATIONS]
        ),
        notes=notes_for_pilot(notes, skip=description),
        sla=ticket.sla or "",
        related=tuple(
            RelatedTicket(
                ticket_ref(provider, item.number),
                item.summary,
                item.status.name if item.status else "",
                closed=item.closed,
                updated_at=item.updated_at,
            )
            for item in related
        ),
        fetched_at=fetched_at,
    )
