"""Tickets over a PSA that answers slowly: the list, its first paint in a browser, and a ticket whose parts are read side by side."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import statistics
import time
from collections.abc import Sequence
from pathlib import Path

import httpx2

from resolutionflow.app import make_services
from resolutionflow.auth.deps import ACCESS_COOKIE, CSRF_COOKIE
from resolutionflow.auth.tokens import csrf_value
from resolutionflow.bench.scratch import Scratch, child, scratch
from resolutionflow.demo.connectwise import SimServer
from resolutionflow.psa.connections import SignIn, create_connection

LIST_MS, PART_MS = 50, 150
ROUNDS = 15
TICKET = "48293"
PSA = "/api/v1/integrations/psa"
WEB = Path(__file__).parents[3] / "web"
BROWSER_SIDE = WEB / "scripts" / "tickets-bench.mjs"


def run() -> dict[str, object]:
    """Milliseconds, medians. The list is asked anew each time; `panel over its slowest call` is a ratio."""
    return asyncio.run(_run())


async def _run() -> dict[str, object]:
    os.environ["RF_PSA_ALLOW_LOOPBACK"] = "1"
    with SimServer() as simulator:
        async with scratch(sessions=10) as ids:
            await _connect(ids, simulator)
            async with child("app", ids) as port:
                _slow(simulator, LIST_MS)
                listed = await _ask(ids, port, [f"{PSA}/tickets?limit=50&refresh=true"])
                painted = await _first_paint(ids, port)
                _slow(simulator, PART_MS)
                panel = await _ask(ids, port, [f"{PSA}/tickets/{TICKET}"])
    return {
        "method": f"ConnectWise simulated with {LIST_MS} ms a call for the list and {PART_MS} ms for the panel; median of {ROUNDS}",
        "load average at the start": round(os.getloadavg()[0], 1),
        "list, ms": listed,
        "first row painted after the click, ms": painted,
        "panel with all its parts, ms": panel,
        "panel over its slowest call": round(panel / PART_MS, 2),
    }


async def _connect(ids: Scratch, simulator: SimServer) -> None:
    known = simulator.credentials
    services = make_services(ids.settings, ids.urls)
    config = {"site": simulator.url, "company_id": known.company_id, "client_id": known.client_id}
    secrets = {"public_key": known.public_key, "private_key": known.private_key}
    try:
        await create_connection(
            services, ids.account_id, name="ConnectWise", sign_in=SignIn("connectwise", config, secrets)
        )
    finally:
        await services.db.close()


def _slow(simulator: SimServer, milliseconds: int) -> None:
    with httpx2.Client(base_url=simulator.control_url, timeout=5, trust_env=False) as control:
        control.delete("faults").raise_for_status()
        fault = {"kind": "latency", "times": 0, "args": {"seconds": milliseconds / 1000}}
        control.post("faults", json=fault).raise_for_status()


async def _ask(ids: Scratch, port: int, paths: Sequence[str]) -> float:
    taken: list[float] = []
    headers = {"authorization": f"Bearer {ids.token}"}
    async with httpx2.AsyncClient(
        base_url=f"http://127.0.0.1:{port}", headers=headers, timeout=30, trust_env=False
    ) as client:
        for _ in range(ROUNDS + 1):
            for path in paths:
                started = time.perf_counter()
                (await client.get(path)).raise_for_status()
                taken.append(time.perf_counter() - started)
    return round(statistics.median(taken[1:]) * 1000, 1)


async def _first_paint(ids: Scratch, port: int) -> object:
    node = shutil.which("node")
    if node is None or not BROWSER_SIDE.exists():
        return "needs a checkout with web/, Node and Chromium"
    asked = {
        "url": f"http://127.0.0.1:{port}",
        "rounds": ROUNDS,
        "cookies": {ACCESS_COOKIE: ids.token, CSRF_COOKIE: csrf_value(ids.settings, ids.auth_session_id)},
    }
    process = await asyncio.create_subprocess_exec(
        node, str(BROWSER_SIDE), cwd=WEB, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    told, _ = await process.communicate(json.dumps(asked).encode())
    return json.loads(told)["median"] if process.returncode == 0 else "the browser side failed"
