"""Equal questions asked at the same time are asked once. Pure of what is asked."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass
from typing import Generic, TypeVar

import anyio

T = TypeVar("T")


@dataclass(slots=True)
class _Asked(Generic[T]):
    task: asyncio.Task[T]
    waiting: int = 0


class Together(Generic[T]):
    """The questions under way. When nobody waits for an answer any more, the question is taken back."""

    def __init__(self) -> None:
        self._under_way: dict[Hashable, _Asked[T]] = {}

    async def ask(self, key: Hashable, load: Callable[[], Awaitable[T]]) -> T:
        asked = self._under_way.get(key)
        if asked is None:
            asked = _Asked(asyncio.ensure_future(_run(load)))
            self._under_way[key] = asked
        asked.waiting += 1
        try:
            # One who goes away must not take the answer from the others.
            return await asyncio.shield(asked.task)
        finally:
            asked.waiting -= 1
            if not asked.waiting:
                if self._under_way.get(key) is asked:
                    del self._under_way[key]
                await _end(asked.task)

    def part(self) -> None:
        """From here on everything is asked anew: something was changed."""
        self._under_way.clear()


async def _run(load: Callable[[], Awaitable[T]]) -> T:
    return await load()


async def _end(task: asyncio.Task[T]) -> None:
    """Wait for the question to be over: it uses what its asker is about to close."""
    task.cancel()
    with anyio.CancelScope(shield=True):
        await asyncio.wait({task})
    if not task.cancelled():
        task.exception()  # already told to whoever waited
