"""What the outbox of the PSA asks sessions: who sees a write, and what happens when it is confirmed."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from resolutionflow.auth.subject import Subject
from resolutionflow.db.session import ACCOUNT_KEY
from resolutionflow.psa.writeback import hooks
from resolutionflow.realtime import Audience
from resolutionflow.sessions import access, completion, events, repository, spin_offs
from resolutionflow.sessions.fields import IN_TRANSIT
from resolutionflow.sessions.models import AiSession
from resolutionflow.sessions.updates import service as updates


def register() -> None:
    """Called once, where the jobs are imported: in every process that serves or works."""
    hooks.on_confirmed("resolution", confirmed)
    hooks.on_confirmed("note", updates.confirmed)
    hooks.on_confirmed("create", spin_offs.opened)
    hooks.register_session_work(actions=spin_offs.actions, gate=spin_offs.may_open_ticket)
    hooks.register_session_access(audience=audience, may_read=may_read, may_act=may_act)


async def confirmed(tx: AsyncSession, done: hooks.ConfirmedWrite) -> None:
    """The note is on the ticket and read back: the session is resolved, in the transaction that records it."""
    row = await repository.find(tx, done.account_id, done.session_id, lock=True)
    if row is None:
        return
    row.resolution_note_external_id = done.external_id
    row.resolution_note_posted_at = done.posted_at
    await completion.complete(
        tx, row, markdown=done.markdown, summary=done.summary, actor_id=done.requested_by, ticket_ref=row.psa_ticket_ref
    )
    await events.changed(tx, row, "write", actor_id=done.requested_by)


async def _row(tx: AsyncSession, session_id: UUID) -> AiSession | None:
    account_id = tx.info.get(ACCOUNT_KEY)
    return await repository.find(tx, account_id, session_id) if account_id else None


async def audience(tx: AsyncSession, session_id: UUID) -> Audience:
    """Those who may read the session."""
    row = await _row(tx, session_id)
    if row is None:
        return Audience.readers(team=False)
    team = row.status in IN_TRANSIT or await repository.team_can_view(tx, row.account_id)
    return Audience.readers(row.user_id, row.handler_id, row.escalated_to_id, team=team)


async def may_read(tx: AsyncSession, subject: Subject, session_id: UUID) -> bool:
    row = await repository.find(tx, subject.account_id, session_id)
    return row is not None and (
        access.readable(row, subject, team=False) or await repository.team_can_view(tx, subject.account_id)
    )


async def may_act(tx: AsyncSession, subject: Subject, session_id: UUID) -> bool:
    """Owner and handler."""
    row = await repository.find(tx, subject.account_id, session_id)
    return row is not None and access.is_party(row, subject)
