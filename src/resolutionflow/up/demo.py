"""Ties the demo workspace and the simulated PSA to `up`."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from resolutionflow.up.ready import ConnectWise, Demo

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from resolutionflow.db.session import DatabaseUrls
    from resolutionflow.settings import Settings


@contextlib.asynccontextmanager
async def demo_simulator(settings: Settings) -> AsyncIterator[ConnectWise | None]:
    """The ConnectWise simulator on loopback, its state below the data directory."""
    yield None


def demo_people() -> Demo | None:
    """Who may sign in to the demo workspace."""
    return None


async def seed_workspace(
    settings: Settings, urls: DatabaseUrls, *, connectwise: ConnectWise | None = None, reset: bool = False
) -> bool:
    """Make the demo workspace when there is none, or anew with `reset`. True when it was made."""
    return False
