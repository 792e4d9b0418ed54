"""The worker: takes jobs from the queue and runs their handlers.

A stopped worker gives its running jobs back at once; a killed one stops sending heartbeats, and another takes its jobs over within
`job_heartbeat_timeout` plus `job_poll_interval` seconds.
"""

from __future__ import annotations

import asyncio
import contextlib
from datetime import timedelta
from typing import Any, cast

import structlog
from pgqueuer.adapters.drivers.asyncpg import AsyncpgPoolDriver
from pgqueuer.core.qm import QueueManager
from pgqueuer.domain.errors import RetryRequested
from pgqueuer.domain.models import Job, TracebackRecord
from pgqueuer.ports.driver import Driver, NotifyCallback
from pgqueuer.queries import Queries
from pgqueuer.types import QueueEntrypoint
from sqlalchemy import text

from resolutionflow.db.driver import DATABASE_AWAY, RawPool, create_pool
from resolutionflow.errors import Overloaded
from resolutionflow.jobs.housekeeping import sweep
from resolutionflow.jobs.registry import SPECS, WARM_UPS, JobArgs, JobContext, JobSpec
from resolutionflow.kit.ids import new_id
from resolutionflow.registry import import_jobs
from resolutionflow.services import Services

HEARTBEAT_SECONDS = 3.0
GIVE_BACK_SECONDS = 0.3
BATCH = 20
_LOOK = (
    "SELECT EXISTS (SELECT FROM pgqueuer WHERE entrypoint = ANY($1) AND status = 'queued' AND execute_after <= now())::int AS due,"
    " EXISTS (SELECT FROM pgqueuer WHERE entrypoint = ANY($1) AND status = 'queued')::int AS queued,"
    " (SELECT min(execute_after) - now() FROM pgqueuer"
    " WHERE entrypoint = ANY($1) AND status = 'queued' AND execute_after > now()) AS next"
)
log = structlog.get_logger(__name__)


class Worker:
    """Runs jobs until `stop`. Survives a restarting database."""

    def __init__(self, services: Services) -> None:
        import_jobs()
        self._services = services
        self._id = new_id()
        self._stopping = asyncio.Event()
        self._managers: dict[bool, QueueManager] = {}
        self._running: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Work until `stop` is called."""
        settings = self._services.settings
        beside = [asyncio.create_task(one) for one in (self._heartbeat(), self._warm_up(), self._tidy())]
        try:
            # Each kind has places and connections of its own: neither can keep the other waiting.
            await asyncio.gather(
                self._keep_serving(waits=False, places=settings.worker_concurrency),
                self._keep_serving(waits=True, places=settings.worker_waiting),
            )
        finally:
            for task in beside:
                task.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await task

    async def _keep_serving(self, *, waits: bool, places: int) -> None:
        """Run the jobs of one kind, at most `places` at once, until `stop` is called."""
        while not self._stopping.is_set():
            try:
                await self._session(waits=waits, places=places)
            except DATABASE_AWAY as error:
                log.warning("worker_lost_database", error=type(error).__name__)
            except Exception:
                # The queue's library ends with errors of its own; a worker that stays away would stop every tenant's jobs.
                log.exception("worker_loop_failed")
            if not self._stopping.is_set():
                await asyncio.sleep(0.3)

    async def _warm_up(self) -> None:
        for warm in WARM_UPS:
            try:
                await warm(self._services)
            except Exception as error:  # noqa: BLE001 - warming up may not end the worker
                # A cold start is slow, not wrong: the first job does the same work and reports what is wrong with it.
                log.warning("warm_up_failed", error=type(error).__name__)

    async def stop(self) -> None:
        """Give running jobs back to the queue and end."""
        self._stopping.set()
        for task in tuple(self._running):
            task.cancel()
        for manager in self._managers.values():
            manager.shutdown.set()

    async def _session(self, *, waits: bool, places: int) -> None:
        settings = self._services.settings
        url = self._services.db.urls.system
        # What the queue itself writes may be lost with the database's machine: a job runs at least once, and taking it or ending
        # it twice is harmless. Only putting a job into the queue has to last, and that is its cause's own transaction.
        pool = await create_pool(
            url, min_size=2, max_size=3, command_timeout=15, timeout=5, server_settings={"synchronous_commit": "off"}
        )
        try:
            manager = QueueManager(LastingQueries(ListeningDriver(cast("Any", pool))))
            for spec in SPECS.values():
                if spec.waits is waits:
                    manager.entrypoint(spec.name, accepts_context=False, on_failure="hold")(self._runner(spec))
            self._managers[waits] = manager
            watch = asyncio.create_task(self._watch(pool, manager))
            try:
                await manager.run(
                    dequeue_timeout=timedelta(seconds=settings.job_poll_interval),
                    batch_size=min(BATCH, places // 2),
                    max_concurrent_tasks=places,
                    heartbeat_timeout=timedelta(seconds=settings.job_heartbeat_timeout),
                    shutdown_on_listener_failure=True,
                    log_aggregation_interval=timedelta(0),
                )
            finally:
                watch.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await watch
        finally:
            self._managers.pop(waits, None)
            with contextlib.suppress(*DATABASE_AWAY):
                await asyncio.wait_for(pool.close(), timeout=3)
            pool.terminate()

    async def _watch(self, pool: RawPool, manager: QueueManager) -> None:
        """End the session when the database went away under an idle listener, so that `run` connects anew."""
        while True:
            await asyncio.sleep(1)
            try:
                await pool.fetchval("SELECT 1", timeout=5)
            except DATABASE_AWAY:
                manager.shutdown.set()
                return

    def _runner(self, spec: JobSpec) -> Any:
        async def run(job: Job) -> None:
            args = spec.args.model_validate_json(job.payload or b"{}")
            context = JobContext(self._services, job.attempts)
            task = asyncio.create_task(self._timed(spec, context, args))
            self._running.add(task)
            task.add_done_callback(self._running.discard)
            try:
                await asyncio.shield(task)
            except asyncio.CancelledError:
                # Ours was cancelled by `stop`: the job goes back and runs again on another worker at once.
                task.cancel()
                await asyncio.wait({task})
                if not task.cancelled() and (problem := task.exception()):
                    log.warning("stopped_job_failed", job=spec.name, error=type(problem).__name__)
                raise RetryRequested(timedelta(0), "worker stopped") from None
            except Exception as error:
                # Whatever a handler raises is its own failure: logged here, tried again, and in the end held for a person.
                log.exception("job_failed", job=spec.name, attempt=job.attempts)
                if job.attempts < len(spec.retries):
                    raise RetryRequested(timedelta(seconds=spec.retries[job.attempts]), type(error).__name__) from error
                raise

        return run

    async def _timed(self, spec: JobSpec, context: JobContext, args: Any) -> None:
        async with asyncio.timeout(spec.timeout):
            if isinstance(args, JobArgs):
                # What the handler stores or logs may hold a secret of the account.
                await self._services.secrets.ready(self._services.db.transaction, args.account_id)
            await spec.handler(context, args)

    async def _heartbeat(self) -> None:
        statement = text(
            "INSERT INTO worker_heartbeats (worker_id) VALUES (:id)"
            " ON CONFLICT (worker_id) DO UPDATE SET seen_at = now()"
        )
        while True:
            try:
                async with self._services.db.system() as session:
                    await session.execute(statement, {"id": self._id})
                    await session.execute(
                        text("DELETE FROM worker_heartbeats WHERE seen_at < now() - interval '1 hour'")
                    )
            except (*DATABASE_AWAY, Overloaded) as error:
                log.warning("worker_heartbeat_missed", error=type(error).__name__)
            await asyncio.sleep(HEARTBEAT_SECONDS)

    async def _tidy(self) -> None:
        while True:
            await asyncio.sleep(self._services.settings.housekeeping_seconds)
            try:
                await sweep(self._services.db)
            except (*DATABASE_AWAY, Overloaded) as error:
                log.warning("housekeeping_missed", error=type(error).__name__)


class ListeningDriver(AsyncpgPoolDriver):
    """The library's driver; nothing is announced before somebody listens.

    The library begins to check whether its own announcements arrive before it listens. On a busy machine the first one was lost, and ten
    seconds later the healthy worker was taken for a deaf one and begun anew.
    """

    def __init__(self, pool: Any) -> None:
        super().__init__(pool)
        self._listens = asyncio.Event()

    async def add_listener(self, channel: str, callback: NotifyCallback) -> None:
        await super().add_listener(channel, callback)
        self._listens.set()

    async def notify(self, channel: str, payload: str) -> None:
        await self._listens.wait()
        await super().notify(channel, payload)


class LastingQueries(Queries):
    """The queue's statements; a job is given back to the queue even when the database is away at that moment.

    The library holds a job as failed for good when giving it back fails, which is how a restarting database would lose it. And it asks
    three questions about the queue each time it wakes, one after the other; they are one here, answered from one moment.
    """

    def __init__(self, driver: Driver) -> None:
        super().__init__(driver)
        self._next: timedelta | None = None
        self._queued = 0
        self._all_taken = False

    async def dequeue(self, batch_size: int, *rest: Any, **more: Any) -> list[Job]:
        """Take jobs. The library asks until it is given none; after less than a full batch that answer is known."""
        if self._all_taken:
            self._all_taken = False
            return []
        jobs = await super().dequeue(batch_size, *rest, **more)
        self._all_taken = 0 < len(jobs) < batch_size
        return jobs

    async def eligible_queued_work(self, entrypoints: list[QueueEntrypoint]) -> int:
        """Whether there is a job to take now. Keeps the answers to the two questions that follow it."""
        found = cast("dict[str, Any]", (await self.driver.fetch(_LOOK, entrypoints))[0])
        self._next, self._queued = found["next"], int(found["queued"])
        return int(found["due"])

    async def next_deferred_eta(self, entrypoints: list[QueueEntrypoint]) -> timedelta | None:
        """How long until the next job may be taken, as of the look before."""
        del entrypoints
        return self._next

    async def queued_work(self, entrypoints: list[QueueEntrypoint]) -> int:
        """Whether a job waits at all, as of the look before."""
        del entrypoints
        return self._queued

    async def retry_job(self, job: Job, delay: timedelta, traceback_record: TracebackRecord | None) -> None:
        """Put `job` back, waiting for the database as long as it takes. A worker killed meanwhile leaves it to be taken over."""
        while True:
            try:
                await super().retry_job(job, delay, traceback_record)
            except DATABASE_AWAY as error:
                log.warning("job_not_given_back_yet", job=job.entrypoint, error=type(error).__name__)
                await asyncio.sleep(GIVE_BACK_SECONDS)
            else:
                return
