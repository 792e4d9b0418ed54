"""Starting a turn: everything up to the commit that makes it certain to run (pilot.md 1, steps 1 to 4)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from resolutionflow.auth.subject import Subject
from resolutionflow.db import rates
from resolutionflow.jobs import JobArgs, enqueue
from resolutionflow.kit.ids import new_id
from resolutionflow.pilot import rows
from resolutionflow.pilot.errors import NotRetryable
from resolutionflow.services import Services
from resolutionflow.sessions import events, messages, repository
from resolutionflow.sessions.context import stamp_sent
from resolutionflow.sessions.errors import TurnInProgress
from resolutionflow.sessions.intake import take_first_words
from resolutionflow.sessions.models import AiSession, Message, Turn
from resolutionflow.sessions.protect import Protector
from resolutionflow.sessions.uploads import service as uploads
from resolutionflow.sessions.uploads.models import Upload

JOB = "pilot.turn"
RETRYABLE = ("failed", "interrupted")


class TurnArgs(JobArgs):
    """Which turn to run."""

    session_id: UUID
    turn_id: UUID


@dataclass(frozen=True, slots=True)
class StartedTurn:
    """`repeated`: this `client_turn_id` was known, nothing new was stored."""

    turn_id: UUID
    repeated: bool


async def start_turn(
    tx: AsyncSession,
    services: Services,
    subject: Subject,
    row: AiSession,
    message: str,
    client_turn_id: UUID,
    *,
    upload_ids: Sequence[UUID] = (),
) -> StartedTurn:
    """Store the engineer's message and the turn, and put its job into the queue, all in the caller's transaction.

    `row` is locked and open, and the caller may write it. Raises `TurnInProgress`, `InvalidUpload` and `RateLimited`.
    """
    known, running = await repository.turns_at_hand(tx, row, client_turn_id)
    if known is not None:
        return StartedTurn(known.id, repeated=True)
    pictures = await uploads.claim(tx, subject, upload_ids)
    await _only_one(tx, services, subject, row, running)
    turn_id = await _begin(tx, services, subject, row, message, client_turn_id, pictures)
    return StartedTurn(turn_id, repeated=False)


async def _begin(
    tx: AsyncSession,
    services: Services,
    subject: Subject,
    row: AiSession,
    message: str,
    client_turn_id: UUID,
    pictures: list[Upload],
) -> UUID:
    safe = Protector.of(services).redact(row, message)
    turn_id = new_id()
    with repository.counted_on_row(tx):
        await repository.next_seq(tx, row)
        named = ("session",) if await take_first_words(tx, row, safe.text) else ()
    meta: dict[str, Any] = {"masked": list(safe.masked)} if safe.masked else {}
    if pictures:
        meta["uploads"] = [str(picture.id) for picture in pictures]
    stored = rows.EngineerMessage(
        id=new_id(),
        turn_id=turn_id,
        client_turn_id=client_turn_id,
        author_id=subject.user_id,
        content=safe.text[: messages.MAX_CONTENT],
        meta=meta,
        notices=[secrets_notice(len(safe.masked))] if safe.masked else [],
    )
    await tx.flush()
    await rows.store_begin(tx, row, stored)
    await _enqueue(tx, row, turn_id)
    await uploads.attach(tx, pictures, row.id, stored.id)
    await _resume(tx, row, subject)
    await events.changed(tx, row, "messages", "turn", "lane", *named, actor_id=subject.user_id, turn_id=turn_id)
    return turn_id


async def retry_turn(
    tx: AsyncSession, services: Services, subject: Subject, row: AiSession, turn_id: UUID, client_turn_id: UUID
) -> StartedTurn:
    """Run the engineer's message of the latest turn again. The old partial reply stays and is no longer sent to an engine."""
    known, running = await repository.turns_at_hand(tx, row, client_turn_id)
    if known is not None:
        return StartedTurn(known.id, repeated=True)
    latest = (
        await tx.execute(
            select(Turn)
            .where(Turn.account_id == row.account_id, Turn.session_id == row.id)
            .order_by(Turn.created_at.desc(), Turn.id.desc())
            .limit(1)
        )
    ).scalar_one_or_none()
    if latest is None or latest.id != turn_id or latest.status not in RETRYABLE:
        raise NotRetryable
    await _only_one(tx, services, subject, row, running)
    new = Turn(
        id=new_id(),
        account_id=row.account_id,
        session_id=row.id,
        client_turn_id=client_turn_id,
        user_id=subject.user_id,
        user_message_id=latest.user_message_id,
        retry_of=latest.id,
        status="queued",
    )
    tx.add(new)
    await tx.flush()
    await _enqueue(tx, row, new.id)
    message = await tx.get_one(Message, latest.user_message_id)
    message.turn_id = new.id
    await stamp_sent(tx, row, new.id, instead_of=latest.id)
    await _resume(tx, row, subject)
    await events.changed(tx, row, "messages", "turn", actor_id=subject.user_id, turn_id=new.id)
    return StartedTurn(new.id, repeated=False)


async def _only_one(
    tx: AsyncSession, services: Services, subject: Subject, row: AiSession, running: UUID | None
) -> None:
    if running is not None:
        raise TurnInProgress(details={"turn_id": str(running)})
    await rates.hit(tx, row.account_id, f"turn:{subject.user_id}", limit=services.settings.turns_per_minute)


async def _enqueue(tx: AsyncSession, row: AiSession, turn_id: UUID) -> None:
    args = TurnArgs(account_id=row.account_id, session_id=row.id, turn_id=turn_id)
    await enqueue(tx, JOB, args, dedupe_key=f"turn:{turn_id}", priority=10)


async def _resume(tx: AsyncSession, row: AiSession, subject: Subject) -> None:
    if row.status != "paused":
        return
    row.status = "active"
    row.paused_at = None
    await tx.flush()
    await messages.add_system_message(tx, row, "resumed", "Resumed", actor_id=subject.user_id)
    await events.changed(tx, row, "session", actor_id=subject.user_id)


def secrets_notice(count: int) -> dict[str, str]:
    """What the engineer reads when secrets were masked."""
    what = "1 secret was masked" if count == 1 else f"{count} secrets were masked"
    return {"kind": "secrets_masked", "text": f"{what}; the original is not stored. Consider changing it."}
