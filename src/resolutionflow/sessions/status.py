"""Status changes a person asks for (sessions-api.md 3). Each adds a system message and an event."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from resolutionflow.kit.clock import now
from resolutionflow.sessions import access, events, messages, reads, repository
from resolutionflow.sessions.errors import TurnInProgress
from resolutionflow.sessions.models import AiSession
from resolutionflow.sessions.protect import Protector
from resolutionflow.sessions.scene import Scene
from resolutionflow.sessions.schemas import MessageKind, SessionDetail


async def _writable(scene: Scene, sid: UUID) -> AiSession:
    row = await repository.load(scene.tx, scene.subject, sid, lock=True)
    access.check_writer(row, scene.subject)
    return row


async def _declare(scene: Scene, row: AiSession, kind: MessageKind, text: str) -> None:
    await messages.add_system_message(scene.tx, row, kind, text, actor_id=scene.subject.user_id)
    await events.changed(scene.tx, row, "session", "messages", actor_id=scene.subject.user_id)


async def no_running_turn(tx: AsyncSession, row: AiSession) -> None:
    """Raises `TurnInProgress` while a turn is queued or running."""
    turn_id = await repository.running_turn(tx, row)
    if turn_id:
        raise TurnInProgress(details={"turn_id": str(turn_id)})


async def pause(scene: Scene, sid: UUID) -> SessionDetail:
    """Active -> paused; a paused one is left as it is."""
    row = await _writable(scene, sid)
    if row.status != "paused":
        access.check_status(row, "active")
        row.status = "paused"
        row.paused_at = now()
        await _declare(scene, row, "paused", f"{scene.subject.name} paused the session.")
    return await reads.detail(scene, row.id)


async def resume(scene: Scene, sid: UUID) -> SessionDetail:
    """Paused -> active; an active one is left as it is."""
    row = await _writable(scene, sid)
    if row.status != "active":
        access.check_status(row, "paused")
        await activate(scene.tx, row)
        await _declare(scene, row, "resumed", f"{scene.subject.name} resumed the session.")
    return await reads.detail(scene, row.id)


async def activate(tx: AsyncSession, row: AiSession) -> None:
    """Paused -> active without a message of its own: also what a turn does."""
    row.status = "active"
    row.paused_at = None
    await tx.flush()


async def abandon(scene: Scene, sid: UUID, reason: str | None) -> SessionDetail:
    """Active or paused -> abandoned; an abandoned one is left as it is."""
    row = await _writable(scene, sid)
    if row.status != "abandoned":
        access.check_status(row, "active", "paused")
        await no_running_turn(scene.tx, row)
        row.status = "abandoned"
        row.abandoned_at = now()
        row.paused_at = None
        row.abandon_reason = Protector.of(scene.services).short(row, reason, 500) if reason else None
        words = f"{scene.subject.name} closed the session without a resolution."
        await _declare(
            scene,
            row,
            "abandoned",
            f"{words} Reason: {row.abandon_reason}" if row.abandon_reason else words,
        )
    return await reads.detail(scene, row.id)


async def reopen(scene: Scene, sid: UUID) -> SessionDetail:
    """Resolved or abandoned -> active. Posted notes, fixes and facts stay."""
    row = await _writable(scene, sid)
    access.check_status(row, "resolved", "abandoned")
    row.status = "active"
    row.resolved_at = None
    row.abandoned_at = None
    row.abandon_reason = None
    await _declare(scene, row, "reopened", f"{scene.subject.name} reopened the session.")
    return await reads.detail(scene, row.id)
