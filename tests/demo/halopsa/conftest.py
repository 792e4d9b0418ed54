"""One simulated HaloPSA for the module tests over real HTTP, put back to the demo world before each test."""

from __future__ import annotations

from collections.abc import Iterator

import httpx2
import pytest

from resolutionflow.demo.halopsa import SimServer
from resolutionflow.demo.world import World
from tests.demo.conftest import NOON
from tests.demo.halopsa.client import HaloClient


@pytest.fixture(scope="session")
def halo_server(world: World) -> Iterator[SimServer]:
    with SimServer(world) as server:
        yield server


@pytest.fixture
def halo(halo_server: SimServer) -> Iterator[HaloClient]:
    with httpx2.Client(base_url=halo_server.url, timeout=5) as http:
        client = HaloClient(http, halo_server.credentials)
        client.control("reset")
        client.control("clock", {"now": NOON.isoformat()})
        yield client
