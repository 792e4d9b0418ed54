"""A model's stream through the whole product: what it adds to the first token, and 100 streams at once (P8)."""

from __future__ import annotations

import asyncio
import os
import statistics
import time
from typing import Any
from uuid import uuid4

import httpx2

from resolutionflow.bench.scratch import child, scratch
from resolutionflow.demo.models import ModelServer, Reply

ROUNDS = 40
STREAMS, TOKENS, EVERY = 100, 150, 0.02
WORD = "word "


def run() -> dict[str, object]:
    """Milliseconds; a direct connection to the model server runs in turn with the product."""
    return asyncio.run(_run())


async def _run() -> dict[str, object]:
    with ModelServer() as server:
        os.environ |= {
            "RF_LLM_PROVIDER": "anthropic",
            "RF_LLM_BASE_URL": server.url,
            "RF_LLM_API_KEY": server.script.key,
            "RF_LLM_MODEL_STANDARD": "large",
            "RF_WORKER_CONCURRENCY": str(STREAMS + 20),
        }
        async with scratch(sessions=10) as ids, child("app", ids) as port:
            headers = {"authorization": f"Bearer {ids.token}"}
            limits = httpx2.Limits(max_connections=STREAMS + 10)
            async with httpx2.AsyncClient(
                base_url=f"http://127.0.0.1:{port}", headers=headers, timeout=60, trust_env=False, limits=limits
            ) as client:
                one = await _one_at_a_time(client, server)
                many = await _many(client, server)
    return {
        "method": f"{ROUNDS} rounds in turn; {STREAMS} streams of {TOKENS} tokens, one every {EVERY * 1000:.0f} ms",
        **one,
        **many,
    }


async def _one_at_a_time(client: httpx2.AsyncClient, server: ModelServer) -> dict[str, object]:
    server.script.default = Reply(text=_reply(5), piece=5, every=0.001)
    direct: list[float] = []
    product: list[float] = []
    async with httpx2.AsyncClient(timeout=30, trust_env=False) as bare:
        for round_ in range(ROUNDS + 5):
            straight = (await _direct(bare, server))[0]
            through = (await _turn(client))[0]
            if round_ >= 5:
                direct.append(straight)
                product.append(through)
    added = statistics.median(product) - statistics.median(direct)
    return {
        "first token, direct, ms p50": _ms(statistics.median(direct)),
        "first token, product, ms p50": _ms(statistics.median(product)),
        "added to the first token ms p50 (floor 15, target 5)": _ms(added),
    }


async def _many(client: httpx2.AsyncClient, server: ModelServer) -> dict[str, object]:
    server.script.default = Reply(text=_reply(TOKENS), piece=5, every=EVERY)
    figures: dict[str, object] = {}
    async with httpx2.AsyncClient(
        timeout=60, trust_env=False, limits=httpx2.Limits(max_connections=STREAMS + 10)
    ) as bare:
        runs: dict[str, Any] = {"direct": lambda: _direct(bare, server), "product": lambda: _turn(client)}
        for name, call in runs.items():
            started = time.perf_counter()
            arrivals = await asyncio.gather(*(call() for _ in range(STREAMS)))
            total = time.perf_counter() - started
            late = sorted(
                at - (times[0] + number * EVERY) for times in arrivals for number, at in enumerate(times[:TOKENS])
            )
            figures[f"{STREAMS} streams, {name}: token behind its beat ms p50, p99"] = [
                _ms(late[len(late) // 2]),
                _ms(late[int(len(late) * 0.99)]),
            ]
            figures[f"{STREAMS} streams, {name}: total over ideal"] = round(total / (TOKENS * EVERY), 2)
    return figures


async def _direct(client: httpx2.AsyncClient, server: ModelServer) -> list[float]:
    """When each token came, in seconds from the request."""
    body = {"model": "large", "max_tokens": 100, "messages": [{"role": "user", "content": "hello"}], "stream": True}
    headers = {"x-api-key": server.script.key}
    started = time.perf_counter()
    async with client.stream("POST", f"{server.url}/v1/messages", json=body, headers=headers) as response:
        return [
            time.perf_counter() - started
            async for line in response.aiter_lines()
            if line == "event: content_block_delta"
        ]


async def _turn(client: httpx2.AsyncClient) -> list[float]:
    created = await client.post("/api/v1/ai-sessions", json={"title": "A stream"})
    created.raise_for_status()
    sid = created.json()["session"]["id"]
    body = {"message": "Outlook asks for a password", "client_turn_id": str(uuid4())}
    started = time.perf_counter()
    times: list[float] = []
    async with client.stream("POST", f"/api/v1/ai-sessions/{sid}/chat", json=body) as response:
        async for line in response.aiter_lines():
            if line == "event: delta":
                times.append(time.perf_counter() - started)
            if line.startswith("event: turn.f"):
                break
    return times


def _reply(tokens: int) -> str:
    return WORD * tokens + '[QUESTIONS][{"text": "And now?"}][/QUESTIONS]'


def _ms(seconds: float) -> float:
    return round(seconds * 1000, 1)
