"""Giving a session to somebody else: admins and the owner."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from resolutionflow.accounts.models import User
from resolutionflow.sessions import access, events, messages, reads, repository
from resolutionflow.sessions.errors import HandoffLive, InvalidUser
from resolutionflow.sessions.fields import IN_TRANSIT
from resolutionflow.sessions.models import AiSession
from resolutionflow.sessions.scene import Scene
from resolutionflow.sessions.schemas import SessionDetail

HANDLES = ("engineer", "admin", "owner")


async def set_handler(scene: Scene, sid: UUID, user_id: UUID) -> SessionDetail:
    """
    Make somebody the handler, in any status. The owner as handler means: nobody beside the owner.

    Raises `InvalidUser` for anybody who may not write sessions here, `HandoffLive` in transit. Who is handler already: unchanged.
    """
    row = await repository.load(scene.tx, scene.subject, sid, lock=True)
    person = await _engineer(scene.tx, row.account_id, user_id)
    if person is None:
        raise InvalidUser
    if row.status in IN_TRANSIT:
        raise HandoffLive
    wanted = None if person.id == row.user_id else person.id
    if wanted != row.handler_id:
        former = row.handler_id
        row.handler_id = wanted
        await scene.tx.flush()
        text = f"{scene.subject.name} gave the session to {person.name}."
        if person.id == scene.subject.user_id:
            text = f"{scene.subject.name} took the session over."
        await messages.add_system_message(scene.tx, row, "handler_changed", text, actor_id=scene.subject.user_id)
        await events.changed(scene.tx, row, "session", "messages", actor_id=scene.subject.user_id)
        if former and not await _still_reads(scene.tx, row, former):
            events.lost(scene.tx, row, former)
    return await reads.detail(scene, row.id)


async def _engineer(tx: AsyncSession, account_id: UUID, user_id: UUID) -> User | None:
    query = select(User).where(
        User.account_id == account_id,
        User.id == user_id,
        User.is_active,
        User.role.in_(HANDLES),
        User.deleted_at.is_(None),
    )
    return (await tx.execute(query)).scalar_one_or_none()


async def _still_reads(tx: AsyncSession, row: AiSession, user_id: UUID) -> bool:
    role = (
        await tx.execute(select(User.role).where(User.account_id == row.account_id, User.id == user_id))
    ).scalar_one()
    return (
        access.named(row, user_id) or role in {"admin", "owner"} or await repository.team_can_view(tx, row.account_id)
    )
