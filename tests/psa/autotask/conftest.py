"""A provider straight on the simulated Autotask, without a database."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass, field

import pytest

from resolutionflow.kit.http import GuardedClient
from resolutionflow.psa.access import http_options
from resolutionflow.psa.cache import BareShelf
from resolutionflow.psa.providers.autotask.provider import AutotaskProvider
from resolutionflow.psa.providers.autotask.vendor import open_autotask
from resolutionflow.psa.providers.contract import Bases
from resolutionflow.psa.providers.vendor import Opening
from resolutionflow.settings import Settings
from tests.psa.contract.autotask import AutotaskHarness
from tests.psa.contract.harness import Scene

Opened = Callable[..., Awaitable[AutotaskProvider]]


@pytest.fixture(scope="session")
def running() -> Iterator[AutotaskHarness]:
    harness = AutotaskHarness.start()
    yield harness
    harness.stop()


@pytest.fixture
def at(running: AutotaskHarness) -> AutotaskHarness:
    running.reset()
    return running


@pytest.fixture
def scene(at: AutotaskHarness) -> Scene:
    return at.scene()


@dataclass
class Desk:
    """Providers over one client and one shelf, and where they said they moved to."""

    client: GuardedClient
    at: AutotaskHarness
    shelf: BareShelf = field(default_factory=BareShelf)
    moved: list[Bases] = field(default_factory=list[Bases])

    async def open(self, *, bases: Bases | None = None, background: bool = False) -> AutotaskProvider:
        async def note(fresh: Bases) -> None:
            self.moved.append(fresh)

        known = self.at.sign_in
        return await open_autotask(
            Opening(self.client, known.config, known.secrets, bases, self.shelf, note, background=background)
        )


@pytest.fixture
async def desk(at: AutotaskHarness, settings: Settings) -> AsyncIterator[Desk]:
    async with GuardedClient(http_options(settings)) as client:
        yield Desk(client, at)


@pytest.fixture
async def provider(desk: Desk) -> AutotaskProvider:
    return await desk.open()
