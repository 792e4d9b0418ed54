"""A connected account posts to HaloPSA through the outbox: what was previewed is what arrives, once, and reads back right."""

from __future__ import annotations

import random
from typing import Any

import pytest

from resolutionflow.psa.connections import SignIn, create_connection
from resolutionflow.psa.repository import Connection
from resolutionflow.psa.writeback import service
from resolutionflow.services import Services
from tests.psa.conftest import map_member
from tests.psa.contract.harness import flat
from tests.psa.contract.test_previews import PIECES
from tests.psa.halopsa.conftest import Halo
from tests.psa.support import run_until_settled
from tests.psa.writes import hooked, loaded, make_session, resolution, store
from tests.support.world import World

pytestmark = pytest.mark.anyio
TICKET, RESOLVED = "2052", "38"


@pytest.fixture
async def connection(services: Services, halo: Halo, world: World) -> Connection:
    """Account A connected to the simulator; its engineer is the agent Kit Tarrow."""
    known = halo.server.credentials
    config = {"site": halo.server.url, "tenant": known.tenant, "client_id": known.client_id}
    sign_in = SignIn("halopsa", config, {"client_secret": known.client_secret})
    found = await create_connection(services, world.a.id, name="HaloPSA", sign_in=sign_in)
    await map_member(services, world, found, "engineer", "kit.tarrow@kestrelford.example")
    halo.forget_requests()
    return found


def sent(halo: Halo, path: str) -> list[dict[str, Any]]:
    """What was posted, without the name of the ticket."""
    bodies = [flat(item["body"]) for item in halo.requests("POST", path)]
    return [{name: value for name, value in body.items() if name not in ("id", "ticket_id")} for body in bodies]


@pytest.mark.parametrize("seed", range(6))
async def test_random_plans_arrive_as_previewed(
    services: Services, connection: Connection, halo: Halo, world: World, seed: int
) -> None:
    pick = random.Random(seed)
    person = world.a[pick.choice(["engineer", "engineer2"])]
    more: dict[str, Any] = {
        "markdown": "x " + " ".join(pick.choices(PIECES, k=pick.randint(1, 6))),
        "visibility": pick.choice([None, "internal", "customer"]),
        "notify": pick.choice([None, True, False]),
        "status": pick.choice(["keep", "explicit"]),
    }
    if more["status"] == "explicit":
        more["status_id"] = RESOLVED
    request = resolution(TICKET, await make_session(services, person), **more)
    shown = await service.preview(services, person.subject, request)
    with hooked():
        write_id = await store(services, person, request)
        assert await run_until_settled(services, world.a.id, write_id) in ("done", "partial")
    planned = {step.step: {change.field: change.to for change in step.fields} for step in shown.steps if step.fields}
    assert sent(halo, "/Actions") == [planned["note"]]
    assert sent(halo, "/Tickets") == ([planned["status"]] if "status" in planned else [])
    assert bool(halo.mail()) is (more["notify"] is True and more["visibility"] != "internal")
    write = await loaded(services, person, write_id)
    assert write.result["warnings"] == []


async def test_a_lost_answer_makes_no_second_note(
    services: Services, connection: Connection, halo: Halo, world: World
) -> None:
    person = world.a["engineer"]
    halo.fault("reply_lost", method="POST", path="/Actions")
    request = resolution(TICKET, await make_session(services, person), status="explicit", status_id=RESOLVED)
    with hooked() as told:
        write_id = await store(services, person, request)
        assert await run_until_settled(services, world.a.id, write_id) in ("done", "partial")
    write = await loaded(services, person, write_id)
    assert len([row for row in halo.ticket(TICKET)["actions"] if write.reference in row["note_html"]]) == 1
    assert (write.result["verified_status_id"], len(told.seen)) == (RESOLVED, 1)


async def test_a_status_the_workflow_ignores_is_not_called_done(
    services: Services, connection: Connection, halo: Halo, world: World
) -> None:
    person = world.a["engineer"]
    halo.fault("status_ignored", method="POST", path="/Tickets", times=0)
    request = resolution(TICKET, await make_session(services, person), status="explicit", status_id=RESOLVED)
    with hooked():
        write_id = await store(services, person, request)
        assert await run_until_settled(services, world.a.id, write_id) == "blocked"
    write = await loaded(services, person, write_id)
    assert write.problem is not None
    assert write.problem["kind"] == "not_verified"
