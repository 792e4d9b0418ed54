"""The product under test as processes that can be killed one by one."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import httpx2
import psutil

from resolutionflow.db.bootstrap import RolePasswords, urls_for
from resolutionflow.db.embedded import EmbeddedPostgres
from resolutionflow.up.processes import DATABASE

_START_WITHIN = 60.0


class Product:
    """`up` on `data` with its demo workspace on the PSA at `simulator`, and one more worker beside it."""

    def __init__(self, data: Path, simulator: str) -> None:
        data.mkdir(parents=True)
        self._data = data
        self._ready = data / "ready-file.json"
        self._log = (data.parent / "output.log").open("ab")
        self._app: subprocess.Popen[bytes] | None = None
        self._worker: subprocess.Popen[bytes] | None = None
        self._environment = {
            **{name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"},
            "RF_DEMO_SIMULATOR_URL": simulator,
            "RF_PSA_ALLOW_LOOPBACK": "true",
            # The load is not a person's; everything else is as shipped.
            "RF_TURNS_PER_MINUTE": "100000",
            "RF_PREVIEWS_PER_MINUTE": "100000",
            "RF_PROMOTIONS_PER_MINUTE": "100000",
        }
        self.url = ""
        self.people: list[dict[str, Any]] = []

    async def start(self) -> None:
        """Start everything and wait until it is ready."""
        await self.start_app()
        self.start_worker()

    async def start_app(self) -> None:
        """Start `up`; returns when its ready file is there."""
        self._ready.unlink(missing_ok=True)
        # The clients keep their address: the port stays the same over restarts.
        port = self.url.rsplit(":", 1)[1] if self.url else "0"
        self._app = subprocess.Popen(
            self._command("up", "--port", port, "--ready-file", str(self._ready)),
            stdout=self._log,
            stderr=self._log,
            env=self._environment,
            start_new_session=True,
        )
        deadline = time.monotonic() + _START_WITHIN
        while not self._ready.exists():
            if self._app.poll() is not None or time.monotonic() > deadline:
                message = f"up did not start: {Path(self._log.name).read_text()[-2000:]}"
                raise RuntimeError(message)
            await asyncio.sleep(0.02)
        ready = json.loads(self._ready.read_text(encoding="utf-8"))
        self.url = ready["url"]
        self.people = ready["demo"]["users"]

    def start_worker(self) -> None:
        """Start the second worker, through the embedded server's socket."""
        urls = urls_for(EmbeddedPostgres(self._data).superuser_dsn, DATABASE, RolePasswords())
        addresses = {
            "RF_DATABASE_OWNER_URL": urls.owner,
            "RF_DATABASE_APP_URL": urls.app,
            "RF_DATABASE_SYSTEM_URL": urls.system,
        }
        self._worker = subprocess.Popen(
            self._command("worker"),
            stdout=self._log,
            stderr=self._log,
            env={**self._environment, **addresses},
            start_new_session=True,
        )

    def _command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "resolutionflow", *arguments, "--data-dir", str(self._data)]

    def kill_app(self) -> None:
        """Kill -9 of server and in-process worker; PostgreSQL is left to notice by itself."""
        _kill(self._app)

    def kill_worker(self) -> None:
        """Kill -9 of the second worker."""
        _kill(self._worker)

    def kill_postmaster(self) -> None:
        """Kill -9 of the database's main process; its supervisor has to notice."""
        pid = int((self._data / "postgres" / "postmaster.pid").read_text(encoding="utf-8").split("\n", 1)[0])
        psutil.Process(pid).kill()

    def kill_tree(self) -> None:
        """Kill -9 of everything at once, as a machine that loses power."""
        family = (
            [psutil.Process(self._app.pid), *psutil.Process(self._app.pid).children(recursive=True)]
            if self._app
            else []
        )
        for process in family:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()
        _kill(self._app)
        _kill(self._worker)

    async def wait_ready(self, *, within: float) -> None:
        """Return when `/readyz` is 200 twice in a row with 200 ms between: a dying database may still answer once."""
        deadline = time.monotonic() + within
        good = 0
        async with httpx2.AsyncClient(timeout=3) as client:
            while good < 2:
                try:
                    good = good + 1 if (await client.get(f"{self.url}/readyz")).status_code == 200 else 0
                except httpx2.HTTPError:
                    good = 0
                if time.monotonic() > deadline:
                    message = f"not ready within {within} s"
                    raise RuntimeError(message)
                await asyncio.sleep(0.2 if good else 0.05)

    async def stop(self) -> None:
        """End everything in order."""
        for process in (self._worker, self._app):
            if process is not None and process.poll() is None:
                process.terminate()
                await asyncio.to_thread(process.wait, 20)
        self._log.close()


def _kill(process: subprocess.Popen[bytes] | None) -> None:
    if process is not None:
        process.kill()
        process.wait()
