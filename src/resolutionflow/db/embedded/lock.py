"""One process per data directory.

The truth is an advisory lock of the operating system: it ends with its holder, however that dies, and cannot be
mistaken by a reused process id. The file's text only lets the next process say *who* holds it.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import time
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, cast

import psutil

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds a lock: process id, when that process began (seconds since the epoch), its address once it serves."""

    pid: int
    started: float
    url: str | None = None


class DirectoryLock:
    """An exclusive lock on ``path``, held until :meth:`release` or the end of this process."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._fd: int | None = None

    @property
    def held(self) -> bool:
        """Whether this object holds the lock."""
        return self._fd is not None

    def acquire(self, *, wait: float = 0.0) -> bool:
        """Take the lock; False when someone else still has it after ``wait`` seconds."""
        fd = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        deadline = time.monotonic() + wait
        while True:
            try:
                fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() < deadline:
                    time.sleep(0.02)
                    continue
                os.close(fd)
                return False
            except OSError:
                os.close(fd)
                raise
            self._fd = fd
            self.describe()
            return True

    def describe(self, *, url: str | None = None) -> None:
        """Write who holds the lock, so that others can name it."""
        if self._fd is None:
            return
        holder = Holder(pid=os.getpid(), started=psutil.Process().create_time(), url=url)
        text = json.dumps(asdict(holder)).encode()
        os.ftruncate(self._fd, 0)
        os.pwrite(self._fd, text, 0)

    def release(self) -> None:
        """Give the lock back. The file stays: removing it would let two processes lock two different files."""
        if self._fd is None:
            return
        fd, self._fd = self._fd, None
        with contextlib.suppress(OSError):
            os.ftruncate(fd, 0)
        os.close(fd)

    def holder(self) -> Holder | None:
        """Who the file names. None when nobody, or when the text cannot be read."""
        try:
            data: Any = json.loads(self._path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None
        if not isinstance(data, dict):
            return None
        fields = cast("dict[str, Any]", data)
        pid, started, url = fields.get("pid"), fields.get("started"), fields.get("url")
        if not isinstance(pid, int) or not isinstance(started, (int, float)):
            return None
        return Holder(pid=pid, started=float(started), url=url if isinstance(url, str) else None)
