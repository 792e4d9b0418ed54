"""Becoming resolved: the same for a note kept here and for one confirmed on the ticket."""

from __future__ import annotations

import re
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from resolutionflow.kit.clock import now
from resolutionflow.sessions import events, messages
from resolutionflow.sessions.documents import drafts
from resolutionflow.sessions.fields import OPEN
from resolutionflow.sessions.models import AiSession

MAX_SUMMARY = 500
_LIST_MARK = re.compile(r"^(?:[-*+\u2022]|\d{1,3}[.)])\s+(?:\[[ xX]\]\s+)?")
_HEADING = re.compile(r"^#{1,6}(?:\s|$)|^(?:=+|-{3,}|\*{3,}|_{3,})$")


def default_summary(markdown: str) -> str | None:
    """The first line that is neither blank nor a heading, its list mark removed, cut at 500 characters."""
    for line in markdown.splitlines():
        plain = line.strip()
        if not plain or _HEADING.match(plain):
            continue
        said = _LIST_MARK.sub("", plain).strip()
        if said:
            return said[:MAX_SUMMARY]
    return None


async def complete(
    tx: AsyncSession, row: AiSession, *, markdown: str, summary: str | None, actor_id: UUID, ticket_ref: str | None
) -> None:
    """Write note, summary and status to the locked row; the poster's own draft goes. Already closed: only the note is kept."""
    row.resolution_note_markdown = markdown.strip()
    row.resolution_summary = (summary or default_summary(markdown) or "")[:MAX_SUMMARY] or None
    if row.status in OPEN:
        row.status = "resolved"
        row.resolved_at = now()
        row.paused_at = None
        await tx.flush()
        where = f"The resolution note is on ticket {ticket_ref}." if ticket_ref else "The resolution note is kept here."
        await messages.add_system_message(
            tx, row, "resolved", f"Resolved. {where}", actor_id=actor_id, meta={"ticket_ref": ticket_ref}
        )
    await tx.flush()
    await drafts.forget(tx, row, actor_id, "resolution_note")
    await events.changed(tx, row, "session", "messages", "documents", actor_id=actor_id)
