"""Starts the embedded server, proves that it answers, keeps it alive, stops it."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import time
from typing import TYPE_CHECKING, Self
from urllib.parse import quote

import asyncpg
import psutil
import structlog

from resolutionflow.db.driver import connect
from resolutionflow.db.embedded import cluster, leftovers, runas
from resolutionflow.db.embedded.errors import (
    DataDirectoryInUseError,
    DataDirectoryOwnerError,
    EmbeddedPostgresError,
    ServerDidNotStartError,
)
from resolutionflow.db.embedded.lock import DirectoryLock

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

_log = structlog.get_logger(__name__)
_PROBE_EVERY = 0.02
_PROBE_TIMEOUT = 5.0
# Recovery may take as long as it needs; a server that shows no sign of work for this long is stuck.
_PATIENCE_WITHOUT_PROGRESS = 60.0
_STOP_PATIENCE = 3.0
_RETRY_FIRST, _RETRY_LONGEST = 0.2, 2.0


class EmbeddedPostgres:
    """A PostgreSQL server of our own below ``directory``.

    It listens on a socket only this user can reach. Its life is tied to the thread that called :meth:`start`: when
    that ends, even by ``kill -9``, the server shuts down. Use :meth:`supervise` to have it brought back when it dies.
    """

    def __init__(self, directory: Path, *, lock_wait: float = 0.0, connections: int = cluster.CONNECTIONS) -> None:
        """Nothing happens yet. ``lock_wait``: seconds to wait for an earlier holder of the directory to end.

        ``connections``: how many may stand at once, those of the superuser among them. Only a start can change it.
        """
        self._where = cluster.layout(directory)
        self._lock = DirectoryLock(self._where.lock)
        self._lock_wait = lock_wait
        self._connections = connections
        self._runas = runas.RunAs()
        self._process: asyncio.subprocess.Process | None = None
        self._stopping = False
        self._healthy = asyncio.Event()
        self.created = False
        """Whether :meth:`start` made the database files."""
        self.restarts = 0
        """How often :meth:`supervise` brought the server back."""

    async def __aenter__(self) -> Self:
        """Start."""
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop."""
        await self.stop()

    @property
    def superuser_dsn(self) -> str:
        """A libpq URL of the maintenance database as superuser: to make roles and databases, nothing else."""
        host = quote(str(self._where.sockets), safe="")
        return f"postgresql://{cluster.SUPERUSER}@/postgres?host={host}&port={cluster.PORT}"

    @property
    def socket_directory(self) -> Path:
        """The folder of the server's socket: what a client gives as its host."""
        return self._where.sockets

    @property
    def postmaster_pid(self) -> int | None:
        """The process id of the running server."""
        return self._process.pid if self._process and self._process.returncode is None else None

    @property
    def healthy(self) -> bool:
        """Whether the server answered when last asked and has not ended since."""
        return self._healthy.is_set()

    async def wait_healthy(self) -> None:
        """Return as soon as the server answers."""
        await self._healthy.wait()

    async def start(self) -> None:
        """Take the directory, make the files on first use, start, return when a query was answered.

        Raises :class:`DataDirectoryInUseError`, :class:`DataDirectoryOwnerError`, :class:`ServerDidNotStartError` or
        another :class:`EmbeddedPostgresError`; nothing is left running or locked then.
        """
        self._stopping = False
        try:
            await asyncio.to_thread(self._prepare)
            await self._launch()
        except BaseException:
            await self._end_process()
            self._lock.release()
            raise

    def _prepare(self) -> None:
        where = self._where
        programs = cluster.bin_dir()
        self._runas = runas.choose(where.cluster, programs)
        try:
            where.directory.mkdir(parents=True, exist_ok=True, mode=0o755 if self._runas.uid is not None else 0o700)
            taken = self._lock.acquire(wait=self._lock_wait)
        except PermissionError as refusal:
            raise DataDirectoryOwnerError(
                f"The data directory {where.directory} cannot be written. Nothing was changed. "
                f"Choose another with --data-dir, or make it yours."
            ) from refusal
        if not taken:
            holder = self._lock.holder()
            raise DataDirectoryInUseError(where.directory, holder.pid if holder else None)
        self.created = cluster.prepare(where, self._runas, programs)

    async def _launch(self) -> None:
        """Start the process and wait until it answers. Clears what an earlier one left."""
        where = self._where
        await asyncio.to_thread(leftovers.clear, where.cluster, where.socket_file)
        log = cluster.open_log(where)
        try:
            log_start = os.fstat(log).st_size
            # A session of its own: Ctrl-C reaches us first and we stop it in order.
            self._process = await asyncio.create_subprocess_exec(
                *self._runas.command(
                    cluster.bin_dir() / "postgres",
                    *cluster.server_arguments(where, connections=self._connections),
                    die_with_parent=signal.SIGINT,
                ),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd="/",
                env=cluster.environment(),
                start_new_session=True,
            )
        finally:
            os.close(log)
        await self._wait_until_it_answers(self._process, log_start)
        self._healthy.set()

    async def _wait_until_it_answers(self, process: asyncio.subprocess.Process, log_start: int) -> None:
        seen: object = None
        deadline = time.monotonic() + _PATIENCE_WITHOUT_PROGRESS
        while True:
            if process.returncode is not None:
                raise ServerDidNotStartError(
                    f"PostgreSQL ended while starting (exit code {process.returncode}). The data in "
                    f"{self._where.directory} was left as it is.",
                    cluster.log_tail(self._where, start=log_start),
                )
            if await self._answers():
                return
            now = self._signs_of_work(process.pid)
            if now != seen:
                seen, deadline = now, time.monotonic() + _PATIENCE_WITHOUT_PROGRESS
            if time.monotonic() > deadline:
                raise ServerDidNotStartError(
                    f"PostgreSQL did nothing for {_PATIENCE_WITHOUT_PROGRESS:.0f} seconds while starting.",
                    cluster.log_tail(self._where, start=log_start),
                )
            await asyncio.sleep(_PROBE_EVERY)

    async def _answers(self) -> bool:
        """Ask a real question over a real connection: a process id or an open socket prove nothing."""
        if not self._where.socket_file.exists():
            return False
        try:
            connection = await connect(self.superuser_dsn, timeout=_PROBE_TIMEOUT)
        except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError):
            return False
        try:
            return bool(await connection.fetchval("SELECT 1", timeout=_PROBE_TIMEOUT) == 1)
        except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError):
            return False
        finally:
            with contextlib.suppress(OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError):
                await connection.close(timeout=1.0)

    def _signs_of_work(self, pid: int) -> tuple[object, ...]:
        """Changes as long as recovery gets on: the log grows, or a process of the server used the CPU or the disk."""
        signs: list[object] = []
        with contextlib.suppress(OSError):
            signs.append(self._where.log.stat().st_size)
        with contextlib.suppress(psutil.Error):
            for process in psutil.Process(pid).children():
                with contextlib.suppress(psutil.Error):
                    times = process.cpu_times()
                    signs.append((process.pid, round(times.user + times.system, 1)))
                    signs.append(process.io_counters()[2:4])
        return tuple(signs)

    async def supervise(self) -> None:
        """Bring the server back whenever it ends by itself. Runs until :meth:`stop` or cancellation.

        Clients lose their connections in between and reconnect. A start that fails is tried again, every two seconds
        at most: the disk may have been full.
        """
        pause = _RETRY_FIRST
        while self._process is not None:
            code = await self._process.wait()
            if self._stopping:
                return
            self._healthy.clear()
            _log.error("postgres.died", exit_code=code)
            began = time.monotonic()
            try:
                await self._launch()
            except EmbeddedPostgresError as failure:
                _log.error("postgres.restart_failed", error=str(failure), retry_in=pause)
                await self._end_process()
                await asyncio.sleep(pause)
                pause = min(pause * 2, _RETRY_LONGEST)
                continue
            pause = _RETRY_FIRST
            self.restarts += 1
            _log.warning("postgres.restarted", seconds=round(time.monotonic() - began, 2))

    async def stop(self) -> None:
        """Shut down in order and give the directory back. Safe to call twice."""
        self._stopping = True
        self._healthy.clear()
        try:
            await self._end_process()
            await asyncio.to_thread(cluster.tidy, self._where)
        finally:
            self._lock.release()

    async def _end_process(self) -> None:
        process = self._process
        if process is None:
            return
        # Fast shutdown first. An immediate one loses nothing either: the next start replays the log.
        for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
            if process.returncode is not None:
                return
            with contextlib.suppress(ProcessLookupError):
                process.send_signal(number)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(process.wait(), _STOP_PATIENCE)
