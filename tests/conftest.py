"""Shared fixtures: one real PostgreSQL for the run, a template with two accounts, rollback per test."""

from __future__ import annotations

import asyncio
import os
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import asyncpg
import httpx2
import pytest
from sqlalchemy.ext.asyncio import create_async_engine

from resolutionflow.db.bootstrap import RolePasswords, bootstrap, urls_for
from resolutionflow.db.embedded import EmbeddedPostgres
from resolutionflow.db.migrate import upgrade
from resolutionflow.db.session import Database, DatabaseUrls
from resolutionflow.http.logs import configure
from resolutionflow.kit.ids import new_id
from resolutionflow.kit.loop import quick_loop
from resolutionflow.kit.sse import Streams
from resolutionflow.realtime.hub import Hub
from resolutionflow.services import Services
from resolutionflow.settings import Settings
from tests.support.api import Api
from tests.support.app import application
from tests.support.database import RollbackDatabase, SilentBus
from tests.support.live import Live, running
from tests.support.scratch import scratch_root
from tests.support.world import WORLD, World, seed

DSN_VARIABLE = "RF_TEST_SUPERUSER_DSN"
TEMPLATE = "rf_template"
#: For the test processes and the workers they start: more than an installation has.
CONNECTIONS = 200
_server: dict[str, Any] = {}


def pytest_configure(config: pytest.Config) -> None:
    """The controller starts the server once; the workers find it by its address."""
    if hasattr(config, "workerinput") or config.option.collectonly:
        return
    folder = tempfile.TemporaryDirectory(prefix="rf-test-", dir=scratch_root())
    loop = asyncio.new_event_loop()
    postgres = EmbeddedPostgres(Path(folder.name) / "pg", connections=CONNECTIONS)
    loop.run_until_complete(postgres.start())
    _server.update(folder=folder, loop=loop, postgres=postgres)
    os.environ[DSN_VARIABLE] = postgres.superuser_dsn
    loop.run_until_complete(_build_template(postgres.superuser_dsn))


def pytest_unconfigure(config: pytest.Config) -> None:
    if "postgres" in _server:
        loop: asyncio.AbstractEventLoop = _server["loop"]
        loop.run_until_complete(_server["postgres"].stop())
        loop.close()
        _server["folder"].cleanup()
        _server.clear()


async def _build_template(dsn: str) -> None:
    connection = await asyncpg.connect(dsn)
    # Tests measure behaviour, not durability; the chaos bench and the embedded tests run with the real settings.
    for setting in (
        "fsync = off",
        "synchronous_commit = off",
        "full_page_writes = off",
        "max_wal_size = '256MB'",
    ):
        await connection.execute(f"ALTER SYSTEM SET {setting}")
    await connection.execute("SELECT pg_reload_conf()")
    await connection.close()
    urls = await bootstrap(dsn, TEMPLATE)
    await upgrade(urls)
    await seed(urls)


async def _clone(dsn: str, name: str) -> DatabaseUrls:
    connection = await asyncpg.connect(dsn)
    try:
        await connection.execute("SELECT pg_advisory_lock(1)")
        await connection.execute(f'CREATE DATABASE "{name}" TEMPLATE {TEMPLATE} OWNER rf_owner STRATEGY FILE_COPY')
        await connection.execute(f'GRANT CONNECT ON DATABASE "{name}" TO rf_app, rf_system')
    finally:
        await connection.close()
    return urls_for(dsn, name, RolePasswords())


async def _drop(dsn: str, name: str) -> None:
    connection = await asyncpg.connect(dsn)
    try:
        await connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    finally:
        await connection.close()


configure("critical")


@pytest.fixture(scope="session")
def anyio_backend() -> tuple[str, dict[str, Any]]:
    """The tests run on the loop the product runs on."""
    return "asyncio", {"loop_factory": quick_loop()}


@pytest.fixture(scope="session")
def superuser_dsn() -> str:
    """Address of the run's PostgreSQL as its superuser."""
    return os.environ[DSN_VARIABLE]


@pytest.fixture(scope="session")
async def worker_urls(superuser_dsn: str, anyio_backend: object) -> AsyncIterator[DatabaseUrls]:
    """A clone of the template for this xdist worker."""
    name = f"rf_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}_{os.getpid()}"
    yield await _clone(superuser_dsn, name)
    await _drop(superuser_dsn, name)


@pytest.fixture
async def db(worker_urls: DatabaseUrls, superuser_dsn: str) -> AsyncIterator[Database]:
    """A database whose transactions are undone after the test. One connection: not for concurrency, `now()` stands still."""
    name = worker_urls.app.split("?")[0].rsplit("/", 1)[1]
    url = superuser_dsn.replace("/postgres?", f"/{name}?").replace("postgresql://", "postgresql+asyncpg://", 1)
    engine = _engines.setdefault(url, create_async_engine(url, pool_size=1, max_overflow=0))
    async with engine.connect() as connection:
        outer = await connection.begin()
        database = RollbackDatabase(worker_urls, connection)
        yield database
        await database.close()
        await outer.rollback()


_engines: dict[str, Any] = {}


@pytest.fixture(scope="session", autouse=True)
async def _dispose_engines(anyio_backend: object) -> AsyncIterator[None]:
    yield
    for engine in _engines.values():
        await engine.dispose()
    _engines.clear()


@pytest.fixture
async def own_urls(superuser_dsn: str) -> AsyncIterator[DatabaseUrls]:
    """A database of the test's own, with real commits."""
    name = f"rf_own_{new_id().hex[-12:]}"
    yield await _clone(superuser_dsn, name)
    await _drop(superuser_dsn, name)


@pytest.fixture
async def own_db(own_urls: DatabaseUrls) -> AsyncIterator[Database]:
    """A real `Database` over a database of the test's own: for concurrency, workers and streams."""
    database = Database(own_urls, pool_size=8)
    yield database
    await database.close()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings.load(
        data_dir=tmp_path,
        secret_key="only-for-tests-0123456789abcdef",
        demo=False,
        psa_allow_loopback=True,
        psa_retry_scale=0.02,
        job_heartbeat_timeout=2.0,
        job_poll_interval=0.2,
        turns_per_minute=1000,
        previews_per_minute=1000,
        promotions_per_minute=1000,
    )


@pytest.fixture
def world() -> World:
    """Accounts A and B with a person of each role; they are part of the template."""
    return WORLD


@pytest.fixture
async def services(db: Database, settings: Settings) -> AsyncIterator[Services]:
    """Services over the rolled-back database; live events reach this process only."""
    bus = SilentBus()
    services = Services(settings=settings, db=db, bus=bus, hub=Hub(db, bus), streams=Streams())
    services.hub.start()
    yield services
    await services.models.aclose()


@pytest.fixture
async def api(services: Services, world: World) -> AsyncIterator[Api]:
    """The whole application over ASGI: `api.as_user("engineer")`, `api.as_user("viewer", "b")`, `api.anonymous()`."""
    clients: list[httpx2.AsyncClient] = []
    with application(services) as app:
        yield Api(app, services, world, clients)
        for client in clients:
            await client.aclose()


@pytest.fixture
async def live(own_urls: DatabaseUrls, settings: Settings, world: World) -> AsyncIterator[Live]:
    """Server and worker running for real over a database of the test's own."""
    async with running(own_urls, settings, world) as started:
        yield started
