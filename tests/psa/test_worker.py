"""The outbox with the real queue, a real server and real commits."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

import pytest

from resolutionflow.db.session import DatabaseUrls
from resolutionflow.jobs.worker import Worker
from resolutionflow.psa.connections import create_connection
from resolutionflow.psa.providers.connectwise.provider import ConnectWiseProvider
from resolutionflow.settings import Settings
from tests.psa.support import Sim
from tests.psa.test_tickets_api import P, desk_ticket
from tests.psa.writes import hooked, loaded, make_session, resolution, store
from tests.support.live import Live, read_events, running
from tests.support.world import World

pytestmark = pytest.mark.anyio


@contextlib.asynccontextmanager
async def connected(
    urls: DatabaseUrls, settings: Settings, world: World, sim: Sim, *, worker: bool = True
) -> AsyncIterator[Live]:
    async with running(urls, settings, world, worker=worker) as live:
        await create_connection(live.services, world.a.id, name="ConnectWise", sign_in=sim.sign_in)
        yield live


async def test_a_note_goes_through_the_queue_and_open_browsers_hear_of_it(
    own_urls: DatabaseUrls, settings: Settings, world: World, sim: Sim
) -> None:
    ticket_id = await desk_ticket(sim)
    async with (
        connected(own_urls, settings, world, sim) as live,
        live.client("viewer") as watcher,
        live.client() as client,
    ):
        states: list[str] = []
        ready = asyncio.Event()

        async def watch() -> None:
            async with watcher.stream("GET", "/api/v1/events/stream") as response:
                async for event in read_events(response):
                    ready.set()
                    if event.kind == "psa.write.changed":
                        states.append(event.data["state"])
                        if event.data["state"] == "done":
                            return

        watching = asyncio.create_task(watch())
        async with asyncio.timeout(15):
            await ready.wait()
            answer = await client.post(
                f"{P}/tickets/{ticket_id}/notes", json={"text": "Through the queue.", "visibility": "internal"}
            )
            assert answer.status_code == 201, answer.text
            await watching
        assert states[0] == "queued"
        assert states[-1] == "done"
        assert len(sim.notes_with(ticket_id, "Through the queue.")) == 1


async def test_two_people_confirming_at_once_make_one_write(
    own_urls: DatabaseUrls, settings: Settings, world: World, sim: Sim
) -> None:
    from resolutionflow.psa.errors import PsaWriteOpen

    ticket_id = await desk_ticket(sim)
    engineer = world.a["engineer"]
    with hooked():
        async with connected(own_urls, settings, world, sim, worker=False) as live:
            session_id = await make_session(live.services, engineer)
            posts = [store(live.services, engineer, resolution(ticket_id, session_id)) for _ in range(6)]
            results = await asyncio.gather(*posts, return_exceptions=True)
            written = [result for result in results if not isinstance(result, BaseException)]
            refused = [result for result in results if isinstance(result, PsaWriteOpen)]
            assert (len(written), len(refused)) == (1, 5)
            assert all(error.details and error.details["write_id"] == str(written[0]) for error in refused)


async def test_a_worker_that_stops_in_the_middle_hands_over(
    own_urls: DatabaseUrls, settings: Settings, world: World, sim: Sim, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticket_id = await desk_ticket(sim)
    engineer = world.a["engineer"]
    real = ConnectWiseProvider.add_note
    sent = asyncio.Event()

    async def sent_and_stuck(self: ConnectWiseProvider, *args: object) -> object:
        receipt = await real(self, *args)  # type: ignore[arg-type]
        if not sent.is_set():
            sent.set()
            await asyncio.Event().wait()
        return receipt

    monkeypatch.setattr(ConnectWiseProvider, "add_note", sent_and_stuck)
    with hooked() as told:
        async with connected(own_urls, settings, world, sim) as live:
            write_id = await store(
                live.services, engineer, resolution(ticket_id, await make_session(live.services, engineer))
            )
            async with asyncio.timeout(30):
                await sent.wait()
                await live.worker.stop()
                second = Worker(live.services)
                task = asyncio.create_task(second.run())
                while (await loaded(live.services, engineer, write_id)).state != "done":
                    await asyncio.sleep(0.05)
                await second.stop()
                await task
    assert len(sim.notes_with(ticket_id, "stored credential")) == 1
    assert len(told.seen) == 1
