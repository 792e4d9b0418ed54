"""The one stored text for each state of a session: claimed by one writer, waited for by the others, taken over from a dead one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, cast
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.engine import CursorResult
from sqlalchemy.ext.asyncio import AsyncSession

from resolutionflow.kit.clock import now
from resolutionflow.kit.ids import new_id
from resolutionflow.sessions.documents.models import SessionDocument
from resolutionflow.sessions.documents.schemas import DocumentKind
from resolutionflow.sessions.documents.sentences import Document, Mark, Sentence

DEAD_AFTER = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Place:
    """Which text of which session."""

    account_id: UUID
    session_id: UUID
    kind: DocumentKind
    state_version: int

    @property
    def channel(self) -> str:
        """The bus channel on which its end is told."""
        return f"document:{self.session_id}:{self.kind}:{self.state_version}"


@dataclass(frozen=True, slots=True)
class Stored:
    """A text that is ready."""

    document: Document
    engine: str
    model: str | None = None


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to write the text; another `generation` in the row means that somebody took over."""

    generation: UUID


async def ready(tx: AsyncSession, place: Place) -> Stored | None:
    """The text of this state, when it is ready."""
    row = await _row(tx, place)
    return stored(row) if row is not None and row.status == "ready" else None


def stored(row: SessionDocument) -> Stored:
    sentences = tuple(
        Sentence(
            int(one["start"]),
            int(one["end"]),
            tuple(UUID(fact) for fact in one["fact_ids"]),
            cast("Mark | None", one["mark"]),
        )
        for one in cast("list[dict[str, Any]]", row.sentences)
    )
    return Stored(Document(row.markdown or "", sentences), row.engine or "builtin", row.model)


async def _row(tx: AsyncSession, place: Place) -> SessionDocument | None:
    query = (
        select(SessionDocument)
        .where(
            SessionDocument.account_id == place.account_id,
            SessionDocument.session_id == place.session_id,
            SessionDocument.kind == place.kind,
            SessionDocument.state_version == place.state_version,
        )
        .execution_options(populate_existing=True)
    )
    return (await tx.execute(query)).scalar_one_or_none()


async def claim(tx: AsyncSession, place: Place, *, force: bool) -> Claim | Stored | None:
    """The right to write, the ready text, or None while somebody else writes it. `force` takes a ready text for rewriting."""
    generation, moment = new_id(), now()
    made = await tx.execute(
        insert(SessionDocument)
        .values(
            id=new_id(),
            account_id=place.account_id,
            session_id=place.session_id,
            kind=place.kind,
            state_version=place.state_version,
            status="generating",
            generation=generation,
            heartbeat_at=moment,
        )
        .on_conflict_do_nothing()
        .returning(SessionDocument.id)
    )
    if made.scalar_one_or_none() is not None:
        return Claim(generation)
    row = await _row(tx, place)
    if row is None:
        return None
    if row.status == "ready" and not force:
        return stored(row)
    alive = row.heartbeat_at is not None and row.heartbeat_at > moment - DEAD_AFTER
    if row.status == "generating" and alive:
        return None
    taken = await tx.execute(
        update(SessionDocument)
        .where(SessionDocument.id == row.id, SessionDocument.generation == row.generation)
        .values(status="generating", generation=generation, heartbeat_at=moment, error_code=None)
        .execution_options(synchronize_session=False)
    )
    return Claim(generation) if _count(taken) else None


async def beat(tx: AsyncSession, place: Place, mine: Claim) -> None:
    """Say that the writer is alive."""
    await _write(tx, place, mine, heartbeat_at=now())


async def finish(tx: AsyncSession, place: Place, mine: Claim, written: Stored) -> bool:
    """Store the text. False when somebody took over meanwhile."""
    return await _write(
        tx,
        place,
        mine,
        status="ready",
        markdown=written.document.markdown,
        sentences=[sentence.as_json() for sentence in written.document.sentences],
        engine=written.engine,
        model=written.model[:128] if written.model else None,
        generated_at=now(),
    )


async def fail(tx: AsyncSession, place: Place, mine: Claim, code: str) -> None:
    """Give up; the next caller tries again."""
    await _write(tx, place, mine, status="failed", error_code=code)


async def _write(tx: AsyncSession, place: Place, mine: Claim, **values: Any) -> bool:
    done = await tx.execute(
        update(SessionDocument)
        .where(
            SessionDocument.account_id == place.account_id,
            SessionDocument.session_id == place.session_id,
            SessionDocument.kind == place.kind,
            SessionDocument.state_version == place.state_version,
            SessionDocument.generation == mine.generation,
        )
        .values(**values)
        .execution_options(synchronize_session=False)
    )
    return bool(_count(done))


def _count(result: Any) -> int:
    return cast("CursorResult[Any]", result).rowcount
