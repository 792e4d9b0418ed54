"""What can go wrong with the embedded server, each with words a person can act on."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


class EmbeddedPostgresError(RuntimeError):
    """The embedded server cannot be used. ``str()`` says what happened and what to do."""


class DataDirectoryInUseError(EmbeddedPostgresError):
    """Another live process works on this data directory."""

    def __init__(self, directory: Path, pid: int | None) -> None:
        who = f"process {pid}" if pid else "another process"
        super().__init__(
            f"The data directory {directory} is in use by {who}. Nothing was changed. "
            f"Stop that process, or choose another directory with --data-dir."
        )
        self.directory = directory
        self.pid = pid


class DataDirectoryOwnerError(EmbeddedPostgresError):
    """The data directory belongs to someone else, or cannot be reached."""


class ServerDidNotStartError(EmbeddedPostgresError):
    """PostgreSQL ended, or stopped making progress, before it answered."""

    def __init__(self, reason: str, log_tail: str) -> None:
        said = f"\nIts last words:\n{log_tail}" if log_tail else ""
        super().__init__(f"{reason}{said}")
        self.log_tail = log_tail
