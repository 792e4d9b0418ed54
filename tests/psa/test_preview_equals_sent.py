"""What the preview shows is what the PSA receives, field by field, whatever was chosen."""

from __future__ import annotations

import random
from typing import Any

import pytest

from resolutionflow.psa import repository as psa_repository
from resolutionflow.psa.repository import Connection
from resolutionflow.psa.writeback import service
from resolutionflow.services import Services
from tests.psa.support import Sim, run_until_settled
from tests.psa.test_tickets_api import desk_ticket
from tests.psa.writes import hooked, make_session, resolution, store
from tests.support.world import World

pytestmark = pytest.mark.anyio
PIECES = [
    "**Bold**",
    "- a list\n- of two",
    "«secret:1»",
    "naïve “quotes”",
    "emoji 🖨",
    "שלום",
    "100 % [x] {y}",
    "a\tb",
    "\n\n",
    "`code`",
    "\\ and / and '",
]


def flat(body: Any) -> dict[str, Any]:
    """The simulator's view of a request in the preview's form."""
    if isinstance(body, list):
        body = {item["path"]: item["value"] for item in body}
    found: dict[str, Any] = {}
    for key, value in body.items():
        found |= {f"{key}/{inner}": item for inner, item in value.items()} if isinstance(value, dict) else {key: value}
    return found


@pytest.mark.parametrize("seed", range(12))
async def test_random_plans(services: Services, connection: Connection, sim: Sim, world: World, seed: int) -> None:
    pick = random.Random(seed)
    person = world.a[pick.choice(["engineer", "engineer2"])]
    ticket_id = await desk_ticket(sim)
    async with services.db.transaction(world.a.id) as session:
        values = {
            "cw_resolution_target": pick.choice(["resolution", "discussion", "both"]),
            "notify_contact": pick.random() < 0.5,
        }
        await psa_repository.save_preferences(session, world.a.id, connection.id, values)
    statuses = [row["status"]["id"] for row in sim.all()["tickets"] if row["board"]["name"] == "Service Desk"]
    more: dict[str, Any] = {
        "markdown": "x " + " ".join(pick.choices(PIECES, k=pick.randint(1, 6))),
        "visibility": pick.choice([None, "internal", "customer"]),
        "notify": pick.choice([None, True, False]),
        "status": pick.choice(["target", "keep", "explicit"]),
    }
    if more["status"] == "explicit":
        more["status_id"] = str(pick.choice(statuses))
    request = resolution(ticket_id, await make_session(services, person), **more)
    shown = await service.preview(services, person.subject, request)
    with hooked():
        write_id = await store(services, person, request)
        assert await run_until_settled(services, world.a.id, write_id) in ("done", "partial")
    planned = {step.step: {change.field: change.to for change in step.fields} for step in shown.steps if step.fields}
    assert flat(sim.requests("POST", "/notes")[0]["body"]) == planned["note"]
    patches = sim.requests("PATCH")
    assert [flat(patch["body"]) for patch in patches] == ([planned["status"]] if "status" in planned else [])
    effects = {step.emails for step in shown.steps}
    if effects == {"none"}:
        assert sim.mail() == []
