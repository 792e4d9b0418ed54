"""The job queue: with its cause or not at all, retried, taken over from a killed worker, one effect."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import text
from tests.support.live import Live
from tests.support.world import WORLD

from resolutionflow.db.driver import connect
from resolutionflow.db.session import Database, DatabaseUrls
from resolutionflow.jobs import JobArgs, JobContext, enqueue
from resolutionflow.jobs.registry import SPECS, job
from resolutionflow.jobs.worker import Worker
from resolutionflow.settings import Settings

pytestmark = pytest.mark.anyio


class Args(JobArgs):
    mark: str


@pytest.fixture
def handlers() -> Iterator[list[tuple[str, int]]]:
    """What ran: (mark, attempt)."""
    ran: list[tuple[str, int]] = []

    @job("test.note", Args, retries=(0.05, 0.05))
    async def note(ctx: JobContext, args: Args) -> None:
        ran.append((args.mark, ctx.attempt))
        if args.mark == "fails once" and ctx.attempt == 0:
            raise RuntimeError("on purpose")

    yield ran
    del SPECS["test.note"]


async def until(condition: object, seconds: float = 15) -> None:
    async with asyncio.timeout(seconds):
        while not condition():  # type: ignore[operator]
            await asyncio.sleep(0.02)


async def test_a_job_lives_and_dies_with_its_cause(handlers: list[tuple[str, int]], live: Live) -> None:
    account = WORLD.a.id
    with pytest.raises(RuntimeError):
        async with live.services.db.transaction(account) as tx:
            await enqueue(tx, "test.note", Args(account_id=account, mark="never"))
            raise RuntimeError("undone")
    async with live.services.db.transaction(account) as tx:
        await enqueue(tx, "test.note", Args(account_id=account, mark="once"), dedupe_key="same")
        await enqueue(tx, "test.note", Args(account_id=account, mark="once"), dedupe_key="same")
    await until(lambda: handlers)
    assert handlers == [("once", 0)]


async def test_a_failing_job_is_tried_again(handlers: list[tuple[str, int]], live: Live) -> None:
    account = WORLD.a.id
    async with live.services.db.transaction(account) as tx:
        await enqueue(tx, "test.note", Args(account_id=account, mark="fails once"))
    await until(lambda: len(handlers) == 2)
    assert handlers == [("fails once", 0), ("fails once", 1)]


async def test_a_job_that_fails_while_the_database_is_away_is_tried_again(live: Live, superuser_dsn: str) -> None:
    """The failing job cannot be given back at that moment; it must not be held as failed for good."""
    account, name = WORLD.a.id, live.services.db.urls.app.split("?")[0].rsplit("/", 1)[1]
    admin = await connect(superuser_dsn)
    attempts: list[int] = []
    reopening: list[asyncio.Task[object]] = []

    async def reopen() -> None:
        await asyncio.sleep(0.4)  # How long the outage lasts, not a wait of the test.
        await admin.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true')

    @job("test.outage", Args, retries=(0.05, 0.05))
    async def outage(ctx: JobContext, args: Args) -> None:
        attempts.append(ctx.attempt)
        if len(attempts) == 1:
            await admin.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')
            await admin.execute("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = $1", name)
            reopening.append(asyncio.create_task(reopen()))
            raise ConnectionError("the database is away")

    worker = Worker(live.services)
    working = asyncio.create_task(worker.run())
    try:
        async with live.services.db.transaction(account) as tx:
            await enqueue(tx, "test.outage", Args(account_id=account, mark="x"))
        await until(lambda: len(attempts) == 2)
        assert attempts == [0, 1]
    finally:
        await asyncio.gather(*reopening)
        await worker.stop()
        await asyncio.wait({working}, timeout=15)
        await admin.close()
        del SPECS["test.outage"]


async def test_the_app_role_may_enqueue_and_not_read_payloads(own_db: Database) -> None:
    async with own_db.transaction(WORLD.a.id) as tx:
        await enqueue(tx, "test.other", Args(account_id=WORLD.a.id, mark="x"))
    for statement in ("SELECT payload FROM pgqueuer", "DELETE FROM pgqueuer", "UPDATE pgqueuer SET priority = 9"):
        with pytest.raises(Exception, match="permission denied"):
            async with own_db.transaction(WORLD.a.id) as tx:
                await tx.execute(text(statement))


CHILD = """
import asyncio, sys
from pathlib import Path
from sqlalchemy import text
from resolutionflow.app import make_services, start_services
from resolutionflow.db.driver import connect
from resolutionflow.db.session import DatabaseUrls
from resolutionflow.http.logs import configure
from resolutionflow.jobs.registry import job
from resolutionflow.jobs.worker import Worker
from resolutionflow.settings import Settings
from tests.jobs.test_worker import Args

configure("critical")
owner, app, system, folder, kind = sys.argv[1:]
settings = Settings.load(data_dir=Path(folder), secret_key="k" * 20, job_heartbeat_timeout=2.0, job_poll_interval=0.2)
services = make_services(settings, DatabaseUrls(owner, app, system))

@job("test.effect", Args)
async def effect(ctx, args):
    print("took", flush=True)
    if kind == "dies":
        await asyncio.Event().wait()
    async with ctx.db.transaction(args.account_id) as tx:
        await tx.execute(text("UPDATE accounts SET version = version + 1 WHERE id = :id"), {"id": args.account_id})
    print("done", flush=True)

async def main():
    await start_services(services)
    await Worker(services).run()

asyncio.run(main())
"""


async def start(urls: DatabaseUrls, folder: Path, kind: str) -> asyncio.subprocess.Process:
    root = Path(__file__).parents[2]
    return await asyncio.create_subprocess_exec(
        sys.executable, "-c", CHILD, urls.owner, urls.app, urls.system, str(folder), kind,
        stdout=asyncio.subprocess.PIPE, cwd=root, env={**os.environ, "PYTHONPATH": str(root)},
    )  # fmt: skip


async def line(process: asyncio.subprocess.Process, seconds: float) -> str:
    assert process.stdout
    return (await asyncio.wait_for(process.stdout.readline(), seconds)).decode().strip()


async def version(db: Database, account: UUID) -> int:
    async with db.transaction(account) as tx:
        return int(
            (await tx.execute(text("SELECT version FROM accounts WHERE id = :id"), {"id": account})).scalar_one()
        )


async def test_a_killed_workers_job_is_taken_over_with_one_effect(
    own_db: Database, own_urls: DatabaseUrls, tmp_path: Path, settings: Settings
) -> None:
    """R5. The wait is the queue's own heartbeat time-out (2 s here, 8 s in production) plus its poll."""
    account = WORLD.a.id
    first = await start(own_urls, tmp_path, "dies")
    second: asyncio.subprocess.Process | None = None
    try:
        async with own_db.transaction(account) as tx:
            await enqueue(tx, "test.effect", Args(account_id=account, mark="x"))
        assert await line(first, 30) == "took"
        second = await start(own_urls, tmp_path, "works")
        first.send_signal(signal.SIGKILL)
        await first.wait()
        assert await line(second, 30) == "took"
        assert await line(second, 15) == "done"
        assert await version(own_db, account) == 2
    finally:
        for process in (first, second):
            if process and process.returncode is None:
                process.kill()
                await process.wait()
