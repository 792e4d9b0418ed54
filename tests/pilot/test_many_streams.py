"""A hundred turns that speak at once: nothing lost, nothing out of order, in memory, in the table and after a break in the middle."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text
from tests.support.live import Live

from resolutionflow.kit.clock import now
from resolutionflow.kit.sse import SseEvent
from resolutionflow.pilot.intake import storable
from resolutionflow.pilot.keys import TurnKey
from resolutionflow.pilot.packing import packed, unpacked
from resolutionflow.pilot.stream import watch
from resolutionflow.pilot.writer import TurnWriter, store_events

STREAMS, WORDS = 100, 60
RUNNING = """
WITH numbers AS (SELECT gen_random_uuid() AS session, gen_random_uuid() AS message, gen_random_uuid() AS turn
                   FROM generate_series(1, :count)),
     sessions AS (INSERT INTO ai_sessions (id, account_id, user_id, intake_type, title, status)
                  SELECT session, :account, :user, 'free_text', 'A session', 'active' FROM numbers),
     messages AS (INSERT INTO ai_session_messages (id, account_id, session_id, seq, role, content)
                  SELECT message, :account, session, 1, 'engineer', 'It fails' FROM numbers)
INSERT INTO ai_session_turns (id, account_id, session_id, client_turn_id, user_id, user_message_id, status, markers)
SELECT turn, :account, session, gen_random_uuid(), :user, message, 'running', '{"run": "this"}' FROM numbers
RETURNING session_id, id
"""


async def running_turns(live: Live, account: str, count: int) -> list[TurnKey]:
    tenant = live.world[account]
    async with live.services.db.transaction(tenant.id) as tx:
        names = {"account": tenant.id, "user": tenant["engineer"].id, "count": count}
        rows = (await tx.execute(text(RUNNING), names)).all()
    return [TurnKey(tenant.id, row.session_id, row.id) for row in rows]


async def speak(writer: TurnWriter, words: Sequence[str], stop_at: asyncio.Event) -> None:
    """Say the words as a model would, then wait, and end."""
    moment: datetime = now()
    writer.emit("turn.started", {"turn_id": str(writer.key.turn_id)})
    for number, word in enumerate(words):
        writer.emit_text(word, moment=moment)
        if number == len(words) // 2:
            writer.emit("notice", {"kind": "context_trimmed", "text": "half way"})
        await asyncio.sleep(0.002)
    await stop_at.wait()


async def end(live: Live, writer: TurnWriter) -> None:
    await writer.quiesce()
    waiting = writer.take()
    closing = SseEvent("turn.failed", {"status": "failed"}, str(writer.next_id()))
    async with live.services.db.transaction(writer.key.account_id) as tx:
        await store_events(tx, writer.key, [*waiting, (int(closing.id), closing.event, closing.data)])
    for event in waiting:
        writer.show(*event)
    writer.close(closing)


async def events_of(batches: AsyncIterator[Sequence[SseEvent]], *, until: int = 10**9) -> list[SseEvent]:
    seen: list[SseEvent] = []
    async for batch in batches:
        seen += batch
        if int(batch[-1].id) >= until:
            break
    return seen


def said(events: Sequence[SseEvent]) -> str:
    return "".join(event.data["text"] for event in events if event.event == "delta")


@pytest.mark.anyio
async def test_a_hundred_streams_lose_and_reorder_nothing(live: Live) -> None:
    keys = [*await running_turns(live, "a", STREAMS // 2), *await running_turns(live, "b", STREAMS // 2)]
    words = {key: [f"{place}:{number} " for number in range(WORDS)] for place, key in enumerate(keys)}
    writers = [TurnWriter(live.services, key, "this", last_event_id=0) for key in keys]
    over = asyncio.Event()
    speaking = [asyncio.create_task(speak(writer, words[writer.key], over)) for writer in writers]
    watching = [asyncio.create_task(events_of(watch(live.services, key, 0))) for key in keys]
    # Every fourth reader breaks off in the middle and comes back with the id of the last event it saw.
    first = [await events_of(watch(live.services, key, 0), until=WORDS // 3) for key in keys[::4]]
    again = [
        asyncio.create_task(events_of(watch(live.services, key, int(seen[-1].id))))
        for key, seen in zip(keys[::4], first, strict=True)
    ]
    over.set()
    await asyncio.gather(*speaking)
    await asyncio.gather(*(end(live, writer) for writer in writers))
    for key, events in zip(keys, await asyncio.gather(*watching), strict=True):
        assert said(events) == "".join(words[key])
        ids = [int(event.id) for event in events]
        assert ids == list(range(1, WORDS + 4)), "one of each, in order"
        assert events[-1].event == "turn.failed"
    for key, before, after in zip(keys[::4], first, await asyncio.gather(*again), strict=True):
        assert said(before) + said(after) == "".join(words[key])
    # What was stored says the same as what was shown, to whoever comes when nothing is in memory any more.
    for key in keys[::10]:
        stored = await events_of(watch(live.services, key, 0))
        assert said(stored) == "".join(words[key]) and [int(event.id) for event in stored] == list(range(1, WORDS + 4))
        middle = await events_of(watch(live.services, key, 17))
        assert [int(event.id) for event in middle] == list(range(18, WORDS + 4))
    async with live.services.db.transaction(live.world.a.id) as tx:
        rows = (
            await tx.execute(
                text(
                    "SELECT text_so_far, first_delta_at, (SELECT count(*) FROM ai_session_turn_events e WHERE e.turn_id = t.id) AS rows"
                    " FROM ai_session_turns t WHERE id = ANY(:ids)"
                ),
                {"ids": [key.turn_id for key in keys]},
            )
        ).all()
    assert len(rows) == STREAMS // 2, "the other account's are not to be seen"
    assert all(row.first_delta_at is not None and row.text_so_far for row in rows)
    assert max(row.rows for row in rows) < WORDS, "texts that follow each other share a row"


@pytest.mark.anyio
async def test_a_turn_that_is_no_longer_ours_is_told_to_stop_and_the_others_are_stored(live: Live) -> None:
    ours, lost, stopped = await running_turns(live, "a", 3)
    async with live.services.db.transaction(live.world.a.id) as tx:
        for key, markers in ((lost, '{"run": "another"}'), (stopped, '{"run": "this", "stop": true}')):
            await tx.execute(
                text("UPDATE ai_session_turns SET markers = CAST(:markers AS jsonb) WHERE id = :id"),
                {"markers": markers, "id": key.turn_id},
            )
    writers = {key: TurnWriter(live.services, key, "this", last_event_id=0) for key in (ours, lost, stopped)}
    shown = asyncio.create_task(events_of(watch(live.services, ours, 0), until=1))
    for writer in writers.values():
        writer.emit_text("Some words", moment=now())
    async with asyncio.timeout(10):
        await writers[lost].stop_requested.wait()
        await writers[stopped].stop_requested.wait()
        assert said(await shown) == "Some words"
    assert not writers[ours].stop_requested.is_set()
    assert not live.services.logs.get(lost.turn_id).events, "what another worker may have said otherwise is never shown"
    async with live.services.db.transaction(live.world.a.id) as tx:
        rows = await tx.execute(text("SELECT id, text_so_far FROM ai_session_turns WHERE text_so_far <> ''"))
        kept = {row.id: row.text_so_far for row in rows}
    assert kept == {ours.turn_id: "Some words", stopped.turn_id: "Some words"}
    for writer in writers.values():
        await writer.quiesce()
        writer.close(None)


@pytest.mark.parametrize("words", ["plain", "nul\x00here", "half \ud83d", "whole \U0001f600"])
def test_what_a_model_says_can_be_stored(words: str) -> None:
    kept = storable(words)
    kept.encode()
    assert "\x00" not in kept and kept[:3] == words[:3]


EVENT = st.one_of(st.just(("delta", {"text": "a"})), st.just(("lane", {"questions": []})))


@given(st.lists(st.tuples(EVENT, st.integers(1, 3))), st.integers(0, 40))
def test_packing_keeps_every_event_and_every_place_to_resume(events: list[Any], after: int) -> None:
    number, wanted = 0, []
    for (kind, data), step in events:
        number += step
        wanted.append((number, kind, data))
    rows = list(packed(wanted))
    found = [event for row in rows if row[0] > after for event in unpacked(*row, after)]
    assert [(int(event.id), event.event, event.data) for event in found] == [one for one in wanted if one[0] > after]
