"""A stream kept in memory while it is being produced: an append-only list of events with waiting readers."""

from __future__ import annotations

import asyncio
from bisect import bisect_right
from collections.abc import Hashable
from dataclasses import dataclass, field
from operator import itemgetter

from resolutionflow.kit.sse import SseEvent


@dataclass(eq=False)
class StreamLog:
    """Events of one stream, ids increasing. `attached` = its producer runs in this process; `closed` = nothing follows."""

    events: list[tuple[int, SseEvent]] = field(default_factory=list[tuple[int, SseEvent]])
    attached: bool = False
    closed: bool = False
    readers: int = 0
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    def append(self, event_id: int, event: SseEvent) -> None:
        self.events.append((event_id, event))
        self.wake()

    def close(self) -> None:
        self.closed = True
        self.wake()

    def wake(self) -> None:
        """Let every reader look again. Each wake-up replaces the event, so none is missed between two looks."""
        waiting, self.changed = self.changed, asyncio.Event()
        waiting.set()

    def after(self, event_id: int) -> list[tuple[int, SseEvent]]:
        """What follows `event_id`: found by halving, for a long reply wakes its readers thousands of times."""
        return self.events[bisect_right(self.events, event_id, key=itemgetter(0)) :]


class StreamLogs:
    """The logs of this process by key. A log lives while its producer or a reader needs it."""

    def __init__(self) -> None:
        self._logs: dict[Hashable, StreamLog] = {}

    def get(self, key: Hashable) -> StreamLog:
        """The log of `key`, made when there is none; call `release` when done."""
        log = self._logs.setdefault(key, StreamLog())
        log.readers += 1
        return log

    def release(self, key: Hashable, log: StreamLog) -> None:
        log.readers -= 1
        if log.readers <= 0 and self._logs.get(key) is log:
            del self._logs[key]

    def __len__(self) -> int:
        return len(self._logs)
