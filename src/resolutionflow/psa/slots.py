"""How many requests a vendor gets from one connection at once and in a second, over all our processes, and who goes first."""

from __future__ import annotations

import asyncio
import hashlib
import random
import re
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from enum import IntEnum
from urllib.parse import urlsplit
from weakref import WeakValueDictionary

import anyio
from sqlalchemy import text

from resolutionflow.db.locks import NONE_FREE, SlotLocks
from resolutionflow.db.session import Database
from resolutionflow.psa.providers.vendor import Limits
from resolutionflow.psa.repository import Connection

POLL_SECONDS = 0.015
_VERSION = re.compile(r"v\d[\w.]*\Z", re.IGNORECASE)
_PACE = text(
    "INSERT INTO psa_paces (account_id, connection_id, due)"
    " SELECT account_id, id, clock_timestamp() + make_interval(secs => :gap) FROM psa_connections WHERE id = :id"
    " ON CONFLICT (account_id, connection_id) DO UPDATE"
    " SET due = GREATEST(psa_paces.due, clock_timestamp()) + make_interval(secs => :gap)"
    " RETURNING EXTRACT(EPOCH FROM due - clock_timestamp())::float8"
)


class Lane(IntEnum):
    """Who goes first when not all can."""

    WRITE = 0
    READ = 1
    BACKGROUND = 2


_lane: ContextVar[Lane | None] = ContextVar("psa_lane", default=None)


def current_lane() -> Lane | None:
    """The lane of the work this is part of; None outside of any."""
    return _lane.get()


@contextmanager
def in_lane(lane: Lane) -> Generator[None]:
    """Everything asked inside goes in `lane`: a whole write that a person waits for, or work that nobody waits for."""
    token = _lane.set(lane)
    try:
        yield
    finally:
        _lane.reset(token)


def endpoint_of(url: str) -> str:
    """The object of the API a URL is about: the first part of its path after the version."""
    parts = [part for part in urlsplit(url).path.split("/") if part]
    version = next((index for index, part in enumerate(parts) if _VERSION.match(part)), -1)
    return parts[version + 1].lower() if len(parts) > version + 1 else ""


@dataclass(order=True, slots=True)
class _Waiter:
    lane: Lane
    number: int
    wake: asyncio.Event = field(compare=False, default_factory=asyncio.Event)


class _Line:
    """Those of this process who want a slot of one key. Only the first of them asks the database."""

    def __init__(self, locks: SlotLocks, key: int, slots: int) -> None:
        self._locks = locks
        self._key = key
        self._slots = slots
        self._held: set[int] = set()
        self._flags: set[Lane] = set()
        self._era = -1
        self._waiting: list[_Waiter] = []
        self._number = 0
        self._asking = asyncio.Lock()

    @asynccontextmanager
    async def hold(self, lane: Lane) -> AsyncGenerator[None]:
        slot, era = await self._take(lane)
        try:
            yield
        finally:
            with anyio.CancelScope(shield=True):
                if era == self._era:
                    self._held.discard(slot)
                await self._locks.give(self._key, slot, era)
            self._wake_first(freed=True)

    async def _take(self, lane: Lane) -> tuple[int, int]:
        self._number += 1
        me = _Waiter(lane, self._number)
        self._waiting.append(me)
        self._waiting.sort()
        try:
            while True:
                if self._waiting[0] is me:
                    # In turn: a lock of our own connection would be given twice to two who do not know of each other.
                    async with self._asking:
                        slot = await self._ask(lane)
                    if slot != NONE_FREE:
                        return slot, self._era
                me.wake.clear()
                with anyio.move_on_after(POLL_SECONDS * random.uniform(0.5, 1.5)):  # noqa: S311 - spreads polls, protects nothing
                    await me.wake.wait()
        finally:
            self._waiting.remove(me)
            with anyio.CancelScope(shield=True):
                await self._lower(lane)
            self._wake_first()

    async def _ask(self, lane: Lane) -> int:
        if self._era != self._locks.era:
            self._held.clear()
            self._flags.clear()
        flag = lane is not Lane.BACKGROUND and lane not in self._flags
        before = self._locks.era
        slot = await self._locks.take(self._key, self._slots, lane, held=self._held, flag=flag)
        if before != self._locks.era:
            self._held.clear()
            self._flags.clear()
        self._era = self._locks.era
        if slot != NONE_FREE:
            self._held.add(slot)
        elif flag:
            self._flags.add(lane)
        return slot

    async def _lower(self, lane: Lane) -> None:
        if lane in self._flags and not any(waiter.lane is lane for waiter in self._waiting):
            self._flags.discard(lane)
            await self._locks.lower(self._key, lane, self._era)

    def _wake_first(self, *, freed: bool = False) -> None:
        if not self._waiting:
            return
        first = self._waiting[0]
        if freed and first.lane is not Lane.WRITE:
            # As long as the others look: one that is busy must not keep every slot it frees.
            asyncio.get_running_loop().call_later(random.uniform(0, POLL_SECONDS), first.wake.set)  # noqa: S311 - as above
        else:
            first.wake.set()


_lines: WeakValueDictionary[tuple[int, int], _Line] = WeakValueDictionary()


@dataclass(frozen=True, slots=True)
class ConnectionSlots:
    """The slots of one stored connection; what its HTTP client holds while a request is under way."""

    db: Database
    connection: Connection
    limits: Limits

    @asynccontextmanager
    async def hold(self, url: str, *, write: bool) -> AsyncGenerator[None]:
        """Wait for a slot, and for the pace of the vendor."""
        asked = _lane.get()
        lane = asked if asked is not None else (Lane.WRITE if write else Lane.READ)
        place = f"{self.connection.id}:{endpoint_of(url) if self.limits.per_endpoint else ''}"
        line = _line(self.db.slots, place, self.limits.concurrent)
        async with line.hold(lane):
            if self.limits.per_second is not None:
                await self._keep_pace(self.limits.per_second, lane)
            yield

    async def _keep_pace(self, per_second: float, lane: Lane) -> None:
        gap = 1 / per_second
        async with self.db.transaction(self.connection.account_id) as session:
            ahead = (await session.execute(_PACE, {"gap": gap, "id": self.connection.id})).scalar_one_or_none()
        # What nobody waits for keeps an even step; people may use what was saved up.
        burst = 1 if lane is Lane.BACKGROUND else self.limits.burst
        if ahead is not None and (wait := ahead - gap * burst) > 0:
            await anyio.sleep(wait)


def _line(locks: SlotLocks, place: str, slots: int) -> _Line:
    key = int.from_bytes(hashlib.sha256(place.encode()).digest()[:4], "big", signed=True)
    found = _lines.get((id(locks), key))
    if found is None:
        found = _lines[id(locks), key] = _Line(locks, key, slots)
    return found
