"""Webhooks the PSA sends: to loopback addresses only, each one written down."""

from __future__ import annotations

import asyncio
import ipaddress
from collections import deque
from collections.abc import Mapping
from typing import Final
from urllib.parse import urlsplit

import httpx2

from resolutionflow.demo.simkit.clock import SimClock
from resolutionflow.demo.simkit.records import Record

_LOG_LENGTH: Final = 1000
_TIMEOUT: Final = 5.0


class Deliveries:
    """The webhooks that went out, the newest last. Each is tried once, in the background of the event loop."""

    def __init__(self, clock: SimClock) -> None:
        self.log: deque[Record] = deque(maxlen=_LOG_LENGTH)
        self._clock = clock
        self._tasks: set[asyncio.Task[None]] = set()

    def send(self, url: str, body: bytes, headers: Mapping[str, str]) -> None:
        """Post `body` as it is (signatures are over these bytes). Must be called on the event loop."""
        entry: Record = {"at": self._clock.stamp(), "url": url, "body": body.decode(), "status": None, "problem": None}
        self.log.append(entry)
        if not _is_loopback(url):
            entry["problem"] = "not a loopback address"
            return
        task = asyncio.create_task(_post(url, body, headers, entry))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _is_loopback(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


async def _post(url: str, body: bytes, headers: Mapping[str, str], entry: Record) -> None:
    try:
        async with httpx2.AsyncClient(timeout=_TIMEOUT, trust_env=False) as http:
            answer = await http.post(url, content=body, headers={"content-type": "application/json", **headers})
            entry["status"] = answer.status_code
    except httpx2.HTTPError as problem:
        entry["problem"] = type(problem).__name__
