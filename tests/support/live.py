"""The product as it runs: a real server on a free loopback port and a worker, in the test's own loop."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import httpx2
import orjson
import uvicorn

from resolutionflow.app import make_services
from resolutionflow.db.session import DatabaseUrls
from resolutionflow.flows.service import sync_starters
from resolutionflow.jobs.worker import Worker
from resolutionflow.services import Services
from resolutionflow.settings import Settings
from tests.support.api import bearer
from tests.support.app import application
from tests.support.world import World


@dataclass(frozen=True, slots=True)
class Event:
    """One server-sent event."""

    id: int
    kind: str
    data: Any


async def read_events(response: httpx2.Response) -> AsyncIterator[Event]:
    """The events of an open stream, comments left out."""
    fields: dict[str, str] = {}
    async for line in response.aiter_lines():
        if not line:
            if "data" in fields:
                yield Event(int(fields.get("id", "0") or 0), fields.get("event", ""), orjson.loads(fields["data"]))
            fields = {}
        elif not line.startswith(":"):
            name, _, value = line.partition(":")
            fields[name] = value.removeprefix(" ")


@dataclass
class Live:
    url: str
    services: Services
    world: World
    worker: Worker
    server: uvicorn.Server

    def client(self, role: str = "engineer", account: str = "a", **more: Any) -> httpx2.AsyncClient:
        """A signed-in client; close it, or use it as a context manager."""
        headers = bearer(self.services.settings, self.world[account][role])
        return httpx2.AsyncClient(base_url=self.url, headers=headers, timeout=20, trust_env=False, **more)


@contextlib.asynccontextmanager
async def running(urls: DatabaseUrls, settings: Settings, world: World, *, worker: bool = True) -> AsyncIterator[Live]:
    """Start server (and worker) over a database, yield when they answer, stop them."""
    listener = socket.socket(proto=socket.IPPROTO_TCP)
    listener.bind(("127.0.0.1", 0))
    services = make_services(settings, urls)
    await sync_starters(services.db)
    with application(services) as app:
        server = uvicorn.Server(
            uvicorn.Config(app, log_config=None, lifespan="on", timeout_graceful_shutdown=3, access_log=False)
        )
        runner = Worker(services)
        tasks = [asyncio.create_task(server.serve(sockets=[listener]))]
        if worker:
            tasks.append(asyncio.create_task(runner.run()))
        try:
            async with asyncio.timeout(20):
                while not server.started:
                    await asyncio.sleep(0.01)
            yield Live(f"http://127.0.0.1:{listener.getsockname()[1]}", services, world, runner, server)
        finally:
            await runner.stop()
            await services.streams.shutdown(0.2)
            server.should_exit = True
            await asyncio.wait(tasks, timeout=10)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            listener.close()
