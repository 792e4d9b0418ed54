"""A long queue that nobody waits for drains within the vendor's limits, and a person's write does not wait for it.

`./rf bench psa-drain --writes N` does it at full size with three worker processes; here it is a small share with three replicas.
"""

from __future__ import annotations

import asyncio
import os
import time
from datetime import datetime
from uuid import UUID

import pytest
from sqlalchemy import text

from resolutionflow.kit.clock import now
from resolutionflow.psa.writeback.turns import AT_ONCE
from tests.psa.storm.conftest import Office, figures
from tests.psa.storm.storm import Storm
from tests.psa.writes import loaded

pytestmark = pytest.mark.anyio

WRITES = int(os.environ.get("RF_DRAIN_WRITES", "9"))
WORKERS = 3
#: How often a person writes while the queue drains.
PEOPLE = 1 if WRITES < 100 else 10
#: As long as the screen waits for an answer; in a run of all tests the machine is everybody's.
PATIENCE = 60.0 if WRITES < 100 else 15.0
# They were asked for an hour ago: nobody waits for them.
_OLD = text("UPDATE psa_writes SET created_at = created_at - interval '1 hour'")
_OLD_JOBS = text(
    "UPDATE pgqueuer SET payload = convert_to((convert_from(payload, 'UTF8')::jsonb"
    " || jsonb_build_object('awaited_until', now() - interval '59 minutes'))::text, 'UTF8') WHERE entrypoint = 'psa_write'"
)
# Of the pools of a server or worker: the tenants' 11, past tenants 3, slots and signals 1 each; a worker's two queues 3 each.
OWN_CONNECTIONS = 16
WORKER_CONNECTIONS = 22
_ENDED_BEFORE = text(
    "SELECT count(*) FROM psa_writes other JOIN psa_writes mine ON mine.id = :id"
    " WHERE other.id <> mine.id AND other.state = 'done' AND other.updated_at BETWEEN mine.created_at AND :began"
)
_CONNECTIONS = text(
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND usename IN ('rf_app', 'rf_system')"
)
_DONE = text("SELECT count(*) FROM psa_writes WHERE state = 'done'")


@pytest.fixture
def scales() -> dict[str, float]:
    """A hundred seconds of waits and of the vendor's pace are one; its answers may take as long as they do."""
    return {"psa_timeout_scale": 1.0, "psa_retry_scale": 0.01}


async def test_a_long_queue_drains_within_the_limits_and_a_person_goes_first(
    office: Office, storm: Storm, scales: dict[str, float]
) -> None:
    await storm.begin()
    for _ in range(WRITES):
        await storm.store()
    async with office.services.db.system() as session:
        await session.execute(_OLD)
        await session.execute(_OLD_JOBS)
    storm.forget_traffic()
    started = time.perf_counter()
    waited: list[float] = []
    passed: list[int] = []
    connections: list[int] = []
    async with office.workers(WORKERS):
        for number in range(PEOPLE):
            await _until_done(storm, WRITES * (number + 1) // (PEOPLE + 2))
            connections.append(await _connections(storm))
            asked = time.perf_counter()
            passed.append(await _until_this_is_done(storm, (await storm.store()).write_id))
            waited.append(time.perf_counter() - asked)
        await _until_done(storm, WRITES + PEOPLE)
    seconds = time.perf_counter() - started
    await storm.read_whole_log()
    assert await storm.not_done() == []
    storm.count()
    assert max(waited) < PATIENCE
    # Only what was under way when it was asked for ends before a person's write begins.
    assert max(passed) <= AT_ONCE
    assert max(connections) <= OWN_CONNECTIONS + WORKERS * WORKER_CONNECTIONS
    found = {
        "writes": WRITES,
        "lost": 0,
        "doubled": 0,
        **storm.traffic.check(scales["psa_retry_scale"]),
        "a person's writes meanwhile, seconds": [round(one, 2) for one in sorted(waited)],
        "of the queue ended before each began": sorted(passed),
        "most database connections": max(connections),
        "a second of the vendor's pace lasts": scales["psa_retry_scale"],
        "seconds": round(seconds),
    }
    figures(storm.harness.name, found)


async def _count(storm: Storm) -> int:
    async with storm.services.db.transaction(storm.person.account_id) as session:
        return int((await session.execute(_DONE)).scalar_one())


async def _until_done(storm: Storm, number: int) -> None:
    async with asyncio.timeout(60 + 3 * WRITES):
        while await _count(storm) < number:
            storm.read_log()
            await asyncio.sleep(0.1)


async def _connections(storm: Storm) -> int:
    async with storm.services.db.system() as session:
        return int((await session.execute(_CONNECTIONS)).scalar_one())


async def _until_this_is_done(storm: Storm, write_id: UUID) -> int:
    """How many others ended after it was asked for and before it began."""
    began: datetime | None = None
    async with asyncio.timeout(4 * PATIENCE):
        while (state := (await loaded(storm.services, storm.person, write_id)).state) != "done":
            if began is None and state != "queued":
                began = now()
            await asyncio.sleep(0.02)
    async with storm.services.db.transaction(storm.person.account_id) as session:
        return int((await session.execute(_ENDED_BEFORE, {"id": write_id, "began": began or now()})).scalar_one())
