"""Linking a session to a ticket and taking it off again."""

from __future__ import annotations

from uuid import UUID

from resolutionflow.auth.subject import Subject
from resolutionflow.db.session import Database
from resolutionflow.psa.writeback.service import refuse_open_write
from resolutionflow.services import Services
from resolutionflow.sessions import events, messages, reads, repository, tickets
from resolutionflow.sessions.jobs import fill_later
from resolutionflow.sessions.protect import Protector
from resolutionflow.sessions.scene import Scene
from resolutionflow.sessions.schemas import LinkTicket, SessionDetail


async def link(db: Database, services: Services, subject: Subject, sid: UUID, body: LinkTicket) -> SessionDetail:
    """Link to a ticket, in place of another one if there was one. +1. The ticket is read between two transactions."""
    async with db.transaction(subject.account_id) as tx:
        row = await repository.load_for_write(tx, subject, sid)
        await refuse_open_write(tx, row.id)
    ticket = await tickets.fetch(services, subject.account_id, body.ticket_id)
    async with db.transaction(subject.account_id) as tx:
        scene = Scene(tx, subject, services)
        row = await repository.load_for_write(tx, subject, sid)
        await refuse_open_write(tx, row.id)
        if (row.psa_connection_id, row.psa_ticket_id) == (ticket.connection_id, ticket.ticket_id):
            return await reads.detail(scene, row.id)
        await tickets.check_free(tx, subject, ticket.connection_id, ticket.ticket_id, share=body.share, but=row.id)
        tickets.attach(row, ticket, Protector.of(services))
        await tx.flush()
        if row.psa_context_status == "pending":
            await fill_later(tx, row)
        await _say(scene, sid, f"{subject.name} linked ticket {ticket.ref}.", ticket.ref)
        return await reads.detail(scene, sid)


async def unlink(scene: Scene, sid: UUID) -> SessionDetail:
    """Take the ticket off. +1; without a ticket nothing changes."""
    row = await repository.load_for_write(scene.tx, scene.subject, sid)
    await refuse_open_write(scene.tx, row.id)
    ref = row.psa_ticket_ref
    if ref is not None or row.psa_ticket_id is not None:
        tickets.detach(row)
        await scene.tx.flush()
        await _say(scene, sid, f"{scene.subject.name} took ticket {ref} off this session.", ref)
    return await reads.detail(scene, sid)


async def _say(scene: Scene, sid: UUID, text: str, ref: str | None) -> None:
    row = await repository.load(scene.tx, scene.subject, sid)
    await messages.add_system_message(
        scene.tx, row, "ticket_linked", text, actor_id=scene.subject.user_id, meta={"ticket_ref": ref}
    )
    await repository.bump(scene.tx, row)
    await events.changed(scene.tx, row, "session", "messages", actor_id=scene.subject.user_id)
