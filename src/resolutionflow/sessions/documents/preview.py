"""Previews of documents: written once for each state, whoever asks and on whichever server."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from resolutionflow.auth.subject import Subject
from resolutionflow.db.rates import hit
from resolutionflow.db.session import Database
from resolutionflow.llm.contract import Caller
from resolutionflow.services import Services
from resolutionflow.sessions import access, events, repository
from resolutionflow.sessions.documents import drafts, model_writer, record, store, work
from resolutionflow.sessions.documents.errors import DocumentFailed
from resolutionflow.sessions.documents.package import write_escalation_package
from resolutionflow.sessions.documents.schemas import (
    DocumentKind,
    DocumentPreview,
    DraftOut,
    LeftOutOfNote,
    MarkedSentence,
    SentenceOut,
    UnverifiedFact,
)
from resolutionflow.sessions.documents.sentences import Document
from resolutionflow.sessions.documents.source import DocumentSource
from resolutionflow.sessions.documents.store import Claim, Place, Stored
from resolutionflow.sessions.documents.writer import with_steps, write_resolution_note
from resolutionflow.sessions.models import AiSession

WAIT_SECONDS = 60.0
LOOK_AGAIN_SECONDS = 2.0
BEAT_SECONDS = 5.0
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Sort:
    """One kind of document: what it is written from, by whom, and whether admins may look although they may not write the session."""

    kind: DocumentKind
    gather: Callable[[AsyncSession, AiSession], Awaitable[Any]]
    write: Callable[[Any], Document]
    for_admins: bool = False


NOTE = Sort("resolution_note", record.gather, write_resolution_note)
PACKAGE = Sort("escalation_package", work.gather, write_escalation_package, for_admins=True)


@dataclass(frozen=True, slots=True)
class _Asked:
    """What one look at the session gave: the record of this state, and what is computed anew for each caller."""

    place: Place
    source: DocumentSource
    ticket_ref: str | None
    draft: DraftOut | None
    known: dict[str, int]
    found: Claim | Stored | None


async def preview_note(
    db: Database, services: Services, subject: Subject, sid: UUID, *, force: bool, sort: Sort = NOTE
) -> DocumentPreview:
    """The note of the present state. Raises `RateLimited`, and `DocumentFailed` when nobody could write it."""
    return await _preview(db, services, subject, sid, sort, force=force)


async def preview_package(
    db: Database, services: Services, subject: Subject, sid: UUID, *, force: bool
) -> DocumentPreview:
    """The escalation package of the present state. Errors as `preview_note`."""
    return await _preview(db, services, subject, sid, PACKAGE, force=force)


async def _preview(
    db: Database, services: Services, subject: Subject, sid: UUID, sort: Sort, *, force: bool
) -> DocumentPreview:
    asked = await _look(db, services, subject, sid, sort, force=force, first=True)
    deadline = asyncio.get_running_loop().time() + WAIT_SECONDS
    from_cache = True
    while not isinstance(asked.found, Stored):
        if isinstance(asked.found, Claim):
            made = await _generate(db, services, asked, asked.found, subject, sort)
            from_cache, asked = False, replace(asked, found=made)
            break
        if not await _told(services, asked.place, deadline):
            raise DocumentFailed
        asked = await _look(db, services, subject, sid, sort, force=False, first=False)
    assert isinstance(asked.found, Stored)
    return _answer(asked, asked.found, from_cache=from_cache)


async def _look(
    db: Database, services: Services, subject: Subject, sid: UUID, sort: Sort, *, force: bool, first: bool
) -> _Asked:
    async with db.transaction(subject.account_id) as tx:
        if sort.for_admins and subject.at_least("admin"):
            row = await repository.load(tx, subject, sid, lock=True)
            access.check_open(row, "resolved")
        else:
            row = await repository.load_for_write(tx, subject, sid, also=("resolved",))
        if first:
            await hit(tx, row.account_id, f"preview:{subject.user_id}", limit=services.settings.previews_per_minute)
        place = Place(row.account_id, row.id, sort.kind, row.state_version)
        draft = await drafts.find(tx, row, subject.user_id, place.kind)
        return _Asked(
            place,
            await sort.gather(tx, row),
            row.psa_ticket_ref if row.psa_ticket_id else None,
            DraftOut.model_validate(draft) if draft else None,
            {digest: int(number) for digest, number in (row.secret_digests or {}).items()},
            await store.claim(tx, place, force=force),
        )


async def _generate(
    db: Database, services: Services, asked: _Asked, mine: Claim, subject: Subject, sort: Sort
) -> Stored:
    """Write outside any transaction, then store under the version that was read."""
    place = asked.place
    try:
        async with _alive(db, place, mine):
            written = await _write(services, asked, subject, sort)
        async with db.transaction(place.account_id) as tx:
            row = await repository.find(tx, place.account_id, place.session_id)
            if await store.finish(tx, place, mine, written) and row is not None:
                await events.changed(tx, row, "documents", actor_id=subject.user_id)
    except Exception as error:
        log.exception("document_failed", session_id=str(place.session_id), kind=place.kind)
        async with db.transaction(place.account_id) as tx:
            await store.fail(tx, place, mine, type(error).__name__[:64])
        raise DocumentFailed from error
    finally:
        services.bus.signal(place.channel)
    return written


async def _write(services: Services, asked: _Asked, subject: Subject, sort: Sort) -> Stored:
    """By the account's model where it has one and the model keeps to the form, else by the built-in writer."""
    who = Caller(subject.account_id, subject.user_id, asked.place.session_id)
    told = await model_writer.write(services, model_writer.KINDS[sort.kind], asked.source, who, asked.known)
    if told is not None:
        document = with_steps(told[0], asked.source) if sort is NOTE else told[0]
        return Stored(document, "llm", told[1])
    return Stored(await asyncio.to_thread(sort.write, asked.source), "builtin")


@asynccontextmanager
async def _alive(db: Database, place: Place, mine: Claim) -> AsyncGenerator[None]:
    """Heartbeats while the body runs, so that nobody takes the work over."""

    async def beat() -> None:
        while True:
            await asyncio.sleep(BEAT_SECONDS)
            async with db.transaction(place.account_id) as tx:
                await store.beat(tx, place, mine)

    beating = asyncio.create_task(beat())
    try:
        yield
    finally:
        beating.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await beating


async def _told(services: Services, place: Place, deadline: float) -> bool:
    """Wait until the writer is done, at most a moment (its signal may be lost). False when the caller has waited long enough."""
    left = deadline - asyncio.get_running_loop().time()
    if left <= 0:
        return False
    woken = asyncio.Event()
    stop = services.bus.listen(place.channel, lambda _payload: woken.set())
    try:
        async with asyncio.timeout(min(left, LOOK_AGAIN_SECONDS)):
            await woken.wait()
    except TimeoutError:
        pass
    finally:
        stop()
    return True


def _answer(asked: _Asked, found: Stored, *, from_cache: bool) -> DocumentPreview:
    document = found.document
    return DocumentPreview(
        kind=asked.place.kind,
        markdown=document.markdown,
        sentences=[
            SentenceOut(start=one.start, end=one.end, fact_ids=list(one.fact_ids), mark=one.mark)
            for one in document.sentences
        ],
        marks=marked(document),
        left_out=LeftOutOfNote(
            masked_secrets=asked.source.masked_secrets,
            unverified_facts=[
                UnverifiedFact(id=fact.id, text=fact.text) for fact in asked.source.facts if not fact.usable
            ],
        ),
        target_ticket_ref=asked.ticket_ref,
        state_version=asked.place.state_version,
        from_cache=from_cache,
        engine="llm" if found.engine == "llm" else "builtin",
        draft=asked.draft,
    )


def marked(document: Document) -> list[MarkedSentence]:
    """The sentences without support, with their text."""
    return [
        MarkedSentence(start=one.start, end=one.end, text=document.text_of(one), mark=one.mark)
        for one in document.sentences
        if one.mark in ("no_fact", "unknown_detail")
    ]
