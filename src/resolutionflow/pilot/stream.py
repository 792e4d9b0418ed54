"""Watching a turn from any process: from memory where it runs, elsewhere from what its writer stored."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from uuid import UUID

from sqlalchemy import text

from resolutionflow.kit.sse import SseEvent
from resolutionflow.kit.streamlog import Reader, StreamLog
from resolutionflow.pilot.closing import closing_event
from resolutionflow.pilot.keys import TurnKey
from resolutionflow.pilot.packing import unpacked
from resolutionflow.services import Services

LOOK_AGAIN_SECONDS = 2.0
FIRST_LOOK_SECONDS = 0.25
CLOSING = frozenset({"turn.finished", "turn.failed"})
ENDED = frozenset({"finished", "failed", "interrupted", "stopped"})


def channel(turn_id: UUID) -> str:
    """Bus channel that wakes the watchers of a turn."""
    return f"turn:{turn_id}"


def stop_channel(turn_id: UUID) -> str:
    """Bus channel that asks the process running a turn to stop it."""
    return f"turn-stop:{turn_id}"


async def watch(
    services: Services, key: TurnKey, after: int, *, fresh: bool = False
) -> AsyncIterator[Sequence[SseEvent]]:
    """Every event after `after`, until the closing one; what came together in one piece. Works before the turn runs, while it runs
    anywhere, and after it ended.

    A `fresh` turn was committed a moment ago: the table is not read before something happened, or a short while passed in silence.
    """
    log = services.logs.get(key.turn_id)
    with Reader(log, first=FIRST_LOOK_SECONDS, every=LOOK_AGAIN_SECONDS) as reader:
        # Where the turn runs, its writer wakes the readers itself.
        end = services.bus.listen(channel(key.turn_id), lambda _: None if log.attached else reader.wake())
        closing = asyncio.ensure_future(services.streams.closing.wait())
        closing.add_done_callback(lambda _: reader.wake())
        try:
            if fresh and not log.events:
                await reader.wait()
            while True:
                found = await _new_events(services, key, log, after)
                if found:
                    after = max(after, *(int(event.id or after) for event in found))
                    yield found
                    if found[-1].event in CLOSING:
                        return
                await reader.wait()
                if closing.done():
                    yield [SseEvent("closed", {"reason": "server_shutdown"})]
                    return
        finally:
            closing.cancel()
            end()
            services.logs.release(key.turn_id, log)


async def _new_events(services: Services, key: TurnKey, log: StreamLog, after: int) -> list[SseEvent]:
    # Memory serves whoever has seen everything before its first event; the others catch up from the table first.
    if log.events and after >= log.events[0][0] - 1:
        return log.after(after)
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
    found = [event for row in rows for event in unpacked(row.event_id, row.type, row.data, after)]
    closings = [event for event in found if event.event in CLOSING]
    if closings:
        # A text that was shown and not stored before a crash may have a higher id than the end, which comes last all the same.
        return [*(event for event in found if event.event not in CLOSING), closings[0]]
    if status in ENDED:
        # The stored events have outlived their hour: the closing event is made from the turn itself.
        return [*found, await closing_event(services, key, after + 1)]
    if status is None:
        gone = {"status": "failed", "code": "not_found", "text": "This turn no longer exists.", "retryable": False}
        return [*found, SseEvent("turn.failed", gone, str(after + 1))]
    return found
