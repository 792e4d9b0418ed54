"""A model's stream through the whole product: what it adds to the first token, and 100 streams at once (P8).

Each token carries the moment the model server sent it, so a delay is that of the token alone, whatever the load of the machine does to the
server's beat. The same reader asks the model server itself in turn with the product. Model server, product and reader are three processes;
beside the clock, which shows the load of the machine, the processor time of each is printed, which does not. Turns of a few tokens tell what
a turn costs, and the longer ones what each further token does.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import re
import statistics
import sys
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import Final
from uuid import uuid4

import httpx2
import psutil

from resolutionflow.bench.scratch import child, scratch

ONES: Final = 60
WARM: Final = 10
STREAMS, TOKENS, EVERY = 100, 600, 20.0
FEW: Final = 5
KEY: Final = "bench-model-key-0001"
_STAMP: Final = re.compile(rb"t(\d{9,}) ")
_TAIL: Final = 40


@dataclass(slots=True)
class Seen:
    """What one reader saw of a stream. Seconds."""

    asked: float
    first: float = 0.0
    sent: float = 0.0
    ended: float = 0.0
    delays: list[float] = field(default_factory=list[float])


@dataclass(frozen=True, slots=True)
class Target:
    """Where a reader asks, and the bytes that end the answer."""

    port: int
    request: Callable[[], bytes]
    end: bytes


def run(rounds: int = 3) -> dict[str, object]:
    """Milliseconds, and microseconds of processor time a token."""
    return asyncio.run(_run(rounds))


async def _run(rounds: int) -> dict[str, object]:
    async with _source() as source:
        os.environ |= {
            "RF_LLM_PROVIDER": "anthropic",
            "RF_LLM_BASE_URL": f"http://127.0.0.1:{source}",
            "RF_LLM_API_KEY": KEY,
            "RF_LLM_MODEL_STANDARD": "large",
        }
        async with scratch(sessions=10) as ids, child("app", ids) as port:
            sessions = await _sessions(port, ids.token, ONES + WARM + STREAMS * (2 * rounds + 1))
            direct = Target(source, lambda: _post("/v1/messages", {"model": "large", "stream": True}, ""), b"0\r\n\r\n")
            product = Target(port, lambda: _chat(sessions.pop(), ids.token), b"event: turn.f")
            used = Used(_process("resolutionflow.bench.servers"), _process("postgres"), psutil.Process())
            one = await _one_at_a_time(source, direct, product, used)
            many = [await _many(source, direct, product, used) for _ in range(rounds)]
    return {
        "method": f"{ONES} turns in turn with the model server itself; {rounds} rounds of {STREAMS} streams begun at once,"
        f" {TOKENS} tokens each, one every {EVERY:.0f} ms; median of the rounds",
        "load of the machine at the end": round(os.getloadavg()[0], 1),
        **one,
        **{name: _middle([figures[name] for figures in many]) for name in many[0]},
    }


@contextlib.asynccontextmanager
async def _source() -> AsyncGenerator[int, None]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "resolutionflow.bench.stream_source", stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout
    try:
        yield int(await asyncio.wait_for(process.stdout.readline(), 30))
    finally:
        process.kill()
        await process.wait()


async def _sessions(port: int, token: str, count: int) -> list[str]:
    headers = {"authorization": f"Bearer {token}"}
    async with httpx2.AsyncClient(
        base_url=f"http://127.0.0.1:{port}", headers=headers, timeout=60, trust_env=False
    ) as client:
        found: list[str] = []
        for _ in range(count):
            created = await client.post("/api/v1/ai-sessions", json={"title": "A stream"})
            created.raise_for_status()
            found.append(created.json()["session"]["id"])
        return found


def _process(name: str) -> psutil.Process:
    return next(one for one in psutil.Process().children(recursive=True) if any(name in word for word in one.cmdline()))


@dataclass(frozen=True, slots=True)
class Used:
    """The processes whose processor time is counted."""

    server: psutil.Process
    database: psutil.Process
    reader: psutil.Process

    def now(self) -> Spent:
        """Seconds so far."""
        ended = self.database.cpu_times()
        database = ended.children_user + ended.children_system
        database += sum(_seconds(one) for one in (self.database, *self.database.children()))
        return Spent(_seconds(self.server), database, _seconds(self.reader))


@dataclass(frozen=True, slots=True)
class Spent:
    """Seconds of processor time."""

    server: float
    database: float
    reader: float

    def since(self, before: Spent) -> Spent:
        return Spent(self.server - before.server, self.database - before.database, self.reader - before.reader)


def _seconds(process: psutil.Process) -> float:
    with contextlib.suppress(psutil.NoSuchProcess):
        times = process.cpu_times()
        return times.user + times.system
    return 0.0


async def _one_at_a_time(source: int, direct: Target, product: Target, used: Used) -> dict[str, object]:
    await _set(source, FEW, 1.0)
    seen: dict[str, list[Seen]] = {"direct": [], "product": []}
    before = used.now()
    for number in range(ONES + WARM):
        if number == WARM:
            before = used.now()
        for name, target in (("direct", direct), ("product", product)):
            one = await _read(target)
            if number >= WARM:
                seen[name].append(one)
    spent = used.now().since(before)
    first = {name: statistics.median(one.first - one.asked for one in all_) for name, all_ in seen.items()}
    return {
        "first token, direct, ms p50": _ms(first["direct"]),
        "first token, product, ms p50": _ms(first["product"]),
        "added to the first token ms p50 (floor 15, target 5)": _ms(first["product"] - first["direct"]),
        "of it until the model is asked": _ms(statistics.median(one.sent - one.asked for one in seen["product"])),
        "of it from the model's first token to the reader": _ms(
            statistics.median(one.first - one.sent for one in seen["product"])
        ),
        "a later token behind the model's ms p50, p99": _spread(
            [late for one in seen["product"] for late in one.delays]
        ),
        "processor time of a short turn ms: server, database": [_ms(spent.server / ONES), _ms(spent.database / ONES)],
    }


async def _many(source: int, direct: Target, product: Target, used: Used) -> dict[str, float | list[float]]:
    await _set(source, FEW, EVERY)
    begun, before = used.now(), used.server.memory_info().rss
    await asyncio.gather(*(_read(product) for _ in range(STREAMS)))
    short = used.now().since(begun)
    await _set(source, TOKENS, EVERY)
    figures: dict[str, float | list[float]] = {}
    for name, target in (("direct", direct), ("product", product)):
        peak = asyncio.create_task(_peak(used.server))
        begun, started = used.now(), time.monotonic()
        seen = await asyncio.gather(*(_read(target) for _ in range(STREAMS)))
        took = time.monotonic() - started
        peak.cancel()
        spent = used.now().since(begun)
        figures[f"{STREAMS} streams, {name}: token delay ms p50, p99"] = _spread(
            [t for one in seen for t in one.delays]
        )
        figures[f"{STREAMS} streams, {name}: total over ideal"] = round(took / (TOKENS * EVERY / 1000), 2)
        figures[f"{STREAMS} streams, {name}: last first token s"] = round(max(one.first for one in seen) - started, 2)
        figures[f"{STREAMS} streams, {name}: processor time of the reader, us a token"] = _us(
            spent.reader / STREAMS / TOKENS
        )
        if name == "product":
            figures["processor time of the server, share of one core"] = round(spent.server / took, 2)
            figures["processor time of the server, us a token, turns with it"] = _us(spent.server / STREAMS / TOKENS)
            figures["processor time of a turn ms, 100 at once: server, database"] = [
                _ms(short.server / STREAMS),
                _ms(short.database / STREAMS),
            ]
            further = STREAMS * (TOKENS - FEW)
            figures["processor time of a further token us: server, database"] = [
                _us((spent.server - short.server) / further),
                _us((spent.database - short.database) / further),
            ]
            figures["memory of an open stream kB (limit 1000)"] = round((_most(peak) - before) / STREAMS / 1000)
    return figures


async def _peak(server: psutil.Process) -> None:
    """Watch the server's memory until cancelled; the task keeps its largest size as its name."""
    largest = 0
    while True:
        largest = max(largest, server.memory_info().rss)
        task = asyncio.current_task()
        assert task
        task.set_name(str(largest))
        await asyncio.sleep(0.25)


def _most(task: asyncio.Task[None]) -> int:
    return int(task.get_name())


async def _set(source: int, tokens: int, every: float) -> None:
    async with httpx2.AsyncClient(trust_env=False) as client:
        await client.get(f"http://127.0.0.1:{source}/set?tokens={tokens}&every={every}")


def _post(path: str, body: object, token: str) -> bytes:
    dumped = json.dumps(body).encode()
    return (
        f"POST {path} HTTP/1.1\r\nhost: bench\r\nauthorization: Bearer {token}\r\nx-api-key: {KEY}\r\n"
        f"content-type: application/json\r\ncontent-length: {len(dumped)}\r\n\r\n"
    ).encode() + dumped


def _chat(sid: str, token: str) -> bytes:
    body = {"message": "Outlook asks for a password", "client_turn_id": str(uuid4())}
    return _post(f"/api/v1/ai-sessions/{sid}/chat", body, token)


class _Reader(asyncio.Protocol):
    """Reads one answer and notes when each stamped token came."""

    def __init__(self, seen: Seen, end: bytes) -> None:
        self._seen = seen
        self._end = end
        self._rest = b""
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def data_received(self, data: bytes) -> None:
        now = time.monotonic()
        window = self._rest + data
        used = 0
        # The closing event tells the whole text again.
        for stamp in _STAMP.finditer(window.partition(self._end)[0]):
            sent = int(stamp[1]) / 1e9
            used = stamp.end()
            if self._seen.first:
                self._seen.delays.append(now - sent)
            else:
                self._seen.first, self._seen.sent = now, sent
        if self._end in window and not self.done.done():
            self._seen.ended = now
            if b"turn.failed" in window:
                self.done.set_exception(RuntimeError("a turn of the bench failed"))
            else:
                self.done.set_result(None)
        self._rest = window[max(used, len(window) - _TAIL) :]

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.done.done():
            self.done.set_exception(exc or ConnectionError("the stream ended early"))


async def _read(target: Target) -> Seen:
    seen = Seen(0.0)
    transport, reader = await asyncio.get_running_loop().create_connection(
        lambda: _Reader(seen, target.end), "127.0.0.1", target.port
    )
    try:
        request = target.request()
        seen.asked = time.monotonic()
        transport.write(request)
        wait: Awaitable[None] = asyncio.wait_for(reader.done, 300)
        await wait
    finally:
        transport.close()
    return seen


def _spread(values: list[float]) -> list[float]:
    ordered = sorted(values)
    return [_ms(ordered[len(ordered) // 2]), _ms(ordered[int(len(ordered) * 0.99)])]


def _middle(values: list[float | list[float]]) -> float | list[float]:
    lists = [value for value in values if isinstance(value, list)]
    if lists:
        return [statistics.median(column) for column in zip(*lists, strict=True)]
    return statistics.median([value for value in values if not isinstance(value, list)])


def _ms(seconds: float) -> float:
    return round(seconds * 1000, 1)


def _us(seconds: float) -> float:
    return round(seconds * 1e6, 1)
