"""Server-Sent Events as one small ASGI response of our own; it ends with the client or with the application."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
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
    """Streams `events`; `heartbeat` is the seconds of silence after which a comment line is sent."""

    media_type = "text/event-stream"

    def __init__(
        self,
        events: AsyncIterator[SseEvent],
        streams: Streams,
        *,
        heartbeat: float = 15.0,
        background: BackgroundTask | None = None,
    ) -> None:
        self._events = events
        self._streams = streams
        self._heartbeat = heartbeat
        self.status_code = 200
        self.background = background
        self.body = b""
        self.init_headers({"cache-control": "no-store", "x-accel-buffering": "no", "content-encoding": "identity"})
        del self.headers["content-length"]

    async def __call__(self, _scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        writer = asyncio.create_task(self._write(send))
        self._streams.add(writer)
        gone = asyncio.create_task(_disconnected(receive))
        try:
            await asyncio.wait({writer, gone}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (writer, gone):
                task.cancel()
            for task in (writer, gone):
                with contextlib.suppress(asyncio.CancelledError, OSError):
                    await task
        if self.background is not None:
            await self.background()

    async def _write(self, send: Send) -> None:
        iterator = aiter(self._events)
        upcoming: asyncio.Task[SseEvent] | None = None
        try:
            while True:
                upcoming = upcoming or asyncio.ensure_future(anext(iterator))  # type: ignore[arg-type]
                done, _ = await asyncio.wait({upcoming}, timeout=self._heartbeat)
                if not done:
                    await send({"type": "http.response.body", "body": HEARTBEAT, "more_body": True})
                    continue
                try:
                    event = upcoming.result()
                except StopAsyncIteration:
                    break
                upcoming = None
                await send({"type": "http.response.body", "body": event.encode(), "more_body": True})
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        finally:
            if upcoming is not None:
                upcoming.cancel()
                with contextlib.suppress(asyncio.CancelledError, StopAsyncIteration):
                    await upcoming
            with contextlib.suppress(Exception):
                await self._events.aclose()  # type: ignore[attr-defined]


async def _disconnected(receive: Receive) -> None:
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return
