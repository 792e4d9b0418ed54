"""The outbox end to end on a simulated PSA: preview, once only, read back, retry, finish, cancel."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from uuid import UUID

import pytest
from sqlalchemy import text

from resolutionflow.psa import repository as psa_repository
from resolutionflow.psa.errors import LeakSuspected, PostFailed, PsaWriteOpen, StatusNotVerified, TicketChanged
from resolutionflow.psa.repository import Connection
from resolutionflow.psa.writeback import answers, service
from resolutionflow.services import Services
from tests.psa.support import Sim, run_until_settled
from tests.psa.test_tickets_api import P, desk_ticket
from tests.psa.writes import NOTE, Confirmations, hooked, loaded, make_session, resolution, store
from tests.support.api import Api
from tests.support.world import World

pytestmark = pytest.mark.anyio


@pytest.fixture
def told() -> Iterator[Confirmations]:
    with hooked() as confirmations:
        yield confirmations


async def test_a_resolution_is_on_the_ticket_exactly_as_previewed(
    services: Services, connection: Connection, sim: Sim, world: World, told: Confirmations
) -> None:
    engineer = world.a["engineer"]
    ticket_id = await desk_ticket(sim)
    session_id = await make_session(services, engineer)
    shown = await service.preview(services, engineer.subject, resolution(ticket_id, session_id))
    assert shown.blockers == []
    assert shown.conflicts == []
    assert sim.requests("POST") == sim.requests("PATCH") == []
    request = resolution(ticket_id, session_id, revision=shown.revision)
    write_id = await store(services, engineer, request)
    assert await run_until_settled(services, engineer.account_id, write_id) == "done"

    note, patch = sim.requests("POST", "/notes")[0]["body"], sim.requests("PATCH")[0]["body"]
    by_step = {step.step: {change.field: change.to for change in step.fields} for step in shown.steps}
    member = by_step["note"].pop("member/id")
    assert note.pop("member") == {"id": member}
    assert note == by_step["note"]
    received = {f"{item['path']}/id" if item["path"] == "status" else item["path"]: item["value"] for item in patch}
    received["status/id"] = received["status/id"]["id"]
    assert received == by_step["status"]
    assert shown.rendered == note["text"]
    assert sim.mail() == []

    write = await loaded(services, engineer, write_id)
    assert write.result["verified_status_name"] == "Resolved"
    assert write.result["warnings"] == []
    assert [(done.write_id, done.markdown) for done in told.seen] == [(write_id, NOTE)]
    assert told.seen[0].external_id == write.result["external_id"]


async def test_secrets_are_masked_in_the_preview_and_on_the_ticket(
    services: Services, connection: Connection, sim: Sim, world: World, told: Confirmations
) -> None:
    engineer = world.a["engineer"]
    ticket_id = await desk_ticket(sim)
    session_id = await make_session(services, engineer)
    request = resolution(ticket_id, session_id, markdown="Reset it. New password: Invented-Pa55word now.")
    shown = await service.preview(services, engineer.subject, request)
    assert shown.masked
    assert "Invented-Pa55word" not in shown.rendered
    await run_until_settled(services, engineer.account_id, await store(services, engineer, request))
    assert sim.requests("POST", "/notes")[0]["body"]["text"] == shown.rendered


async def test_the_answer_waits_for_the_outbox(
    services: Services, connection: Connection, sim: Sim, world: World, told: Confirmations, outbox: None
) -> None:
    engineer = world.a["engineer"]
    ticket_id = await desk_ticket(sim)
    write_id = await store(services, engineer, resolution(ticket_id, await make_session(services, engineer)))
    answer = await answers.answer_for(services, engineer.account_id, write_id)
    assert (answer.outcome, answer.verified_status_name) == ("confirmed", "Resolved")
    assert [(step.step, step.reason) for step in answer.skipped] == [("time", "time_off")]


async def test_without_a_target_the_note_is_posted_and_the_status_skipped(
    services: Services, connection: Connection, sim: Sim, world: World, told: Confirmations
) -> None:
    engineer = world.a["engineer"]
    async with services.db.transaction(engineer.account_id) as session:
        values = {"default_names": {"resolved": "No such status"}}
        await psa_repository.save_preferences(session, engineer.account_id, connection.id, values)
    ticket_id = await desk_ticket(sim)
    write_id = await store(services, engineer, resolution(ticket_id, await make_session(services, engineer)))
    assert await run_until_settled(services, engineer.account_id, write_id) == "partial"
    step = (await loaded(services, engineer, write_id)).step("status")
    assert step is not None
    assert (step.state, step.reason) == ("skipped", "no_target_status")
    assert sim.requests("PATCH") == []
    assert len(told.seen) == 1


async def test_an_ignored_status_leaves_the_session_until_the_status_alone_is_retried(
    api: Api, services: Services, connection: Connection, sim: Sim, world: World, told: Confirmations, outbox: None
) -> None:
    engineer = world.a["engineer"]
    ticket_id = await desk_ticket(sim)
    sim.fault("status_ignored", times=0)
    write_id = await store(services, engineer, resolution(ticket_id, await make_session(services, engineer)))
    with pytest.raises(StatusNotVerified) as caught:
        await answers.answer_for(services, engineer.account_id, write_id)
    assert caught.value.details is not None
    assert caught.value.details["note"] == "posted"
    assert caught.value.details["expected"] == "Resolved"
    assert told.seen == []
    client = api.as_user("engineer")
    shown = (await client.get(f"{P}/writes/{write_id}")).json()
    assert (shown["state"], shown["problem"]["kind"]) == ("blocked", "not_verified")
    assert shown["actions"] == {"retry": True, "retry_status": True, "finish_without_status": True, "cancel": False}
    sim.clear_faults()
    answer = await client.post(f"{P}/writes/{write_id}/retry", json={"steps": ["status"]})
    assert answer.status_code == 200, answer.text
    done = await answers.answer_for(services, engineer.account_id, write_id)
    assert done.verified_status_name == "Resolved"
    assert len(sim.notes_with(ticket_id, "stored credential")) == 1
    assert len(sim.requests("POST", "/notes")) == 1
    assert len(told.seen) == 1


async def test_finishing_without_the_status_resolves_once(
    api: Api, services: Services, connection: Connection, sim: Sim, world: World, told: Confirmations
) -> None:
    engineer = world.a["engineer"]
    ticket_id = await desk_ticket(sim)
    sim.fault("status_ignored", times=0)
    write_id = await store(services, engineer, resolution(ticket_id, await make_session(services, engineer)))
    assert await run_until_settled(services, engineer.account_id, write_id) == "blocked"
    other = await api.as_user("engineer2").post(f"{P}/writes/{write_id}/finish-without-status")
    assert (other.status_code, other.json()["code"]) == (403, "not_write_owner")
    answer = await api.as_user("engineer").post(f"{P}/writes/{write_id}/finish-without-status")
    assert (answer.status_code, answer.json()["state"]) == (200, "partial")
    assert {"step": "status", "reason": "finished_without_status"} in answer.json()["skipped"]
    again = await api.as_user("admin").post(f"{P}/writes/{write_id}/finish-without-status")
    assert (again.status_code, again.json()["code"]) == (409, "wrong_write_state")
    assert len(told.seen) == 1


async def test_another_status_may_be_chosen(
    api: Api, services: Services, connection: Connection, sim: Sim, world: World, told: Confirmations
) -> None:
    engineer = world.a["engineer"]
    ticket_id = await desk_ticket(sim)
    sim.fault("status_ignored", method="PATCH", times=1)
    write_id = await store(services, engineer, resolution(ticket_id, await make_session(services, engineer)))
    assert await run_until_settled(services, engineer.account_id, write_id) == "blocked"
    client = api.as_user("engineer")
    statuses = (await client.get(f"{P}/tickets/{ticket_id}/statuses")).json()["items"]
    current = str(sim.ticket(ticket_id)["ticket"]["status"]["id"])
    other = next(
        item for item in statuses if item["id"] != current and item["name"] != "Resolved" and not item["closed"]
    )
    wrong = await client.post(f"{P}/writes/{write_id}/retry", json={"steps": ["status"], "status_id": "999999"})
    assert (wrong.status_code, wrong.json()["code"]) == (409, "status_not_on_board")
    answer = await client.post(f"{P}/writes/{write_id}/retry", json={"steps": ["status"], "status_id": other["id"]})
    assert answer.status_code == 200, answer.text
    assert await run_until_settled(services, engineer.account_id, write_id) == "done"
    assert (await loaded(services, engineer, write_id)).result["verified_status_id"] == other["id"]


async def test_a_refused_status_keeps_the_note_and_says_why(
    services: Services, connection: Connection, sim: Sim, world: World, told: Confirmations, outbox: None
) -> None:
    engineer = world.a["engineer"]
    ticket_id = await desk_ticket(sim)
    sim.deny("Service Desk: Close Service Tickets")
    write_id = await store(services, engineer, resolution(ticket_id, await make_session(services, engineer)))
    with pytest.raises(PostFailed) as caught:
        await answers.answer_for(services, engineer.account_id, write_id)
    assert caught.value.details is not None
    assert caught.value.details["note"] == "posted"
    assert caught.value.details["posted_at"] is not None
    assert len(sim.notes_with(ticket_id, "stored credential")) == 1
    assert told.seen == []
    write = await loaded(services, engineer, write_id)
    assert (write.state, (write.problem or {})["kind"]) == ("blocked", "permission")


async def test_one_open_resolution_per_session(
    services: Services, connection: Connection, sim: Sim, world: World, told: Confirmations
) -> None:
    engineer = world.a["engineer"]
    ticket_id = await desk_ticket(sim)
    session_id = await make_session(services, engineer)
    first = await store(services, engineer, resolution(ticket_id, session_id), key="same")
    assert await store(services, engineer, resolution(ticket_id, session_id), key="same") == first
    with pytest.raises(PsaWriteOpen) as caught:
        await store(services, engineer, resolution(ticket_id, session_id))
    assert caught.value.details is not None
    assert caught.value.details["write_id"] == str(first)


async def test_a_psa_that_is_down_gets_the_note_when_it_is_back(
    services: Services, connection: Connection, sim: Sim, world: World, told: Confirmations
) -> None:
    engineer = world.a["engineer"]
    ticket_id = await desk_ticket(sim)
    session_id = await make_session(services, engineer)
    sim.fault("503", times=0)
    write_id = await store(services, engineer, resolution(ticket_id, session_id))
    from resolutionflow.psa.writeback.engine import run_write

    await run_write(services, engineer.account_id, write_id)
    waiting = await loaded(services, engineer, write_id)
    assert waiting.state == "waiting"
    assert waiting.next_attempt_at is not None
    answer = await answers.answer_for(services, engineer.account_id, write_id, timeout=0)
    assert answer.outcome == "pending"
    sim.clear_faults()
    assert await run_until_settled(services, engineer.account_id, write_id) == "done"
    assert len(sim.notes_with(ticket_id, "stored credential")) == 1
    assert len(told.seen) == 1


async def test_a_change_between_load_and_post_is_named(
    services: Services, connection: Connection, sim: Sim, world: World, told: Confirmations
) -> None:
    engineer = world.a["engineer"]
    ticket_id = await desk_ticket(sim)
    session_id = await make_session(services, engineer)
    shown = await service.preview(services, engineer.subject, resolution(ticket_id, session_id))
    sim.person("reply", ticket_id, text="Never mind, it works.")
    with pytest.raises(TicketChanged) as caught:
        await store(services, engineer, resolution(ticket_id, session_id, revision=shown.revision))
    assert caught.value.details is not None
    assert caught.value.details["changes"][0]["field"] == "note"
    again = await service.preview(
        services, engineer.subject, resolution(ticket_id, session_id, revision=shown.revision)
    )
    assert [change.field for change in again.conflicts] == ["note"]
    knowing = resolution(ticket_id, session_id, revision=shown.revision, acknowledge=frozenset({"ticket_changed"}))
    write_id = await store(services, engineer, knowing)
    assert await run_until_settled(services, engineer.account_id, write_id) == "done"


async def test_a_change_between_post_and_check_stops_the_write_and_frees_the_session(
    services: Services, connection: Connection, sim: Sim, world: World, told: Confirmations
) -> None:
    engineer = world.a["engineer"]
    ticket_id = await desk_ticket(sim)
    session_id = await make_session(services, engineer)
    shown = await service.preview(services, engineer.subject, resolution(ticket_id, session_id))
    write_id = await store(services, engineer, resolution(ticket_id, session_id, revision=shown.revision))
    sim.person("reply", ticket_id, text="Wait, one more thing.")
    assert await run_until_settled(services, engineer.account_id, write_id) == "blocked"
    with pytest.raises(TicketChanged):
        await answers.answer_for(services, engineer.account_id, write_id)
    assert sim.requests("POST", "/notes") == []
    assert (await loaded(services, engineer, write_id)).state == "cancelled"
    await store(services, engineer, resolution(ticket_id, session_id))


async def test_a_merged_ticket_takes_no_note(
    services: Services, connection: Connection, sim: Sim, world: World, told: Confirmations
) -> None:
    engineer = world.a["engineer"]
    ticket_id = await desk_ticket(sim)
    other = next(
        str(ticket["id"])
        for ticket in sim.all()["tickets"]
        if str(ticket["id"]) != ticket_id and not ticket["closedFlag"]
    )
    sim.person("merge", ticket_id, into=int(other))
    with pytest.raises(TicketChanged):
        await store(services, engineer, resolution(ticket_id, await make_session(services, engineer)))


async def test_a_leak_found_only_by_the_worker_stops_the_write(
    services: Services, connection: Connection, sim: Sim, world: World, told: Confirmations
) -> None:
    engineer = world.a["engineer"]
    ticket_id = await desk_ticket(sim)
    own = sim.ticket(ticket_id)["ticket"]["company"]["name"]
    other = "Gorsewick Hotels" if own != "Gorsewick Hotels" else "Hexley Outreach"
    session_id = await make_session(services, engineer)
    sim.fault("503", times=0)
    write_id = await store(services, engineer, resolution(ticket_id, session_id, markdown=f"As at {other}."))
    sim.clear_faults()
    assert await run_until_settled(services, engineer.account_id, write_id) == "blocked"
    with pytest.raises(LeakSuspected):
        await answers.answer_for(services, engineer.account_id, write_id)
    assert sim.requests("POST", "/notes") == []


async def test_a_refused_sign_in_blocks_at_once_and_finishes_when_it_works_again(
    api: Api, services: Services, connection: Connection, sim: Sim, world: World, told: Confirmations
) -> None:
    engineer = world.a["engineer"]
    ticket_id = await desk_ticket(sim)
    write_id = await store(services, engineer, resolution(ticket_id, await make_session(services, engineer)))
    sim.fault("401", times=0)
    assert await run_until_settled(services, engineer.account_id, write_id) == "blocked"
    assert ((await loaded(services, engineer, write_id)).problem or {})["kind"] == "auth"
    sim.clear_faults()
    assert (await api.as_user("engineer").get(f"{P}/tickets/{ticket_id}")).status_code == 200
    assert (await loaded(services, engineer, write_id)).state == "queued"
    assert await run_until_settled(services, engineer.account_id, write_id) == "done"


async def test_cancel_only_before_anything_was_sent(
    api: Api, services: Services, connection: Connection, sim: Sim, world: World, told: Confirmations
) -> None:
    engineer = world.a["engineer"]
    ticket_id = await desk_ticket(sim)
    write_id = await store(services, engineer, resolution(ticket_id, await make_session(services, engineer)))
    client = api.as_user("engineer")
    assert (await client.post(f"{P}/writes/{write_id}/cancel")).json()["state"] == "cancelled"
    assert (await client.post(f"{P}/writes/{write_id}/cancel")).json()["state"] == "cancelled"
    assert await run_until_settled(services, engineer.account_id, write_id) == "cancelled"
    assert sim.requests("POST") == []
    retried = await client.post(f"{P}/writes/{write_id}/retry", json={})
    assert (retried.status_code, retried.json()["code"]) == (409, "wrong_write_state")


async def test_after_a_day_it_gives_up(
    services: Services, connection: Connection, sim: Sim, world: World, told: Confirmations
) -> None:
    engineer = world.a["engineer"]
    ticket_id = await desk_ticket(sim)
    write_id = await store(services, engineer, resolution(ticket_id, await make_session(services, engineer)))
    async with services.db.system() as session:
        await session.execute(
            text("UPDATE psa_writes SET created_at = now() - interval '25 hours' WHERE id = :id"), {"id": write_id}
        )
    sim.fault("503", times=0)
    assert await run_until_settled(services, engineer.account_id, write_id) == "blocked"
    assert ((await loaded(services, engineer, write_id)).problem or {})["kind"] == "gave_up"


async def test_writes_of_one_ticket_run_one_at_a_time(
    services: Services, connection: Connection, sim: Sim, world: World, told: Confirmations
) -> None:
    engineer = world.a["engineer"]
    ticket_id = await desk_ticket(sim)
    ids: list[UUID] = []
    for _ in range(3):
        ids.append(await store(services, engineer, resolution(ticket_id, await make_session(services, engineer))))
    states = await asyncio.gather(*(run_until_settled(services, engineer.account_id, write_id) for write_id in ids))
    assert set(states) == {"done"}
    assert len(sim.notes_with(ticket_id, "stored credential")) == 3


async def test_the_other_account_cannot_touch_a_write(
    api: Api, services: Services, connection: Connection, sim: Sim, world: World, told: Confirmations
) -> None:
    engineer = world.a["engineer"]
    write_id = await store(
        services, engineer, resolution(await desk_ticket(sim), await make_session(services, engineer))
    )
    owner = api.as_user("owner", "b")
    assert (await owner.get(f"{P}/writes")).json()["items"] == []
    for action in ("retry", "finish-without-status", "cancel"):
        assert (await owner.post(f"{P}/writes/{write_id}/{action}", json={})).status_code == 404
