"""Stored and coalesced PSA reads. Errors and wrong shapes are never stored."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Generic, TypeVar, cast
from uuid import UUID

from pydantic import TypeAdapter, ValidationError

from resolutionflow.db.session import Database
from resolutionflow.kit.clock import now
from resolutionflow.pilot.redaction import mask_for_log
from resolutionflow.psa import repository
from resolutionflow.psa.providers.assets import Asset
from resolutionflow.psa.providers.contract import (
    Board,
    Company,
    Contact,
    Member,
    Outcome,
    Page,
    Priority,
    Status,
    TicketSummary,
)
from resolutionflow.psa.providers.vendor import Json, ShelfKind
from resolutionflow.psa.repository import Connection

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Kind(Generic[T]):
    """A kind of stored answer, how long it is good, and its type."""

    name: str
    seconds: float
    adapter: TypeAdapter[T]
    written: bool = False
    """People wrote in it: secrets are masked before it is stored."""


BOARDS = Kind("boards", 3600, TypeAdapter(tuple[Board, ...]))
STATUSES = Kind("statuses", 3600, TypeAdapter(tuple[Status, ...]))
PRIORITIES = Kind("priorities", 3600, TypeAdapter(tuple[Priority, ...]))
MEMBERS = Kind("members", 900, TypeAdapter(tuple[Member, ...]))
OUTCOMES = Kind("note_outcomes", 3600, TypeAdapter(tuple[Outcome, ...]))
COMPANIES = Kind("companies", 300, TypeAdapter(tuple[Company, ...]))
ASSETS = Kind("assets", 3600, TypeAdapter(tuple[Asset, ...]))
CONTACTS = Kind("contacts", 300, TypeAdapter(tuple[Contact, ...]))
SHELF: dict[ShelfKind, Kind[Any]] = {
    "picklists": Kind("picklists", 43_200, TypeAdapter(Any)),
    "zone": Kind("zone", 43_200, TypeAdapter(Any)),
    "roles": Kind("roles", 3600, TypeAdapter(Any)),
    "types": Kind("types", 3600, TypeAdapter(Any)),
    "outcomes": Kind("outcomes", 3600, TypeAdapter(Any)),
    "people": Kind("people", 900, TypeAdapter(Any)),
    "threshold": Kind("threshold", 300, TypeAdapter(Any)),
}
SEARCH = Kind("search", 15, TypeAdapter(Page[TicketSummary]), written=True)

_running: dict[tuple[int, UUID, str, str], asyncio.Task[Any]] = {}


async def cached(
    db: Database,
    connection: Connection,
    kind: Kind[T],
    key: str,
    load: Callable[[], Awaitable[T]],
    *,
    refresh: bool = False,
) -> T:
    """The stored answer, or a fresh one that is stored. Equal questions asked at the same time are asked once."""
    # What somebody searched for may hold a secret, too: only its digest is stored.
    short = hashlib.sha256(key.encode()).hexdigest()
    if not refresh:
        async with db.transaction(connection.account_id) as session:
            stored = await repository.cache_get(session, connection.id, kind.name, short)
        if stored is not None:
            try:
                return kind.adapter.validate_python(stored)
            except ValidationError:
                pass  # written by another version: ask again

    async def fetch() -> T:
        value = await load()
        plain = kind.adapter.dump_python(value, mode="json")
        if kind.written:
            # What is shown now is what is shown from the cache.
            plain = _without_secrets(plain)
            value = kind.adapter.validate_python(plain)
        async with db.transaction(connection.account_id) as session:
            expires = now() + timedelta(seconds=kind.seconds)
            await repository.cache_put(
                session,
                connection.account_id,
                connection.id,
                kind.name,
                short,
                plain,
                expires,
            )
        return value

    return await once(connection.id, kind.name, short, fetch)


def _without_secrets(value: Any) -> Any:
    if isinstance(value, str):
        return mask_for_log(value)
    if isinstance(value, dict):
        return {key: _without_secrets(item) for key, item in cast("dict[str, Any]", value).items()}
    if isinstance(value, list):
        return [_without_secrets(item) for item in cast("list[Any]", value)]
    return value


@dataclass(frozen=True, slots=True)
class StoredShelf:
    """A provider's shelf in the cache of its connection."""

    db: Database
    connection: Connection

    async def keep(self, kind: ShelfKind, key: str, load: Callable[[], Awaitable[Json]]) -> Json:
        return await cached(self.db, self.connection, SHELF[kind], key, load)

    async def forget(self, kind: ShelfKind) -> None:
        async with self.db.transaction(self.connection.account_id) as session:
            await repository.cache_drop(session, self.connection.id, SHELF[kind].name)


class BareShelf:
    """Keeps nothing longer than itself: for a connection that is not stored yet."""

    def __init__(self) -> None:
        self._kept: dict[tuple[ShelfKind, str], Json] = {}

    async def keep(self, kind: ShelfKind, key: str, load: Callable[[], Awaitable[Json]]) -> Json:
        if (kind, key) not in self._kept:
            self._kept[kind, key] = await load()
        return self._kept[kind, key]

    async def forget(self, kind: ShelfKind) -> None:
        for place in [place for place in self._kept if place[0] == kind]:
            del self._kept[place]


async def once(connection_id: UUID, kind: str, key: str, fetch: Callable[[], Awaitable[T]]) -> T:
    """Single flight: callers that come while `fetch` runs share its result or error."""
    slot = (id(asyncio.get_running_loop()), connection_id, kind, key)
    task = cast("asyncio.Task[T] | None", _running.get(slot))
    if task is None:
        task = asyncio.ensure_future(_run(fetch))
        _running[slot] = task
        task.add_done_callback(lambda done: _finished(slot, done))
    # A caller that goes away must not take the answer from the others.
    return await asyncio.shield(task)


async def _run(fetch: Callable[[], Awaitable[T]]) -> T:
    return await fetch()


def _finished(slot: tuple[int, UUID, str, str], done: asyncio.Task[Any]) -> None:
    _running.pop(slot, None)
    if not done.cancelled():
        done.exception()  # everybody may have gone: an error nobody waits for is not news


def unused() -> bool:
    """Whether nothing is being fetched; for tests."""
    return not _running
