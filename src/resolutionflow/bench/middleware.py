"""P5: all our middleware together, as a share of what a request costs."""

from __future__ import annotations

import asyncio
import statistics

import httpx2

from resolutionflow.bench.scratch import child, scratch

ROUNDS, PAIRS = 7, 300


def run() -> dict[str, object]:
    """Cost in per cent on the hot read, median of rounds.

    One process serves, so what a request costs it in processor time is what limits it. Requests with and without our middleware take turns,
    one at a time, and each is timed by the server itself: what slows the machine down for a moment slows both.
    """
    return asyncio.run(_run())


async def _run() -> dict[str, object]:
    async with scratch() as ids, child("both", ids) as port:
        shares: list[float] = []
        costs: list[float] = []
        headers = {"authorization": f"Bearer {ids.token}"}
        async with httpx2.AsyncClient(
            base_url=f"http://127.0.0.1:{port}", headers=headers, timeout=30, trust_env=False
        ) as client:
            for _ in range(ROUNDS):
                for _ in range(PAIRS):
                    for path in ("/with", "/without"):
                        answer = await client.get(f"{path}/api/v1/ai-sessions/{ids.session_id}")
                        answer.raise_for_status()
                found = (await client.get("/costs")).json()
                shares.append(100 * (1 - found["/without"] / found["/with"]))
                costs.append(1e6 * found["/with"])
        return {
            "method": f"GET S, {PAIRS} pairs of requests in turn, medians of processor time in the server, median of {ROUNDS} rounds",
            "P5 middleware cost in %": round(statistics.median(shares), 1),
            "rounds": [round(share, 1) for share in shares],
            "processor time of a request with it, us": round(statistics.median(costs)),
        }
