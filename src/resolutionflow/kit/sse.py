"""Server-Sent Events as one small ASGI response of our own; it ends with the client or with the application."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from starlette.background import BackgroundTask
from starlette.responses import Response
from starlette.types import Receive, Scope, Send


@dataclass(frozen=True, slots=True)
class SseEvent:
    """One event. `data` is JSON-encoded; `id` empty = no id line."""

    event: str
    data: Any
    id: str = ""

    def encode(self) -> bytes:
        head = f"id: {self.id}\n" if self.id else ""
        return f"{head}event: {self.event}\ndata: ".encode() + orjson.dumps(self.data, default=str) + b"\n\n"


HEARTBEAT = b": keep-alive\n\n"


class Streams:
    """The open streams of this process, so that a shutdown can end them."""

    def __init__(self) -> None:
        self.closing = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()

    def add(self, task: asyncio.Task[None]) -> None:
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def __len__(self) -> int:
        return len(self._tasks)

    async def shutdown(self, grace: float = 1.5) -> None:
        """Tell every stream to end, wait `grace` seconds for their last words, then cut them off."""
        self.closing.set()
        pending = list(self._tasks)
        if pending:
            await asyncio.wait(pending, timeout=grace)
        for task in pending:
            task.cancel()


class StreamResponse(Response):
    """Streams `events`, those that come together in one piece; `heartbeat` = seconds of silence after which a comment line is sent."""

    media_type = "text/event-stream"

    def __init__(
        self,
        events: AsyncIterator[SseEvent | Sequence[SseEvent]],
        streams: Streams,
        *,
        heartbeat: float = 15.0,
        background: BackgroundTask | None = None,
    ) -> None:
        self._events = events
        self._streams = streams
        self._heartbeat = heartbeat
        self._spoke = time.monotonic()
        self.status_code = 200
        self.background = background
        self.body = b""
        self.init_headers({"cache-control": "no-store", "x-accel-buffering": "no", "content-encoding": "identity"})
        del self.headers["content-length"]

    async def __call__(self, _scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        writer = asyncio.create_task(self._write(send))
        self._streams.add(writer)
        beside = asyncio.create_task(_disconnected(receive)), asyncio.create_task(self._beat(send))
        try:
            await asyncio.wait({writer, *beside}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (writer, *beside):
                task.cancel()
            for task in (writer, *beside):
                with contextlib.suppress(asyncio.CancelledError, OSError):
                    await task
        if self.background is not None:
            await self.background()

    async def _write(self, send: Send) -> None:
        # Nothing is made for an event but its bytes: a task or a timer each would cost more than the event itself.
        try:
            async for found in self._events:
                body = found.encode() if isinstance(found, SseEvent) else b"".join([one.encode() for one in found])
                self._spoke = time.monotonic()
                await send({"type": "http.response.body", "body": body, "more_body": True})
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        finally:
            with contextlib.suppress(Exception):
                await self._events.aclose()  # type: ignore[attr-defined]

    async def _beat(self, send: Send) -> None:
        """Say something after every `heartbeat` seconds of silence."""
        while True:
            silent = time.monotonic() - self._spoke
            if silent < self._heartbeat:
                await asyncio.sleep(self._heartbeat - silent)
                continue
            self._spoke = time.monotonic()
            await send({"type": "http.response.body", "body": HEARTBEAT, "more_body": True})


async def _disconnected(receive: Receive) -> None:
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return
