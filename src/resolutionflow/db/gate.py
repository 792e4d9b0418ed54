"""A fair gate in front of the connection pool.

Pools let newcomers overtake those who wait, which makes the slowest requests many times slower under load. A FIFO semaphore of the
pool's size does not; and a bounded queue answers at once when waiting would be pointless.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from resolutionflow.errors import Overloaded


class Gate:
    """At most `size` holders, at most `max_waiting` waiting in arrival order; beyond that `Overloaded` (503, Retry-After)."""

    def __init__(self, size: int, max_waiting: int) -> None:
        self._semaphore = asyncio.Semaphore(size)
        self._max_waiting = max_waiting
        self._waiting = 0

    @asynccontextmanager
    async def enter(self) -> AsyncGenerator[None, None]:
        if self._semaphore.locked() and self._waiting >= self._max_waiting:
            raise Overloaded(headers={"Retry-After": "1"})
        self._waiting += 1
        try:
            await self._semaphore.acquire()
        finally:
            self._waiting -= 1
        try:
            yield
        finally:
            self._semaphore.release()
