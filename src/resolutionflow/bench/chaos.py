"""R3: kill -9 of every part at random moments under load; nothing acknowledged is lost, nothing in the PSA is doubled.

The product runs as `up` with a second worker beside it; the simulated PSA runs in this process, so that the witness
survives. Clients do the main job through the public API and write down only what was acknowledged. Each round kills one
part, starts again what a process manager would start again, and takes the time until `/readyz` is 200. Now and then the
PSA also loses a reply after it stored the note. At the end every record is compared with what the API and the PSA hold.
"""

from __future__ import annotations

import asyncio
import os
import random
import shutil
import tempfile
import time
from pathlib import Path

import httpx2

from resolutionflow.bench.chaos_check import Ledger, check
from resolutionflow.bench.chaos_client import Engineer
from resolutionflow.bench.chaos_product import Product
from resolutionflow.demo.connectwise import SimServer

PARTS = ("app", "worker", "postmaster", "tree")
_HEALTHY_WITHIN = 10.0
_ENGINEERS = 4


def run(rounds: int = 20, seed: int = 1) -> dict[str, object]:
    """Run the rounds and the check. `failed` is the number of broken promises."""
    return asyncio.run(_run(rounds, seed))


async def _run(rounds: int, seed: int) -> dict[str, object]:
    chance = random.Random(seed)
    ledger = Ledger()
    recovery: dict[str, list[float]] = {part: [] for part in PARTS}
    problems: list[str] = []
    folder = tempfile.mkdtemp(prefix="rf-chaos-")
    with SimServer(seed=seed) as sim:
        product = Product(Path(folder) / "data", sim.url)
        try:
            await product.start()
            engineers = [
                Engineer(number, product, ledger, random.Random(seed * 100 + number)) for number in range(_ENGINEERS)
            ]
            tasks = [asyncio.create_task(engineer.work()) for engineer in engineers]
            for number in range(rounds):
                await asyncio.sleep(chance.uniform(1.0, 4.0))
                part = PARTS[number % len(PARTS)]
                await _trouble(sim, chance)
                seconds = await _kill(product, part)
                recovery[part].append(seconds)
                if seconds > _HEALTHY_WITHIN:
                    problems.append(f"round {number + 1}: {seconds:.1f} s until healthy after killing {part}")
                print(
                    f"round {number + 1:>2}: killed {part:<10} healthy after {seconds:5.2f} s, {ledger.summary()}",
                    flush=True,
                )
            await asyncio.sleep(3)
            for engineer in engineers:
                engineer.finish()
            done = await asyncio.gather(*tasks, return_exceptions=True)
            problems += [
                f"a client ended with {type(error).__name__}: {error}"
                for error in done
                if isinstance(error, BaseException)
            ]
            await _no_more_trouble(sim)
            problems += await check(product, sim, ledger)
        finally:
            await product.stop()
    if problems:
        print(f"  logs and data are kept in {folder}")
    else:
        shutil.rmtree(folder)
    for problem in problems[:40]:
        print(f"  {problem}")
    return {
        "rounds": rounds,
        "seed": seed,
        "failed": len(problems),
        "problems": problems[:40],
        "load_average": os.getloadavg()[0],
        "healthy_worst_s": {part: round(max(times), 2) for part, times in recovery.items() if times},
        **ledger.figures(),
    }


async def _kill(product: Product, part: str) -> float:
    """Kill one part and bring back what is not brought back by the product; seconds until it is ready again."""
    began = time.monotonic()
    match part:
        case "app":
            product.kill_app()
            await product.start_app()
        case "worker":
            product.kill_worker()
            product.start_worker()
        case "postmaster":
            product.kill_postmaster()
        case _:
            product.kill_tree()
            await product.start_app()
            product.start_worker()
    await product.wait_ready(within=60)
    return time.monotonic() - began


async def _trouble(sim: SimServer, chance: random.Random) -> None:
    """In every other round the PSA stores the next note and loses the reply."""
    if chance.random() < 0.5:
        return
    fault = {"match": {"method": "POST", "path": "/notes"}, "times": 1, "kind": "reply_lost"}
    async with httpx2.AsyncClient(timeout=10) as client:
        answer = await client.post(f"{sim.control_url}/faults", json=[fault])
        answer.raise_for_status()


async def _no_more_trouble(sim: SimServer) -> None:
    async with httpx2.AsyncClient(timeout=10) as client:
        await client.delete(f"{sim.control_url}/faults")
