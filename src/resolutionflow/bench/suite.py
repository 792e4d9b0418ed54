"""Tests that are a bench when they are given more to do: run with a number in the environment, their figures read from a file."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).parents[3]
VENDORS = ("connectwise", "halopsa", "autotask")


def play(tests: str, environment: Mapping[str, int], *, only: str = "") -> dict[str, object]:
    """Run `tests`, of one vendor or of all, in order. `failed` counts tests; figures by the name they were told under."""
    started = time.perf_counter()
    command = [sys.executable, "-m", "pytest", "-q", "-n", "0", "-p", "no:randomly", tests]
    with tempfile.TemporaryDirectory() as folder:
        told = Path(folder) / "figures"
        told.touch()
        done = subprocess.run(
            [*command, *(["-k", only] if only else [])],
            cwd=ROOT,
            env={**os.environ, "RF_FIGURES": str(told), **{name: str(value) for name, value in environment.items()}},
            capture_output=True,
            text=True,
            check=False,
        )
        lines = told.read_text(encoding="utf-8").splitlines()
    if done.returncode:
        print(done.stdout[-6000:], file=sys.stderr)
    counted = {word: int(number) for number, word in re.findall(r"(\d+) (passed|failed)", done.stdout)}
    figures: dict[str, object] = {}
    for line in lines:
        figures |= json.loads(line)
    return {
        "load average at the end": round(os.getloadavg()[0], 1),
        **figures,
        "passed": counted.get("passed", 0),
        "failed": counted.get("failed", 0) or int(done.returncode != 0),
        "seconds": round(time.perf_counter() - started, 1),
    }


def chosen(**vendors: int) -> str:
    """The vendors that were asked for, as pytest's `-k` takes them; empty for all."""
    return " or ".join(name for name in VENDORS if vendors.get(name))
