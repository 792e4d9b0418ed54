"""Messages: the conversation as displayed, and the server's own lines in it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from resolutionflow.kit.ids import new_id
from resolutionflow.sessions import repository
from resolutionflow.sessions.models import AiSession, Message
from resolutionflow.sessions.schemas import MessageKind, MessageRole

MAX_CONTENT = 100_000


async def add_message(
    tx: AsyncSession,
    row: AiSession,
    role: MessageRole,
    content: str,
    *,
    kind: MessageKind = "chat",
    author_id: UUID | None = None,
    turn_id: UUID | None = None,
    meta: dict[str, Any] | None = None,
) -> Message:
    """
    Append a message. `content` is redacted display text; more than 100 000 characters are cut at the end.

    `meta` may hold `masked` (list of `{number, kind, start, end}`), `fix_id`, `outcome`, `reason`, `ticket_ref`.
    """
    message = Message(
        id=new_id(),
        account_id=row.account_id,
        session_id=row.id,
        turn_id=turn_id,
        seq=await repository.next_seq(tx, row),
        role=role,
        kind=kind,
        author_id=author_id,
        content=content[:MAX_CONTENT],
        meta=meta or {},
    )
    tx.add(message)
    await tx.flush()
    return message


async def add_system_message(
    tx: AsyncSession,
    row: AiSession,
    kind: MessageKind,
    text: str,
    *,
    actor_id: UUID | None,
    meta: dict[str, Any] | None = None,
) -> Message:
    """Append a line of the server: what a person declared, never that a script succeeded."""
    return await add_message(tx, row, "system", text, kind=kind, author_id=actor_id, meta=meta)
