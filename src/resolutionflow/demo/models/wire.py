"""Sending a scripted reply: the pace, the pauses and the accidents, the same for every protocol."""

from __future__ import annotations

import asyncio
import json
from abc import ABC, abstractmethod
from collections.abc import AsyncGenerator, Callable
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse

from resolutionflow.demo.models.prefix import Counts, tokens
from resolutionflow.demo.models.script import Recorded, Reply, Script
from resolutionflow.demo.simkit.server import DROP_EXTENSION

FOREVER: Final = 3600.0


class Protocol(ABC):
    """One wire protocol. Bodies and events are built here and nowhere else."""

    name: str

    @abstractmethod
    def key(self, request: Request) -> str: ...

    @abstractmethod
    def model(self, request: Request, body: Any) -> str: ...

    @abstractmethod
    def counts(self, script: Script, body: Any, model: str) -> Counts: ...

    @abstractmethod
    def error(self, status: int, message: str) -> dict[str, Any]: ...

    @abstractmethod
    def events(self, reply: Reply, counts: Counts, model: str) -> Events: ...


class Events(ABC):
    """The events of one reply as they stand on the wire."""

    @abstractmethod
    def before(self) -> list[str]: ...

    @abstractmethod
    def piece(self, text: str) -> str: ...

    @abstractmethod
    def after(self, output: int) -> list[str]: ...

    @abstractmethod
    def trouble(self, message: str) -> str: ...


def sse(data: Any, event: str | None = None) -> str:
    named = f"event: {event}\n" if event else ""
    text = data if isinstance(data, str) else json.dumps(data, ensure_ascii=False)
    return f"{named}data: {text}\n\n"


def endpoint(protocol: Protocol, script: Script) -> Callable[[Request], Any]:
    """The route of a protocol over a script."""

    async def respond(request: Request) -> Response:
        raw = await request.body()
        headers = {name.lower(): value for name, value in request.headers.items()}
        try:
            body = json.loads(raw)
        except ValueError:
            return JSONResponse(protocol.error(400, "The body is not JSON."), 400)
        recorded = script.record(protocol.name, request.url.path, headers, raw, body)
        if protocol.key(request) != script.key:
            return JSONResponse(protocol.error(401, "invalid x-api-key"), 401)
        model = protocol.model(request, body)
        reply = script.choose(recorded, model)
        return _answer(protocol, script, request, reply, recorded, model)

    return respond


def _answer(
    protocol: Protocol, script: Script, request: Request, reply: Reply, recorded: Recorded, model: str
) -> Response:
    if reply.mcp_down and recorded.body.get("mcp_servers"):
        return JSONResponse(protocol.error(400, "Connection error while communicating with MCP server"), 400)
    if reply.status != 200:
        headers = {} if reply.retry_after is None else {"retry-after": f"{reply.retry_after:g}"}
        message = reply.message or f"scripted status {reply.status}"
        return JSONResponse(protocol.error(reply.status, message), reply.status, headers=headers)
    counts = protocol.counts(script, recorded.body, model)
    events = protocol.events(reply, counts, model)
    drop = request.scope.get("extensions", {}).get(DROP_EXTENSION)
    return StreamingResponse(_stream(script, events, reply, drop), media_type="text/event-stream")


async def _stream(
    script: Script, events: Events, reply: Reply, drop: Callable[[], None] | None
) -> AsyncGenerator[bytes]:
    await asyncio.sleep(reply.wait)
    for event in events.before():
        yield event.encode()
    accident = False
    if not reply.refuse:
        for number, piece in enumerate((*reply.pieces, None)):
            accident = number in _accidents(reply)
            if accident:
                async for event in _happen(events, reply, number, drop):
                    yield event
                break
            if piece is not None:
                yield events.piece(piece).encode()
                # Without a pause the pieces of a quick reply would reach the socket as one.
                await asyncio.sleep(reply.every)
    if not accident and not reply.cut_short:
        for event in events.after(tokens(len(reply.text.encode()))):
            yield event.encode()
        script.finished += 1


def _accidents(reply: Reply) -> set[int | None]:
    return {reply.stall_after, reply.drop_after, reply.half_after, reply.error_after}


async def _happen(events: Events, reply: Reply, number: int, drop: Callable[[], None] | None) -> AsyncGenerator[bytes]:
    if number == reply.error_after:
        yield events.trouble(reply.message or "Overloaded").encode()
    elif number == reply.stall_after:
        await asyncio.sleep(FOREVER)
    else:
        if number == reply.half_after:
            half = events.piece("half of this is lost")
            yield half[: len(half) // 2].encode()
        # What was written must leave before the connection is cut.
        await asyncio.sleep(0.02)
        if drop is not None:
            drop()
