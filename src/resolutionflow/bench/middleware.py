"""P5: all our middleware together, as a share of what a server without it can do."""

from __future__ import annotations

import asyncio
import statistics

import psutil

from resolutionflow.bench import load
from resolutionflow.bench.scratch import child, scratch

ROUNDS, SECONDS, CLIENTS = 21, 1.0, 10


def run() -> dict[str, object]:
    """Cost in per cent on the hot read, median of rounds in turn.

    One process serves, so what a request costs it in processor time is what limits it; unlike the rate, that holds still on a busy machine.
    """
    return asyncio.run(_run())


async def _run() -> dict[str, object]:
    async with scratch() as ids, child("full", ids) as full, child("naked", ids) as naked:
        path = f"/api/v1/ai-sessions/{ids.session_id}"
        shares: list[float] = []
        rates: list[float] = []
        for _ in range(ROUNDS):
            with_it = await _round("full", full, path, ids.token)
            without = await _round("naked", naked, path, ids.token)
            shares.append(100 * (1 - without[0] / with_it[0]))
            rates.append(100 * (1 - with_it[1] / without[1]))
        return {
            "method": f"GET S, {ROUNDS} rounds in turn of {SECONDS:.0f} s, {CLIENTS} connections, median",
            "P5 middleware cost in %": round(statistics.median(shares), 1),
            "rounds": [round(share, 1) for share in shares],
            "by rate in %": round(statistics.median(rates), 1),
        }


async def _round(kind: str, port: int, path: str, token: str) -> tuple[float, float]:
    """Processor seconds of the server per request, and requests per second."""
    server = next(one for one in psutil.Process().children() if one.cmdline()[-1:] == [kind])
    before = sum(server.cpu_times()[:2])
    result = await load.run(port, path, token, clients=CLIENTS, seconds=SECONDS)
    return (sum(server.cpu_times()[:2]) - before) / len(result.seconds), result.rate
