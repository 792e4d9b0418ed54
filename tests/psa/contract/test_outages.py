"""A PSA that is away for a while, or refuses our keys: what waits finishes when it may, once."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from resolutionflow.psa.connections import create_connection, rotate
from resolutionflow.psa.repository import Connection
from resolutionflow.psa.writeback.engine import run_write
from resolutionflow.psa.writeback.planning import WriteRequest
from resolutionflow.services import Services
from resolutionflow.settings import Settings
from tests.psa.contract.harness import Harness
from tests.psa.support import run_until_settled
from tests.psa.writes import loaded, store
from tests.support.world import World

pytestmark = pytest.mark.anyio

WORDS = "The stored credential was removed."
# As if its waits had passed.
LATER = text("UPDATE psa_writes SET next_attempt_at = clock_timestamp() WHERE state = 'waiting'")
TOLD = text(
    "SELECT count(*) FROM live_events WHERE kind = 'psa.connection.changed' AND payload->>'status' = 'auth_failed'"
)


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Nothing hangs here, so a busy machine may take its time; the waits are driven."""
    return settings.model_copy(update={"psa_timeout_scale": 1.0, "psa_retry_scale": 0.001})


@pytest.fixture
async def connection(services: Services, harness: Harness, world: World) -> Connection:
    return await create_connection(services, world.a.id, name="The PSA", sign_in=harness.sign_in)


async def test_ten_minutes_away_and_the_note_finishes_by_itself(
    services: Services, connection: Connection, harness: Harness, world: World
) -> None:
    person, scene = world.a["engineer"], harness.scene()
    write_id = await store(services, person, WriteRequest("note", scene.ticket, markdown=WORDS, visibility="internal"))
    harness.control.fault("503", times=0)
    # 5 s, 20 s, 1 min, 5 min and 15 min after the one before: the fifth comes after ten minutes.
    for attempt in range(1, 5):
        await run_write(services, world.a.id, write_id)
        write = await loaded(services, person, write_id)
        assert (write.state, write.attempts) == ("waiting", attempt)
        async with services.db.system() as session:
            await session.execute(LATER)
    assert not [one for one in harness.notes(scene.ticket) if WORDS in one.text]
    harness.control.clear_faults()
    assert await run_until_settled(services, world.a.id, write_id) == "done"
    assert len([one for one in harness.notes(scene.ticket) if WORDS in one.text]) == 1


async def test_refused_keys_block_tell_once_and_new_ones_finish_it(
    services: Services, connection: Connection, harness: Harness, world: World
) -> None:
    person, scene = world.a["engineer"], harness.scene()
    requests = [WriteRequest("note", scene.ticket, markdown=f"{WORDS} {n}", visibility="internal") for n in range(3)]
    write_ids = [await store(services, person, request) for request in requests]
    harness.control.fault("401", times=0)
    for write_id in write_ids:
        await run_write(services, world.a.id, write_id)
        write = await loaded(services, person, write_id)
        assert (write.state, (write.problem or {})["kind"]) == ("blocked", "auth")
    async with services.db.system() as session:
        assert (await session.execute(TOLD)).scalar_one() == 1
    harness.control.clear_faults()
    await rotate(services, world.a["admin"].subject, connection.id, harness.sign_in.secrets)
    assert [(await loaded(services, person, write_id)).state for write_id in write_ids] == ["queued"] * 3
    # Those that never began go before the one that was tried.
    for write_id in reversed(write_ids):
        assert await run_until_settled(services, world.a.id, write_id) == "done"
    assert len([one for one in harness.notes(scene.ticket) if WORDS in one.text]) == 3
