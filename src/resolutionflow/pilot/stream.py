"""The stream of a turn: written by the one process that runs it, watched from any.

Events have increasing ids. The writer shows them to watchers of its own process at once and stores them in batches of at most 100 ms;
watchers elsewhere are woken through the bus and read what is stored.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
import structlog
from sqlalchemy import text

from resolutionflow.db.driver import DATABASE_AWAY
from resolutionflow.kit.sse import SseEvent
from resolutionflow.kit.streamlog import StreamLog
from resolutionflow.pilot.closing import closing_event
from resolutionflow.pilot.keys import TurnKey
from resolutionflow.services import Services

FLUSH_SECONDS = 0.1
LOOK_AGAIN_SECONDS = 2.0
FIRST_LOOK_SECONDS = 0.25
CLOSING = frozenset({"turn.finished", "turn.failed"})
ENDED = frozenset({"finished", "failed", "interrupted", "stopped"})
INSERT = text(
    "INSERT INTO ai_session_turn_events (account_id, session_id, turn_id, event_id, type, data)"
    " SELECT :account, :session, :turn, (e->>0)::int, e->>1, e->2 FROM jsonb_array_elements(CAST(:events AS jsonb)) e"
    " ON CONFLICT (turn_id, event_id) DO NOTHING"
)
# The reply as the engine wrote it goes with the last events.
END = text(
    "WITH raw AS (INSERT INTO ai_session_turn_raw (turn_id, account_id, session_id, raw, expires_at)"
    " SELECT :turn, :account, :session, CAST(:raw AS text), CAST(:expires AS timestamptz) WHERE CAST(:raw AS text) <> '')"
    " INSERT INTO ai_session_turn_events (account_id, session_id, turn_id, event_id, type, data)"
    " SELECT :account, :session, :turn, (e->>0)::int, e->>1, e->2 FROM jsonb_array_elements(CAST(:events AS jsonb)) e"
    " ON CONFLICT (turn_id, event_id) DO NOTHING"
)
# One statement: nothing is stored for a turn that is no longer ours, and storing the same twice changes nothing.
PROGRESS = text(
    "WITH mine AS (UPDATE ai_session_turns SET text_so_far = left(text_so_far, :kept) || :text,"
    " first_delta_at = COALESCE(first_delta_at, CAST(:first AS timestamptz))"
    " WHERE account_id = :account AND id = :turn AND status = 'running' AND markers->>'run' = :run"
    " RETURNING account_id, session_id, id, COALESCE((markers->>'stop')::boolean, false) AS stop),"
    " stored AS (INSERT INTO ai_session_turn_events (account_id, session_id, turn_id, event_id, type, data)"
    " SELECT m.account_id, m.session_id, m.id, (e->>0)::int, e->>1, e->2"
    " FROM mine m, jsonb_array_elements(CAST(:events AS jsonb)) e ON CONFLICT (turn_id, event_id) DO NOTHING)"
    " SELECT stop FROM mine"
)
FORGET = text(
    "DELETE FROM ai_session_turn_events WHERE account_id = :account AND turn_id = :turn AND type <> ALL(:closing)"
)
log = structlog.get_logger(__name__)


def channel(turn_id: UUID) -> str:
    """Bus channel that wakes the watchers of a turn."""
    return f"turn:{turn_id}"


def stop_channel(turn_id: UUID) -> str:
    """Bus channel that asks the process running a turn to stop it."""
    return f"turn-stop:{turn_id}"


class LostTurnError(RuntimeError):
    """Another worker took the turn over, or it was ended: what this one has is void."""


class NotStoredError(RuntimeError):
    """The database could not be reached: what was to be stored is kept, and the job tries again."""


class TurnWriter:
    """Writes the events of one running turn. `run` identifies this attempt, so that an overtaken worker cannot write."""

    def __init__(self, services: Services, key: TurnKey, run: str, *, last_event_id: int) -> None:
        self._services = services
        self._key = key
        self._run = run
        self._last_id = last_event_id
        self._unsaved: list[tuple[int, str, Any]] = []
        self._saved_chars = 0
        self.text = ""
        self._log = services.logs.get(key.turn_id)
        self._log.attached = True
        self._log.events.clear()
        self._first_delta_saved = False
        self._quiet = False
        self._timer: asyncio.TimerHandle | None = None
        self._flusher: asyncio.Task[None] | None = None
        self._lock = asyncio.Lock()
        self.stop_requested = asyncio.Event()
        self._end_listening = services.bus.listen(stop_channel(key.turn_id), lambda _: self.stop_requested.set())

    @property
    def session_id(self) -> UUID:
        return self._key.session_id

    def emit(self, kind: str, data: Any) -> None:
        """Show an event now and store it within 100 ms."""
        self._last_id += 1
        self._log.append(self._last_id, SseEvent(kind, data, str(self._last_id)))
        self._unsaved.append((self._last_id, kind, data))
        self._schedule()

    async def emit_text(self, delta: str, *, moment: Any) -> None:
        """Show text. The first piece is stored before it is shown, so that a crash knows that something was shown."""
        self._last_id += 1
        event = SseEvent("delta", {"text": delta}, str(self._last_id))
        self._unsaved.append((self._last_id, "delta", {"text": delta}))
        self.text += delta
        if self._first_delta_saved:
            self._log.append(self._last_id, event)
            self._schedule()
            return
        await self.flush(first=moment)
        self._first_delta_saved = True
        self._log.append(int(event.id), event)

    async def flush(self, *, first: Any = None) -> None:
        """Store what is not stored yet. Raises `LostTurnError` when the turn is no longer this worker's, and `NotStoredError`."""
        async with self._lock:
            waiting, text_now = tuple(self._unsaved), self.text
            names = {
                "account": self._key.account_id,
                "turn": self._key.turn_id,
                "run": self._run,
                "kept": self._saved_chars,
                "text": text_now[self._saved_chars :],
                "first": first,
                "events": orjson.dumps(waiting, default=str).decode(),
            }
            try:
                async with self._services.db.transaction(self._key.account_id) as tx:
                    row = (await tx.execute(PROGRESS, names)).one_or_none()
            except DATABASE_AWAY as error:
                raise NotStoredError from error
            if row is None:
                raise LostTurnError
            del self._unsaved[: len(waiting)]
            self._saved_chars = len(text_now)
            if row.stop:
                self.stop_requested.set()
            self._services.bus.signal(channel(self._key.turn_id))

    def take(self) -> list[tuple[int, str, Any]]:
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
        """End the background flushing without waiting for its time; what it had not stored stays for `take`."""
        self._quiet = True
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._flusher is not None:
            await asyncio.wait({self._flusher})

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

    def _schedule(self) -> None:
        if self._timer is None and self._flusher is None and not self._quiet:
            self._timer = asyncio.get_running_loop().call_later(FLUSH_SECONDS, self._begin_flush)

    def _begin_flush(self) -> None:
        self._timer = None
        self._flusher = asyncio.create_task(self._flush_behind())

    async def _flush_behind(self) -> None:
        try:
            await self.flush()
        except LostTurnError:
            # Nothing this worker says counts any more: the engine is told to end, and the closing transaction judges.
            self.stop_requested.set()
        except NotStoredError:
            log.warning("turn_not_stored_yet", turn_id=str(self._key.turn_id), events=len(self._unsaved))
        finally:
            self._flusher = None
        if self._unsaved:
            self._schedule()


async def store_events(tx: Any, key: TurnKey, events: list[tuple[int, str, Any]]) -> None:
    """Store events as part of a transaction of the caller."""
    if events:
        dump = orjson.dumps(events, default=str).decode()
        names = {"account": key.account_id, "session": key.session_id, "turn": key.turn_id, "events": dump}
        await tx.execute(INSERT, names)


async def forget_events(tx: Any, key: TurnKey) -> None:
    """Delete what was stored of a turn's stream but its end: who comes later reads the closing event."""
    names = {"account": key.account_id, "turn": key.turn_id, "closing": sorted(CLOSING)}
    await tx.execute(FORGET, names)


async def store_end(tx: Any, key: TurnKey, events: list[tuple[int, str, Any]], raw: str, expires: datetime) -> None:
    """Store the last events of a turn, and until `expires` what the engine wrote, as part of a transaction of the caller."""
    dump = orjson.dumps(events, default=str).decode()
    names = {"account": key.account_id, "session": key.session_id, "turn": key.turn_id, "events": dump}
    await tx.execute(END, {**names, "raw": raw, "expires": expires})


async def watch(services: Services, key: TurnKey, after: int, *, fresh: bool = False) -> AsyncIterator[SseEvent]:
    """Every event after `after`, until the closing one. Works before the turn runs, while it runs anywhere, and after it ended.

    A `fresh` turn was committed a moment ago: the table is not read before something happened, or a short while passed in silence.
    """
    log = services.logs.get(key.turn_id)
    end = services.bus.listen(channel(key.turn_id), lambda _: log.wake())
    closing = asyncio.ensure_future(services.streams.closing.wait())
    waiting = closing
    try:
        while True:
            changed = log.changed
            if fresh and not log.events:
                fresh = False
                waiting = asyncio.ensure_future(changed.wait())
                await asyncio.wait({waiting, closing}, timeout=FIRST_LOOK_SECONDS, return_when=asyncio.FIRST_COMPLETED)
                waiting.cancel()
                continue
            async for event in _new_events(services, key, log, after):
                after = max(after, int(event.id or after))
                yield event
                if event.event in CLOSING:
                    return
            if changed.is_set():
                continue
            waiting = asyncio.ensure_future(changed.wait())
            await asyncio.wait({waiting, closing}, timeout=LOOK_AGAIN_SECONDS, return_when=asyncio.FIRST_COMPLETED)
            waiting.cancel()
            if closing.done():
                yield SseEvent("closed", {"reason": "server_shutdown"})
                return
    finally:
        closing.cancel()
        waiting.cancel()
        end()
        services.logs.release(key.turn_id, log)


async def _new_events(services: Services, key: TurnKey, log: StreamLog, after: int) -> AsyncIterator[SseEvent]:
    # Memory serves whoever has seen everything before its first event; the others catch up from the table first.
    if log.events and after >= log.events[0][0] - 1:
        for _, event in log.after(after):
            yield event
        return
    async with services.db.transaction(key.account_id) as tx:
        status = (
            await tx.execute(
                text("SELECT status FROM ai_session_turns WHERE account_id = :account AND id = :turn"),
                {"account": key.account_id, "turn": key.turn_id},
            )
        ).scalar_one_or_none()
        rows = (
            await tx.execute(
                text(
                    "SELECT event_id, type, data FROM ai_session_turn_events"
                    " WHERE account_id = :account AND turn_id = :turn AND (event_id > :after OR (:ended AND type = ANY(:closing)))"
                    " ORDER BY event_id"
                ),
                {
                    "account": key.account_id,
                    "turn": key.turn_id,
                    "after": after,
                    "ended": status in ENDED,
                    "closing": list(CLOSING),
                },
            )
        ).all()
    for row in rows:
        yield SseEvent(row.type, row.data, str(row.event_id))
    if status in ENDED and not any(row.type in CLOSING for row in rows):
        # The stored events have outlived their hour: the closing event is made from the turn itself.
        yield await closing_event(services, key, after + 1)
    elif status is None:
        gone = {"status": "failed", "code": "not_found", "text": "This turn no longer exists.", "retryable": False}
        yield SseEvent("turn.failed", gone, str(after + 1))
