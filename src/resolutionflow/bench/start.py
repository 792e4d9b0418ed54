"""P15: how long `resolutionflow up` takes to be ready, and what its server process holds in memory then.

First time: an empty data directory (database made, migrated, demo workspace seeded). Warm: the same directory again.
Both from process start to the ready file, bytecode and page cache warm; installing and building are not in it.
"""

from __future__ import annotations

import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

import psutil

_WITHIN = 120.0


def run(rounds: int = 5) -> dict[str, object]:
    """Measure; seconds and MB."""
    first: list[float] = []
    warm: list[float] = []
    stop: list[float] = []
    memory: list[float] = []
    bare = [_bare() for _ in range(rounds)]
    with tempfile.TemporaryDirectory(prefix="rf-start-") as folder:
        for number in range(rounds):
            data = Path(folder) / str(number)
            data.mkdir()
            for seconds in (first, warm):
                ready, stopped, resident = _once(data)
                seconds.append(ready)
                stop.append(stopped)
            memory.append(resident)
            print(
                f"round {number + 1}: first {first[-1]:.2f} s, warm {warm[-1]:.2f} s, {memory[-1]:.0f} MB", flush=True
            )
    return {
        "first_s": round(statistics.median(first), 2),
        "warm_s": round(statistics.median(warm), 2),
        "warm_worst_s": round(max(warm), 2),
        "stop_worst_s": round(max(stop), 2),
        "rss_idle_mb": round(statistics.median(memory)),
        "bare_interpreter_s": round(statistics.median(bare), 3),
        "rounds": rounds,
    }


def _bare() -> float:
    """What starting the interpreter with the same libraries costs at least: the measure of this machine."""
    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", "import fastapi, sqlalchemy.ext.asyncio, asyncpg, uvicorn"], check=True)
    return time.perf_counter() - began


def _once(data: Path) -> tuple[float, float, float]:
    """Start and stop once: seconds to ready, seconds to stop, resident MB of the server process when idle."""
    ready = data / "ready-file.json"
    ready.unlink(missing_ok=True)
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    began = time.perf_counter()
    process = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "resolutionflow",
            "up",
            "--data-dir",
            str(data),
            "--port",
            "0",
            "--ready-file",
            str(ready),
        ],
        stdout=subprocess.DEVNULL,
        env=environment,
    )
    try:
        while not ready.exists():
            if process.poll() is not None or time.perf_counter() - began > _WITHIN:
                message = "up did not become ready"
                raise RuntimeError(message)
            time.sleep(0.005)
        seconds = time.perf_counter() - began
        url = json.loads(ready.read_text(encoding="utf-8"))["url"]
        for _ in range(20):
            urllib.request.urlopen(f"{url}/readyz", timeout=10).close()
        resident = psutil.Process(process.pid).memory_info().rss / 1e6
    finally:
        stopping = time.perf_counter()
        process.send_signal(signal.SIGINT)
        process.wait(20)
    return seconds, time.perf_counter() - stopping, resident
