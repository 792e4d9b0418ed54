"""P1 and P4: hot reads through the whole app over bare Starlette + asyncpg doing the same SQL; round trips spent on the tenant."""

from __future__ import annotations

import asyncio
import statistics

import httpx2
import structlog
from sqlalchemy import event

from resolutionflow.app import create_app, make_services
from resolutionflow.bench import load
from resolutionflow.bench.scratch import Scratch, child, scratch

ROUNDS, SECONDS, CLIENTS = 5, 3.0, 10


def run() -> dict[str, object]:
    """Ratios of requests a second (median of rounds in turn) and counts of statements."""
    return asyncio.run(_run())


async def _run() -> dict[str, object]:
    async with scratch() as ids:
        paths = {"GET S": f"/api/v1/ai-sessions/{ids.session_id}", "list": "/api/v1/ai-sessions?limit=50"}
        found: dict[str, object] = {
            "method": f"{ROUNDS} rounds in turn, {SECONDS:.0f} s each, {CLIENTS} connections, median"
        }
        async with child("app", ids) as app, child("bare", ids) as bare:
            for name, path in paths.items():
                ratios: list[float] = []
                rates: list[tuple[float, float]] = []
                for _ in range(ROUNDS):
                    ours = await load.run(app, path, ids.token, clients=CLIENTS, seconds=SECONDS)
                    theirs = await load.run(bare, path, ids.token, clients=CLIENTS, seconds=SECONDS)
                    if ours.refused or theirs.refused:
                        raise RuntimeError(f"{name}: answers other than 200")
                    ratios.append(ours.rate / theirs.rate)
                    rates.append((ours.rate, theirs.rate))
                found[f"P1 {name} ratio"] = round(statistics.median(ratios), 3)
                found[f"P1 {name} requests/s ours, bare"] = [
                    round(statistics.median(column)) for column in zip(*rates, strict=True)
                ]
        found["P4 extra round trips for the tenant"] = await round_trips(ids)
        return found


async def round_trips(ids: Scratch) -> dict[str, int]:
    """Statements sent only to set the tenant, on hot reads and elsewhere; counted at the driver."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    services = make_services(ids.settings, ids.urls)
    seen: list[str] = []

    def sent(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    # Hot reads go past SQLAlchemy in one statement: what it does not see is that statement, never a second one.
    event.listen(services.db.app_engine.sync_engine, "before_cursor_execute", sent)
    transport = httpx2.ASGITransport(app=create_app(services))
    headers = {"authorization": f"Bearer {ids.token}"}
    counts: dict[str, int] = {}
    async with httpx2.AsyncClient(transport=transport, base_url="http://bench", headers=headers) as client:
        for name, path in {
            "GET S": f"/api/v1/ai-sessions/{ids.session_id}",
            "list": "/api/v1/ai-sessions",
            "me": "/api/v1/auth/me",
            "facts": f"/api/v1/ai-sessions/{ids.session_id}/facts",
        }.items():
            await client.get(path)
            seen.clear()
            (await client.get(path)).raise_for_status()
            counts[name] = sum("set_config" in statement for statement in seen)
    await services.db.close()
    return counts
