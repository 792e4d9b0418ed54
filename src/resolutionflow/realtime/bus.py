"""The bus between replicas: one LISTEN connection and coalesced NOTIFYs; within a process it is a plain call.

A signal is a channel name and a short text (ids, at most a few hundred bytes). It may be lost when the database connection breaks: whoever
listens reads the truth from its table and gets `on_gap` after every reconnect.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import defaultdict
from collections.abc import Callable

import orjson
import structlog

from resolutionflow.db.driver import DATABASE_AWAY, RawConnection, connect
from resolutionflow.kit.ids import new_id

CHANNEL = "rf_bus"
MAX_BATCH = 7000
COALESCE_SECONDS = 0.005
CONNECT_SECONDS = 5.0

Handler = Callable[[str], None]
log = structlog.get_logger(__name__)


class Bus:
    """Signals to every process on the same database, this one included (at once, before the others)."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._origin = str(new_id())
        self._handlers: dict[str, list[Handler]] = defaultdict(list)
        self._gap_handlers: list[Callable[[], None]] = []
        self._outgoing: list[tuple[str, str]] = []
        self._wake = asyncio.Event()
        self._listening = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Connect; when the database is away, go on after a few seconds and connect later."""
        self._task = asyncio.create_task(self._run(), name="bus")
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._listening.wait(), CONNECT_SECONDS)

    async def stop(self) -> None:
        if self._task:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    def listen(self, channel: str, handler: Handler) -> Callable[[], None]:
        """Call `handler(payload)` for each signal on `channel`; the returned function ends it."""
        self._handlers[channel].append(handler)

        def end() -> None:
            with contextlib.suppress(ValueError):
                self._handlers[channel].remove(handler)
            if not self._handlers[channel]:
                self._handlers.pop(channel, None)

        return end

    def on_gap(self, handler: Callable[[], None]) -> None:
        """Call `handler` after the connection was lost and made again: signals in between may be missing."""
        self._gap_handlers.append(handler)

    def signal(self, channel: str, payload: str = "") -> None:
        """Tell every replica. Never blocks; only call it after the cause is committed."""
        self._dispatch(channel, payload)
        self._outgoing.append((channel, payload))
        self._wake.set()

    def _dispatch(self, channel: str, payload: str) -> None:
        for handler in tuple(self._handlers.get(channel, ())):
            try:
                handler(payload)
            except Exception:
                # A handler is another part's code: its fault may not keep the signal from the others, nor end the listener.
                log.exception("bus_handler_failed", channel=channel)

    def _received(self, _connection: object, _pid: int, _channel: str, raw: object) -> None:
        origin, signals = orjson.loads(str(raw))
        if origin == self._origin:
            return
        for channel, payload in signals:
            self._dispatch(channel, payload)

    async def _run(self) -> None:
        first = True
        while True:
            try:
                connection = await connect(self._url, timeout=5)
            except DATABASE_AWAY:
                await asyncio.sleep(0.5)
                continue
            try:
                await connection.add_listener(CHANNEL, self._received)
                self._listening.set()
                if not first:
                    for handler in self._gap_handlers:
                        handler()
                first = False
                await self._pump(connection)
            except DATABASE_AWAY:
                log.warning("bus_connection_lost")
                await asyncio.sleep(0.2)
            finally:
                with contextlib.suppress(*DATABASE_AWAY):
                    await connection.close(timeout=1)

    async def _pump(self, connection: RawConnection) -> None:
        while True:
            try:
                await asyncio.wait_for(self._wake.wait(), timeout=5)
            except TimeoutError:
                await connection.execute("SELECT 1", timeout=5)
                continue
            await asyncio.sleep(COALESCE_SECONDS)
            self._wake.clear()
            while self._outgoing:
                batch: list[tuple[str, str]] = []
                size = 0
                while self._outgoing and size < MAX_BATCH:
                    batch.append(self._outgoing.pop(0))
                    size += len(batch[-1][0]) + len(batch[-1][1]) + 8
                message = orjson.dumps([self._origin, batch]).decode()
                await connection.execute("SELECT pg_notify($1, $2)", CHANNEL, message, timeout=5)
