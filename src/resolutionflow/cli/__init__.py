"""The command ``resolutionflow``. Thin: each verb reads its options and calls the part that does the work.

Whatever is slow to import is imported inside a command, so that ``--help`` is quick.
Exit codes: 0 done, 1 failed with a reason on stderr, 2 wrong usage, 130 interrupted.
"""

from __future__ import annotations

from resolutionflow.cli.app import app

__all__ = ["app"]
