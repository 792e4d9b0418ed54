"""A simulated HaloPSA over real HTTP, and a provider straight on it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime

import pytest

from resolutionflow.demo.halopsa import SimServer
from resolutionflow.demo.world import load
from resolutionflow.kit.http import GuardedClient
from resolutionflow.psa.access import http_options
from resolutionflow.psa.cache import BareShelf
from resolutionflow.psa.providers.contract import Bases
from resolutionflow.psa.providers.halopsa.provider import HaloProvider
from resolutionflow.psa.providers.halopsa.vendor import open_halopsa
from resolutionflow.psa.providers.vendor import Opening
from resolutionflow.settings import Settings
from tests.psa.support import Control


class Halo(Control):
    """The simulator's control interface, and how to sign in."""

    def __init__(self, server: SimServer) -> None:
        super().__init__(server.control_url)
        self.server = server

    def opening(self, client: GuardedClient, **changed: str) -> Opening:
        known = self.server.credentials
        config = {"site": self.server.url, "tenant": known.tenant, "client_id": known.client_id}
        secrets = {"client_secret": known.client_secret}
        config = {name: changed.get(name, value) for name, value in config.items()}
        secrets = {name: changed.get(name, value) for name, value in secrets.items()}
        return Opening(client, config, secrets, None, BareShelf(), _stays)

    def switch(self, **values: bool) -> None:
        self._call("POST", "switches", values)

    def clock(self, **values: object) -> None:
        self._call("POST", "clock", values)


async def _stays(bases: Bases) -> None:
    """Nobody remembers where the provider moved to."""


@pytest.fixture(scope="session")
def halo_server() -> Iterator[SimServer]:
    with SimServer(load(datetime.now(UTC))) as server:
        yield server


@pytest.fixture
def halo(halo_server: SimServer) -> Iterator[Halo]:
    control = Halo(halo_server)
    control.reset()
    yield control
    control.close()


@pytest.fixture
async def client(settings: Settings) -> AsyncIterator[GuardedClient]:
    async with GuardedClient(http_options(settings.model_copy(update={"psa_timeout_scale": 0.04}))) as found:
        yield found


@pytest.fixture
async def halo_provider(halo: Halo, client: GuardedClient) -> HaloProvider:
    return await open_halopsa(halo.opening(client))
