"""Several workers on one database: processes at full size; for a small number of writes replicas within the test's own process."""

from __future__ import annotations

import asyncio
import contextlib
import json
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

from resolutionflow.app import make_services
from resolutionflow.db.session import DatabaseUrls
from resolutionflow.jobs.worker import Worker
from resolutionflow.settings import Settings

ROOT = Path(__file__).parents[3]


@asynccontextmanager
async def within(settings: Settings, urls: DatabaseUrls, count: int) -> AsyncIterator[None]:
    """Each has a pool, a line for slots and a worker of its own, as another process has."""
    replicas = [make_services(settings, urls) for _ in range(count)]
    workers = [Worker(services) for services in replicas]
    for services in replicas:
        await services.bus.start()
    tasks = [asyncio.create_task(worker.run()) for worker in workers]
    try:
        yield
    finally:
        for worker in workers:
            await worker.stop()
        await asyncio.wait(tasks, timeout=20)
        for services in replicas:
            await services.models.aclose()
            await services.bus.stop()
            await services.db.close()


@asynccontextmanager
async def processes(settings: dict[str, Any], urls: DatabaseUrls, count: int) -> AsyncIterator[None]:
    """`settings` are those that differ from the defaults."""
    told = json.dumps({"settings": settings, "urls": asdict(urls)}, default=str).encode() + b"\n"
    async with contextlib.AsyncExitStack() as stack:
        started = [await stack.enter_async_context(_process(told)) for _ in range(count)]
        for reader in started:
            assert await asyncio.wait_for(reader.readline(), 60) == b"ready\n"
        yield


@asynccontextmanager
async def _process(told: bytes) -> AsyncIterator[asyncio.StreamReader]:
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.psa.storm.worker", cwd=ROOT, stdin=pipe, stdout=pipe
    )
    assert process.stdin
    assert process.stdout
    process.stdin.write(told)
    try:
        yield process.stdout
    finally:
        process.stdin.close()
        try:
            await asyncio.wait_for(process.wait(), 20)
        except TimeoutError:
            process.kill()
            await process.wait()
