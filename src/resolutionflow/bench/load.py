"""A small HTTP/1.1 load generator: keep-alive connections that ask the same thing again and again for a bounded time."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Result:
    """Seconds of each good answer, sorted; how many answers were not 200, and how many requests timed out."""

    seconds: list[float]
    refused: int
    timeouts: int
    elapsed: float

    @property
    def rate(self) -> float:
        return len(self.seconds) / self.elapsed

    def percentile(self, share: float) -> float:
        return (
            self.seconds[min(len(self.seconds) - 1, int(len(self.seconds) * share))] if self.seconds else float("nan")
        )


async def run(port: int, path: str, token: str, *, clients: int, seconds: float, timeout: float = 10.0) -> Result:
    """`clients` connections ask `GET path` for `seconds`."""
    request = (f"GET {path} HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {token}\r\n\r\n").encode()
    good: list[float] = []
    bad = [0, 0]
    end = time.perf_counter() + seconds

    async def client() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        try:
            while time.perf_counter() < end:
                if reader.at_eof():
                    writer.close()
                    reader, writer = await asyncio.open_connection("127.0.0.1", port)
                started = time.perf_counter()
                writer.write(request)
                try:
                    status = await asyncio.wait_for(_answer(reader), timeout)
                except TimeoutError:
                    bad[1] += 1
                    return
                if status == 200:
                    good.append(time.perf_counter() - started)
                else:
                    bad[0] += 1
        finally:
            writer.close()

    started = time.perf_counter()
    await asyncio.gather(*(client() for _ in range(clients)))
    return Result(sorted(good), bad[0], bad[1], time.perf_counter() - started)


async def _answer(reader: asyncio.StreamReader) -> int:
    head = await reader.readuntil(b"\r\n\r\n")
    status = int(head[9:12])
    lower = head.lower()
    start = lower.index(b"content-length:") + 15
    await reader.readexactly(int(lower[start : lower.index(b"\r\n", start)]))
    return status
