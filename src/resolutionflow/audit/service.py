"""Recording acts in the transaction that does them, and checking that nobody touched the record."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal
from uuid import UUID

import orjson
from sqlalchemy import event, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session

from resolutionflow.audit.chain import KEY_ID, START, Link, chain_key, hash_of
from resolutionflow.audit.models import AuditEvent
from resolutionflow.auth.subject import Subject
from resolutionflow.db.session import TenantSession
from resolutionflow.kit.clock import now
from resolutionflow.kit.ids import new_id
from resolutionflow.kit.origin import ORIGIN
from resolutionflow.settings import Settings

ActorKind = Literal["user", "api_key", "system", "super_admin"]
MOST_DETAILS = 8 * 1024
PORTION = 1000
PENDING_KEY = "audit_events"
_LOCK = (
    "INSERT INTO audit_heads (account_id, seq, hash) VALUES ($1::uuid, 0, $2)"
    " ON CONFLICT (account_id) DO UPDATE SET account_id = excluded.account_id RETURNING seq, hash"
)
_MOVE = "UPDATE audit_heads SET seq = $2, hash = $3 WHERE account_id = $1::uuid"


@dataclass(frozen=True, slots=True)
class Act:
    """What was done to what. `details` holds ids, names of fields and old and new values; a secret is the word "changed"."""

    action: str
    resource_type: str
    resource_id: str | UUID | None = None
    details: dict[str, Any] = field(default_factory=dict[str, Any])


@dataclass(frozen=True, slots=True)
class _Pending:
    account_id: UUID
    actor_kind: ActorKind
    actor_id: UUID | None
    act: Act
    at: datetime
    key: bytes = field(repr=False)


def record(session: AsyncSession, settings: Settings, subject: Subject, act: Act) -> None:
    """Record what a person did. Written just before the transaction commits, and never when it does not."""
    _add(session, _Pending(subject.account_id, "user", subject.user_id, act, now(), chain_key(settings)))


def record_system(session: AsyncSession, settings: Settings, account_id: UUID, act: Act) -> None:
    """Record what the product did by itself."""
    _add(session, _Pending(account_id, "system", None, act, now(), chain_key(settings)))


def _add(session: AsyncSession, pending: _Pending) -> None:
    session.info.setdefault(PENDING_KEY, []).append(pending)


@event.listens_for(TenantSession, "before_commit")
def _write(session: Session) -> None:
    pending: list[_Pending] = session.info.get(PENDING_KEY) or []
    if not pending or session.in_nested_transaction():
        return
    session.info[PENDING_KEY] = []
    session.flush()
    account_id = pending[0].account_id
    connection = session.connection()
    # The head is locked last, so that nobody waits for it longer than this takes.
    seq, last = connection.exec_driver_sql(_LOCK, (str(account_id), START)).one()
    rows: list[AuditEvent] = []
    for one in pending:
        seq += 1
        link = _link(one, seq)
        fresh = hash_of(one.key, link, last)
        values = {name: getattr(link, name) for name in Link.__slots__}
        rows.append(AuditEvent(id=new_id(), **values, key_id=KEY_ID, prev_hash=last, hash=fresh))
        last = fresh
    session.add_all(rows)
    session.flush()
    connection.exec_driver_sql(_MOVE, (str(account_id), seq, last))


def _link(one: _Pending, seq: int) -> Link:
    origin = ORIGIN.get()
    return Link(
        account_id=one.account_id,
        seq=seq,
        at=one.at,
        actor_kind=one.actor_kind,
        actor_id=one.actor_id,
        impersonator_id=None,
        action=one.act.action,
        resource_type=one.act.resource_type,
        resource_id=str(one.act.resource_id) if one.act.resource_id is not None else None,
        ip=origin.ip,
        user_agent=origin.user_agent[:200],
        request_id=origin.request_id,
        # As the database gives it back: a chain over anything else could not be checked.
        details=_fitting(orjson.loads(orjson.dumps(one.act.details, default=str))),
    )


def _fitting(details: dict[str, Any]) -> dict[str, Any]:
    """At most 8 KiB: entries that do not fit are counted in `left_out`."""
    size, kept = 32, dict[str, Any]()
    for name, value in details.items():
        size += len(orjson.dumps({name: value}))
        if size <= MOST_DETAILS:
            kept[name] = value
    return kept if len(kept) == len(details) else {**kept, "left_out": len(details) - len(kept)}


@event.listens_for(TenantSession, "after_rollback")
def _forget(session: Session) -> None:
    if not session.in_nested_transaction():
        session.info.pop(PENDING_KEY, None)


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the chain holds; `first_bad_seq` is the first event that was changed, removed or added by another hand."""

    rows: int
    first_bad_seq: int | None


async def verify(session: AsyncSession, settings: Settings, account_id: UUID) -> Verdict:
    """Walk the account's whole chain. Reads in portions, changes nothing."""
    key, last, seq = chain_key(settings), START, 0
    columns = [getattr(AuditEvent, name) for name in (*Link.__slots__, "prev_hash", "hash")]
    events = select(*columns).where(AuditEvent.account_id == account_id).order_by(AuditEvent.seq).limit(PORTION)
    while True:
        rows = (await session.execute(events.where(AuditEvent.seq > seq))).all()
        for row in rows:
            link = Link(
                **{name: getattr(row, name) for name in Link.__slots__ if name != "at"}, at=row.at.astimezone(UTC)
            )
            if row.seq != seq + 1 or row.prev_hash != last or row.hash != hash_of(key, link, last):
                return Verdict(seq, seq + 1)
            seq, last = row.seq, row.hash
        if len(rows) < PORTION:
            break
    head = (
        await session.execute(text("SELECT seq, hash FROM audit_heads WHERE account_id = :id"), {"id": account_id})
    ).one_or_none()
    whole = (head.seq, head.hash) == (seq, last) if head is not None else seq == 0
    return Verdict(seq, None if whole else seq + 1)
