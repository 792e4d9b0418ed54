"""The fault suite of the PSA writes at length: the tests themselves, with as many runs for each vendor as asked."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parents[3]
SUITE = "tests/psa/faults"


def run(runs: int = 200) -> dict[str, object]:
    """Play `runs` cases on each vendor. `failed` is how many vendors wrote something twice or not at all."""
    started = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-n", "0", "-p", "no:randomly", SUITE],
        cwd=ROOT,
        env={**os.environ, "RF_FAULT_RUNS": str(runs)},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        print(done.stdout[-6000:], file=sys.stderr)
    counted = {word: int(number) for number, word in re.findall(r"(\d+) (passed|failed)", done.stdout)}
    return {
        "runs_each": runs,
        "passed": counted.get("passed", 0),
        "failed": counted.get("failed", 0) or int(done.returncode != 0),
        "seconds": round(time.perf_counter() - started, 1),
    }
