"""A turn with the Guide: from the request to the first text and to the finished turn, and what the engine alone needs."""

from __future__ import annotations

import asyncio
import time
from uuid import uuid4

import httpx2

from resolutionflow.bench.scratch import Scratch, child, scratch
from resolutionflow.flows.starter import load_starter_flows
from resolutionflow.kit.ids import new_id
from resolutionflow.pilot.choose import guide
from resolutionflow.pilot.contract import FlowKnowledge, SessionView, TurnContext

TURNS = 120
MESSAGES = (
    "Outlook keeps asking for the password every few minutes since this morning, webmail works fine",
    "User cannot sign in, the account is locked out again",
    "VPN fails to connect from home, error 809",
    "No internet on one PC, the others in the office work",
    "The printer shows offline and jobs stay in the queue",
    "C: drive is full on the file server",
)


def run() -> dict[str, object]:
    """Milliseconds at p50 and p99 over real HTTP, server and worker in one process, one turn after the other."""
    return asyncio.run(_run())


async def _run() -> dict[str, object]:
    engine_first, engine_total = await _engine_alone()
    async with scratch() as ids, child("app", ids) as port:
        first, total = await _turns(ids, port)
    overhead = _at(total, 0.5) - _at(engine_total, 0.5)
    return {
        "method": f"{TURNS} first turns of new sessions in sequence, loopback, {len(MESSAGES)} problems",
        "first delta ms p50, p99": [_at(first, 0.5), _at(first, 0.99)],
        "finished turn ms p50, p99": [_at(total, 0.5), _at(total, 0.99)],
        "engine alone ms p50, p99": [_at(engine_total, 0.5), _at(engine_total, 0.99)],
        "engine alone first text ms p50": _at(engine_first, 0.5),
        "overhead of a finished turn over the engine ms p50": round(overhead, 1),
        "overhead of the first delta over the engine ms p50": round(_at(first, 0.5) - _at(engine_first, 0.5), 1),
    }


async def _engine_alone() -> tuple[list[float], list[float]]:
    flows = tuple(
        FlowKnowledge(new_id(), flow.slug, flow.name, flow.version, flow.definition_json())
        for flow in load_starter_flows()
    )
    engine = guide()
    first: list[float] = []
    total: list[float] = []
    for n in range(TURNS + 5):
        context = TurnContext(session=SessionView(title=""), message=MESSAGES[n % len(MESSAGES)], flows=flows)
        started = time.perf_counter()
        spoke = 0.0
        async for _ in engine.run(context):
            spoke = spoke or time.perf_counter() - started
        engine.suggested_flows(context)
        if n >= 5:
            first.append(spoke)
            total.append(time.perf_counter() - started)
    return sorted(first), sorted(total)


async def _turns(ids: Scratch, port: int) -> tuple[list[float], list[float]]:
    first: list[float] = []
    total: list[float] = []
    headers = {"authorization": f"Bearer {ids.token}"}
    async with httpx2.AsyncClient(
        base_url=f"http://127.0.0.1:{port}", headers=headers, timeout=30, trust_env=False
    ) as client:
        for n in range(TURNS + 5):
            created = await client.post("/api/v1/ai-sessions", json={"title": f"Turn {n}"})
            created.raise_for_status()
            sid = created.json()["session"]["id"]
            started = time.perf_counter()
            spoke = 0.0
            body = {"message": MESSAGES[n % len(MESSAGES)], "client_turn_id": str(uuid4())}
            async with client.stream("POST", f"/api/v1/ai-sessions/{sid}/chat", json=body) as response:
                async for line in response.aiter_lines():
                    if line == "event: delta":
                        spoke = spoke or time.perf_counter() - started
                    if line.startswith("event: turn.f"):
                        break
            if n >= 5:
                first.append(spoke)
                total.append(time.perf_counter() - started)
    return sorted(first), sorted(total)


def _at(values: list[float], share: float) -> float:
    return round(values[min(len(values) - 1, int(len(values) * share))] * 1000, 1)
