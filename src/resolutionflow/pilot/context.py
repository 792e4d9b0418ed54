"""The context of one turn: typed parts from the session, the ticket and the flows; untrusted text defused (pilot.md 4)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncSession

from resolutionflow.pilot.contract import FlowKnowledge, HistoryMessage, LaneItemView, TicketContext, TurnContext
from resolutionflow.pilot.markers import defuse
from resolutionflow.sessions import context as parts
from resolutionflow.sessions.models import AiSession, Turn
from resolutionflow.sessions.uploads import service as uploads
from resolutionflow.storage import FileStore


async def build_context(
    tx: AsyncSession,
    files: FileStore,
    row: AiSession,
    turn: Turn,
    stored: parts.SessionParts,
    flows: tuple[FlowKnowledge, ...],
) -> TurnContext:
    """Everything the engine may know of what is `stored`, with the published `flows`.

    Marker look-alikes are defused in all that did not come from an engine.
    """
    return TurnContext(
        session=parts.session_view(row),
        message=defuse(stored.message),
        ticket=_defused_ticket(parts.ticket_of(row)),
        ticket_is_new=await parts.ticket_is_new(tx, row, turn),
        lane=tuple(_defused_item(item) for item in stored.lane),
        facts=stored.facts,
        fixes=stored.fixes,
        hypotheses=stored.hypotheses,
        history=tuple(_defused_message(message) for message in stored.history),
        flows=flows,
        images=await uploads.turn_images(tx, files, turn) if stored.pictures else (),
    )


def masked_ticket(context: TurnContext, mask: Callable[[str], str]) -> TurnContext:
    """The same context with the secrets in the ticket's own words masked."""
    ticket = context.ticket
    if ticket is None:
        return context
    masked = replace(
        ticket,
        summary=mask(ticket.summary),
        description=mask(ticket.description),
        notes=tuple(replace(note, text=mask(note.text)) for note in ticket.notes),
    )
    return replace(context, ticket=masked)


def _defused_message(message: HistoryMessage) -> HistoryMessage:
    return replace(message, text=defuse(message.text))


def _defused_item(item: LaneItemView) -> LaneItemView:
    return replace(
        item,
        answer=defuse(item.answer) if item.answer else item.answer,
        output=defuse(item.output) if item.output else item.output,
    )


def _defused_ticket(ticket: TicketContext | None) -> TicketContext | None:
    if ticket is None:
        return None
    return replace(
        ticket,
        summary=defuse(ticket.summary),
        description=defuse(ticket.description),
        notes=tuple(replace(note, text=defuse(note.text)) for note in ticket.notes),
    )
