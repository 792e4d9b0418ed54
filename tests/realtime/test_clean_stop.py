"""R4: SIGTERM with 500 open streams. The process is gone within 5 s, every client is told, and resumes without loss."""

from __future__ import annotations

import asyncio
import signal
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson
import pytest
from sqlalchemy import text
from tests.support.world import WORLD

from resolutionflow.auth.tokens import Claims, make_access_token
from resolutionflow.db.session import Database, DatabaseUrls
from resolutionflow.kit.ids import new_id
from resolutionflow.realtime import Audience, LiveEvent, publish
from resolutionflow.settings import Settings

pytestmark = pytest.mark.anyio

STREAMS, PER_USER = 500, 8
# As `serve` does it: the signal ends the streams first, then the server.
CHILD = """
import asyncio, signal, socket, sys
from pathlib import Path
from resolutionflow.app import create_app, make_services
from resolutionflow.db.session import DatabaseUrls
from resolutionflow.http.logs import configure
from resolutionflow.settings import Settings
from resolutionflow.up.http_server import HttpServer, bind

async def main():
    owner, app, system, folder, secret = sys.argv[1:]
    configure("critical")
    settings = Settings.load(data_dir=Path(folder), secret_key=secret, demo=False)
    services = make_services(settings, DatabaseUrls(owner, app, system))
    server = HttpServer(create_app(services), bind("127.0.0.1", 0))
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    running = asyncio.create_task(server.run())
    print(server.url.rsplit(":", 1)[1], flush=True)
    await stop.wait()
    await services.streams.shutdown()
    server.stop()
    await running

asyncio.run(main())
"""


@dataclass
class Client:
    token: str
    ids: list[int] = field(default_factory=list)
    kinds: list[str] = field(default_factory=list)

    async def read(self, port: int, ready: asyncio.Semaphore, *, until: int = 0) -> None:
        """Read until the server closes the stream, or until event `until` was seen."""
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        mark = f"Last-Event-ID: {self.ids[-1]}\r\n" if self.ids else ""
        head = f"GET /api/v1/events/stream HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {self.token}\r\n{mark}\r\n"
        writer.write(head.encode())
        event: dict[str, str] = {}
        try:
            while line := await reader.readline():
                name, _, value = line.decode().strip().partition(": ")
                if name in {"id", "event", "data"}:
                    event[name] = value
                elif not name and "event" in event:
                    self._take(event, ready)
                    event = {}
                    if until and until in self.ids:
                        return
        finally:
            writer.close()

    def _take(self, event: dict[str, str], ready: asyncio.Semaphore) -> None:
        self.kinds.append(event["event"])
        if event["event"] == "ready":
            ready.release()
        # At least once: a client ignores ids it has seen.
        if event.get("id") and int(event["id"]) not in self.ids:
            assert isinstance(orjson.loads(event["data"]), dict)
            self.ids.append(int(event["id"]))


async def serve(urls: DatabaseUrls, folder: Path, secret: str) -> tuple[asyncio.subprocess.Process, int]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", CHILD, urls.owner, urls.app, urls.system, str(folder), secret, stdout=asyncio.subprocess.PIPE
    )  # fmt: skip
    assert process.stdout
    return process, int(await asyncio.wait_for(process.stdout.readline(), 60))


async def people(db: Database, settings: Settings) -> list[str]:
    """Tokens of enough members of account A."""
    tokens = []
    async with db.system() as tx:
        for n in range(STREAMS // PER_USER + 1):
            user, sign_in = new_id(), new_id()
            await tx.execute(
                text(
                    "INSERT INTO users (id, account_id, email, name, role) VALUES (:id, :account, :email, 'Reader', 'viewer')"
                ),
                {"id": user, "account": WORLD.a.id, "email": f"reader{n}@ashcombe.example"},
            )
            await tx.execute(
                text(
                    "INSERT INTO auth_sessions (id, account_id, user_id, method, expires_at)"
                    " VALUES (:id, :account, :user, 'password', now() + interval '1 day')"
                ),
                {"id": sign_in, "account": WORLD.a.id, "user": user},
            )
            tokens += [make_access_token(settings, Claims(WORLD.a.id, user, sign_in))] * PER_USER
    return tokens[:STREAMS]


async def opened(
    clients: list[Client], port: int, ready: asyncio.Semaphore, *, until: int = 0
) -> list[asyncio.Task[None]]:
    """All streams open, a hundred at a time: the gate turns a bigger crowd away for a moment, on purpose."""
    reading: list[asyncio.Task[None]] = []
    async with asyncio.timeout(90):
        for start in range(0, len(clients), 100):
            wave = clients[start : start + 100]
            reading += [asyncio.create_task(client.read(port, ready, until=until)) for client in wave]
            for _ in wave:
                await ready.acquire()
    return reading


async def tell(db: Database, bus: Any, account: UUID, n: int) -> int:
    async with db.transaction(account) as tx:
        publish(tx, LiveEvent(kind="session.changed", payload={"n": n}, audience=Audience.account()))
    async with db.transaction(account) as tx:
        last = int((await tx.execute(text("SELECT max(id) FROM live_events"))).scalar_one())
    bus.signal("live", str(last))
    return last


async def test_five_hundred_readers_are_told_and_lose_nothing(
    own_db: Database, own_urls: DatabaseUrls, settings: Settings, tmp_path: Path
) -> None:
    from resolutionflow.realtime.bus import Bus

    secret = settings.secret_key.get_secret_value()
    clients = [Client(token) for token in await people(own_db, settings)]
    bus = Bus(own_urls.app)
    await bus.start()
    process, port = await serve(own_urls, tmp_path, secret)
    try:
        ready = asyncio.Semaphore(0)
        reading = await opened(clients, port, ready)
        sent = [await tell(own_db, bus, WORLD.a.id, n) for n in range(3)]
        async with asyncio.timeout(20):
            while not all(client.ids == sent for client in clients):
                await asyncio.sleep(0.02)
        started = time.monotonic()
        process.send_signal(signal.SIGTERM)
        await asyncio.wait_for(process.wait(), 5)
        assert time.monotonic() - started < 5
        await asyncio.wait_for(asyncio.gather(*reading), 10)
        assert {client.kinds[-1] for client in clients} == {"closed"}
        sent += [await tell(own_db, bus, WORLD.a.id, n) for n in range(3, 6)]
        process, port = await serve(own_urls, tmp_path, secret)
        resuming = await opened(clients, port, ready, until=sent[-1])
        await asyncio.wait_for(asyncio.gather(*resuming), 60)
        assert all(sorted(client.ids) == sent for client in clients)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
        await bus.stop()
