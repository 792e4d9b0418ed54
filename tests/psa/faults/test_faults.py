"""Kinds of writes, kinds of trouble, moments of death: at most one note, one time entry, one ticket; and it is there in the end.

`./rf bench psa-faults --runs N` plays more of them; here it is a fixed share.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator

import pytest
from sqlalchemy import text

from resolutionflow.psa.access import open_provider
from resolutionflow.psa.connections import create_connection
from resolutionflow.services import Services
from resolutionflow.settings import Settings
from tests.psa.contract.harness import Harness
from tests.psa.contract.vendors import HARNESSES
from tests.psa.faults.desk import Desk
from tests.psa.faults.plan import FAULTS, KILLS, OPERATIONS, share, table
from tests.psa.writes import hooked
from tests.support.world import World

pytestmark = pytest.mark.anyio

RUNS = int(os.environ.get("RF_FAULT_RUNS", "20"))


@pytest.fixture(scope="module", params=HARNESSES, ids=lambda kind: kind.name)
def harness(request: pytest.FixtureRequest) -> Iterator[Harness]:
    kind: type[Harness] = request.param
    running = kind.start()
    yield running
    running.stop()


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Waits and time-outs of a fraction of a second."""
    return settings.model_copy(update={"psa_timeout_scale": 0.04, "psa_retry_scale": 0.02})


@pytest.fixture
async def desk(services: Services, world: World, harness: Harness) -> AsyncIterator[Desk]:
    """Account A connected to the vendor; its engineer is the scene's member."""
    harness.reset()
    scene, engineer = harness.scene(), world.a["engineer"]
    connection = await create_connection(services, world.a.id, name="The PSA", sign_in=harness.sign_in)
    async with services.db.transaction(world.a.id) as session:
        await session.execute(
            text(
                "INSERT INTO psa_member_mappings (id, account_id, connection_id, user_id, member_id, member_name, matched_by)"
                " VALUES (gen_random_uuid(), :account, :connection, :user, :member, 'Somebody', 'manual')"
            ),
            {"account": world.a.id, "connection": connection.id, "user": engineer.id, "member": scene.member},
        )
    with hooked():
        yield Desk(services, engineer, connection, harness, scene)


async def test_nothing_is_written_twice_and_everything_arrives(
    desk: Desk, services: Services, monkeypatch: pytest.MonkeyPatch, record_property: Callable[[str, object], None]
) -> None:
    async with open_provider(services, desk.connection) as provider:
        additional = provider.capabilities.additional_assignees
    cases = [case for case in share(RUNS) if additional or case.kind != "join"]
    counted: Counter[str] = Counter()
    for case in cases:
        await desk.play(case, monkeypatch)
        counted.update([case.kind, f"fault {case.fault}", f"killed {case.kill}"])
    record_property("combinations", len(set(cases)))
    assert sum(counted[kind] for kind in OPERATIONS) == len(cases)
    assert all(counted[f"fault {fault}"] for fault in FAULTS)
    assert all(counted[f"killed {kill}"] for kill in KILLS)


def test_the_table_holds_every_combination() -> None:
    cases = table()
    assert len({(case.kind, case.operation, case.fault, case.kill) for case in cases}) == len(cases)
    assert len(cases) == sum(map(len, OPERATIONS.values())) * len(FAULTS) * len(KILLS)
    assert {case.kind for case in share(20)} == set(OPERATIONS)
