"""Starting a session: from a text, a ticket, or a closed session."""

from __future__ import annotations

from uuid import UUID

import orjson
from fastapi import Response
from sqlalchemy.ext.asyncio import AsyncSession

from resolutionflow.auth.subject import Subject
from resolutionflow.db.session import Database
from resolutionflow.kit.clock import now
from resolutionflow.kit.ids import new_id
from resolutionflow.services import Services
from resolutionflow.sessions import access, events, reads, repository, tickets
from resolutionflow.sessions.fields import CLOSED
from resolutionflow.sessions.idempotent import Once
from resolutionflow.sessions.intake import SUMMARY, auto_title
from resolutionflow.sessions.jobs import fill_later
from resolutionflow.sessions.models import AiSession
from resolutionflow.sessions.protect import Protector
from resolutionflow.sessions.schemas import CreateSession
from resolutionflow.sessions.tickets import FetchedTicket

COPIED = (
    "client_name",
    "contact_name",
    "priority",
    "psa_connection_id",
    "psa_ticket_id",
    "psa_ticket_ref",
    "psa_company_id",
)


async def create_session(
    db: Database, services: Services, subject: Subject, body: CreateSession, once: Once
) -> Response:
    """Store the session, with a message also its first turn, in one transaction. The ticket is read before it.

    Raises `NotFound` and `WrongSessionStatus` for `follow_up_of`, `PsaNotConnected`, `PsaNotFound`, `TicketInUse`.
    """
    # Imported here: the turn pipeline stands on this package.
    from resolutionflow.pilot.turns import start_turn

    if body.follow_up_of is not None:
        async with db.transaction(subject.account_id) as tx:
            await _closed(tx, subject, body.follow_up_of)
    ticket = await tickets.fetch(services, subject.account_id, body.ticket_id) if body.ticket_id else None
    async with db.transaction(subject.account_id) as tx:
        replay = await once.claim(tx, subject)
        if replay is not None:
            return replay
        row = await _store(tx, services, subject, body, ticket)
        turn_id: UUID | None = None
        if body.client_turn_id is not None:
            said, pictures = body.message or "", body.upload_ids
            started = await start_turn(tx, services, subject, row, said, body.client_turn_id, upload_ids=pictures)
            turn_id = started.turn_id
        await events.changed(tx, row, "session", actor_id=subject.user_id, turn_id=turn_id)
        session = await reads.session_json(tx, subject, row.id, "messages,lane,facts,fix,turn")
        answer = f'{{"session":{session},"turn_id":{orjson.dumps(turn_id).decode()}}}'
        return await once.answer(tx, subject, 201, answer)


async def _closed(tx: AsyncSession, subject: Subject, sid: UUID) -> AiSession:
    row = await repository.load(tx, subject, sid)
    access.check_status(row, *CLOSED)
    return row


async def _store(
    tx: AsyncSession, services: Services, subject: Subject, body: CreateSession, ticket: FetchedTicket | None
) -> AiSession:
    before = await _closed(tx, subject, body.follow_up_of) if body.follow_up_of else None
    protector = Protector.of(services)
    row = AiSession(
        id=new_id(),
        account_id=subject.account_id,
        user_id=subject.user_id,
        follow_up_of=before.id if before else None,
        status="active",
        title_source="user" if body.title else "auto",
        intake_type="psa_ticket" if ticket or (before and before.psa_ticket_id) else "free_text",
        intake_content={},
        psa_context_status="none",
        secret_digests={},
        state_version=0,
        message_count=0,
        last_activity_at=now(),
        updated_at=now(),
    )
    if before is not None:
        for name in COPIED:
            setattr(row, name, getattr(before, name))
        row.psa_context, row.psa_context_status = before.psa_context, before.psa_context_status
        row.psa_context_at, row.secret_digests = before.psa_context_at, dict(before.secret_digests)
    row.title = protector.short(row, body.title, 200) if body.title else None
    said = protector.text(row, body.message) if body.message else ""
    if said:
        row.intake_content = {"text": said}
        row.problem_summary = None if ticket else said[:SUMMARY]
    if ticket is not None:
        tickets.attach(row, ticket, protector)
        row.title = row.title or auto_title(said) or row.psa_ticket_ref
    elif before is not None:
        row.title = row.title or auto_title(said) or before.title
        row.problem_summary = row.problem_summary or before.problem_summary
    else:
        row.title = row.title or auto_title(said) or None
    if row.psa_connection_id and row.psa_ticket_id:
        await tickets.check_free(tx, subject, row.psa_connection_id, row.psa_ticket_id, share=body.share)
    tx.add(row)
    await tx.flush()
    if row.psa_context_status == "pending":
        await fill_later(tx, row)
    return row
