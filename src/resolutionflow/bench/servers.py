"""Servers to measure, each started as `python -m resolutionflow.bench.servers KIND` with the scratch installation on standard input.

`app` the whole product (and its worker), `full` without the worker, `both` that with and without our middleware, `bare` Starlette + asyncpg doing the
same SQL.
"""

from __future__ import annotations

import asyncio
import os
import socket
import statistics
import sys
import time
from typing import Any, cast

import asyncpg
import orjson
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from resolutionflow.app import create_api, create_app, make_services
from resolutionflow.bench.scratch import Scratch
from resolutionflow.http.logs import configure
from resolutionflow.http.middleware import Envelope
from resolutionflow.jobs.worker import Worker
from resolutionflow.kit.loop import run, settle
from resolutionflow.services import Services
from resolutionflow.sessions.reads import HOT_LIST, HOT_SESSION
from resolutionflow.static_app import mount

LIST_FILTERS = '{"scope":"mine","statuses":[],"sort":"activity","limit":50}'


def bare(ids: Scratch) -> ASGIApp:
    """The reference: the same two statements, no sign-in, no checks, no logs."""
    making: list[asyncio.Task[Any]] = []

    async def pool() -> Any:
        if not making:
            pool = cast("Any", asyncpg).create_pool(ids.urls.app, min_size=10, max_size=10)
            making.append(asyncio.ensure_future(pool))
        return await making[0]

    async def session(request: Request) -> Response:
        sid = request.path_params["sid"]
        found = await (await pool()).fetchval(HOT_SESSION, ids.account_id, ids.user_id, ids.auth_session_id, sid, None)
        return Response(found, media_type="application/json")

    async def sessions(_request: Request) -> Response:
        found: str = await (await pool()).fetchval(
            HOT_LIST, ids.account_id, ids.user_id, ids.auth_session_id, LIST_FILTERS
        )
        return Response(found.partition("\n")[2].partition("\n")[2], media_type="application/json")

    return Starlette(routes=[Route("/api/v1/ai-sessions/{sid}", session), Route("/api/v1/ai-sessions", sessions)])


def both(services: Services) -> ASGIApp:
    """Paths under `/with` through our middleware, those under `/without` past it; `/costs` = median processor seconds of each since it was
    asked last.
    """
    api = create_api(services)
    apps: dict[str, ASGIApp] = {"/with": Envelope(api, mount(api)), "/without": api}
    spent: dict[str, list[float]] = {}

    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await api(scope, receive, send)
            return
        if scope["path"] == "/costs":
            found = {name: statistics.median(times) for name, times in spent.items()}
            spent.clear()
            await Response(orjson.dumps(found), media_type="application/json")(scope, receive, send)
            return
        head = next(name for name in apps if scope["path"].startswith(f"{name}/"))
        inner = {
            **scope,
            "path": scope["path"].removeprefix(head),
            "raw_path": scope["raw_path"].removeprefix(head.encode()),
        }
        begun = time.process_time()
        await apps[head](inner, receive, send)
        spent.setdefault(head, []).append(time.process_time() - begun)

    return serve


async def main(kind: str) -> None:
    ids = Scratch.from_json(sys.stdin.readline())
    # Logging is on, as in production; where the lines go is not what is measured.
    configure("info", stream=open(os.devnull, "w"))  # noqa: SIM115, PTH123 - open as long as the process
    services = make_services(ids.settings, ids.urls)
    apps: dict[str, Any] = {
        "app": lambda: create_app(services),
        "full": lambda: create_app(services),
        "both": lambda: both(services),
        "bare": lambda: bare(ids),
    }
    # With its protocol named, asyncio sends at once; else small answers wait 40 ms for an acknowledgement.
    listener = socket.socket(proto=socket.IPPROTO_TCP)
    listener.bind(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(apps[kind](), log_config=None, access_log=False, lifespan="auto"))
    worker = asyncio.create_task(Worker(services).run()) if kind == "app" else None
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    while not server.started:
        await asyncio.sleep(0.01)
    settle()
    sys.stdout.write(f"{listener.getsockname()[1]}\n")
    sys.stdout.flush()
    await serving
    if worker:
        worker.cancel()


if __name__ == "__main__":
    run(main(sys.argv[1]))
