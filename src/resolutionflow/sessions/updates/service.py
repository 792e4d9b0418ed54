"""Updates: written from the record, kept, and posted to the ticket through the outbox when a visibility is given (sessions-api.md 8)."""

from __future__ import annotations

import asyncio
from typing import Any, cast
from uuid import UUID

from fastapi import Response
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from resolutionflow.accounts.models import User
from resolutionflow.auth.subject import Subject
from resolutionflow.db.rates import hit
from resolutionflow.db.session import Database
from resolutionflow.kit.ids import new_id
from resolutionflow.llm.contract import Caller
from resolutionflow.psa import revision
from resolutionflow.psa.errors import PsaWriteOpen
from resolutionflow.psa.writeback import answers, hooks
from resolutionflow.psa.writeback import service as writeback
from resolutionflow.psa.writeback.planning import WriteRequest
from resolutionflow.services import Services
from resolutionflow.sessions import events, messages, repository
from resolutionflow.sessions.documents import drafts, withdrawn, work
from resolutionflow.sessions.documents.behind import facts_behind
from resolutionflow.sessions.documents.schemas import DraftOut
from resolutionflow.sessions.errors import NoTicket
from resolutionflow.sessions.idempotent import Once
from resolutionflow.sessions.models import AiSession
from resolutionflow.sessions.protect import Protector
from resolutionflow.sessions.scene import Scene
from resolutionflow.sessions.updates import model_writer
from resolutionflow.sessions.updates.errors import NotPostable
from resolutionflow.sessions.updates.models import SessionUpdate
from resolutionflow.sessions.updates.schemas import (
    CreateUpdate,
    PreviewUpdate,
    UpdateAuthor,
    UpdateList,
    UpdateOut,
    UpdatePreview,
)
from resolutionflow.sessions.updates.writer import write_update

MOST_LISTED = 100
SEEN_BY = {"customer": "The customer can see it.", "internal": "Only your team can see it."}


async def preview(db: Database, services: Services, subject: Subject, sid: UUID, body: PreviewUpdate) -> UpdatePreview:
    """A text for this audience from the record as it is now. Nothing is stored. Raises `RateLimited`."""
    async with db.transaction(subject.account_id) as tx:
        row = await repository.load_for_write(tx, subject, sid, also=("resolved",))
        await hit(tx, row.account_id, f"preview:{subject.user_id}", limit=services.settings.previews_per_minute)
        note = Protector.of(services).text(row, body.note) if body.note else ""
        draft = await drafts.find(tx, row, subject.user_id, body.audience)
        source = await work.gather(tx, row)
        version, ref = row.state_version, row.psa_ticket_ref if row.psa_ticket_id else None
        known = {digest: int(number) for digest, number in (row.secret_digests or {}).items()}
    caller = Caller(subject.account_id, subject.user_id, sid)
    said = await model_writer.say(services, source, body.audience, note, caller, known)
    written = await asyncio.to_thread(write_update, source, body.audience, note, said=said.texts if said else None)
    return UpdatePreview(
        audience=body.audience,
        subject=written.subject,
        markdown=written.markdown,
        engine="llm" if said else "builtin",
        model=said.model if said else None,
        state_version=version,
        target_ticket_ref=ref,
        draft=DraftOut.model_validate(draft) if draft else None,
    )


async def list_updates(scene: Scene, sid: UUID) -> UpdateList:
    """What was told so far, newest first."""
    row = await repository.load(scene.tx, scene.subject, sid)
    query = (
        select(SessionUpdate)
        .where(SessionUpdate.account_id == row.account_id, SessionUpdate.session_id == row.id)
        .order_by(SessionUpdate.created_at.desc(), SessionUpdate.id.desc())
        .limit(MOST_LISTED)
    )
    return UpdateList(items=[await _out(scene.tx, found) for found in (await scene.tx.execute(query)).scalars()])


async def create(
    db: Database, services: Services, subject: Subject, sid: UUID, body: CreateUpdate, once: Once
) -> Response:
    """Keep an update and, with a visibility, post it. Raises `NotPostable`, `NoTicket` and what the outbox refuses."""
    if body.revision is not None:
        revision.parse(body.revision)
    async with db.transaction(subject.account_id) as tx:
        row = await _writable(tx, subject, sid)
        if body.visibility is not None and body.audience == "email_draft":
            raise NotPostable
        request = _request(services, row, body) if body.visibility is not None else None
        if request is None:
            return await _keep(tx, services, subject, row, body, once)
        known = await writeback.known_write(tx, subject, request, once.key) if once.key else None
    write_id = known or await _hand_over(db, services, subject, sid, body, request, once)
    answer = await answers.answer_for(services, subject.account_id, write_id)
    async with db.transaction(subject.account_id) as tx:
        found = await _of_write(tx, subject.account_id, write_id)
        assert found is not None
        out = await _out(tx, found)
    status = 202 if answer.outcome == "pending" else 201
    return Response(out.model_dump_json(), status_code=status, media_type="application/json")


async def _writable(tx: AsyncSession, subject: Subject, sid: UUID) -> AiSession:
    return await repository.load_for_write(tx, subject, sid)


async def _keep(
    tx: AsyncSession, services: Services, subject: Subject, row: AiSession, body: CreateUpdate, once: Once
) -> Response:
    replay = await once.claim(tx, subject)
    if replay is not None:
        return replay
    stored = await _store(tx, services, subject, row, body, None)
    return await once.answer(tx, subject, 201, (await _out(tx, stored)).model_dump_json())


def _request(services: Services, row: AiSession, body: CreateUpdate) -> WriteRequest:
    if not row.psa_connection_id or not row.psa_ticket_id:
        raise NoTicket
    return note_request(
        row.id,
        row.psa_ticket_id,
        Protector.of(services).text(row, body.markdown.strip()),
        visibility=body.visibility,
        seen=body.revision,
        acknowledge=frozenset(body.acknowledge),
    )


def note_request(
    session_id: UUID,
    ticket_id: str,
    markdown: str,
    *,
    visibility: Any,
    seen: str | None = None,
    acknowledge: frozenset[str] = frozenset(),
) -> WriteRequest:
    """A plain note of a session: no status, no time, nobody mailed."""
    return WriteRequest(
        kind="note",
        ticket_id=ticket_id,
        markdown=markdown,
        session_id=session_id,
        visibility=visibility,
        notify=False,
        revision=seen,
        acknowledge=acknowledge,
    )


async def _hand_over(
    db: Database,
    services: Services,
    subject: Subject,
    sid: UUID,
    body: CreateUpdate,
    request: WriteRequest,
    once: Once,
) -> UUID:
    """Plan without a transaction, then store update and write together. A second update at the same moment took the reference: plan anew."""
    for _ in range(3):
        prepared = await writeback.prepare(services, subject, request)
        async with db.transaction(subject.account_id) as tx:
            row = await _writable(tx, subject, sid)
            if row.psa_ticket_id != request.ticket_id:
                raise NoTicket
            if await writeback.reference_taken(tx, prepared):
                continue
            write_id = await writeback.store(tx, subject, prepared, idempotency_key=once.key)
            if await _of_write(tx, subject.account_id, write_id) is None:
                await _store(tx, services, subject, row, body, write_id)
            return write_id
    raise PsaWriteOpen


async def _store(
    tx: AsyncSession, services: Services, subject: Subject, row: AiSession, body: CreateUpdate, write_id: UUID | None
) -> SessionUpdate:
    protector = Protector.of(services)
    markdown = protector.text(row, body.markdown)
    stored = SessionUpdate(
        id=new_id(),
        account_id=row.account_id,
        session_id=row.id,
        audience=body.audience,
        subject=protector.short(row, body.subject, 150) if body.subject else None,
        markdown=markdown,
        visibility=body.visibility,
        state_version=row.state_version,
        fact_ids=[str(one) for one in facts_behind(markdown, await work.gather(tx, row))],
        created_by=subject.user_id,
        psa_write_id=write_id,
    )
    tx.add(stored)
    await tx.flush()
    await tx.refresh(stored)
    await drafts.forget(tx, row, subject.user_id, body.audience)
    await repository.touch(tx, row)
    await events.changed(tx, row, "updates", actor_id=subject.user_id)
    return stored


async def confirmed(tx: AsyncSession, done: hooks.ConfirmedWrite) -> None:
    """The note is on the ticket and read back: say so, in the transaction that records it."""
    row = await repository.find(tx, done.account_id, done.session_id, lock=True)
    update = await _of_write(tx, done.account_id, done.write_id)
    if row is None or update is None or update.posted_at is not None:
        return
    update.external_id, update.posted_at = done.external_id, done.posted_at
    seen = SEEN_BY.get(update.visibility or "", "")
    await messages.add_system_message(
        tx,
        row,
        "update_posted",
        f"An update is on ticket {row.psa_ticket_ref}. {seen}".strip(),
        actor_id=done.requested_by,
        meta={"ticket_ref": row.psa_ticket_ref},
    )
    await events.changed(tx, row, "updates", "messages", actor_id=done.requested_by)


async def _of_write(tx: AsyncSession, account_id: UUID, write_id: UUID) -> SessionUpdate | None:
    query = select(SessionUpdate).where(SessionUpdate.account_id == account_id, SessionUpdate.psa_write_id == write_id)
    return (await tx.execute(query)).scalar_one_or_none()


async def _out(tx: AsyncSession, row: SessionUpdate) -> UpdateOut:
    name = (
        await tx.execute(select(User.name).where(User.account_id == row.account_id, User.id == row.created_by))
    ).scalar_one()
    state = await writeback.state_of_write(tx, row.psa_write_id) if row.psa_write_id else None
    gone = await withdrawn.among(tx, row.account_id, row.session_id, [UUID(one) for one in row.fact_ids])
    return UpdateOut(
        id=row.id,
        audience=cast("Any", row.audience),
        subject=row.subject,
        markdown=row.markdown,
        visibility=cast("Any", row.visibility),
        state_version=row.state_version,
        created_by=UpdateAuthor(id=row.created_by, name=name),
        created_at=row.created_at,
        psa_write_id=row.psa_write_id,
        write_state=state,
        external_id=row.external_id,
        posted_at=row.posted_at,
        withdrawn_facts=gone if row.posted_at else [],
    )
