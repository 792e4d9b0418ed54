"""A PSA where nearly a third of all requests goes wrong: every write arrives once, and the vendor's limits hold (quality.md R7).

`./rf bench psa-storm --writes N` does it at full size with worker processes; here it is a small share with two replicas in this process.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections import Counter

import pytest

from tests.psa.storm.conftest import Office, figures
from tests.psa.storm.storm import Storm

pytestmark = [
    pytest.mark.anyio,
    # A connection cancelled by its time-out in the very moment it stands is closed by the garbage collection.
    pytest.mark.filterwarnings("ignore:.*<socket.socket.*:pytest.PytestUnraisableExceptionWarning"),
]

WRITES = int(os.environ.get("RF_STORM_WRITES", "10"))
#: Untouched demo world after so many, so that no ticket grows without bounds.
EACH = 500
#: So many in the outbox at a time: more than the workers have places.
OPEN = 60
#: What goes wrong, in percent of all requests.
TROUBLE = (("503", 9), ("429", 7), ("502_html", 5), ("500", 4), ("reply_lost", 2.5), ("timeout", 1))
TROUBLE_AFTER = (("commit_late", 0.5), ("truncated_json", 0.5), ("wrong_shape", 0.5))
ARGS = {"commit_late": {"seconds": 0.03}, "429": {"retry_after": 0}}


def make_trouble(storm: Storm, seed: int) -> None:
    """Each share is of the requests that the ones before it let through."""
    left = 1.0
    for kind, percent in (*TROUBLE, *TROUBLE_AFTER):
        share = percent / 100 / left
        left -= percent / 100
        storm.harness.control.fault_share(kind, share, seed=seed, **ARGS.get(kind, {}))
        seed += 1


async def test_every_write_arrives_once_whatever_goes_wrong(
    office: Office, storm: Storm, scales: dict[str, float]
) -> None:
    started, done = time.perf_counter(), 0
    async with office.workers(2):
        while done < WRITES:
            await storm.begin()
            make_trouble(storm, seed=done)
            batch = min(EACH, WRITES - done)
            await _drained(storm, batch)
            storm.harness.control.clear_faults()
            await storm.read_whole_log()
            assert await storm.not_done() == []
            storm.count()
            done += batch
    faulty = storm.traffic.faulty()
    found = {
        "writes": WRITES,
        "lost": 0,
        "doubled": 0,
        "by kind": dict(storm.counted),
        **storm.traffic.check(scales["psa_retry_scale"]),
        "requests that went wrong, %": round(100 * sum(faulty.values()) / len(storm.traffic.asked), 1),
        "of these": dict(Counter(faulty).most_common()),
        "seconds": round(time.perf_counter() - started),
    }
    assert 0.2 < sum(faulty.values()) / len(storm.traffic.asked) < 0.4
    figures(storm.harness.name, found)


async def _drained(storm: Storm, batch: int) -> None:
    """Put `batch` writes in as room appears, until none is open."""
    stuck = 0.0
    async with asyncio.timeout(60 + 5 * batch):
        while True:
            under_way = await storm.open_writes()
            if under_way == 0 and len(storm.put) == batch:
                return
            for _ in range(min(OPEN - under_way, batch - len(storm.put))):
                await storm.store()
            await asyncio.sleep(0.1)
            stuck += 0.1
            if stuck >= 0.3:
                stuck = 0.0
                await storm.press()
                storm.read_log()
