"""Slots shared by all processes: advisory locks of one connection, so that a process that dies gives its slots back at once."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterable

import asyncpg

from resolutionflow.db.driver import RawConnection, connect

_TAKE = "SELECT rf_take_slot($1, $2, $3, $4::int[], $5)"
_GIVE = "SELECT pg_advisory_unlock($1, $2)"
_LOWER = "SELECT pg_advisory_unlock($1, 1000 + $2)"
_LOST = (OSError, asyncpg.InterfaceError, asyncpg.PostgresConnectionError)
NONE_FREE = -1


class SlotLocks:
    """Takes and gives numbered slots of a key, and raises a flag for those who wait. One round trip each, in turn.

    `era` counts connections: what was held in an older era is gone.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._connection: RawConnection | None = None
        self._lock = asyncio.Lock()
        self.era = 0

    async def take(self, key: int, slots: int, lane: int, *, held: Iterable[int], flag: bool) -> int:
        """A free slot from 0, or `NONE_FREE`: none is, or somebody of a lane before ours waits elsewhere. Lane 0 goes first.

        With `flag` a vain attempt tells the other processes that this lane waits, until `lower`.
        """
        found = await self._ask(_TAKE, key, slots, lane, list(held), flag)
        return NONE_FREE if found is None else int(str(found))

    async def give(self, key: int, slot: int, era: int) -> None:
        """Free a slot. One of an older era is free already."""
        if era == self.era:
            with contextlib.suppress(*_LOST):
                await self._ask(_GIVE, key, slot)

    async def lower(self, key: int, lane: int, era: int) -> None:
        """Take our flag of a lane down."""
        if era == self.era:
            with contextlib.suppress(*_LOST):
                await self._ask(_LOWER, key, lane)

    async def _ask(self, sql: str, *args: object) -> object:
        async with self._lock:
            if self._connection is None:
                self._connection = await connect(self._url)
                self.era += 1
            try:
                return await self._connection.fetchval(sql, *args, timeout=5)
            except BaseException:
                # Cancelled or broken in the middle: nobody knows what it holds, so it ends, and with it all it held.
                await self._drop()
                raise

    async def _drop(self) -> None:
        lost, self._connection = self._connection, None
        self.era += 1
        if lost is not None:
            with contextlib.suppress(*_LOST, TimeoutError):
                await lost.close(timeout=1)

    async def close(self) -> None:
        async with self._lock:
            await self._drop()
