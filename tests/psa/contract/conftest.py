"""Every test of the contract runs once for each vendor."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest

from resolutionflow.kit.http import GuardedClient
from resolutionflow.psa.access import http_options
from resolutionflow.psa.cache import BareShelf
from resolutionflow.psa.connections import SignIn
from resolutionflow.psa.providers.contract import Bases, PsaProvider
from resolutionflow.psa.providers.vendor import Opening, Vendor
from resolutionflow.settings import Settings
from tests.psa.contract.harness import Harness, Scene
from tests.psa.contract.vendors import HARNESSES


@pytest.fixture(scope="session", params=HARNESSES, ids=lambda kind: kind.name)
def running(request: pytest.FixtureRequest) -> Iterator[Harness]:
    kind: type[Harness] = request.param
    harness = kind.start()
    yield harness
    harness.stop()


@pytest.fixture
def harness(running: Harness) -> Harness:
    running.reset()
    return running


@pytest.fixture
def scene(harness: Harness) -> Scene:
    return harness.scene()


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Time-outs below a second, so that a hanging PSA does not hold the tests up."""
    return settings.model_copy(update={"psa_timeout_scale": 0.04})


@pytest.fixture
async def provider(harness: Harness, settings: Settings) -> AsyncIterator[PsaProvider]:
    """A provider straight on the simulator, without a database."""
    async with GuardedClient(http_options(settings)) as client:
        yield await open_on(harness.vendor, harness.sign_in, client)


async def open_on(vendor: Vendor, sign_in: SignIn, client: GuardedClient) -> PsaProvider:
    return await vendor.open(Opening(client, sign_in.config, sign_in.secrets, None, BareShelf(), _stays))


async def _stays(bases: Bases) -> None:
    """Nobody remembers where the provider moved to."""
