"""One simulator for the module tests over real HTTP, put back to the demo world before each test."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import httpx2
import pytest

from resolutionflow.demo.connectwise import SimServer
from resolutionflow.demo.world import World, load
from tests.demo.client import SimClient

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def world() -> World:
    return load(NOON)


@pytest.fixture(scope="session")
def simulator(world: World) -> Iterator[SimServer]:
    with SimServer(world) as server:
        yield server


@pytest.fixture
def sim(simulator: SimServer) -> Iterator[SimClient]:
    with httpx2.Client(base_url=simulator.url, timeout=5) as http:
        client = SimClient(http, simulator.credentials)
        client.control("reset")
        client.control("clock", {"now": NOON.isoformat()})
        yield client
