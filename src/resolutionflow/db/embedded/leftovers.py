"""What an earlier server left behind: living processes, lock files, a socket. Call only while holding the data lock."""

from __future__ import annotations

import contextlib
import signal
import time
from typing import TYPE_CHECKING

import psutil
import structlog

from resolutionflow.db.embedded.errors import EmbeddedPostgresError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_log = structlog.get_logger(__name__)
_POLL = 0.01
# A fast shutdown writes a checkpoint; an immediate one only has to end.
_STEPS = ((signal.SIGINT, 4.0), (signal.SIGQUIT, 2.0), (signal.SIGKILL, 4.0))


def clear(cluster: Path, socket_file: Path) -> None:
    """Make the way free for a new server: end what still works on ``cluster``, remove files that say it does.

    PostgreSQL itself trusts a process id in ``postmaster.pid`` as long as *some* process has it: a zombie, or a
    stranger after a reboot. We hold the lock on the directory, so we know better. Raises
    :class:`EmbeddedPostgresError` when a process cannot be ended.
    """
    pid_file = cluster / "postmaster.pid"
    postmaster = living_postmaster(cluster)
    if postmaster is not None:
        _log.warning("postgres.orphan_found", pid=postmaster.pid)
        _end([postmaster], _STEPS)
    # Without their postmaster, busy backends linger and keep the shared memory; the new server would refuse to start.
    # They have nothing left to save: what was acknowledged is in the log on disk.
    children = processes_of(cluster)
    if children:
        _log.warning("postgres.leftover_processes", pids=[child.pid for child in children])
        _end(children, _STEPS[-1:])
    for stale in (pid_file, socket_file, socket_file.with_name(socket_file.name + ".lock")):
        stale.unlink(missing_ok=True)


def living_postmaster(cluster: Path) -> psutil.Process | None:
    """The live server process that ``postmaster.pid`` names, if it truly is one of this cluster."""
    try:
        pid = int((cluster / "postmaster.pid").read_text(encoding="utf-8", errors="replace").split("\n", 1)[0])
        process = psutil.Process(pid)
    except (OSError, ValueError, psutil.NoSuchProcess):
        return None
    return process if _works_in(process, cluster) else None


def processes_of(cluster: Path) -> list[psutil.Process]:
    """Every live PostgreSQL process whose working directory is ``cluster``: that is how each of them runs."""
    return [
        process
        for process in psutil.process_iter(["name"])
        if (process.info["name"] or "").startswith("postgres") and _works_in(process, cluster)
    ]


def _works_in(process: psutil.Process, cluster: Path) -> bool:
    try:
        return (
            process.status() not in (psutil.STATUS_ZOMBIE, psutil.STATUS_DEAD)
            and process.name().startswith("postgres")
            and process.cwd() == str(cluster)
        )
    except (psutil.Error, OSError):
        return False


def _end(processes: Sequence[psutil.Process], steps: Sequence[tuple[signal.Signals, float]]) -> None:
    waiting = list(processes)
    for number, patience in steps:
        for process in waiting:
            with contextlib.suppress(psutil.NoSuchProcess, psutil.AccessDenied):
                process.send_signal(number)
        deadline = time.monotonic() + patience
        while (waiting := [process for process in waiting if _alive(process)]) and time.monotonic() < deadline:
            time.sleep(_POLL)
        if not waiting:
            return
    pids = ", ".join(str(process.pid) for process in waiting)
    raise EmbeddedPostgresError(
        f"An earlier PostgreSQL server still works on this data and could not be stopped (process {pids}). "
        f"Your data is safe. End it and start again: kill {pids}"
    )


def _alive(process: psutil.Process) -> bool:
    """Alive means it can still write: a zombie cannot, and may stay for ever when its parent never reaps it."""
    try:
        return process.is_running() and process.status() not in (psutil.STATUS_ZOMBIE, psutil.STATUS_DEAD)
    except psutil.NoSuchProcess:
        return False
