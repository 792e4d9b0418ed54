"""`up`: everything on this machine in one process, with PostgreSQL as its child.

Order of start: lock, port, database, schema, demo, simulator, server and worker, then proof by a real request. The stop
goes backwards and takes less than five seconds.
"""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import os
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TextIO

import structlog
import typer

from resolutionflow.http.logs import configure
from resolutionflow.kit.loop import settle
from resolutionflow.up.errors import CannotStartError
from resolutionflow.up.first_account import welcome_address
from resolutionflow.up.http_server import HttpServer, bind, url_of
from resolutionflow.up.processes import DATABASE, check_database, migrate_database, prepare_external, stop_signals
from resolutionflow.up.ready import ConnectWise, Demo, Ready, read_ready

if TYPE_CHECKING:
    import socket
    from collections.abc import AsyncGenerator, Coroutine
    from pathlib import Path

    from resolutionflow.db.embedded import DirectoryLock
    from resolutionflow.db.session import DatabaseUrls
    from resolutionflow.services import Services
    from resolutionflow.settings import Settings

_log = structlog.get_logger(__name__)
_READY_WITHIN = 120.0
_OTHER_READY_WITHIN = 60.0
_WORKER_STOP_WITHIN = 2.0
_LONGEST_LOG = 20 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Options:
    """How `up` was called."""

    host: str
    port: int
    demo: bool
    ready_file: Path | None = None
    as_json: bool = False


async def run(settings: Settings, options: Options) -> int:
    """Start, announce, serve until a stop signal, stop. Returns the exit code; raises `CannotStartError`."""
    from resolutionflow.db.embedded import DirectoryLock

    data_dir = settings.data_dir
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
        lock = DirectoryLock(data_dir / "up.lock")
        taken = lock.acquire()
    except OSError as refused:
        raise CannotStartError(
            f"The data directory {data_dir} cannot be written ({refused.strerror}). Nothing was started. "
            f"Choose another with --data-dir."
        ) from refused
    if not taken:
        return await _already_running(lock, data_dir, options)
    try:
        log = _open_log(data_dir)
        configure(settings.log_level, stream=log)
        async with stop_signals() as stop:
            return await _run_locked(settings, options, lock, stop)
    finally:
        (data_dir / "ready.json").unlink(missing_ok=True)
        lock.release()


def _open_log(data_dir: Path) -> TextIO:
    """The log of this run, line by line on disk; the terminal is for what a person started us for."""
    path = data_dir / "resolutionflow.log"
    with contextlib.suppress(FileNotFoundError):
        if path.stat().st_size > _LONGEST_LOG:
            path.replace(path.with_suffix(".log.old"))
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
    return os.fdopen(descriptor, "w", buffering=1, encoding="utf-8", errors="replace")


async def _already_running(lock: DirectoryLock, data_dir: Path, options: Options) -> int:
    """Point to the running one; wait for it when it is still starting."""
    deadline = time.monotonic() + _OTHER_READY_WITHIN
    while time.monotonic() < deadline:
        holder = lock.holder()
        ready = read_ready(data_dir / "ready.json", pid=holder.pid) if holder else None
        if ready is not None:
            typer.echo(
                f"Already running on this data directory (process {ready.pid}). Nothing was started.",
                err=options.as_json,
            )
            status, _ = await asyncio.to_thread(_get, f"{ready.url}/api/v1/auth/welcome")
            _announce(replace(ready, welcome=None) if status == 404 else ready, options)
            return 0
        await asyncio.sleep(0.1)
    raise CannotStartError(
        f"Another process holds {data_dir} and did not become ready. Nothing was started. Stop it, or choose another --data-dir."
    )


async def _run_locked(settings: Settings, options: Options, lock: DirectoryLock, stop: asyncio.Event) -> int:
    # The socket comes first: a taken port is the most common trouble and is known at once.
    listening = bind(options.host, options.port)
    importing = asyncio.create_task(asyncio.to_thread(_import_application))
    async with contextlib.AsyncExitStack() as stack:
        stack.callback(listening.close)
        starting = asyncio.create_task(_start(settings, options, listening, stack, importing))
        asked = asyncio.create_task(stop.wait())
        await asyncio.wait({starting, asked}, return_when=asyncio.FIRST_COMPLETED)
        if not starting.done():
            starting.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await starting
            return 0
        ready, ended = starting.result()
        ready.write(settings.data_dir / "ready.json")
        lock.describe(url=ready.url)
        _announce(ready, options)
        settle()
        await asyncio.wait({ended, asked}, return_when=asyncio.FIRST_COMPLETED)
        asked.cancel()
        if ended.done():
            # A part that must not end did: say so rather than live on as half a product.
            ended.result()
            raise CannotStartError("A part of the product ended by itself; everything was stopped. Start it again.")
    return 0


def _import_application() -> None:
    """Load the slow imports while the database starts."""
    for name in ("app", "db.bootstrap", "db.migrate", "jobs.worker"):
        importlib.import_module(f"resolutionflow.{name}")


async def _start(
    settings: Settings,
    options: Options,
    listening: socket.socket,
    stack: contextlib.AsyncExitStack,
    importing: asyncio.Task[None],
) -> tuple[Ready, asyncio.Future[None]]:
    """Everything up to the proof. What was started is ended by `stack`, in reverse."""
    urls = await stack.enter_async_context(_database(settings))
    await importing
    from resolutionflow.app import make_services

    await migrate_database(urls)
    await check_database(urls)
    url = url_of(listening)
    # The simulated PSA is on loopback, where the product otherwise never calls out to.
    connectwise = await stack.enter_async_context(_simulator(settings, options)) if options.demo else None
    changes = {
        "base_url": public_url(settings, url),
        "psa_allow_loopback": options.demo or settings.psa_allow_loopback,
        "demo_simulator_url": connectwise.url if connectwise else "",
    }
    services = make_services(settings.model_copy(update=changes), urls)
    demo = await _demo(services) if options.demo else None
    ended = await stack.enter_async_context(_server_and_worker(services, listening))
    await _until_ready(url, ended)
    welcome = await welcome_address(services.db, url)
    return Ready(url=url, pid=os.getpid(), welcome=welcome, demo=demo, connectwise=connectwise), ended


def _simulator(settings: Settings, options: Options) -> contextlib.AbstractAsyncContextManager[ConnectWise]:
    from resolutionflow.up.demo import demo_simulator

    return demo_simulator(settings, usual_port=options.port != 0)


async def _demo(services: Services) -> Demo:
    """The demo workspace over the simulated PSA."""
    from resolutionflow.demo.seed import seed_demo, start_others
    from resolutionflow.up.demo import demo_people

    await seed_demo(services)
    await start_others(services)
    return demo_people()


@contextlib.asynccontextmanager
async def _database(settings: Settings) -> AsyncGenerator[DatabaseUrls]:
    """The external database, or the embedded server under supervision."""
    urls = await prepare_external(settings)
    if urls is not None:
        yield urls
        return
    from resolutionflow.db.bootstrap import bootstrap
    from resolutionflow.db.embedded import EmbeddedPostgres, EmbeddedPostgresError

    server = EmbeddedPostgres(settings.data_dir, lock_wait=5.0)
    try:
        await server.start()
    except EmbeddedPostgresError as reason:
        raise CannotStartError(str(reason)) from reason
    watch = asyncio.create_task(server.supervise())
    try:
        yield await bootstrap(server.superuser_dsn, DATABASE)
    finally:
        await server.stop()
        watch.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await watch


@contextlib.asynccontextmanager
async def _server_and_worker(services: Services, listening: socket.socket) -> AsyncGenerator[asyncio.Future[None]]:
    """Server and worker in this process. Yields a future that ends when either ends by itself."""
    from resolutionflow.app import create_app
    from resolutionflow.jobs.worker import Worker

    server = HttpServer(create_app(services), listening)
    worker = Worker(services)
    tasks = [asyncio.create_task(server.run()), asyncio.create_task(worker.run())]
    ended = asyncio.ensure_future(_first_of(tasks))
    try:
        yield ended
    finally:
        ended.cancel()
        await _within(_WORKER_STOP_WITHIN, worker.stop())
        # Open streams are told to end first: a client that knows reconnects, one that was cut off guesses.
        await _within(_WORKER_STOP_WITHIN, services.streams.shutdown())
        server.stop()
        done, pending = await asyncio.wait(tasks, timeout=_WORKER_STOP_WITHIN + 1)
        for task in pending:
            task.cancel()
        await asyncio.gather(*done, *pending, ended, return_exceptions=True)


async def _first_of(tasks: list[asyncio.Task[None]]) -> None:
    done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in done:
        task.result()


async def _within(seconds: float, work: Coroutine[object, object, object]) -> None:
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(work, seconds)


async def _until_ready(url: str, ended: asyncio.Future[None]) -> None:
    """Return when `/readyz` says so over a real connection."""
    deadline = time.monotonic() + _READY_WITHIN
    said = ""
    while time.monotonic() < deadline:
        if ended.done():
            ended.result()
        status, said = await asyncio.to_thread(_get, f"{url}/readyz")
        if status == 200:
            return
        await asyncio.sleep(0.03)
    raise CannotStartError(f"The product did not become ready in {_READY_WITHIN:.0f} seconds; it says: {said[:500]}")


def _get(url: str) -> tuple[int, str]:
    try:
        # An environment's proxy is not for our own loopback address.
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(url, timeout=5) as answer:
            return int(answer.status), answer.read().decode("utf-8", "replace")
    except urllib.error.HTTPError as refusal:
        with refusal:
            return refusal.code, refusal.read().decode("utf-8", "replace")
    except OSError as unreachable:
        return 0, str(unreachable)


def public_url(settings: Settings, url: str) -> str:
    """What people and PSAs call this place: `url`, unless the operator of a proxy in front says otherwise."""
    said = settings.base_url
    return url if said == type(settings).model_fields["base_url"].default else said


def _announce(ready: Ready, options: Options) -> None:
    if options.ready_file is not None:
        ready.write(options.ready_file.expanduser().absolute())
    if options.as_json:
        typer.echo(ready.as_json(), nl=False)
        return
    typer.echo(f"Ready: {ready.url}")
    if ready.demo is not None:
        typer.echo(f"Demo sign-in: {ready.demo.email} / {ready.demo.password}")
    if ready.welcome is not None:
        typer.echo(f"First account (works once, for 24 hours): {ready.welcome}")
