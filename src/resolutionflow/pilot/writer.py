"""Writing the stream of a running turn: shown to the watchers of this process at once, stored with the other turns' within 100 ms.

All turns of a process are stored by one statement and one commit. The first text is stored before it is shown, so that a worker that takes
an orphan over knows whether anybody saw something.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import asyncpg
import orjson
import structlog
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from resolutionflow.db.driver import DATABASE_AWAY
from resolutionflow.kit.sse import SseEvent
from resolutionflow.kit.together import Together
from resolutionflow.pilot.keys import TurnKey
from resolutionflow.pilot.packing import StreamEvent, packed
from resolutionflow.pilot.rows import INSERT_EVENTS, events_json
from resolutionflow.pilot.stream import CLOSING, channel, stop_channel
from resolutionflow.services import Services

STORE_SECONDS: Final = 0.1
PROGRESS: Final = "SELECT rf_turn_progress($1::jsonb)::text"
FORGET: Final = text(
    "DELETE FROM ai_session_turn_events WHERE account_id = :account AND turn_id = :turn AND type <> ALL(:closing)"
)
_UNREADABLE: Final = (asyncpg.DataError, asyncpg.IntegrityConstraintViolationError)
log = structlog.get_logger(__name__)


class LostTurnError(RuntimeError):
    """Another worker took the turn over, or it was ended: what this one has is void."""


class TurnWriter:
    """Writes the events of one running turn. `run` identifies this attempt, so that an overtaken worker cannot write."""

    def __init__(self, services: Services, key: TurnKey, run: str, *, last_event_id: int) -> None:
        self._services = services
        self._key = key
        self._run = run
        self._last_id = last_event_id
        self._unsaved: list[StreamEvent] = []
        self._hidden: list[tuple[int, SseEvent]] = []
        self._texts: list[str] = []
        self._saved_texts = 0
        self._saved_chars = 0
        self._first: datetime | None = None
        self._first_saved = False
        self._log = services.logs.get(key.turn_id)
        self._log.attached = True
        self._log.events.clear()
        self._together = _together(services)
        self._when_stopped: Callable[[], None] | None = None
        self.stop_requested = asyncio.Event()
        self._end_listening = services.bus.listen(stop_channel(key.turn_id), lambda _: self.request_stop())

    @property
    def session_id(self) -> UUID:
        return self._key.session_id

    @property
    def key(self) -> TurnKey:
        return self._key

    @property
    def text(self) -> str:
        """Everything said so far."""
        return "".join(self._texts)

    @property
    def first_at(self) -> datetime | None:
        """When the first text came."""
        return self._first

    def emit(self, kind: str, data: Any) -> None:
        """Show an event now and store it within 100 ms."""
        self._add(kind, data)
        self._together.put(self)

    def emit_text(self, delta: str, *, moment: datetime) -> None:
        """Show text, the first piece once it is stored (at `moment`), the others now."""
        first = self._first is None
        self._first = self._first or moment
        self._texts.append(delta)
        self._add("delta", {"text": delta}, hidden=not self._first_saved)
        self._together.put(self, urgent=first)

    def when_stopped(self, act: Callable[[], None] | None) -> None:
        """Call `act` when the turn is to end, at once when that is already so; None: nobody wants to know any more."""
        self._when_stopped = act
        if act is not None and self.stop_requested.is_set():
            act()

    def request_stop(self) -> None:
        self.stop_requested.set()
        if self._when_stopped is not None:
            self._when_stopped()

    def take(self) -> list[StreamEvent]:
        """The events not stored yet, for the closing transaction, which stores them itself."""
        events, self._unsaved = self._unsaved, []
        return events

    def show(self, event_id: int, kind: str, data: Any) -> None:
        """Show an event that the closing transaction stored."""
        if not self._log.events or event_id > self._log.events[-1][0]:
            self._log.append(event_id, SseEvent(kind, data, str(event_id)))

    def next_id(self) -> int:
        self._last_id += 1
        return self._last_id

    async def quiesce(self) -> None:
        """Store no more behind the turn's back; what is not stored stays for `take`."""
        await self._together.leave(self)

    def close(self, event: SseEvent | None) -> None:
        """Show the closing event (already stored) and let every watcher go."""
        self._end_listening()
        if event is not None:
            self._log.append(int(event.id), event)
        else:
            self._log.events.clear()
        self._log.attached = False
        self._log.close()
        self._services.bus.signal(channel(self._key.turn_id))
        self._services.logs.release(self._key.turn_id, self._log)

    def _add(self, kind: str, data: Any, *, hidden: bool = False) -> None:
        self._last_id += 1
        self._unsaved.append((self._last_id, kind, data))
        event = SseEvent(kind, data, str(self._last_id))
        if hidden or self._hidden:
            self._hidden.append((self._last_id, event))
        else:
            self._log.append(self._last_id, event)

    def progress(self) -> Progress:
        """What is to be stored now."""
        return Progress(
            self, tuple(self._unsaved), len(self._texts), self._saved_chars, self._texts[self._saved_texts :]
        )

    def as_json(self, progress: Progress) -> dict[str, Any]:
        return {
            "id": self._key.turn_id,
            "run": self._run,
            "kept": progress.kept,
            "text": progress.text,
            "first": self._first,
            "events": list(packed(progress.events)),
        }

    def stored(self, progress: Progress, *, stop: bool) -> None:
        """What `progress` held lasts: show what waited for that."""
        del self._unsaved[: len(progress.events)]
        self._saved_texts = progress.texts
        self._saved_chars = progress.kept + len(progress.text)
        if progress.texts and not self._first_saved:
            self._first_saved = True
            hidden, self._hidden = self._hidden, []
            for event_id, event in hidden:
                self._log.append(event_id, event)
        if stop:
            self.request_stop()
        self._services.bus.signal(channel(self._key.turn_id))

    def not_stored(self) -> None:
        """The database could not be reached: what waits is kept and tried again."""
        log.warning("turn_not_stored_yet", turn_id=str(self._key.turn_id), events=len(self._unsaved))
        self._together.put(self)


class Progress:
    """What one writer had to store at one moment. `kept` = the characters stored before, `text` = those that follow."""

    __slots__ = ("events", "kept", "text", "texts", "writer")

    def __init__(
        self, writer: TurnWriter, events: tuple[StreamEvent, ...], texts: int, kept: int, new: list[str]
    ) -> None:
        self.writer = writer
        self.events = events
        self.texts = texts
        self.kept = kept
        self.text = "".join(new)


def _together(services: Services) -> Together[TurnWriter]:
    known = services.together.get("turns")
    if known is None:

        async def write(writers: Sequence[TurnWriter]) -> None:
            await store_progress(services, writers)

        known = services.together["turns"] = Together(write, interval=STORE_SECONDS)
    return known


async def store_progress(services: Services, writers: Sequence[TurnWriter]) -> None:
    """Store what all `writers` have, in one statement. A turn that is no longer its writer's is told to stop."""
    found = [writer.progress() for writer in writers]
    accounts: dict[UUID, list[dict[str, Any]]] = defaultdict(list)
    for one in found:
        accounts[one.writer.key.account_id].append(one.writer.as_json(one))
    sent = [{"account": account, "turns": turns} for account, turns in accounts.items()]
    try:
        told = await services.db.express(PROGRESS, orjson.dumps(sent, default=str).decode())
    except _UNREADABLE:
        if len(writers) > 1:
            # What one turn says may not keep the others from being stored.
            for writer in writers:
                await store_progress(services, [writer])
            return
        log.exception("turn_not_storable")
        writers[0].request_stop()
        return
    except DATABASE_AWAY:
        for writer in writers:
            writer.not_stored()
        return
    stops: dict[str, bool] = orjson.loads(told or "{}")
    for one in found:
        stop = stops.get(str(one.writer.key.turn_id))
        if stop is None:
            # Nothing this worker says counts any more: the engine is told to end, and the closing transaction judges.
            one.writer.request_stop()
        else:
            one.writer.stored(one, stop=stop)


async def store_events(tx: AsyncSession, key: TurnKey, events: list[StreamEvent]) -> None:
    """Store events as part of a transaction of the caller."""
    if events:
        names = {"account": key.account_id, "session": key.session_id, "turn": key.turn_id}
        await tx.execute(INSERT_EVENTS, {**names, "events": events_json(events)})


async def forget_events(tx: AsyncSession, key: TurnKey) -> None:
    """Delete what was stored of a turn's stream but its end: who comes later reads the closing event."""
    names = {"account": key.account_id, "turn": key.turn_id, "closing": sorted(CLOSING)}
    await tx.execute(FORGET, names)
