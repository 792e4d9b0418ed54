"""A stream kept in memory while it is being produced: an append-only list of events with waiting readers."""

from __future__ import annotations

import asyncio
from bisect import bisect_right
from collections.abc import Hashable
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Self

from resolutionflow.kit.sse import SseEvent


@dataclass(eq=False)
class StreamLog:
    """Events of one stream, ids increasing. `attached` = its producer runs in this process; `closed` = nothing follows."""

    events: list[tuple[int, SseEvent]] = field(default_factory=list[tuple[int, SseEvent]])
    attached: bool = False
    closed: bool = False
    users: int = 0
    readers: list[Reader] = field(default_factory=list["Reader"])

    def append(self, event_id: int, event: SseEvent) -> None:
        self.events.append((event_id, event))
        self.wake()

    def close(self) -> None:
        self.closed = True
        self.wake()

    def wake(self) -> None:
        """Let every reader look again."""
        for reader in self.readers:
            reader.wake()

    def after(self, event_id: int) -> list[SseEvent]:
        """What follows `event_id`: found by halving, for a long reply wakes its readers thousands of times."""
        start = bisect_right(self.events, event_id, key=itemgetter(0))
        return [event for _, event in self.events[start:]]


class Reader:
    """Waits for something to look at. Use as a context manager; the log's events, `wake` and `every` seconds of silence all wake it.

    No task and no timer is made for a wake-up: a long reply wakes its readers thousands of times.
    """

    def __init__(self, log: StreamLog, *, first: float, every: float) -> None:
        self._log = log
        self._loop = asyncio.get_running_loop()
        self._every = every
        self._woken = False
        self._waiting: asyncio.Future[None] | None = None
        self._timer = self._loop.call_later(first, self._silent)

    def __enter__(self) -> Self:
        self._log.readers.append(self)
        return self

    def __exit__(self, *_: object) -> None:
        self._log.readers.remove(self)
        self._timer.cancel()

    def wake(self) -> None:
        self._woken = True
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_result(None)

    async def wait(self) -> None:
        """Until woken; at once when that happened since the last wait."""
        if not self._woken:
            self._waiting = self._loop.create_future()
            await self._waiting
        self._woken = False

    def _silent(self) -> None:
        self._timer = self._loop.call_later(self._every, self._silent)
        self.wake()


class StreamLogs:
    """The logs of this process by key. A log lives while its producer or a reader needs it."""

    def __init__(self) -> None:
        self._logs: dict[Hashable, StreamLog] = {}

    def get(self, key: Hashable) -> StreamLog:
        """The log of `key`, made when there is none; call `release` when done."""
        log = self._logs.setdefault(key, StreamLog())
        log.users += 1
        return log

    def release(self, key: Hashable, log: StreamLog) -> None:
        log.users -= 1
        if log.users <= 0 and self._logs.get(key) is log:
            del self._logs[key]

    def __len__(self) -> int:
        return len(self._logs)
