"""PostgreSQL run by the product itself: from a wheel, on a private socket, kept alive by a supervisor.

Start one with :class:`EmbeddedPostgres`; everything else here is its parts.
"""

from resolutionflow.db.embedded.errors import (
    DataDirectoryInUseError,
    DataDirectoryOwnerError,
    EmbeddedPostgresError,
    ServerDidNotStartError,
)
from resolutionflow.db.embedded.lock import DirectoryLock, Holder
from resolutionflow.db.embedded.server import EmbeddedPostgres

__all__ = [
    "DataDirectoryInUseError",
    "DataDirectoryOwnerError",
    "DirectoryLock",
    "EmbeddedPostgres",
    "EmbeddedPostgresError",
    "Holder",
    "ServerDidNotStartError",
]
