"""Tickets a session brought about, and the time its people worked on it: what the outbox of the PSA asks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, union_all
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from resolutionflow.auth.subject import Subject
from resolutionflow.db.session import ACCOUNT_KEY
from resolutionflow.kit.ids import new_id
from resolutionflow.psa.writeback.hooks import ConfirmedWrite
from resolutionflow.sessions import access, events, messages, repository, tickets
from resolutionflow.sessions.facts.models import Fact
from resolutionflow.sessions.fields import OPEN
from resolutionflow.sessions.fixes.models import FixEventRow
from resolutionflow.sessions.lane.models import LaneItem
from resolutionflow.sessions.models import AiSession, Message, SpinOff


async def actions(tx: AsyncSession, session_id: UUID, user_id: UUID) -> Sequence[datetime]:
    """When a person started the session, wrote, settled a question or check, noted a fact or decided about a fix."""
    account_id = tx.info[ACCOUNT_KEY]
    done = union_all(
        select(AiSession.created_at).where(AiSession.id == session_id, AiSession.user_id == user_id),
        *(
            select(moment).where(
                row.account_id == account_id, row.session_id == session_id, by == user_id, moment.is_not(None)
            )
            for row, moment, by in (
                (Message, Message.created_at, Message.author_id),
                (LaneItem, LaneItem.settled_at, LaneItem.settled_by),
                (Fact, Fact.created_at, Fact.created_by),
                (FixEventRow, FixEventRow.created_at, FixEventRow.actor_id),
            )
        ),
    )
    return list((await tx.execute(done)).scalars())


async def may_open_ticket(tx: AsyncSession, subject: Subject, session_id: UUID) -> str | None:
    """Raises what keeps the caller from writing to the session; else the ticket it has."""
    row = await repository.load_for_write(tx, subject, session_id)
    access.check_open(row)
    return row.psa_ticket_id


async def opened(tx: AsyncSession, done: ConfirmedWrite) -> None:
    """A ticket was opened for the session: it becomes its own, or one of its spin-offs."""
    from resolutionflow.sessions.jobs import fill_later

    row = await repository.find(tx, done.account_id, done.session_id, lock=True)
    if row is None or done.connection_id is None:
        return
    if done.role == "primary" and row.psa_ticket_id is None and row.status in OPEN:
        tickets.wait_for(row, tickets.FetchedTicket(done.connection_id, done.ticket_id, done.ticket_ref))
        await tx.flush()
        await fill_later(tx, row)
        text = f"Ticket {done.ticket_ref} was opened for this session."
    else:
        await _keep(tx, done)
        text = f"Ticket {done.ticket_ref} was opened out of this session."
    meta = {"ticket_ref": done.ticket_ref}
    await messages.add_system_message(tx, row, "ticket_linked", text, actor_id=done.requested_by, meta=meta)
    await repository.bump(tx, row)
    await events.changed(tx, row, "session", "messages", actor_id=done.requested_by)


async def _keep(tx: AsyncSession, done: ConfirmedWrite) -> None:
    values = {
        "id": new_id(),
        "account_id": done.account_id,
        "session_id": done.session_id,
        "psa_connection_id": done.connection_id,
        "ticket_id": done.ticket_id,
        "ticket_ref": done.ticket_ref,
        "created_by": done.requested_by,
    }
    await tx.execute(insert(SpinOff).values(values).on_conflict_do_nothing())
