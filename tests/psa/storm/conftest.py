"""One vendor's simulator, an account connected to it with real commits, and how many writes there are to be."""

from __future__ import annotations

import gc
import json
import os
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from resolutionflow.app import make_services
from resolutionflow.db.session import DatabaseUrls
from resolutionflow.psa.access import open_provider
from resolutionflow.psa.connections import create_connection
from resolutionflow.registry import import_jobs
from resolutionflow.services import Services
from resolutionflow.settings import Settings
from tests.psa.contract.autotask import AutotaskHarness
from tests.psa.contract.harness import Harness
from tests.psa.contract.vendors import HARNESSES
from tests.psa.storm import replicas
from tests.psa.storm.storm import Storm
from tests.psa.storm.traffic import Traffic
from tests.support.world import World

FIGURES = "RF_FIGURES"
Started = Callable[[int], AbstractAsyncContextManager[None]]


@pytest.fixture(scope="package", params=HARNESSES, ids=lambda kind: kind.name)
def harness(request: pytest.FixtureRequest) -> Iterator[Harness]:
    kind: type[Harness] = request.param
    # Ten thousand writes are more than an hour's calls of Autotask; its threads are what is looked at here.
    running = AutotaskHarness(hourly=100_000_000) if kind is AutotaskHarness else kind.start()
    yield running
    running.stop()


@dataclass
class Office:
    """The services of the person who writes, and the workers that send."""

    services: Services
    workers: Started
    changed: dict[str, Any] = field(default_factory=dict[str, Any])


def figures(vendor: str, found: dict[str, Any]) -> None:
    """Hand the figures to the bench that started the test, if one did."""
    if path := os.environ.get(FIGURES):
        with Path(path).open("a", encoding="utf-8") as file:
            file.write(json.dumps({vendor: found}) + "\n")


@pytest.fixture
def scales() -> dict[str, float]:
    """How short time-outs and waits are."""
    return {"psa_timeout_scale": 0.15, "psa_retry_scale": 0.01}


@pytest.fixture
async def office(settings: Settings, scales: dict[str, float], own_urls: DatabaseUrls) -> AsyncIterator[Office]:
    """Replicas within this process, or processes of their own at full size."""
    import_jobs()
    own = settings.model_copy(update=scales)
    services = make_services(own, own_urls)
    told: dict[str, Any] = {
        **scales,
        "data_dir": str(own.data_dir),
        "secret_key": own.secret_key.get_secret_value(),
        "demo": False,
        "psa_allow_loopback": True,
        "job_heartbeat_timeout": own.job_heartbeat_timeout,
        "job_poll_interval": own.job_poll_interval,
    }

    def workers(count: int) -> AbstractAsyncContextManager[None]:
        if FIGURES in os.environ:
            return replicas.processes(told, own_urls, count)
        return replicas.within(own, own_urls, count)

    await services.bus.start()
    yield Office(services, workers)
    await services.models.aclose()
    await services.bus.stop()
    await services.db.close()
    gc.collect()


@pytest.fixture
async def storm(office: Office, world: World, harness: Harness) -> AsyncIterator[Storm]:
    """The engineer of account A, who is the scene's member, ready to write."""
    harness.reset()
    services, scene, engineer = office.services, harness.scene(), world.a["engineer"]
    connection = await create_connection(services, world.a.id, name="The PSA", sign_in=harness.sign_in)
    async with services.db.transaction(world.a.id) as session:
        await session.execute(
            text(
                "INSERT INTO psa_member_mappings (id, account_id, connection_id, user_id, member_id, member_name, matched_by)"
                " VALUES (gen_random_uuid(), :account, :connection, :user, :member, 'Somebody', 'manual')"
            ),
            {"account": world.a.id, "connection": connection.id, "user": engineer.id, "member": scene.member},
        )
    async with open_provider(services, connection) as provider:
        yield Storm(services, engineer, connection, harness, scene, provider, Traffic(harness.name))
