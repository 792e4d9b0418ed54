"""How other domains take part without being imported: what happens when a write is confirmed, and who may see and act."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from resolutionflow.auth.subject import Subject
from resolutionflow.psa.schemas import WriteKind
from resolutionflow.realtime.events import Audience


@dataclass(frozen=True, slots=True)
class ConfirmedWrite:
    """A write whose note was read back and whose status was verified or skipped. `markdown` is what the person posted."""

    account_id: UUID
    write_id: UUID
    session_id: UUID
    kind: WriteKind
    requested_by: UUID
    markdown: str
    summary: str | None
    external_id: str | None
    posted_at: datetime
    verified_status_id: str | None
    verified_status_name: str | None
    connection_id: UUID | None = None
    ticket_id: str = ""
    ticket_ref: str = ""
    role: Literal["primary", "spin_off"] | None = None
    """What a ticket that was opened is to the session."""


Confirmed = Callable[[AsyncSession, ConfirmedWrite], Awaitable[None]]
SessionAudience = Callable[[AsyncSession, UUID], Awaitable[Audience]]
SessionRight = Callable[[AsyncSession, Subject, UUID], Awaitable[bool]]
SessionActions = Callable[[AsyncSession, UUID, UUID], Awaitable[Sequence[datetime]]]
SessionGate = Callable[[AsyncSession, Subject, UUID], Awaitable[str | None]]

_confirmed: dict[WriteKind, Confirmed] = {}
_audience: list[SessionAudience] = []
_readers: list[SessionRight] = []
_handlers: list[SessionRight] = []
_actions: list[SessionActions] = []
_gates: list[SessionGate] = []


def on_confirmed(kind: WriteKind, handler: Confirmed) -> None:
    """Run `handler` in the transaction that records the confirmation of a session's write of this kind."""
    _confirmed[kind] = handler


def register_session_access(*, audience: SessionAudience, may_read: SessionRight, may_act: SessionRight) -> None:
    """Who sees the events of a session's writes, who may read them, and who (beside requester and admins) may act on them."""
    _audience[:] = [audience]
    _readers[:] = [may_read]
    _handlers[:] = [may_act]


def register_session_work(*, actions: SessionActions, gate: SessionGate) -> None:
    """When somebody did something in a session, and whether they may open a ticket for it (raises if not; the ticket it has)."""
    _actions[:] = [actions]
    _gates[:] = [gate]


async def actions_of(session: AsyncSession, session_id: UUID | None, user_id: UUID) -> Sequence[datetime]:
    """The moments a person acted in a session, for the time they worked on it."""
    if session_id is None or not _actions:
        return ()
    return await _actions[0](session, session_id, user_id)


async def ticket_of(session: AsyncSession, subject: Subject, session_id: UUID) -> str | None:
    """The ticket a session has. Raises what keeps the caller from writing to the session."""
    return await _gates[0](session, subject, session_id) if _gates else None


async def confirmed(session: AsyncSession, done: ConfirmedWrite) -> None:
    handler = _confirmed.get(done.kind)
    if handler is not None:
        await handler(session, done)


async def audience_of(session: AsyncSession, session_id: UUID | None, requested_by: UUID) -> Audience:
    """Everybody for a write without a session; else its readers (requester and admins while nobody said who they are)."""
    if session_id is None:
        return Audience.account()
    if _audience:
        return await _audience[0](session, session_id)
    return Audience.readers(requested_by, team=False)


async def may_read(session: AsyncSession, subject: Subject, session_id: UUID | None) -> bool:
    if session_id is None or not _readers:
        return True
    return await _readers[0](session, subject, session_id)


async def may_act(session: AsyncSession, subject: Subject, session_id: UUID | None, requested_by: UUID) -> bool:
    """Requester, admins, and the session's handler."""
    if not subject.at_least("engineer"):
        return False
    if subject.user_id == requested_by or subject.at_least("admin"):
        return True
    return session_id is not None and bool(_handlers) and await _handlers[0](session, subject, session_id)
