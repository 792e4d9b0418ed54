"""Things of many tasks written together: one write at a time, so that a hundred writers cost the database little more than one."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

T = TypeVar("T")


class Together(Generic[T]):
    """Hands what was put in to `write`, everything that waits at once.

    A write begins within `interval` seconds, or at once when something urgent waits, and never while one runs; slow writes leave half their
    time free between them. `write` raises nothing; what it could not write is put in again by its owner.
    """

    def __init__(self, write: Callable[[Sequence[T]], Awaitable[None]], *, interval: float) -> None:
        self._write = write
        self._interval = interval
        self._waiting: dict[T, None] = {}
        self._urgent = False
        self._timer: asyncio.Handle | None = None
        self._due = 0.0
        self._writing: asyncio.Task[None] | None = None
        self._batch: frozenset[T] = frozenset()

    def put(self, thing: T, *, urgent: bool = False) -> None:
        """Have `thing` written soon; once, however often it is put in meanwhile."""
        self._waiting[thing] = None
        self._urgent = self._urgent or urgent
        self._arm(self._interval)

    async def leave(self, thing: T) -> None:
        """Have `thing` written no more; returns when a write of it that runs has ended."""
        if thing in self._batch and self._writing is not None:
            await asyncio.wait({self._writing})
        self._waiting.pop(thing, None)

    def _arm(self, pause: float) -> None:
        if self._writing is not None or not self._waiting:
            return
        loop = asyncio.get_running_loop()
        due = loop.time() + (0.0 if self._urgent else pause)
        if self._timer is not None:
            if self._due <= due:
                return
            self._timer.cancel()
        # Not every loop's handle knows when it is due.
        self._due, self._timer = due, loop.call_at(due, self._begin)

    def _begin(self) -> None:
        self._timer = None
        waiting, self._waiting, self._urgent = tuple(self._waiting), {}, False
        self._batch = frozenset(waiting)
        self._writing = asyncio.create_task(self._run(waiting))

    async def _run(self, batch: Sequence[T]) -> None:
        began = time.perf_counter()
        try:
            await self._write(batch)
        finally:
            took = time.perf_counter() - began
            self._writing, self._batch = None, frozenset()
            self._arm(max(self._interval - took, took / 2))
