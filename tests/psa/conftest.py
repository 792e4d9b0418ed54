"""A simulated ConnectWise over real HTTP, and an account that is connected to it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest
from sqlalchemy import text

from resolutionflow.demo.connectwise import SimServer
from resolutionflow.kit.http import GuardedClient
from resolutionflow.psa.access import http_options
from resolutionflow.psa.cache import BareShelf
from resolutionflow.psa.connections import create_connection
from resolutionflow.psa.providers.connectwise.provider import ConnectWiseProvider
from resolutionflow.psa.providers.connectwise.vendor import open_connectwise
from resolutionflow.psa.providers.contract import Bases
from resolutionflow.psa.providers.vendor import Opening
from resolutionflow.psa.repository import Connection
from resolutionflow.services import Services
from resolutionflow.settings import Settings
from tests.psa.support import Sim, outbox_running
from tests.support.world import World


@pytest.fixture(scope="session")
def simulator() -> Iterator[SimServer]:
    with SimServer() as server:
        yield server


@pytest.fixture
def sim(simulator: SimServer) -> Iterator[Sim]:
    """The simulator with its demo world untouched and no faults."""
    control = Sim(simulator)
    control.reset()
    yield control
    control.close()


@pytest.fixture
async def provider(sim: Sim, settings: Settings) -> AsyncIterator[ConnectWiseProvider]:
    """A provider straight on the simulator, without a database."""
    async with GuardedClient(http_options(settings)) as client:
        known = sim.sign_in
        yield await open_connectwise(Opening(client, known.config, known.secrets, None, BareShelf(), stays))


async def stays(bases: Bases) -> None:
    """Nobody remembers where the provider moved to."""


@pytest.fixture
async def connection(services: Services, sim: Sim, world: World) -> Connection:
    """Account A connected to the simulator; its engineer is the member Kit Tarrow."""
    found = await create_connection(services, world.a.id, name="ConnectWise", sign_in=sim.sign_in)
    await map_member(services, world, found, "engineer", "ktarrow")
    sim.forget_requests()
    return found


async def map_member(services: Services, world: World, connection: Connection, person: str, login: str) -> None:
    from resolutionflow.psa.access import open_provider

    async with open_provider(services, connection) as provider:
        member = next(member for member in await provider.list_members() if member.identifier == login)
    async with services.db.transaction(world.a.id) as session:
        await session.execute(
            text(
                "INSERT INTO psa_member_mappings (id, account_id, connection_id, user_id, member_id, member_name, matched_by)"
                " VALUES (gen_random_uuid(), :account, :connection, :user, :member, :name, 'manual')"
            ),
            {
                "account": world.a.id,
                "connection": connection.id,
                "user": world.a[person].id,
                "member": member.id,
                "name": member.name,
            },
        )


@pytest.fixture
async def outbox(services: Services) -> AsyncIterator[None]:
    """The worker's part for writes runs while the test does."""
    async with outbox_running(services):
        yield
