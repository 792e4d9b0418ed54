"""Resolving: the checks before anything is written, then the note here or on the ticket (sessions-api.md 8, psa.md 8)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast
from uuid import UUID

from fastapi import Response
from sqlalchemy.ext.asyncio import AsyncSession

from resolutionflow.auth.subject import Subject
from resolutionflow.db.session import Database
from resolutionflow.psa import revision
from resolutionflow.psa import service as psa
from resolutionflow.psa.writeback import answers
from resolutionflow.psa.writeback import service as writeback
from resolutionflow.psa.writeback.planning import WriteRequest
from resolutionflow.psa.writeback.schemas import PreviewOut, ResolvePostOut, WriteOptionsIn
from resolutionflow.services import Services
from resolutionflow.sessions import access, completion, repository
from resolutionflow.sessions.documents import record, store, work
from resolutionflow.sessions.documents.behind import facts_behind
from resolutionflow.sessions.documents.checker import check
from resolutionflow.sessions.documents.errors import OutcomeNeeded, StateChanged, UnsupportedSentences
from resolutionflow.sessions.documents.preview import marked
from resolutionflow.sessions.documents.schemas import MarkedSentence, PreviewWrite, ResolveRequest
from resolutionflow.sessions.documents.sentences import Document
from resolutionflow.sessions.documents.writer import write_resolution_note
from resolutionflow.sessions.errors import NoTicket
from resolutionflow.sessions.fields import OPEN
from resolutionflow.sessions.fixes import repository as fixes
from resolutionflow.sessions.fixes.rules import is_verifying
from resolutionflow.sessions.idempotent import Once
from resolutionflow.sessions.models import AiSession
from resolutionflow.sessions.protect import Protector
from resolutionflow.sessions.status import no_running_turn
from resolutionflow.sessions.updates.service import note_request


@dataclass(frozen=True, slots=True)
class _Checked:
    """A note that passed the checks. `request` is None when nothing goes to a PSA."""

    markdown: str
    request: WriteRequest | None
    fact_ids: list[UUID]


async def preview_write(
    db: Database, services: Services, subject: Subject, sid: UUID, body: PreviewWrite
) -> PreviewOut:
    """What posting this text would write, with the secrets masked and the sentences nothing supports."""
    async with db.transaction(subject.account_id) as tx:
        row = await repository.load_for_write(tx, subject, sid, also=("resolved",))
        if not row.psa_connection_id or not row.psa_ticket_id:
            raise NoTicket
        safe = Protector.of(services).redact(row, body.markdown.strip())
        if body.kind == "note":
            unsupported = marked(Document(safe.text, check(safe.text, await work.gather(tx, row))))
            request = note_request(row.id, row.psa_ticket_id, safe.text, visibility=body.options.visibility)
        else:
            unsupported = (await _judged(tx, row, safe.text)).unsupported
            # What the booked time says of the work is a part of what is shown.
            summary = completion.default_summary(safe.text)
            request = _request(row, row.psa_ticket_id, safe.text, summary, body.options, seen=None, acknowledge=())
    found = await writeback.preview(services, subject, request)
    masked = list(dict.fromkeys(str(one["kind"]) for one in safe.masked))
    return found.model_copy(
        update={"masked": [*found.masked, *masked], "marks": [*found.marks, *(one.text for one in unsupported)]}
    )


async def post_note(
    db: Database, services: Services, subject: Subject, sid: UUID, body: ResolveRequest, once: Once
) -> Response:
    """Check, then resolve here at once, or put the write into the outbox and wait for what becomes of it.

    Raises the refusals of the checks in their order, those of the outbox, and `StatusNotVerified` or `PostFailed`.
    """
    if body.revision is not None:
        revision.parse(body.revision)
    async with db.transaction(subject.account_id) as tx:
        row = await repository.load(tx, subject, sid, lock=True)
        access.check_writer(row, subject)
        write_id = await _known(tx, services, subject, row, body, once)
        request: WriteRequest | None = None
        if write_id is None:
            here = row.psa_ticket_id is None or body.post_to_psa is False
            replay = await once.claim(tx, subject) if here else None
            if replay is not None:
                return replay
            checked = await _check(tx, services, row, body)
            request = checked.request
            if request is None:
                row.resolution_note_fact_ids = [str(one) for one in checked.fact_ids]
                summary = _summary(services, row, body)
                return await _keep_here(tx, subject, row, checked.markdown, summary, once)
    if request is not None:
        write_id = await _hand_over(db, services, subject, sid, body, request, once)
    assert write_id is not None
    return await _told(db, services, subject, sid, write_id)


async def _known(
    tx: AsyncSession, services: Services, subject: Subject, row: AiSession, body: ResolveRequest, once: Once
) -> UUID | None:
    """The write an earlier request with the same key made: a repeat must not trip over its own effect."""
    if once.key is None or not row.psa_ticket_id:
        return None
    text = Protector.of(services).text(row, body.markdown.strip())
    summary = _summary(services, row, body)
    request = _request(row, row.psa_ticket_id, text, summary, body.options, seen=None, acknowledge=())
    return await writeback.known_write(tx, subject, request, once.key)


async def _check(tx: AsyncSession, services: Services, row: AiSession, body: ResolveRequest) -> _Checked:
    access.check_status(row, *OPEN)
    await no_running_turn(tx, row)
    if body.state_version is not None and body.state_version != row.state_version:
        raise StateChanged(details={"state_version": row.state_version})
    fix = await fixes.active(tx, row)
    if fix is not None and is_verifying(fix):
        raise OutcomeNeeded(details={"fix_id": str(fix.id)})
    text = Protector.of(services).text(row, body.markdown.strip())
    judged = await _judged(tx, row, text)
    unsupported = judged.unsupported
    if unsupported and "unsupported_sentences" not in body.acknowledge:
        raise UnsupportedSentences(details={"sentences": [one.model_dump() for one in unsupported]})
    post = body.post_to_psa if body.post_to_psa is not None else await _posts_by_default(tx, row)
    if not post or not row.psa_connection_id or not row.psa_ticket_id:
        return _Checked(text, None, judged.fact_ids)
    await writeback.refuse_open_write(tx, row.id)
    summary = _summary(services, row, body) or completion.default_summary(text)
    request = _request(
        row, row.psa_ticket_id, text, summary, body.options, seen=body.revision, acknowledge=body.acknowledge
    )
    return _Checked(text, request, judged.fact_ids)


def _summary(services: Services, row: AiSession, body: ResolveRequest) -> str | None:
    """What the person wrote as the summary, its secrets masked."""
    return Protector.of(services).short(row, body.summary, completion.MAX_SUMMARY) if body.summary else None


@dataclass(frozen=True, slots=True)
class _Judged:
    """The sentences of a text that nothing supports, and the facts it rests on."""

    unsupported: list[MarkedSentence]
    fact_ids: list[UUID]


async def _judged(tx: AsyncSession, row: AiSession, text: str) -> _Judged:
    """What the record says about the text as posted. Unchanged sentences keep what the generated note rests on."""
    source = await record.gather(tx, row)
    place = store.Place(row.account_id, row.id, "resolution_note", row.state_version)
    generated = await store.ready(tx, place)
    before = generated.document if generated else write_resolution_note(source)
    return _Judged(marked(Document(text, check(text, source, before))), facts_behind(text, source, before))


async def _posts_by_default(tx: AsyncSession, row: AiSession) -> bool:
    if row.psa_connection_id is None:
        return False
    return await psa.posts_by_default(tx, row.psa_connection_id)


def _request(
    row: AiSession,
    ticket_id: str,
    markdown: str,
    summary: str | None,
    options: WriteOptionsIn,
    *,
    seen: str | None,
    acknowledge: Sequence[str],
) -> WriteRequest:
    status = "keep" if options.keep_status else "explicit" if options.status_id else "target"
    return WriteRequest(
        kind="resolution",
        ticket_id=ticket_id,
        markdown=markdown,
        summary=summary,
        session_id=row.id,
        visibility=options.visibility,
        notify=options.notify,
        status=status,
        status_id=options.status_id,
        time_minutes=options.time_minutes,
        revision=seen,
        acknowledge=frozenset(acknowledge),
    )


async def _keep_here(
    tx: AsyncSession, subject: Subject, row: AiSession, markdown: str, summary: str | None, once: Once
) -> Response:
    row.resolution_note_external_id = None
    row.resolution_note_posted_at = None
    await completion.complete(tx, row, markdown=markdown, summary=summary, actor_id=subject.user_id, ticket_ref=None)
    answer = ResolvePostOut(
        outcome="resolved_local",
        write_id=None,
        session_status=row.status,
        external_id=None,
        posted_at=None,
        verified_status_id=None,
        verified_status_name=None,
        skipped=[],
    )
    return await once.answer(tx, subject, 200, answer.model_dump_json())


async def _hand_over(
    db: Database,
    services: Services,
    subject: Subject,
    sid: UUID,
    body: ResolveRequest,
    request: WriteRequest,
    once: Once,
) -> UUID:
    """Plan against the ticket without a transaction, then store the write when the session still allows it."""
    prepared = await writeback.prepare(services, subject, request)
    async with db.transaction(subject.account_id) as tx:
        row = await repository.load(tx, subject, sid, lock=True)
        access.check_writer(row, subject)
        again = await _check(tx, services, row, body)
        if again.request is None or again.request.ticket_id != request.ticket_id:
            raise StateChanged(details={"state_version": row.state_version})
        row.resolution_note_fact_ids = [str(one) for one in again.fact_ids]
        return await writeback.store(tx, subject, prepared, idempotency_key=once.key)


async def _told(db: Database, services: Services, subject: Subject, sid: UUID, write_id: UUID) -> Response:
    """Wait up to 15 s without a database session and say what really happened."""
    answer = await answers.answer_for(services, subject.account_id, write_id)
    async with db.transaction(subject.account_id) as tx:
        row = cast("AiSession", await repository.find(tx, subject.account_id, sid))
        status = row.status
    body = ResolvePostOut(
        outcome="resolved" if answer.outcome == "confirmed" else "pending",
        write_id=answer.write_id,
        session_status=status,
        external_id=answer.external_id,
        posted_at=answer.posted_at,
        verified_status_id=answer.verified_status_id,
        verified_status_name=answer.verified_status_name,
        skipped=list(answer.skipped),
    )
    code = 202 if body.outcome == "pending" else 200
    return Response(body.model_dump_json(), status_code=code, media_type="application/json")
