"""Rows of sessions: loading with the right refusals, locking, counting up."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from typing import Any, Literal, cast
from uuid import UUID

from sqlalchemy import bindparam, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm.attributes import set_committed_value

from resolutionflow.accounts import preferences
from resolutionflow.accounts.models import AiSettings
from resolutionflow.auth.subject import Subject
from resolutionflow.errors import NotFound
from resolutionflow.kit.clock import now
from resolutionflow.sessions import access
from resolutionflow.sessions.fields import SessionStatus
from resolutionflow.sessions.models import AiSession, Turn

TEAM_KEY = "team_can_view_sessions"
RUNNING = ("queued", "running")
_COUNTED = "counted_on_row"
# Built once: putting such a statement together costs more than asking it.
_FOUND = select(AiSession, preferences.stored_of(AiSession.account_id)).where(
    AiSession.account_id == bindparam("account"), AiSession.id == bindparam("session")
)
_LOCKED = _FOUND.with_for_update(of=AiSession, key_share=True).execution_options(populate_existing=True)
_AT_HAND = select(Turn).where(
    Turn.account_id == bindparam("account"),
    Turn.session_id == bindparam("session"),
    (Turn.client_turn_id == bindparam("client")) | Turn.status.in_(RUNNING),
)
_LOCKED_TURN = (
    select(AiSession, Turn, preferences.stored_of(AiSession.account_id))
    .join(Turn, (Turn.account_id == AiSession.account_id) & (Turn.session_id == AiSession.id))
    .where(
        AiSession.account_id == bindparam("account"),
        AiSession.id == bindparam("session"),
        Turn.id == bindparam("turn"),
    )
    .with_for_update(of=(AiSession, Turn), key_share=True)
    .execution_options(populate_existing=True)
)
_TURN_TO_RUN = _LOCKED_TURN.add_columns(AiSettings).outerjoin(AiSettings, AiSettings.account_id == AiSession.account_id)


async def team_can_view(tx: AsyncSession, account_id: UUID) -> bool:
    """The preference, read once in a transaction."""
    if TEAM_KEY not in tx.info:
        tx.info[TEAM_KEY] = bool((await preferences.effective(tx, account_id))[TEAM_KEY])
    return cast("bool", tx.info[TEAM_KEY])


async def find(tx: AsyncSession, account_id: UUID, sid: UUID, *, lock: bool = False) -> AiSession | None:
    """The session whoever asks. `lock` holds its row until the transaction ends and reads it fresh."""
    query = _LOCKED if lock else _FOUND
    found = (await tx.execute(query, {"account": account_id, "session": sid})).one_or_none()
    if found is None:
        return None
    note_team(tx, found[1])
    return found[0]


def note_team(tx: AsyncSession, kept: dict[str, Any] | None) -> None:
    """Keep what the account stored of its preferences, read along with a row."""
    tx.info[TEAM_KEY] = bool(preferences.with_defaults(kept or {})[TEAM_KEY])


async def lock_turn(tx: AsyncSession, account_id: UUID, sid: UUID, turn_id: UUID) -> tuple[AiSession, Turn] | None:
    """A session and one of its turns, both locked and read fresh."""
    names = {"account": account_id, "session": sid, "turn": turn_id}
    found = (await tx.execute(_LOCKED_TURN, names)).one_or_none()
    if found is None:
        return None
    note_team(tx, found[2])
    return found[0], found[1]


async def lock_turn_to_run(
    tx: AsyncSession, account_id: UUID, sid: UUID, turn_id: UUID
) -> tuple[AiSession, Turn, AiSettings | None] | None:
    """As `lock_turn`, with what the account stored about its model."""
    names = {"account": account_id, "session": sid, "turn": turn_id}
    found = (await tx.execute(_TURN_TO_RUN, names)).one_or_none()
    if found is None:
        return None
    note_team(tx, found[2])
    return found[0], found[1], found[3]


async def load(tx: AsyncSession, subject: Subject, sid: UUID, *, lock: bool = False) -> AiSession:
    """A session the caller may read, else `NotFound`."""
    row = await find(tx, subject.account_id, sid, lock=lock)
    if row is None:
        raise NotFound("session")
    if not access.readable(row, subject, team=False) and not await team_can_view(tx, subject.account_id):
        raise NotFound("session")
    return row


async def load_for_write(
    tx: AsyncSession,
    subject: Subject,
    sid: UUID,
    *,
    also: tuple[SessionStatus, ...] = (),
) -> AiSession:
    """
    The locked row of an open session (or one in `also`) for a writer. Raises 404, 403, 409 in that order.

    Use it where no child is named in the path; otherwise `load(lock=True)`, find the child, then `access.check_writer`.
    """
    row = await load(tx, subject, sid, lock=True)
    access.check_writer(row, subject)
    access.check_open(row, *also)
    return row


@contextmanager
def counted_on_row(tx: AsyncSession) -> Generator[None]:
    """What is counted within is kept on the session's row at hand, which is locked: the caller writes it, with what else it stores.

    Until then no SQL knows the new numbers.
    """
    tx.info[_COUNTED] = True
    try:
        yield
    finally:
        del tx.info[_COUNTED]


async def _count_up(
    tx: AsyncSession, row: AiSession, up: Literal["state_version", "message_count"] | None = None, **values: Any
) -> None:
    moment = now()
    if _COUNTED in tx.info:
        fresh = {**values, "last_activity_at": moment, "updated_at": moment}
        if up:
            fresh[up] = getattr(row, up) + 1
        for name, value in fresh.items():
            set_committed_value(row, name, value)
        return
    if up:
        values[up] = getattr(AiSession, up) + 1
    names = (*values, "last_activity_at", "updated_at")
    await tx.flush()
    columns: tuple[Any, ...] = tuple(getattr(AiSession, name) for name in names)
    statement: Any = update(AiSession).where(AiSession.account_id == row.account_id, AiSession.id == row.id)
    statement = statement.values(**values, last_activity_at=moment, updated_at=moment).returning(*columns)
    result = await tx.execute(statement, execution_options={"synchronize_session": False})
    for name, value in zip(names, result.one(), strict=True):
        set_committed_value(row, name, value)


async def bump(tx: AsyncSession, row: AiSession, **values: Any) -> int:
    """`state_version` + 1 by one UPDATE expression, which sets `values` too. Returns the new version."""
    await _count_up(tx, row, "state_version", **values)
    return row.state_version


async def touch(tx: AsyncSession, row: AiSession, **values: Any) -> None:
    """Something was written (`values` too): newest activity, same state."""
    await _count_up(tx, row, **values)


async def next_seq(tx: AsyncSession, row: AiSession) -> int:
    """The number of the next message."""
    await _count_up(tx, row, "message_count")
    return row.message_count


async def turns_at_hand(tx: AsyncSession, row: AiSession, client_turn_id: UUID) -> tuple[Turn | None, UUID | None]:
    """The turn that an earlier request with this id started, and the id of the queued or running turn."""
    names = {"account": row.account_id, "session": row.id, "client": client_turn_id}
    found = list((await tx.execute(_AT_HAND, names)).scalars())
    known = next((turn for turn in found if turn.client_turn_id == client_turn_id), None)
    return known, next((turn.id for turn in found if turn.status in RUNNING), None)


async def running_turn(tx: AsyncSession, row: AiSession) -> UUID | None:
    """The queued or running turn of a session."""
    query = select(Turn.id).where(
        Turn.account_id == row.account_id,
        Turn.session_id == row.id,
        Turn.status.in_(RUNNING),
    )
    return (await tx.execute(query)).scalar_one_or_none()
