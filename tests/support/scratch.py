"""Where tests keep databases: in memory, where there is plenty. A copy of the template is a thousand small files."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

MEMORY = Path("/dev/shm")
ENOUGH = 4 * 1024**3


def scratch_root() -> Path:
    """A folder in memory with room enough, else the usual one for temporary files."""
    if MEMORY.is_dir() and shutil.disk_usage(MEMORY).free >= ENOUGH:
        return MEMORY
    return Path(tempfile.gettempdir())
