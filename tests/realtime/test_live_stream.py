"""The live stream: who gets what, resume, overflow, replicas, sign-out, shutdown."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

import httpx2
import pytest
from tests.support.live import Event, Live, read_events, running
from tests.support.world import World

from resolutionflow.db.session import DatabaseUrls
from resolutionflow.realtime import Audience, LiveEvent, publish
from resolutionflow.settings import Settings

pytestmark = pytest.mark.anyio
URL = "/api/v1/events/stream"


@contextlib.asynccontextmanager
async def listening(
    live: Live, role: str = "engineer", account: str = "a", last: int | None = None
) -> AsyncIterator[AsyncIterator[Event]]:
    """An open stream that has said `ready`."""
    headers = {"last-event-id": str(last)} if last is not None else {}
    async with live.client(role, account) as client, client.stream("GET", URL, headers=headers) as response:
        assert response.status_code == 200
        events = read_events(response)
        assert (await anext(events)).kind == "ready"
        yield events


async def tell(live: Live, audience: Audience, *, account: str = "a", n: int = 1, **more: object) -> None:
    async with live.services.db.transaction(live.world[account].id) as tx:
        publish(tx, LiveEvent(kind="session.changed", payload={"n": n, **more}, audience=audience))


async def upcoming(events: AsyncIterator[Event]) -> Event:
    async with asyncio.timeout(10):
        return await anext(events)


async def test_anonymous_callers_get_no_stream(live: Live) -> None:
    async with httpx2.AsyncClient(base_url=live.url, trust_env=False) as client:
        assert (await client.get(URL)).status_code == 401


async def test_events_reach_those_who_may_see_them_and_no_other_tenant(live: Live) -> None:
    owner = live.world.a["engineer"].id
    async with (
        listening(live) as mine,
        listening(live, "viewer") as viewers,
        listening(live, "admin") as admins,
        listening(live, "admin", "b") as foreign,
    ):
        await tell(live, Audience.readers(owner, team=False), n=1)
        await tell(live, Audience.account(), n=2)
        await tell(live, Audience.account(), account="b", n=3)
        assert [(await upcoming(mine)).data["n"], (await upcoming(mine)).data["n"]] == [1, 2]
        assert [(await upcoming(admins)).data["n"], (await upcoming(admins)).data["n"]] == [1, 2]
        assert (await upcoming(viewers)).data["n"] == 2
        assert (await upcoming(foreign)).data["n"] == 3


async def test_a_rolled_back_cause_sends_nothing(live: Live) -> None:
    async with listening(live) as events:
        with contextlib.suppress(RuntimeError):
            async with live.services.db.transaction(live.world.a.id) as tx:
                publish(tx, LiveEvent(kind="session.changed", payload={"n": 1}, audience=Audience.account()))
                raise RuntimeError("undone")
        await tell(live, Audience.account(), n=2)
        assert (await upcoming(events)).data["n"] == 2


async def test_events_of_one_transaction_merge_by_key(live: Live) -> None:
    async with listening(live) as events:
        async with live.services.db.transaction(live.world.a.id) as tx:
            for part, version in (("facts", 1), ("lane", 2)):
                payload = {"parts": [part], "state_version": version}
                publish(
                    tx, LiveEvent(kind="session.changed", payload=payload, audience=Audience.account(), merge_key="s")
                )
        await tell(live, Audience.account(), n=9)
        assert (await upcoming(events)).data == {"parts": ["facts", "lane"], "state_version": 2}
        assert (await upcoming(events)).data == {"n": 9}


async def test_a_reader_that_comes_back_gets_what_it_missed(live: Live) -> None:
    async with listening(live) as events:
        await tell(live, Audience.account(), n=1)
        first = await upcoming(events)
    await tell(live, Audience.account(), n=2)
    await tell(live, Audience.user(live.world.a["admin"].id), n=3)
    async with listening(live, last=first.id) as events:
        assert (await upcoming(events)).data["n"] == 2
        await tell(live, Audience.account(), n=4)
        assert (await upcoming(events)).data["n"] == 4


async def test_an_unknown_mark_asks_for_a_refetch(live: Live) -> None:
    async with listening(live, last=99_999_999) as events:
        event = await upcoming(events)
        assert (event.kind, event.data["reason"]) == ("resync", "too_old")


async def test_a_full_queue_drops_counts_and_says_so(live: Live) -> None:
    async with listening(live) as events:
        async with live.services.db.transaction(live.world.a.id) as tx:
            for n in range(200):
                publish(tx, LiveEvent(kind="session.changed", payload={"n": n}, audience=Audience.account()))
        got = [await upcoming(events) for _ in range(65)]
        assert [event.data["n"] for event in got[:64]] == list(range(64))
        assert (got[64].kind, got[64].data) == ("resync", {"reason": "overflow", "dropped": 136})


async def test_the_ninth_stream_of_a_user_replaces_the_oldest(live: Live) -> None:
    async with contextlib.AsyncExitStack() as stack:
        streams = [await stack.enter_async_context(listening(live)) for _ in range(9)]
        closed = await upcoming(streams[0])
        assert (closed.kind, closed.data["reason"]) == ("closed", "replaced")
        await tell(live, Audience.account(), n=7)
        assert (await upcoming(streams[8])).data["n"] == 7


async def test_an_event_crosses_to_another_replica(
    live: Live, own_urls: DatabaseUrls, settings: Settings, world: World
) -> None:
    async with running(own_urls, settings, world, worker=False) as other, listening(other) as events:
        await tell(live, Audience.account(), n=5)
        event = await upcoming(events)
        assert event.data["n"] == 5 and event.id > 0


async def test_a_shutdown_tells_every_reader(live: Live) -> None:
    async with contextlib.AsyncExitStack() as stack:
        people = ["owner", "admin", "engineer", "viewer"]
        streams = [await stack.enter_async_context(listening(live, role)) for role in people for _ in range(4)]
        await live.services.streams.shutdown()
        for events in streams:
            event = await upcoming(events)
            assert (event.kind, event.data["reason"]) == ("closed", "server_shutdown")
