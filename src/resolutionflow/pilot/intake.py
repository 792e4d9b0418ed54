"""Taking in what an engine says: text through the marker filter to the watchers, markers to where they are applied."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass, field

from resolutionflow.kit.clock import now
from resolutionflow.pilot import apply
from resolutionflow.pilot.contract import EngineNotice, PilotEngine, TurnContext
from resolutionflow.pilot.markers import (
    Actions,
    Dropped,
    FilterEvent,
    Marker,
    MarkerBlock,
    MarkerFilter,
    Questions,
    ReplyMarkers,
    TextDelta,
    collect,
    parse_block,
)
from resolutionflow.pilot.stream import TurnWriter


@dataclass
class Reply:
    """What the engine said, as it comes in."""

    raw: list[str] = field(default_factory=list[str])
    shown: list[str] = field(default_factory=list[str])
    parsed: list[Marker | Dropped] = field(default_factory=list[Marker | Dropped])
    notices: list[dict[str, str]] = field(default_factory=list[dict[str, str]])
    started: float = field(default_factory=time.perf_counter)
    first_delta_ms: float | None = None

    @property
    def markers(self) -> ReplyMarkers:
        return collect(self.parsed)

    def notice(self, writer: TurnWriter, notice: EngineNotice) -> None:
        """Show a notice and keep it for the turn."""
        told = {"kind": notice.kind, "text": notice.text}
        self.notices.append(told)
        writer.emit("notice", told)


async def consume(engine: PilotEngine, context: TurnContext, writer: TurnWriter, reply: Reply, *, pace: float) -> bool:
    """Pass the engine's text through the marker filter; True when a person stopped it. `pace` slows the reading down, in seconds."""
    marker_filter = MarkerFilter()
    chunks = engine.run(context)
    try:
        async for chunk in _until(chunks, writer.stop_requested):
            if isinstance(chunk, EngineNotice):
                reply.notice(writer, chunk)
                continue
            reply.raw.append(chunk)
            await _take_in(marker_filter.feed(chunk), writer, reply, context)
            if pace:
                await asyncio.sleep(pace)
        stopped = writer.stop_requested.is_set()
        await _take_in(marker_filter.close(), writer, reply, context)
    finally:
        close = getattr(chunks, "aclose", None)
        if close is not None:
            await close()
    return stopped


async def _until(chunks: AsyncIterator[str | EngineNotice], stop: asyncio.Event) -> AsyncIterator[str | EngineNotice]:
    """The chunks until `stop`, also while the engine is thinking."""
    stopping = asyncio.ensure_future(stop.wait())
    upcoming: asyncio.Future[str | EngineNotice] | None = None
    try:
        while not stop.is_set():
            upcoming = asyncio.ensure_future(anext(chunks))
            await asyncio.wait({upcoming, stopping}, return_when=asyncio.FIRST_COMPLETED)
            if not upcoming.done():
                return
            try:
                yield upcoming.result()
            except StopAsyncIteration:
                return
    finally:
        stopping.cancel()
        if upcoming is not None and not upcoming.done():
            # A generator that is waiting cannot be closed: its step is ended first.
            upcoming.cancel()
            with contextlib.suppress(asyncio.CancelledError, StopAsyncIteration):
                await upcoming


async def _take_in(found: Iterable[FilterEvent], writer: TurnWriter, reply: Reply, context: TurnContext) -> None:
    for item in found:
        match item:
            case TextDelta():
                if reply.first_delta_ms is None:
                    if not item.text.strip():
                        continue
                    reply.first_delta_ms = round((time.perf_counter() - reply.started) * 1000, 2)
                reply.shown.append(item.text)
                await writer.emit_text(item.text, moment=now())
            case MarkerBlock():
                parsed = parse_block(item)
                reply.parsed.append(parsed)
                if isinstance(parsed, Questions | Actions):
                    writer.emit("lane", apply.provisional_lane(writer.session_id, context, collect(reply.parsed)))
            case Dropped():
                reply.parsed.append(item)
