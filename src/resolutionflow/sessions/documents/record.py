"""Reads what a document may rest on from the database."""

from __future__ import annotations

from typing import Any, cast

from sqlalchemy.ext.asyncio import AsyncSession

from resolutionflow.pilot.contract import FixStatus, Grounding, TicketContext
from resolutionflow.psa import service as psa
from resolutionflow.sessions.context import ticket_of
from resolutionflow.sessions.documents.source import DocumentFact, DocumentFix, DocumentSource, DocumentTicket
from resolutionflow.sessions.facts import hypotheses
from resolutionflow.sessions.facts import repository as facts
from resolutionflow.sessions.fixes import repository as fixes
from resolutionflow.sessions.fixes.models import Fix
from resolutionflow.sessions.lane import repository as lane
from resolutionflow.sessions.models import AiSession


async def gather(tx: AsyncSession, row: AiSession) -> DocumentSource:
    """The record of a session as it is in this transaction; lock the row first when the state version matters."""
    found = await hypotheses.of_session(tx, row)
    ticket = ticket_of(row)
    return DocumentSource(
        title=row.title or "",
        problem_summary=row.problem_summary or "",
        client_name=row.client_name or "",
        ticket=_ticket(row, ticket) if ticket else None,
        facts=tuple(
            DocumentFact(fact.id, fact.text, cast("Grounding", fact.grounding), fact.source_summary or "")
            for fact in await facts.live(tx, row)
        ),
        fixes=tuple(_fix(fix) for fix in reversed(await fixes.of_session(tx, row))),
        cause=next((one.label for one in found if one.status == "confirmed"), ""),
        masked_secrets=len(row.secret_digests),
        steps=await _steps(tx, row),
    )


async def _steps(tx: AsyncSession, row: AiSession) -> tuple[str, ...]:
    """The checks that were made, for a ticket whose notes are to tell them."""
    if row.psa_connection_id is None or not await psa.notes_tell_steps(tx, row.psa_connection_id):
        return ()
    made = [
        " ".join(item.text.split())
        for item in await lane.of_session(tx, row)
        if item.kind == "check" and item.state == "done"
    ]
    return tuple(dict.fromkeys(made))


def _fix(fix: Fix) -> DocumentFix:
    script = fix.edited_script or fix.ai_drafted_script or ""
    used = fix.applied_at is not None and fix.user_decision not in {None, "dismissed"}
    return DocumentFix(
        id=fix.id,
        title=fix.title,
        description=fix.description,
        status=cast("FixStatus", fix.status),
        active=fix.superseded_at is None,
        applied=fix.applied_at is not None,
        confidence=fix.confidence_pct,
        failure_reason=fix.failure_reason or "",
        partial_notes=fix.partial_notes or "",
        used_script=used and bool(script),
        script=script,
    )


def _ticket(row: AiSession, ticket: TicketContext) -> DocumentTicket:
    more: list[Any] = [ticket.site, ticket.board, ticket.priority, ticket.contact_email]
    more += [text for item in ticket.configurations for text in (item.name, item.ip_address, item.os)]
    # Our own notes are no evidence for the next one.
    more += [note.text for note in ticket.notes if not note.ours]
    return DocumentTicket(
        ref=row.psa_ticket_ref or ticket.ref,
        summary=ticket.summary,
        description=ticket.description,
        company=ticket.company,
        contact=ticket.contact,
        details=tuple(text for text in more if text),
    )
