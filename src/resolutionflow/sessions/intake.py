"""What the first words of a session tell about it: its title and its problem."""

from __future__ import annotations

from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from resolutionflow.sessions import repository
from resolutionflow.sessions.models import AiSession

AUTO_TITLE = 90
SUMMARY = 500


def auto_title(message: str) -> str:
    """The first line that says something, cut at a word."""
    line = next((line.strip() for line in message.splitlines() if line.strip()), "")
    if len(line) <= AUTO_TITLE:
        return line
    head = line[:AUTO_TITLE].rsplit(" ", 1)[0].rstrip(" ,;:-")
    return f"{head or line[:AUTO_TITLE]}\u2026"


async def take_first_words(tx: AsyncSession, row: AiSession, said: str) -> bool:
    """Name a session that was made without words by the first that are said in it. True when it changed.

    A title a person set, and the names a ticket or an earlier session brought, stay.
    """
    if row.intake_content.get("text") or not said.strip():
        return False
    values: dict[str, Any] = {"intake_content": {**row.intake_content, "text": said}}
    if row.title_source == "auto" and row.title in (None, row.psa_ticket_ref):
        values["title"] = auto_title(said)
    if row.problem_summary is None and row.psa_ticket_id is None:
        # Documents read it.
        await repository.bump(tx, row, **values, problem_summary=said[:SUMMARY])
        return True
    await repository.touch(tx, row, **values)
    return True
