"""The worker's own announcements: none goes out before somebody listens."""

from __future__ import annotations

import asyncio

import pytest
from tests.support.live import Live

from resolutionflow.db.driver import create_pool
from resolutionflow.jobs.worker import ListeningDriver

pytestmark = pytest.mark.anyio


async def test_an_announcement_made_too_early_arrives_all_the_same(live: Live) -> None:
    url = live.services.db.urls.system
    pool = await create_pool(url, min_size=2, max_size=2, command_timeout=5, timeout=5)
    driver = ListeningDriver(pool)
    heard: asyncio.Queue[object] = asyncio.Queue()
    early = asyncio.create_task(driver.notify("rf_test_channel", "are you there"))
    await pool.fetchval("SELECT 1")
    assert not early.done()
    async with driver:
        await driver.add_listener("rf_test_channel", heard.put_nowait)
        assert await asyncio.wait_for(heard.get(), 5) == "are you there"
        await early
    await pool.close()
