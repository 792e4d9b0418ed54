"""The job queue: how many jobs that do nothing a worker gets through, and how soon one job is begun when it is idle (P14)."""

from __future__ import annotations

import asyncio
import time
from typing import Any, cast

from pgqueuer.queries import Queries

from resolutionflow.app import make_services
from resolutionflow.bench.scratch import Scratch, scratch
from resolutionflow.db.driver import create_pool
from resolutionflow.db.session import Database
from resolutionflow.jobs import JobArgs, JobContext, enqueue, job
from resolutionflow.jobs.worker import Worker

NAME = "bench.nothing"
MANY, SINGLE, ROUNDS = 3000, 60, 3
_done: asyncio.Queue[float] = asyncio.Queue()


@job(NAME, JobArgs)
async def nothing(_ctx: JobContext, _args: JobArgs) -> None:
    """Say when it was begun."""
    _done.put_nowait(time.perf_counter())


def run() -> dict[str, object]:
    """Jobs a second with the queue full, and milliseconds from the commit of a single job to its beginning."""
    return asyncio.run(_run())


async def _run() -> dict[str, object]:
    async with scratch(sessions=1) as ids:
        services = make_services(ids.settings, ids.urls)
        await services.bus.start()
        worker = Worker(services)
        working = asyncio.create_task(worker.run())
        try:
            late = await _singles(ids, services.db)
            rates = sorted([await _full(ids) for _ in range(ROUNDS)])
        finally:
            await worker.stop()
            await working
            await services.bus.stop()
            await services.db.close()
    return {
        "method": f"{SINGLE} single jobs, one after the other; {ROUNDS} rounds of {MANY} jobs that wait; one worker, one process",
        "jobs a second, median of the rounds (floor 1000, target 2000)": round(rates[len(rates) // 2]),
        "idle pick-up ms p50, p95 (floor 50, target 20)": [
            round(late[int(len(late) * share)] * 1000, 1) for share in (0.5, 0.95)
        ],
    }


async def _singles(ids: Scratch, db: Database) -> list[float]:
    late: list[float] = []
    for number in range(SINGLE + 5):
        async with db.transaction(ids.account_id) as tx:
            await enqueue(tx, NAME, JobArgs(account_id=ids.account_id))
        committed = time.perf_counter()
        begun = await asyncio.wait_for(_done.get(), 30)
        if number >= 5:
            late.append(max(0.0, begun - committed))
        # The worker settles down, so that the next job finds it idle.
        await asyncio.sleep(0.02)
    return sorted(late)


async def _full(ids: Scratch) -> float:
    pool = await create_pool(ids.urls.system, min_size=1, max_size=1, command_timeout=60, timeout=10)
    payload = JobArgs(account_id=ids.account_id).model_dump_json().encode()
    queries = Queries.from_asyncpg_pool(cast("Any", pool))
    await queries.enqueue([NAME] * MANY, [payload] * MANY, [0] * MANY)
    begun = [await asyncio.wait_for(_done.get(), 120) for _ in range(MANY)]
    await pool.close()
    return (MANY - 1) / (begun[-1] - begun[0])
