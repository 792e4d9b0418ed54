"""A long queue that nobody waits for drains within the vendor's limits, and a person's write does not wait for it.

`./rf bench psa-drain --writes N` does it at full size with three worker processes; here it is a small share with three replicas.
"""

from __future__ import annotations

import asyncio
import os
import time
from uuid import UUID

import pytest
from sqlalchemy import text

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
    async with office.workers(WORKERS):
        for number in range(PEOPLE):
            await _until_done(storm, WRITES * (number + 1) // (PEOPLE + 2))
            before, asked = await _count(storm), time.perf_counter()
            await _until_this_is_done(storm, (await storm.store()).write_id)
            waited.append(time.perf_counter() - asked)
            passed.append(await _count(storm) - before - 1)
        await _until_done(storm, WRITES + PEOPLE)
    seconds = time.perf_counter() - started
    await storm.read_whole_log()
    assert await storm.not_done() == []
    storm.count()
    assert max(waited) < PATIENCE
    # Only what had begun before it, and what was finished meanwhile beside it, ends before a person's write.
    assert max(passed) <= 3 * AT_ONCE
    found = {
        "writes": WRITES,
        "lost": 0,
        "doubled": 0,
        **storm.traffic.check(scales["psa_retry_scale"]),
        "a person's writes meanwhile, seconds": [round(one, 2) for one in sorted(waited)],
        "of the queue ended while each waited": sorted(passed),
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


async def _until_this_is_done(storm: Storm, write_id: UUID) -> None:
    async with asyncio.timeout(4 * PATIENCE):
        while (await loaded(storm.services, storm.person, write_id)).state != "done":
            await asyncio.sleep(0.02)
