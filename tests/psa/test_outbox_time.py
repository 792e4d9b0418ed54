"""Time on a ticket: measured or named, rounded, booked once before the status, and never in the way of the note."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from resolutionflow.psa import repository as psa_repository
from resolutionflow.psa.repository import Connection
from resolutionflow.psa.writeback import hooks, service
from resolutionflow.psa.writeback.worktime import measured, rounded
from resolutionflow.services import Services
from resolutionflow.sessions import spin_offs
from tests.psa.contract.harness import flat
from tests.psa.support import Sim, run_until_settled
from tests.psa.test_tickets_api import desk_ticket
from tests.psa.writes import Confirmations, hooked, loaded, make_session, resolution, store
from tests.support.world import Person, World

pytestmark = pytest.mark.anyio
START = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


@pytest.fixture
def told() -> Iterator[Confirmations]:
    with hooked() as confirmations:
        yield confirmations


@pytest.mark.parametrize(
    ("rule", "expected"),
    [("15", [15, 15, 30, 45, 75]), ("30", [30, 30, 30, 60, 90]), ("exact", [1, 15, 16, 44, 61]), ("none", [None] * 5)],
)
def test_minutes_round_up(rule: Any, expected: list[int | None]) -> None:
    assert [rounded(minutes, rule) for minutes in (1, 15, 16, 44, 61)] == expected


def test_only_gaps_under_ten_minutes_count_as_active() -> None:
    moments = [START + timedelta(minutes=after) for after in (0, 4, 9, 30, 31)]
    assert (measured(moments, "active"), measured(moments, "wall")) == (10, 31)
    assert measured(moments[:1], "active") == 1
    assert measured([], "wall") is None


async def set_settings(services: Services, person: Person, connection: Connection, **values: Any) -> None:
    async with services.db.transaction(person.account_id) as session:
        await psa_repository.save_preferences(session, person.account_id, connection.id, values)


async def work(services: Services, person: Person, session_id: UUID, *minutes: float) -> None:
    """The person wrote at these minutes after nine o'clock; the session itself began at the first."""
    async with services.db.transaction(person.account_id) as session:
        began = START + timedelta(minutes=minutes[0])
        await session.execute(
            text("UPDATE ai_sessions SET created_at = :at WHERE id = :id"), {"at": began, "id": session_id}
        )
        for seq, after in enumerate(minutes):
            await session.execute(
                text(
                    "INSERT INTO ai_session_messages (id, account_id, session_id, seq, role, author_id, content, created_at)"
                    " VALUES (gen_random_uuid(), :account, :sid, :seq, 'engineer', :person, 'Looked.', :at)"
                ),
                {
                    "account": person.account_id,
                    "sid": session_id,
                    "seq": seq + 1,
                    "person": person.id,
                    "at": START + timedelta(minutes=after),
                },
            )


async def test_named_minutes_are_rounded_previewed_and_booked_before_the_status(
    services: Services, connection: Connection, sim: Sim, world: World, told: Confirmations
) -> None:
    engineer = world.a["engineer"]
    ticket_id, session_id = await desk_ticket(sim), await make_session(services, engineer)
    await set_settings(services, engineer, connection, work_type="Remote", billable="Billable")
    request = resolution(ticket_id, session_id, time_minutes=16, summary="Removed the stored credential.")
    shown = await service.preview(services, engineer.subject, request)
    write_id = await store(services, engineer, request)
    assert await run_until_settled(services, engineer.account_id, write_id) == "done"
    step = next(step for step in shown.steps if step.step == "time")
    sent = sim.requests("POST", "/time/entries")
    assert [flat(item["body"]) for item in sent] == [{field.field: field.to for field in step.fields}]
    assert sent[0]["n"] < sim.requests("PATCH")[0]["n"]
    entry = sim.ticket(ticket_id)["time"][-1]
    assert (entry["actualHours"], entry["workType"]["name"], entry["billableOption"]) == (0.5, "Remote", "Billable")
    assert entry["member"]["identifier"] == "ktarrow"
    write = await loaded(services, engineer, write_id)
    assert entry["internalNotes"] == f"Removed the stored credential.\n\nRef {write.reference}"
    assert (write.result["time_minutes"], write.result["warnings"]) == (30, [])
    assert sim.mail() == []
    assert len(told.seen) == 1


async def test_active_time_of_the_session_is_booked_where_the_settings_do_so_by_themselves(
    services: Services, connection: Connection, sim: Sim, world: World, told: Confirmations
) -> None:
    engineer = world.a["engineer"]
    hooks.register_session_work(actions=spin_offs.actions, gate=spin_offs.may_open_ticket)
    ticket_id, session_id = await desk_ticket(sim), await make_session(services, engineer)
    await work(services, engineer, session_id, 0, 9, 17, 60, 64)
    shown = await service.preview(services, engineer.subject, resolution(ticket_id, session_id))
    assert shown.proposed_minutes == 30
    skipped = next(step for step in shown.steps if step.step == "time")
    assert skipped.skip_reason == "time_off"
    await set_settings(services, engineer, connection, time_entry="auto", time_rounding="exact")
    write_id = await store(services, engineer, resolution(ticket_id, session_id))
    assert await run_until_settled(services, engineer.account_id, write_id) == "done"
    entry = sim.ticket(ticket_id)["time"][-1]
    assert (round(entry["actualHours"] * 60), entry["timeStart"]) == (21, "2026-11-20T09:00:00Z")


@pytest.mark.parametrize("values", [{"time_entry": "off"}, {"time_rounding": "none"}])
async def test_an_account_that_books_no_time_sends_none(
    services: Services, connection: Connection, sim: Sim, world: World, told: Confirmations, values: dict[str, Any]
) -> None:
    engineer = world.a["engineer"]
    ticket_id, session_id = await desk_ticket(sim), await make_session(services, engineer)
    await set_settings(services, engineer, connection, **values)
    write_id = await store(services, engineer, resolution(ticket_id, session_id, time_minutes=20))
    assert await run_until_settled(services, engineer.account_id, write_id) == "done"
    assert sim.requests("POST", "/time/entries") == []


async def test_nobody_books_time_who_is_nobody_in_the_psa(
    services: Services, connection: Connection, sim: Sim, world: World, told: Confirmations
) -> None:
    person = world.a["engineer2"]
    ticket_id, session_id = await desk_ticket(sim), await make_session(services, person)
    request = resolution(ticket_id, session_id, time_minutes=20, visibility="internal")
    write_id = await store(services, person, request)
    assert await run_until_settled(services, person.account_id, write_id) == "partial"
    step = (await loaded(services, person, write_id)).step("time")
    assert step is not None
    assert (step.state, step.reason) == ("skipped", "no_member_mapping")
    note = sim.requests("POST", "/notes")[0]["body"]["text"]
    assert f"Posted for {person.name}" in note
    assert len(told.seen) == 1


async def test_a_customer_note_names_nobody(
    services: Services, connection: Connection, sim: Sim, world: World, told: Confirmations
) -> None:
    person = world.a["engineer2"]
    ticket_id, session_id = await desk_ticket(sim), await make_session(services, person)
    write_id = await store(services, person, resolution(ticket_id, session_id, visibility="customer"))
    assert await run_until_settled(services, person.account_id, write_id) == "done"
    assert person.name not in sim.requests("POST", "/notes")[0]["body"]["text"]


@pytest.mark.parametrize("fault", ["409", "403"])
async def test_refused_time_stops_neither_note_nor_status(
    services: Services, connection: Connection, sim: Sim, world: World, told: Confirmations, fault: str
) -> None:
    engineer = world.a["engineer"]
    ticket_id, session_id = await desk_ticket(sim), await make_session(services, engineer)
    sim.fault(fault, method="POST", path="/time/entries", times=0)
    write_id = await store(services, engineer, resolution(ticket_id, session_id, time_minutes=20))
    assert await run_until_settled(services, engineer.account_id, write_id) == "partial"
    write = await loaded(services, engineer, write_id)
    step = write.step("time")
    assert step is not None
    assert step.state == "failed"
    assert step.error
    assert write.result["verified_status_name"] == "Resolved"
    assert len(told.seen) == 1
