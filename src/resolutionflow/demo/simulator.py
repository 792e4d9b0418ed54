"""The control interface of the demo's simulated PSA."""

from __future__ import annotations

import asyncio
import urllib.request

RESET_SECONDS = 10


async def reset_simulator(url: str) -> None:
    """Put the simulator at `url` (loopback, or named by the operator) back to its first state. Raises `OSError`."""
    request = urllib.request.Request(f"{url.rstrip('/')}/__sim/reset", method="POST", data=b"{}")  # noqa: S310 - see above
    request.add_header("content-type", "application/json")
    # An environment's proxy is not for our own loopback address.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    await asyncio.to_thread(lambda: opener.open(request, timeout=RESET_SECONDS).close())
