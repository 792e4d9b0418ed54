"""P2 and P3: four times more clients than pool connections: how much longer the slowest waits, and nobody times out."""

from __future__ import annotations

import asyncio
import statistics

from resolutionflow.bench import load
from resolutionflow.bench.scratch import child, scratch

ROUNDS, SECONDS = 5, 3.0


def run() -> dict[str, object]:
    """p99 / p50 at four clients a connection, on a hot read and on an ordinary one."""
    return asyncio.run(_run())


async def _run() -> dict[str, object]:
    async with scratch() as ids, child("app", ids) as port:
        clients = ids.settings.pool_size * 4
        found: dict[str, object] = {
            "method": f"{clients} connections, pool of {ids.settings.pool_size}, {ROUNDS} rounds of {SECONDS:.0f} s, median"
        }
        for name, path in {
            "GET S": f"/api/v1/ai-sessions/{ids.session_id}",
            "facts": f"/api/v1/ai-sessions/{ids.session_id}/facts",
        }.items():
            results = [await load.run(port, path, ids.token, clients=clients, seconds=SECONDS) for _ in range(ROUNDS)]
            found[f"P2 {name} p99/p50"] = round(
                statistics.median(one.percentile(0.99) / one.percentile(0.5) for one in results), 2
            )
            found[f"P2 {name} time-outs"] = sum(one.timeouts for one in results)
            found[f"P2 {name} refused"] = sum(one.refused for one in results)
        return found
