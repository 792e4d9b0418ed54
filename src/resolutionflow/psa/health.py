"""How a connection does: its status, who is told, and what waits for it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from resolutionflow.db.session import Database
from resolutionflow.kit.clock import now
from resolutionflow.psa import repository
from resolutionflow.psa.jobs import enqueue_write
from resolutionflow.psa.models import PsaConnection, PsaWrite
from resolutionflow.psa.repository import Connection
from resolutionflow.psa.schemas import ConnectionStatus, WriteState
from resolutionflow.psa.writeback import hooks
from resolutionflow.psa.writeback.outcomes import Blocked
from resolutionflow.realtime.events import Audience, LiveEvent, publish

_SENT = (PsaWrite.id, PsaWrite.session_id, PsaWrite.ticket_id, PsaWrite.requested_by)
_PAUSED: dict[ConnectionStatus, tuple[str, str]] = {
    "auth_failed": ("psa_auth_failed", "The PSA refused our sign-in. This goes on when an admin renewed the keys."),
    "disabled": ("psa_not_connected", "The connection is turned off. This goes on when an admin turns it on again."),
}


async def note_status(db: Database, connection: Connection, status: ConnectionStatus, detail: str | None) -> None:
    """Record what a call showed about the connection. A change is logged, told once, and stops or resumes what waits for it."""
    async with db.transaction(connection.account_id) as session:
        await settle(session, connection.account_id, connection.id, status, detail)


async def settle(
    session: AsyncSession, account_id: UUID, connection_id: UUID, status: ConnectionStatus, detail: str | None
) -> None:
    """As `note_status`, in a transaction of the caller's. A sign-in that works again is `ok` only if no right is known to be missing."""
    if status == "ok" and await _lacks_rights(session, connection_id):
        status = "permission_missing"
    changed = await repository.set_status(session, connection_id, status, detail)
    if status in ("ok", "permission_missing", "untested"):
        await _resume(session, account_id, connection_id)
    if not changed:
        return
    repository.log_activity(
        session, account_id, "connection_status", connection_id=connection_id, detail={"status": status}
    )
    if status in _PAUSED:
        await _pause(session, connection_id, *_PAUSED[status])
    announce(session, connection_id, status)


def announce(session: AsyncSession, connection_id: UUID, status: ConnectionStatus) -> None:
    """Tell open browsers, when this transaction commits."""
    payload = {"connection_id": str(connection_id), "status": status}
    publish(session, LiveEvent("psa.connection.changed", payload, Audience.account()))


async def announce_writes(session: AsyncSession, writes: Sequence[Any], state: WriteState) -> None:
    """The same about writes, given their id, session, ticket and who asked."""
    for write in writes:
        payload = {
            "write_id": str(write.id),
            "session_id": str(write.session_id) if write.session_id else None,
            "ticket_id": write.ticket_id,
            "state": state,
        }
        audience = await hooks.audience_of(session, write.session_id, write.requested_by)
        publish(session, LiveEvent("psa.write.changed", payload, audience, merge_key=str(write.id)))


async def _lacks_rights(session: AsyncSession, connection_id: UUID) -> bool:
    found = await session.execute(select(PsaConnection.capabilities).where(PsaConnection.id == connection_id))
    known: dict[str, Any] = found.scalar_one_or_none() or {}
    return any(check.get("permission") for check in known.get("checks", []))


async def _pause(session: AsyncSession, connection_id: UUID, code: str, message: str) -> None:
    """Block what would be sent by itself: with a refused sign-in each try could lock the API member out."""
    paused = await session.execute(
        update(PsaWrite)
        .where(PsaWrite.connection_id == connection_id, PsaWrite.state.in_(("queued", "waiting")))
        .values(state="blocked", problem=Blocked("auth", code, message).problem(), updated_at=now())
        .returning(*_SENT)
    )
    await announce_writes(session, paused.all(), "blocked")


async def _resume(session: AsyncSession, account_id: UUID, connection_id: UUID) -> None:
    """Let go on what waited for the sign-in or a right."""
    resumed = (
        await session.execute(
            update(PsaWrite)
            .where(
                PsaWrite.connection_id == connection_id,
                PsaWrite.state == "blocked",
                PsaWrite.problem["kind"].astext.in_(("auth", "permission")),
            )
            .values(state="queued", problem=None, updated_at=now())
            .returning(*_SENT)
        )
    ).all()
    for write in resumed:
        await enqueue_write(session, account_id, write.id)
    await announce_writes(session, resumed, "queued")
