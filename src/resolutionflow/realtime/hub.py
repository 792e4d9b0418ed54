"""Fan-out of live events to the streams open on this replica."""

from __future__ import annotations

import asyncio
import contextlib
from collections import defaultdict, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, cast
from uuid import UUID

import structlog
from sqlalchemy import text

from resolutionflow.db.session import Database
from resolutionflow.kit.clock import now
from resolutionflow.realtime.bus import Bus
from resolutionflow.realtime.events import Audience, LiveEvent

QUEUE_SIZE = 64
STREAMS_PER_USER = 8
CHANNEL = "live"
ACCESS_CHANGED = "access.changed"
"""What the audience may read has changed: never sent, it ends their streams. They come back and ask for what they show again."""
log = structlog.get_logger(__name__)


@dataclass(eq=False)
class Subscription:
    """One open stream. `dropped` counts events that did not fit; the reader then gets `resync`."""

    account_id: UUID
    user_id: UUID
    role: str
    queue: deque[LiveEvent] = field(default_factory=deque[LiveEvent])
    wake: asyncio.Event = field(default_factory=asyncio.Event)
    dropped: int = 0
    resync: str = ""
    closed: str = ""

    def offer(self, live: LiveEvent) -> None:
        if len(self.queue) >= QUEUE_SIZE:
            self.dropped += 1
            self.resync = "overflow"
        else:
            self.queue.append(live)
        self.wake.set()

    def close(self, reason: str) -> None:
        self.closed = self.closed or reason
        self.wake.set()


class Hub:
    """Subscriptions by account. A publisher never blocks; publishing to nobody is harmless."""

    def __init__(self, db: Database, bus: Bus) -> None:
        self._db = db
        self._bus = bus
        self._by_account: dict[UUID, list[Subscription]] = defaultdict(list)
        self._unread: list[int] = []
        self._reader: asyncio.Task[None] | None = None
        self._end: Callable[[], None] | None = None

    def start(self) -> None:
        self._end = self._bus.listen(CHANNEL, self._foreign)
        self._bus.on_gap(self._gap)
        self._db.deliver = self.deliver

    def stop(self) -> None:
        if self._end:
            self._end()
        for subscription in self.subscriptions():
            subscription.close("server_shutdown")

    def subscriptions(self) -> list[Subscription]:
        return [subscription for group in self._by_account.values() for subscription in group]

    def subscribe(self, subscription: Subscription) -> Callable[[], None]:
        """Add a stream; over the limit the user's oldest one is told `replaced`. The returned function removes it."""
        group = self._by_account[subscription.account_id]
        own = [known for known in group if known.user_id == subscription.user_id and not known.closed]
        if len(own) >= STREAMS_PER_USER:
            own[0].close("replaced")
        group.append(subscription)

        def end() -> None:
            with contextlib.suppress(ValueError):
                group.remove(subscription)
            if not group:
                self._by_account.pop(subscription.account_id, None)

        return end

    def deliver(self, events: Sequence[LiveEvent]) -> None:
        """Called right after a commit of this process: to own streams at once, to other replicas by id."""
        self._fan_out(events)
        self._bus_ids(events)

    def _bus_ids(self, events: Sequence[LiveEvent]) -> None:
        # Only the ids travel; each replica reads the rows itself. The own dispatch of the bus is ignored below.
        self._own = frozenset(live.id for live in events)
        self._bus.signal(CHANNEL, ",".join(str(live.id) for live in events))

    _own: frozenset[int] = frozenset()

    def _foreign(self, payload: str) -> None:
        ids = [int(part) for part in payload.split(",") if part]
        if self._own.issuperset(ids) or not self._by_account:
            return
        self._unread += ids
        # One reader at a time: events leave in the order they came, and a burst costs one read.
        if self._reader is None or self._reader.done():
            self._reader = asyncio.create_task(self._read_all())

    async def _read_all(self) -> None:
        while self._unread:
            ids, self._unread = self._unread, []
            await self._read(ids)

    async def _read(self, ids: list[int]) -> None:
        try:
            async with self._db.system() as session:
                rows = await session.execute(
                    text(
                        "SELECT id, account_id, audience, kind, payload FROM live_events WHERE id = ANY(:ids) ORDER BY id"
                    ),
                    {"ids": ids},
                )
                events = [_from_row(cast("Any", tuple(row))) for row in rows]
        except Exception:
            # Whatever it was, these events will not come: the readers are told that they missed something.
            log.exception("live_events_unread")
            self._gap()
            return
        self._fan_out(events)

    def _fan_out(self, events: Sequence[LiveEvent]) -> None:
        for live in events:
            if live.account_id is None:
                continue
            for subscription in tuple(self._by_account.get(live.account_id, ())):
                if not live.audience.admits(subscription.user_id, subscription.role):
                    continue
                if live.kind == ACCESS_CHANGED:
                    subscription.close("access_changed")
                else:
                    subscription.offer(live)

    def _gap(self) -> None:
        for subscription in self.subscriptions():
            subscription.resync = "bus_gap"
            subscription.wake.set()


def _from_row(row: tuple[int, UUID, dict[str, Any], str, dict[str, Any]]) -> LiveEvent:
    event_id, account_id, audience, kind, payload = row
    return LiveEvent(kind, payload, Audience.from_json(audience), "", event_id, account_id)


async def events_after(db: Database, subscription: Subscription, last_id: int) -> list[LiveEvent] | None:
    """What this reader missed since `last_id`, plus the 30 s before it (commits can overtake ids); None when it is too old."""
    async with db.transaction(subscription.account_id) as session:
        known = (
            await session.execute(text("SELECT created_at FROM live_events WHERE id = :id"), {"id": last_id})
        ).scalar()
        if known is None or known < now() - timedelta(hours=23):
            return None
        rows = await session.execute(
            text(
                "SELECT id, account_id, audience, kind, payload FROM live_events"
                " WHERE created_at >= :since AND id <> :id ORDER BY id LIMIT 500"
            ),
            {"since": known - timedelta(seconds=30), "id": last_id},
        )
        found = [_from_row(cast("Any", tuple(row))) for row in rows]
    return [
        live
        for live in found
        if live.kind != ACCESS_CHANGED and live.audience.admits(subscription.user_id, subscription.role)
    ]
