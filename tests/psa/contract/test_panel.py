"""How many requests a ticket's panel waits for one after the other, counted in the simulator's own log."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from resolutionflow.psa import lookups, tickets
from resolutionflow.psa.connections import create_connection
from resolutionflow.psa.repository import Connection
from resolutionflow.psa.schemas import TicketDetailOut
from resolutionflow.services import Services
from resolutionflow.settings import Settings
from tests.psa.contract.harness import Harness, Scene
from tests.support.world import World

pytestmark = pytest.mark.anyio
# Far above what our own side takes between two requests, on a busy machine too.
SECONDS = 0.5


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """The vendors' pace is kept as it is: a burst of one panel must fit in."""
    return settings.model_copy(update={"psa_timeout_scale": 0.5})


@pytest.fixture
async def connection(services: Services, harness: Harness, world: World) -> Connection:
    return await create_connection(services, world.a.id, name=harness.name, sign_in=harness.sign_in)


def rounds(log: Sequence[dict[str, Any]]) -> int:
    """The longest chain of requests each of which began when the one before had ended."""
    depth: list[tuple[float, int]] = []
    for item in sorted(log, key=lambda one: one["began"]):
        before = max((found for ended, found in depth if ended <= item["began"]), default=0)
        depth.append((item["ended"], before + 1))
    return max(found for _, found in depth)


def devices_and_a_contact(harness: Harness, scene: Scene) -> list[str]:
    """Tickets with several parts to ask for."""
    readable = [one for one in harness.tickets() if one.id != scene.hidden and one.contact]
    return [one.id for one in readable if harness.stored(one.id).configurations]


async def open_panel(services: Services, world: World, harness: Harness, ticket_id: str) -> TicketDetailOut:
    harness.control.forget_requests()
    found = await tickets.detail(services, world.a["engineer"].subject, ticket_id)
    problems = [part.problem for part in (found.sections.notes, found.sections.related, found.sections.configurations)]
    assert problems == [None] * 3
    return found


async def test_a_panel_waits_for_two_requests_one_after_the_other(
    services: Services, connection: Connection, harness: Harness, scene: Scene, world: World
) -> None:
    """After the look-ups that a new connection makes ahead; the ticket itself was never read before."""
    await lookups.warm_up(services, world.a.id, connection.id)
    ticket_id = devices_and_a_contact(harness, scene)[0]
    harness.control.fault("latency", times=0, seconds=SECONDS)
    await open_panel(services, world, harness, ticket_id)
    log = harness.control.requests()
    told = "\n".join(f"{one['path']} {one['began']:.3f} {one['ended']:.3f} {one['body']}" for one in log)
    assert rounds(log) == 2, told


async def test_related_tickets_are_of_the_same_contact_or_device_and_recent(
    services: Services, connection: Connection, harness: Harness, scene: Scene, world: World
) -> None:
    tickets_ = {one.id: harness.stored(one.id) for one in harness.tickets()}
    seen = 0
    for ticket_id in devices_and_a_contact(harness, scene)[:12]:
        own = tickets_[ticket_id]
        related = (await open_panel(services, world, harness, ticket_id)).sections.related.items or []
        assert len(related) <= 5
        assert [item.closed for item in related] == sorted(item.closed for item in related)
        for item in related:
            other = tickets_[item.id]
            same_device = set(own.configurations) & set(other.configurations)
            assert own.contact == other.contact or same_device
        seen += len(related)
    assert seen
