"""P5: all our middleware together, as a share of the throughput without it."""

from __future__ import annotations

import asyncio
import statistics

from resolutionflow.bench import load
from resolutionflow.bench.scratch import child, scratch

ROUNDS, SECONDS, CLIENTS = 7, 3.0, 10


def run() -> dict[str, object]:
    """Cost in per cent on the hot read, median of rounds in turn."""
    return asyncio.run(_run())


async def _run() -> dict[str, object]:
    async with scratch() as ids, child("app", ids) as full, child("naked", ids) as naked:
        path = f"/api/v1/ai-sessions/{ids.session_id}"
        shares: list[float] = []
        for _ in range(ROUNDS):
            with_it = await load.run(full, path, ids.token, clients=CLIENTS, seconds=SECONDS)
            without = await load.run(naked, path, ids.token, clients=CLIENTS, seconds=SECONDS)
            shares.append(100 * (1 - with_it.rate / without.rate))
        return {
            "method": f"GET S, {ROUNDS} rounds in turn of {SECONDS:.0f} s, {CLIENTS} connections, median",
            "P5 middleware cost in %": round(statistics.median(shares), 1),
            "rounds": [round(share, 1) for share in shares],
        }
