"""Limits of a vendor over all processes: never more at once, nor faster, and people before what nobody waits for."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from uuid import UUID

import pytest

from resolutionflow.db.session import Database, DatabaseUrls
from resolutionflow.kit.ids import new_id
from resolutionflow.psa.providers.vendor import Limits
from resolutionflow.psa.repository import Connection
from resolutionflow.psa.slots import ConnectionSlots, Lane, endpoint_of, in_lane
from tests.support.world import WORLD

pytestmark = pytest.mark.anyio
URL = "https://psa.example/v1.0/Tickets/1"


def stored(connection_id: UUID | None = None) -> Connection:
    return Connection(
        id=connection_id or new_id(),
        account_id=WORLD.a.id,
        provider="connectwise",
        name="x",
        config={},
        secrets={},
        api_base="",
        web_base="",
        status="ok",
    )


@pytest.fixture
async def replicas(own_urls: DatabaseUrls) -> AsyncIterator[list[Database]]:
    """Three processes' databases: each has its own pool and its own connection for slots."""
    found = [Database(own_urls, pool_size=2) for _ in range(3)]
    yield found
    for db in found:
        await db.close()


@dataclass
class Vendor:
    """Counts who is being served."""

    now: int = 0
    most: int = 0
    served: list[str] = field(default_factory=list)

    @asynccontextmanager
    async def serve(self, who: str, seconds: float) -> AsyncIterator[None]:
        self.now += 1
        self.most = max(self.most, self.now)
        try:
            await asyncio.sleep(seconds)
            yield
        finally:
            self.now -= 1
            self.served.append(who)


async def call(slots: ConnectionSlots, vendor: Vendor, who: str, *, write: bool = False, url: str = URL) -> float:
    started = time.perf_counter()
    async with slots.hold(url, write=write):
        waited = time.perf_counter() - started
        async with vendor.serve(who, 0.02):
            return waited


async def test_three_processes_never_exceed_the_limit_and_all_get_through(replicas: list[Database]) -> None:
    connection, vendor = stored(), Vendor()
    slots = [ConnectionSlots(db, connection, Limits(concurrent=4)) for db in replicas]
    calls = [call(slots[n % 3], vendor, str(n % 3)) for n in range(45)]
    async with asyncio.timeout(20):
        await asyncio.gather(*calls)
    assert vendor.most == 4
    assert {vendor.served.count(who) for who in "012"} == {15}
    # Nobody waits for another to finish all of its own.
    assert {*vendor.served[:30]} == {"0", "1", "2"}


async def test_a_persons_write_passes_a_long_queue_of_another_process(replicas: list[Database]) -> None:
    connection, vendor = stored(), Vendor()
    here, there = (ConnectionSlots(db, connection, Limits(concurrent=3)) for db in replicas[:2])
    with in_lane(Lane.BACKGROUND):
        queue = [asyncio.ensure_future(call(there, vendor, "background")) for _ in range(60)]
    reads = [asyncio.ensure_future(call(there, vendor, "read")) for _ in range(30)]
    while vendor.now < 3:
        await asyncio.sleep(0.001)
    await call(here, vendor, "write", write=True)
    before = vendor.served.index("write")
    await asyncio.gather(*queue, *reads)
    assert before < 15, "the write waited behind the queue"
    assert vendor.most == 3


async def test_what_nobody_waits_for_leaves_a_slot_free(replicas: list[Database]) -> None:
    connection, vendor = stored(), Vendor()
    slots = ConnectionSlots(replicas[0], connection, Limits(concurrent=3))
    with in_lane(Lane.BACKGROUND):
        await asyncio.gather(*(call(slots, vendor, "background") for _ in range(10)))
    assert vendor.most == 2


async def test_each_endpoint_has_slots_of_its_own(replicas: list[Database]) -> None:
    connection, vendor = stored(), Vendor()
    slots = ConnectionSlots(replicas[0], connection, Limits(concurrent=2, per_endpoint=True))
    urls = [f"https://psa.example/atservicesrest/v1.0/{name}/query" for name in ("Tickets", "TicketNotes", "Companies")]
    await asyncio.gather(*(call(slots, vendor, "x", url=url) for url in urls * 5))
    assert vendor.most == 6
    assert [endpoint_of(url) for url in (*urls, "https://psa.example/api/Tickets", "https://psa.example")] == [
        "tickets",
        "ticketnotes",
        "companies",
        "api",
        "",
    ]


async def test_a_dead_process_gives_its_slots_back(replicas: list[Database]) -> None:
    connection, vendor = stored(), Vendor()
    limits = Limits(concurrent=1)
    holding = ConnectionSlots(replicas[0], connection, limits)
    async with holding.hold(URL, write=False):
        waiting = asyncio.ensure_future(call(ConnectionSlots(replicas[1], connection, limits), vendor, "other"))
        await asyncio.sleep(0.05)
        assert not waiting.done()
        await replicas[0].slots.close()
        async with asyncio.timeout(5):
            await waiting
    await call(holding, vendor, "again")
    assert vendor.served == ["other", "again"]


async def test_a_cancelled_wait_takes_no_slot(replicas: list[Database]) -> None:
    connection, vendor = stored(), Vendor()
    slots = ConnectionSlots(replicas[0], connection, Limits(concurrent=1))
    async with slots.hold(URL, write=False):
        waiting = [asyncio.ensure_future(call(slots, vendor, "gone", write=True)) for _ in range(3)]
        await asyncio.sleep(0.02)
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
    async with asyncio.timeout(5):
        await call(ConnectionSlots(replicas[1], connection, Limits(concurrent=1)), vendor, "background")
    assert vendor.served == ["background"]


async def test_the_pace_holds_over_processes_after_what_was_saved_up(replicas: list[Database]) -> None:
    from sqlalchemy import text

    connection, vendor = stored(), Vendor()
    async with replicas[0].transaction(WORLD.a.id) as session:
        await session.execute(
            text(
                "INSERT INTO psa_connections (id, account_id, provider, name, config, secrets)"
                " VALUES (:id, :account, 'halopsa', 'x', '{}', '{}')"
            ),
            {"id": connection.id, "account": WORLD.a.id},
        )
    limits = Limits(concurrent=4, per_second=20, burst=5)
    slots = [ConnectionSlots(db, connection, limits) for db in replicas[:2]]
    started = time.perf_counter()
    await asyncio.gather(*(call(slots[n % 2], vendor, "x") for n in range(15)))
    seconds = time.perf_counter() - started
    assert seconds >= (15 - 5) / 20 - 0.05
    assert seconds < 3


async def test_a_free_slot_costs_little(replicas: list[Database]) -> None:
    slots = ConnectionSlots(replicas[0], stored(), Limits(concurrent=6))
    async with slots.hold(URL, write=False):
        pass
    started = time.perf_counter()
    for _ in range(50):
        async with slots.hold(URL, write=False):
            pass
    each = (time.perf_counter() - started) / 50
    assert each < 0.02
