"""Publishing: collected in the transaction, written just before commit, delivered right after it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any, cast
from uuid import UUID

import orjson
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session

from resolutionflow.db.session import ACCOUNT_KEY, DELIVER_KEY, TenantSession

PENDING_KEY = "live_events"
INSERT = (
    "INSERT INTO live_events (account_id, audience, kind, payload)"
    " SELECT $1::uuid, e->'audience', e->>'kind', e->'payload' FROM jsonb_array_elements($2::jsonb) WITH ORDINALITY AS x(e, n)"
    " ORDER BY n RETURNING id"
)


@dataclass(frozen=True, slots=True)
class Audience:
    """Who inside the account may see an event, decided in the transaction that causes it."""

    everyone: bool = False
    admins: bool = False
    user_ids: frozenset[UUID] = frozenset()

    @classmethod
    def account(cls) -> Audience:
        """Every member."""
        return cls(everyone=True)

    @classmethod
    def user(cls, *user_ids: UUID) -> Audience:
        """These people only."""
        return cls(user_ids=frozenset(user_ids))

    @classmethod
    def readers(cls, *user_ids: UUID | None, team: bool) -> Audience:
        """Those named and the admins and owners; every member when `team`."""
        return cls(everyone=team, admins=True, user_ids=frozenset(user for user in user_ids if user))

    def admits(self, user_id: UUID, role: str) -> bool:
        return self.everyone or (self.admins and role in {"admin", "owner"}) or user_id in self.user_ids

    def union(self, other: Audience) -> Audience:
        return Audience(self.everyone or other.everyone, self.admins or other.admins, self.user_ids | other.user_ids)

    def to_json(self) -> dict[str, Any]:
        return {"everyone": self.everyone, "admins": self.admins, "users": sorted(str(user) for user in self.user_ids)}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Audience:
        return cls(bool(data["everyone"]), bool(data["admins"]), frozenset(UUID(user) for user in data["users"]))


@dataclass(frozen=True, slots=True)
class LiveEvent:
    """One event. `payload` holds ids, versions and states, never content; at most 16 KiB.

    Events of one transaction with the same `kind` and `merge_key` become one: lists are joined, other values are the latest.
    """

    kind: str
    payload: dict[str, Any]
    audience: Audience
    merge_key: str = ""
    id: int = 0
    account_id: UUID | None = field(default=None)


def publish(session: AsyncSession, live: LiveEvent) -> None:
    """Send `live` when the transaction commits, and never otherwise."""
    pending: list[LiveEvent] = session.info.setdefault(PENDING_KEY, [])
    if live.merge_key:
        for index, known in enumerate(pending):
            if (known.kind, known.merge_key) == (live.kind, live.merge_key):
                pending[index] = replace(
                    live, payload=_merged(known.payload, live.payload), audience=known.audience.union(live.audience)
                )
                return
    pending.append(live)


def _merged(old: dict[str, Any], new: dict[str, Any]) -> dict[str, Any]:
    merged = {**old, **new}
    for key, value in new.items():
        known = old.get(key)
        if isinstance(value, list) and isinstance(known, list):
            merged[key] = list(dict.fromkeys([*cast("list[str]", known), *cast("list[str]", value)]))
    return merged


@event.listens_for(TenantSession, "before_commit")
def _write(session: Session) -> None:
    pending: list[LiveEvent] = session.info.get(PENDING_KEY) or []
    account_id = session.info.get(ACCOUNT_KEY) or next((live.account_id for live in pending if live.account_id), None)
    if not pending or account_id is None or session.in_nested_transaction():
        return
    rows = [{"audience": live.audience.to_json(), "kind": live.kind, "payload": live.payload} for live in pending]
    session.flush()
    ids = (
        session.connection()
        .exec_driver_sql(INSERT, (str(account_id), orjson.dumps(rows, default=str).decode()))
        .scalars()
        .all()
    )
    session.info[PENDING_KEY] = [
        replace(live, id=event_id, account_id=account_id) for live, event_id in zip(pending, ids, strict=True)
    ]


@event.listens_for(TenantSession, "after_commit")
def _deliver(session: Session) -> None:
    pending: list[LiveEvent] = session.info.pop(PENDING_KEY, None) or []
    deliver = session.info.get(DELIVER_KEY)
    written = [live for live in pending if live.id]
    if written and deliver is not None:
        deliver(written)


@event.listens_for(TenantSession, "after_rollback")
def _forget(session: Session) -> None:
    if not session.in_nested_transaction():
        session.info.pop(PENDING_KEY, None)
