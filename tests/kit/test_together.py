"""Writing together: nothing twice, nothing left behind, and what is urgent at once."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from resolutionflow.kit.together import Together

pytestmark = pytest.mark.anyio


async def test_what_is_urgent_is_written_at_once_with_all_that_waits() -> None:
    written: list[Sequence[str]] = []
    done = asyncio.Event()

    async def write(batch: Sequence[str]) -> None:
        written.append(batch)
        done.set()

    together = Together[str](write, interval=60.0)
    together.put("a")
    together.put("b", urgent=True)
    together.put("c", urgent=True)
    together.put("a")
    await asyncio.wait_for(done.wait(), 5)
    assert written == [("a", "b", "c")]


async def test_what_is_put_in_during_a_write_goes_with_the_next() -> None:
    written: list[Sequence[str]] = []
    going, finished = asyncio.Event(), asyncio.Event()

    async def write(batch: Sequence[str]) -> None:
        written.append(batch)
        if len(written) == 1:
            going.set()
            await finished.wait()

    together = Together[str](write, interval=0.001)
    together.put("a", urgent=True)
    await asyncio.wait_for(going.wait(), 5)
    together.put("b", urgent=True)
    together.put("c")
    finished.set()
    async with asyncio.timeout(5):
        while len(written) < 2:
            await asyncio.sleep(0)
    assert written == [("a",), ("b", "c")]
