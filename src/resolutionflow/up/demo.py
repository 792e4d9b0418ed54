"""Ties the demo workspace and the simulated PSA to `up`."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING

from resolutionflow.up.ready import ConnectWise, Demo, DemoUser

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from resolutionflow.db.session import DatabaseUrls
    from resolutionflow.settings import Settings


@contextlib.asynccontextmanager
async def demo_simulator(settings: Settings) -> AsyncIterator[ConnectWise | None]:
    """The ConnectWise simulator on loopback, its state below the data directory."""
    from resolutionflow.demo.connectwise import STATE_FILE, SimServer

    settings.data_dir.mkdir(parents=True, exist_ok=True)
    server = await asyncio.to_thread(SimServer, state_file=settings.data_dir / STATE_FILE)
    await asyncio.to_thread(server.start)
    try:
        yield ConnectWise(url=server.url, control_url=server.control_url)
    finally:
        await asyncio.to_thread(server.stop)


def demo_people() -> Demo | None:
    """Who may sign in to the demo workspace."""
    from resolutionflow.demo.seed import people
    from resolutionflow.demo.sign_in import EMAIL, PASSWORD

    users = tuple(DemoUser(person.email, person.name, person.role, PASSWORD) for person in people())
    return Demo(email=EMAIL, password=PASSWORD, users=users)


async def seed_workspace(
    settings: Settings, urls: DatabaseUrls, *, connectwise: ConnectWise | None = None, reset: bool = False
) -> bool:
    """Make the demo workspace when there is none, or anew with `reset`. True when it was made."""
    from resolutionflow.app import make_services
    from resolutionflow.demo.seed import seed_demo

    services = make_services(settings, urls)
    try:
        return await seed_demo(services, connectwise.url if connectwise else None, reset=reset)
    finally:
        await services.db.close()
