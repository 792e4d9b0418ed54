"""Autotask behind the product's own services: the ticket panel and the outbox."""

from __future__ import annotations

import asyncio

import pytest

from resolutionflow.psa import tickets
from resolutionflow.psa.access import open_provider
from resolutionflow.psa.connections import create_connection
from resolutionflow.psa.repository import Connection
from resolutionflow.psa.writeback import service
from resolutionflow.services import Services
from tests.psa.conftest import map_member
from tests.psa.contract.autotask import AutotaskHarness
from tests.psa.contract.harness import Scene
from tests.psa.support import run_until_settled
from tests.psa.writes import hooked, loaded, make_session, resolution, store
from tests.support.world import World

pytestmark = pytest.mark.anyio


@pytest.fixture
async def connection(services: Services, at: AutotaskHarness, world: World) -> Connection:
    """Account A connected to the simulator; its engineer is the resource Kit Tarrow."""
    found = await create_connection(services, world.a.id, name="Autotask", sign_in=at.sign_in)
    await map_member(services, world, found, "engineer", "ktarrow")
    at.control.forget_requests()
    return found


async def test_fifty_at_once_stay_within_three_threads(
    services: Services, connection: Connection, at: AutotaskHarness, scene: Scene, world: World
) -> None:
    """Whole panels and single tickets, each with a provider of its own."""
    assert connection.status == "ok"
    ids = [ticket.id for ticket in at.tickets() if ticket.id != scene.hidden][:50]
    at.control.fault("latency", path="Tickets/*", times=0, ms=10)

    async def panel(ticket_id: str) -> str:
        found = await tickets.detail(services, world.a["engineer"].subject, ticket_id)
        parts = found.sections
        assert [part.problem for part in (parts.notes, parts.configurations, parts.assignees, parts.time)] == [None] * 4
        return found.ticket.id

    async def alone(ticket_id: str) -> str:
        async with open_provider(services, connection) as provider:
            return (await provider.get_ticket(ticket_id)).id

    assert await asyncio.gather(*map(panel, ids[:8]), *map(alone, ids[8:])) == ids
    threads = at.control.all()["threads"]
    assert threads["Tickets"] >= 2
    assert max(threads.values()) <= 3
    assert not [request for request in at.control.requests() if request["status"] == 429]


async def test_a_resolution_is_previewed_written_once_and_read_back(
    services: Services, connection: Connection, at: AutotaskHarness, scene: Scene, world: World
) -> None:
    person = world.a["engineer"]
    request = resolution(
        scene.ticket,
        await make_session(services, person),
        markdown="## Problem\n\nNo **mail**.\n\n## Resolution\n\nRestarted `Spooler`.",
        visibility="customer",
        # Nobody chose a target: a connection of Autotask begins with its own word for a resolved ticket.
        status="target",
        time_minutes=20,
    )
    shown = await service.preview(services, person.subject, request)
    with hooked():
        write_id = await store(services, person, request)
        assert await run_until_settled(services, world.a.id, write_id) == "done"
    planned = {step.step: {change.field: change.to for change in step.fields} for step in shown.steps if step.fields}
    assert at.sent("add_note") == [planned["note"]]
    assert at.sent("add_time") == [planned["time"]]
    assert [{k: v for k, v in body.items() if k != "id"} for body in at.sent("set_status")] == [planned["status"]]
    write = await loaded(services, person, write_id)
    assert write.ticket_ref == shown.ticket_ref
    assert write.ticket_ref.startswith("AT T"), "the number people know, not the id"
    assert write.result["warnings"] == []
    assert write.result["verified_status_id"] == scene.closed_status
    note = next(note for note in at.notes(scene.ticket) if note.id == write.result["external_id"])
    assert note.text.startswith("PROBLEM\n\nNo mail.\n\nRESOLUTION\n\nRestarted Spooler.")
    assert note.member == str(planned["note"]["ImpersonationResourceId"])
    assert at.control.mail() == []


async def test_a_violation_blocks_the_write_and_is_not_sent_again(
    services: Services, connection: Connection, at: AutotaskHarness, scene: Scene, world: World
) -> None:
    person = world.a["engineer"]
    request = resolution(scene.ticket, await make_session(services, person), status="none")
    at.control.fault("409", method="POST", path="Tickets/*/Notes", times=0)
    with hooked():
        write_id = await store(services, person, request)
        assert await run_until_settled(services, world.a.id, write_id) == "blocked"
    assert len(at.requests("add_note")) == 1
