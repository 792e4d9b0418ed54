"""Taking in what an engine says: text through the marker filter to the watchers, markers to where they are applied."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, cast

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
from resolutionflow.pilot.redaction.curtain import Curtain
from resolutionflow.pilot.writer import TurnWriter


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


async def consume(
    engine: PilotEngine, context: TurnContext, writer: TurnWriter, reply: Reply, *, curtain: Curtain, pace: float
) -> bool:
    """Pass the engine's text through the marker filter; True when a person stopped it. `pace` slows the reading down, in seconds.

    What is shown goes through a `curtain` of its own, so that a secret the engine writes is never seen. A stop ends the wait for the
    engine's next word; while nobody stops it, a word costs neither a task nor a timer.
    """
    marker_filter = MarkerFilter()
    intake = _Intake(context, writer, reply, curtain)
    chunks = engine.run(context)
    loop = asyncio.get_running_loop()
    until_stopped = asyncio.timeout(None)
    try:
        async with until_stopped:
            writer.when_stopped(lambda: None if until_stopped.expired() else until_stopped.reschedule(loop.time()))
            async for chunk in chunks:
                if isinstance(chunk, EngineNotice):
                    reply.notice(writer, chunk)
                    continue
                said = storable(chunk)
                reply.raw.append(said)
                intake.take(marker_filter.feed(said))
                if pace:
                    await asyncio.sleep(pace)
    except TimeoutError:
        if not until_stopped.expired():
            intake.end()
            raise
    except BaseException:
        # The turn ends badly: what waits behind the curtain was said all the same.
        intake.end()
        raise
    finally:
        writer.when_stopped(None)
        close = getattr(chunks, "aclose", None)
        if close is not None:
            await close()
    intake.take(marker_filter.close())
    intake.end()
    return writer.stop_requested.is_set()


def storable(words: str) -> str:
    """`words` without what a database or JSON cannot hold: NUL, and halves of characters."""
    if words.isascii():
        return words.replace("\x00", "") if "\x00" in words else words
    return words.replace("\x00", "").encode("utf-8", "replace").decode()


@dataclass(frozen=True, slots=True)
class _Intake:
    """Where the parts of one reply go."""

    context: TurnContext
    writer: TurnWriter
    reply: Reply
    curtain: Curtain

    def take(self, found: Iterable[FilterEvent]) -> None:
        """Keep what was said, and show what can be shown."""
        reply = self.reply
        for item in found:
            match item:
                case TextDelta():
                    if reply.first_delta_ms is None:
                        if not item.text.strip():
                            continue
                        reply.first_delta_ms = round((time.perf_counter() - reply.started) * 1000, 2)
                    reply.shown.append(item.text)
                    self._show(self.curtain.feed(item.text))
                case MarkerBlock():
                    parsed = parse_block(item)
                    reply.parsed.append(parsed)
                    if isinstance(parsed, Questions | Actions):
                        lane = apply.provisional_lane(self.writer.session_id, self.context, collect(reply.parsed))
                        self.writer.emit("lane", self._masked(lane))
                case Dropped():
                    reply.parsed.append(item)

    def end(self) -> None:
        """Nothing follows: show what waited. Twice is once."""
        self._show(self.curtain.close())

    def _show(self, words: str) -> None:
        if words:
            self.writer.emit_text(words, moment=now())

    def _masked(self, value: Any) -> Any:
        if isinstance(value, str):
            return self.curtain.whole(value)
        if isinstance(value, dict):
            return {key: self._masked(inner) for key, inner in cast("dict[str, Any]", value).items()}
        if isinstance(value, list):
            return [self._masked(inner) for inner in cast("list[Any]", value)]
        return value
