"""Whatever goes wrong and whenever the worker dies: exactly one note, one status, one confirmation."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import text

from resolutionflow.psa.providers.connectwise.provider import ConnectWiseProvider
from resolutionflow.psa.repository import Connection
from resolutionflow.psa.writeback.engine import Run, run_write
from resolutionflow.services import Services
from resolutionflow.settings import Settings
from tests.psa.support import Sim, run_until_settled
from tests.psa.test_tickets_api import desk_ticket
from tests.psa.writes import Confirmations, end_lease, hooked, loaded, make_session, resolution, store
from tests.support.world import World

pytestmark = pytest.mark.anyio

NOTES = "*/notes"
FAULTS = ["reply_lost", "timeout", "commit_late", "500", "502_html", "503", "truncated_json", "wrong_shape", "429"]


class Killed(BaseException):
    """The process is gone: nothing after this line runs."""


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Time-outs of about a second, so that a hanging PSA does not hold the tests up."""
    return settings.model_copy(update={"psa_timeout_scale": 0.05})


@pytest.fixture
def told() -> Iterator[Confirmations]:
    with hooked() as confirmations:
        yield confirmations


async def check_one_of_each(
    services: Services, sim: Sim, world: World, told: Confirmations, ticket_id: str, write_id: Any
) -> None:
    assert await run_until_settled(services, world.a.id, write_id, seconds=60) == "done"
    assert len(sim.notes_with(ticket_id, "stored credential")) == 1
    assert sim.ticket(ticket_id)["ticket"]["status"]["name"] == "Resolved"
    assert [done.write_id for done in told.seen] == [write_id]
    write = await loaded(services, world.a["engineer"], write_id)
    assert write.result["verified_status_name"] == "Resolved"
    assert write.result["warnings"] == []
    assert sim.mail() == []


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize(
    ("method", "path", "nth"),
    [
        ("POST", NOTES, 1),
        ("PATCH", "*", 1),
        ("GET", "/service/tickets/*", 1),
        ("GET", "*/allNotes", 2),
        ("GET", "*/allNotes", 3),
    ],
    ids=["note", "status", "look", "check", "confirm"],
)
async def test_trouble_at_any_call_ends_in_one_note(
    services: Services,
    connection: Connection,
    sim: Sim,
    world: World,
    told: Confirmations,
    fault: str,
    method: str,
    path: str,
    nth: int,
) -> None:
    ticket_id = await desk_ticket(sim)
    session_id = await make_session(services, world.a["engineer"])
    more: dict[str, Any] = {"seconds": 0.1} if fault == "commit_late" else {"retry_after": 0} if fault == "429" else {}
    sim.fault(fault, method=method, path=path, nth=nth, **more)
    write_id = await store(services, world.a["engineer"], resolution(ticket_id, session_id))
    await check_one_of_each(services, sim, world, told, ticket_id, write_id)


def die_at_commit(monkeypatch: pytest.MonkeyPatch, number: int, *, before: bool) -> Callable[[], bool]:
    """Kill the worker before or after its n-th recorded step state; the function says whether it came to that."""
    real = Run.record
    count = 0

    async def record(self: Run, *args: Any, **more: Any) -> None:
        nonlocal count
        count += 1
        if count == number and before:
            raise Killed
        await real(self, *args, **more)
        if count == number and not before:
            raise Killed

    monkeypatch.setattr(Run, "record", record)
    return lambda: count >= number


@pytest.mark.parametrize("before", [True, False], ids=["before", "after"])
@pytest.mark.parametrize("number", range(1, 7))
async def test_a_worker_killed_around_any_commit_is_taken_over(
    services: Services,
    connection: Connection,
    sim: Sim,
    world: World,
    told: Confirmations,
    monkeypatch: pytest.MonkeyPatch,
    number: int,
    before: bool,
) -> None:
    ticket_id = await desk_ticket(sim)
    write_id = await store(
        services, world.a["engineer"], resolution(ticket_id, await make_session(services, world.a["engineer"]))
    )
    with monkeypatch.context() as patch:
        died = die_at_commit(patch, number, before=before)
        with pytest.raises(Killed):
            await run_write(services, world.a.id, write_id)
        assert died()
    # Whoever looks too early leaves the write alone.
    await run_write(services, world.a.id, write_id)
    assert (await loaded(services, world.a["engineer"], write_id)).state == "running"
    await end_lease(services, write_id)
    await check_one_of_each(services, sim, world, told, ticket_id, write_id)


@pytest.mark.parametrize("operation", ["add_note", "set_status"])
async def test_a_worker_killed_with_the_answer_in_its_hands(
    services: Services,
    connection: Connection,
    sim: Sim,
    world: World,
    told: Confirmations,
    monkeypatch: pytest.MonkeyPatch,
    operation: str,
) -> None:
    ticket_id = await desk_ticket(sim)
    write_id = await store(
        services, world.a["engineer"], resolution(ticket_id, await make_session(services, world.a["engineer"]))
    )
    real = getattr(ConnectWiseProvider, operation)

    async def sent_then_dead(self: ConnectWiseProvider, *args: Any) -> None:
        await real(self, *args)
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(ConnectWiseProvider, operation, sent_then_dead)
        with pytest.raises(Killed):
            await run_write(services, world.a.id, write_id)
    await end_lease(services, write_id)
    await check_one_of_each(services, sim, world, told, ticket_id, write_id)


async def jobs_of(services: Services, write_id: Any) -> int:
    waiting = text(
        "SELECT count(*) FROM pgqueuer WHERE status = 'queued' AND convert_from(payload, 'UTF8')::jsonb ->> 'write_id' = :id"
    )
    async with services.db.system() as session:
        return int((await session.execute(waiting, {"id": str(write_id)})).scalar_one())


async def test_a_worker_that_lost_its_lease_sends_nothing(
    services: Services,
    connection: Connection,
    sim: Sim,
    world: World,
    told: Confirmations,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ticket_id = await desk_ticket(sim)
    write_id = await store(
        services, world.a["engineer"], resolution(ticket_id, await make_session(services, world.a["engineer"]))
    )
    real = Run.record

    async def slow(self: Run, step: Any, state: Any, **more: Any) -> None:
        if (step, state) == ("note", "sending"):
            await end_lease(services, write_id)
        await real(self, step, state, **more)

    with monkeypatch.context() as patch:
        patch.setattr(Run, "record", slow)
        before = await jobs_of(services, write_id)
        await run_write(services, world.a.id, write_id)
    assert sim.requests("POST", "/notes") == []
    # Nobody else has it either: without a further look it would stay as it is for ever.
    assert await jobs_of(services, write_id) == before + 1
    await check_one_of_each(services, sim, world, told, ticket_id, write_id)


async def test_a_note_that_never_gets_an_answer_is_looked_for_before_each_try(
    services: Services, connection: Connection, sim: Sim, world: World, told: Confirmations
) -> None:
    ticket_id = await desk_ticket(sim)
    sim.fault("500", method="POST", path=NOTES, times=3)
    write_id = await store(
        services, world.a["engineer"], resolution(ticket_id, await make_session(services, world.a["engineer"]))
    )
    await check_one_of_each(services, sim, world, told, ticket_id, write_id)
    assert len(sim.requests("POST", "/notes")) == 4


async def test_a_refused_note_leaves_the_ticket_alone(
    services: Services, connection: Connection, sim: Sim, world: World, told: Confirmations
) -> None:
    ticket_id = await desk_ticket(sim)
    sim.fault("409", method="POST", path=NOTES)
    write_id = await store(
        services, world.a["engineer"], resolution(ticket_id, await make_session(services, world.a["engineer"]))
    )
    assert await run_until_settled(services, world.a.id, write_id) == "blocked"
    write = await loaded(services, world.a["engineer"], write_id)
    assert (write.problem or {})["kind"] == "rejected"
    assert sim.notes_with(ticket_id, "stored credential") == []
    assert sim.requests("PATCH") == []
    assert told.seen == []
