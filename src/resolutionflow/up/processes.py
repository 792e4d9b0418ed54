"""The parts of the product as processes of their own, on an external database."""

from __future__ import annotations

import asyncio
import contextlib
import json
import signal
import sys
from typing import TYPE_CHECKING

import structlog

from resolutionflow.kit.loop import settle
from resolutionflow.up.errors import CannotStartError

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from resolutionflow.db.session import DatabaseUrls
    from resolutionflow.settings import Settings

DATABASE = "resolutionflow"
_log = structlog.get_logger(__name__)


def external_urls(settings: Settings) -> DatabaseUrls | None:
    """The three addresses when the settings name an external database fully; None when they name none.

    With only RF_DATABASE_URL (a role that may create roles) the three roles get passwords derived from the secret key.
    """
    from urllib.parse import urlsplit

    from resolutionflow.db.bootstrap import RolePasswords, urls_for
    from resolutionflow.db.session import DatabaseUrls

    three = (settings.database_owner_url, settings.database_app_url, settings.database_system_url)
    if all(three):
        return DatabaseUrls(owner=three[0], app=three[1], system=three[2])
    if any(three):
        raise CannotStartError(
            "Set all three of RF_DATABASE_OWNER_URL, RF_DATABASE_APP_URL and RF_DATABASE_SYSTEM_URL, or only RF_DATABASE_URL. "
            "Nothing was started."
        )
    if not settings.database_url:
        return None
    database = urlsplit(settings.database_url).path.strip("/")
    if database in ("", "postgres"):
        database = DATABASE
    return urls_for(settings.database_url, database, RolePasswords.derive(settings.derive_key("database-roles")))


async def prepare_external(settings: Settings) -> DatabaseUrls | None:
    """Make roles and database on the external server when we were given a role that may; then as `external_urls`."""
    from urllib.parse import urlsplit

    import asyncpg

    from resolutionflow.db.bootstrap import RolePasswords, bootstrap

    urls = external_urls(settings)
    if urls is None or not settings.database_url or settings.database_app_url:
        return urls
    try:
        passwords = RolePasswords.derive(settings.derive_key("database-roles"))
        return await bootstrap(settings.database_url, urlsplit(urls.app).path.strip("/"), passwords)
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, TimeoutError) as reason:
        raise CannotStartError(
            f"The database of RF_DATABASE_URL cannot be used: {reason}. Nothing was changed. Check address, user and "
            f"password; the user must be allowed to create roles and databases."
        ) from reason


def _required_urls(settings: Settings) -> DatabaseUrls:
    urls = external_urls(settings)
    if urls is None:
        raise CannotStartError(
            'No database is named. Set RF_DATABASE_URL, or run everything on this machine with "resolutionflow up".'
        )
    return urls


@contextlib.asynccontextmanager
async def stop_signals() -> AsyncGenerator[asyncio.Event]:
    """An event that SIGINT or SIGTERM sets."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    try:
        yield stop
    finally:
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(number)


async def _sync_starter_flows(urls: DatabaseUrls) -> None:
    """The starter library is part of a release like its schema."""
    from resolutionflow.db.session import Database
    from resolutionflow.flows.service import sync_starters

    db = Database(urls, pool_size=2)
    try:
        await sync_starters(db)
    finally:
        await db.close()


async def migrate_database(urls: DatabaseUrls) -> None:
    """Bring the schema to this release. Each migration is one transaction: a failed one leaves nothing half-done."""
    import asyncpg
    from alembic.util import CommandError
    from sqlalchemy.exc import SQLAlchemyError

    from resolutionflow.db.migrate import upgrade

    try:
        await upgrade(urls)
        await _sync_starter_flows(urls)
    except CommandError as unknown:
        raise CannotStartError(
            f"The database was made by a newer release of ResolutionFlow ({unknown}). Nothing was changed. Use that release."
        ) from unknown
    except (OSError, SQLAlchemyError, asyncpg.PostgresError, TimeoutError) as reason:
        raise CannotStartError(
            f"The database could not be brought to this release: {reason}. The failed step was undone and your data is safe. "
            f'Run "resolutionflow doctor", then start again.'
        ) from reason


async def check_database(urls: DatabaseUrls) -> None:
    """Refuse a database in which tenants could see each other."""
    import asyncpg

    from resolutionflow.db.selfcheck import UnsafeDatabaseError, check

    try:
        await check(urls.app)
    except UnsafeDatabaseError as unsafe:
        raise CannotStartError(f"The server does not start: {unsafe}") from unsafe
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, TimeoutError) as reason:
        raise CannotStartError(
            f"The database cannot be reached: {reason}. Nothing was changed. "
            f'Check its address, and run "resolutionflow migrate" on a new one.'
        ) from reason


async def serve(settings: Settings, *, host: str, port: int) -> int:
    """Run the HTTP server until a stop signal."""
    from resolutionflow.app import create_app, make_services
    from resolutionflow.http.logs import configure
    from resolutionflow.up.http_server import HttpServer, bind

    configure(settings.log_level)
    urls = _required_urls(settings)
    await check_database(urls)
    listening = bind(host, port)
    services = make_services(settings, urls)
    server = HttpServer(create_app(services), listening)
    async with stop_signals() as stop:
        running = asyncio.create_task(server.run())
        asked = asyncio.create_task(stop.wait())
        settle()
        print(f"Serving: {server.url}", flush=True)  # noqa: T201 - what a person started this for
        await asyncio.wait({running, asked}, return_when=asyncio.FIRST_COMPLETED)
        asked.cancel()
        await services.streams.shutdown()
        server.stop()
        await running
    return 0


async def work(settings: Settings) -> int:
    """Run a worker until a stop signal."""
    from resolutionflow.app import make_services, start_services, stop_services
    from resolutionflow.http.logs import configure
    from resolutionflow.jobs.worker import Worker

    configure(settings.log_level)
    urls = _required_urls(settings)
    await check_database(urls)
    services = make_services(settings, urls)
    await start_services(services)
    worker = Worker(services)
    try:
        async with stop_signals() as stop:
            running = asyncio.create_task(worker.run())
            asked = asyncio.create_task(stop.wait())
            settle()
            print("Working.", flush=True)  # noqa: T201 - what a person started this for
            await asyncio.wait({running, asked}, return_when=asyncio.FIRST_COMPLETED)
            asked.cancel()
            await worker.stop()
            await running
    finally:
        await stop_services(services)
    return 0


async def migrate(settings: Settings, *, as_json: bool) -> int:
    """Migrate the external database, or the embedded one of the data directory."""
    from resolutionflow.db.migrate import head_revision

    async with database(settings) as urls:
        await migrate_database(urls)
    head = head_revision()
    text = json.dumps({"revision": head}) if as_json else f"The database is at revision {head}."
    print(text)  # noqa: T201 - the command's answer
    return 0


@contextlib.asynccontextmanager
async def database(settings: Settings) -> AsyncGenerator[DatabaseUrls]:
    """The database of this installation: external, or the embedded server started for as long as we need it."""
    urls = await prepare_external(settings)
    if urls is not None:
        yield urls
        return
    from resolutionflow.db.bootstrap import RolePasswords, bootstrap, urls_for
    from resolutionflow.db.embedded import DataDirectoryInUseError, EmbeddedPostgres, EmbeddedPostgresError

    server = EmbeddedPostgres(settings.data_dir)
    try:
        await server.start()
    except DataDirectoryInUseError:
        # "up" runs on it: its server is ours too, through the same private socket.
        yield urls_for(server.superuser_dsn, DATABASE, RolePasswords())
        return
    except EmbeddedPostgresError as reason:
        raise CannotStartError(str(reason)) from reason
    try:
        yield await bootstrap(server.superuser_dsn, DATABASE)
    finally:
        await server.stop()


def openapi_document() -> str:
    """The OpenAPI document as the text of `openapi.json`."""
    from resolutionflow.app import openapi_document as document

    return json.dumps(document(), indent=1, ensure_ascii=False, sort_keys=False) + "\n"


async def seed(settings: Settings, *, reset: bool) -> int:
    """Make the demo workspace, or restore it with `reset`; also while `up` runs."""
    from resolutionflow.app import make_services
    from resolutionflow.db.embedded import DirectoryLock
    from resolutionflow.demo.seed import reset_demo, seed_demo
    from resolutionflow.http.logs import configure
    from resolutionflow.up.demo import running_simulator

    # The answer of a command is for a person; its log lines are not.
    configure("warning", stream=sys.stderr)
    async with database(settings) as urls:
        await migrate_database(urls)
        holder = DirectoryLock(settings.data_dir / "up.lock").holder()
        simulator = settings.demo_simulator_url
        if reset and not simulator:
            simulator = running_simulator(settings.data_dir, holder.pid if holder else None)
        changes = {"psa_allow_loopback": True, "demo_simulator_url": simulator}
        services = make_services(settings.model_copy(update=changes), urls)
        try:
            if reset:
                await reset_demo(services)
            made = reset or await seed_demo(services)
        finally:
            await services.db.close()
    sys.stdout.write("The demo workspace is in its first state.\n" if made else "There is a demo workspace already.\n")
    return 0
