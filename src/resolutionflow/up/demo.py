"""Ties the demo workspace and the simulated PSA to the processes that run the product."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING

from resolutionflow.up.ready import ConnectWise, Demo, DemoUser, read_ready

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator
    from pathlib import Path

    from resolutionflow.settings import Settings

_FOLDER = "simulators"


@contextlib.asynccontextmanager
async def demo_simulator(settings: Settings, *, usual_port: bool) -> AsyncGenerator[ConnectWise]:
    """The ConnectWise simulator on loopback, its state below the data directory.

    It keeps the port it had; a new one has the usual port with `usual_port`, else a free one. A taken port is no trouble.
    RF_DEMO_SIMULATOR_URL names one that runs already (`resolutionflow sim connectwise`); then none is started.
    """
    elsewhere = settings.demo_simulator_url.rstrip("/")
    if elsewhere:
        yield ConnectWise(url=elsewhere, control_url=f"{elsewhere}/__sim")
        return
    from resolutionflow.demo import others
    from resolutionflow.demo.connectwise import DEFAULT_PORT, STATE_FILE, SimServer

    folder = settings.data_dir / _FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    remembered = folder / "connectwise.port"
    first = _remembered(remembered) or (DEFAULT_PORT if usual_port else 0)
    server = SimServer(port=first, state_file=folder / STATE_FILE)
    try:
        await asyncio.to_thread(server.start)
    except OSError:
        server = SimServer(port=0, state_file=folder / STATE_FILE)
        await asyncio.to_thread(server.start)
    remembered.write_text(f"{server.port}\n", encoding="ascii")
    try:
        yield ConnectWise(url=server.url, control_url=server.control_url)
    finally:
        await others.stop()
        await asyncio.to_thread(server.stop)


def _remembered(path: Path) -> int:
    try:
        return int(path.read_text(encoding="ascii"))
    except (OSError, ValueError):
        return 0


def demo_people() -> Demo:
    """Who may sign in to the demo workspace; all share one password."""
    from resolutionflow.demo.seed import people
    from resolutionflow.demo.sign_in import EMAIL, PASSWORD

    users = tuple(DemoUser(person.email, person.name, person.role, PASSWORD) for person in people())
    return Demo(email=EMAIL, password=PASSWORD, users=users)


def running_simulator(data_dir: Path, pid: int | None) -> str:
    """The address of the simulator that process `pid` runs; without one its kept state is removed, and the answer is empty."""
    from resolutionflow.demo.connectwise import STATE_FILE

    ready = read_ready(data_dir / "ready.json", pid=pid) if pid else None
    if ready is None or ready.connectwise is None:
        (data_dir / _FOLDER / STATE_FILE).unlink(missing_ok=True)
        return ""
    return ready.connectwise.url
