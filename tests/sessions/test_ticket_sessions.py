"""Sessions with a ticket of the simulated PSA: start, link, resolve."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest

from resolutionflow.db.session import Database
from resolutionflow.jobs import JobContext
from resolutionflow.kit.clock import now
from resolutionflow.psa.repository import Connection
from resolutionflow.psa.writeback.service import wait_for_write
from resolutionflow.services import Services
from resolutionflow.sessions.jobs import FillArgs, fill_ticket
from tests.factories.sessions import make_fact, make_fix, make_session
from tests.psa.support import Sim
from tests.psa.test_tickets_api import desk_ticket
from tests.support.api import Api
from tests.support.world import World

pytestmark = pytest.mark.anyio

BASE = "/api/v1/ai-sessions"


async def start(api: Api, ticket_id: str, **body: Any) -> Any:
    return await api.as_user().post(BASE, json={"ticket_id": ticket_id, **body})


async def test_a_session_from_a_ticket_knows_it(
    api: Api, db: Database, world: World, connection: Connection, sim: Sim
) -> None:
    ticket_id = await desk_ticket(sim)
    shown = sim.ticket(ticket_id)["ticket"]
    body = {"message": "Please look", "client_turn_id": str(uuid4())}
    made = await start(api, ticket_id, **body)
    assert made.status_code == 201, made.text
    session = made.json()["session"]
    assert (session["ticket_ref"], session["psa_context_status"], session["intake_type"]) == (
        f"CW #{ticket_id}",
        "ready",
        "psa_ticket",
    )
    assert (session["title"], session["problem_summary"]) == (shown["summary"], shown["summary"])
    assert session["client_name"] == shown["company"]["name"]
    again = await start(api, ticket_id)
    assert (again.status_code, again.json()["code"], again.json()["details"]["session_id"]) == (
        409,
        "ticket_in_use",
        session["id"],
    )
    stranger = await api.as_user("engineer2").post(BASE, json={"ticket_id": ticket_id})
    assert (stranger.status_code, stranger.json()["details"]["session_id"]) == (409, None)
    assert (await start(api, ticket_id, share=True)).status_code == 201
    unknown = await start(api, "99999999")
    assert (unknown.status_code, unknown.json()["code"]) == (404, "psa_not_found")


async def test_with_the_psa_away_the_session_starts_and_is_filled_later(
    api: Api, services: Services, world: World, connection: Connection, sim: Sim
) -> None:
    ticket_id = await desk_ticket(sim)
    sim.fault("503", times=0)
    session = (await start(api, ticket_id)).json()["session"]
    assert (session["ticket_ref"], session["psa_context_status"], session["title"]) == (
        f"CW #{ticket_id}",
        "pending",
        f"CW #{ticket_id}",
    )
    sim.clear_faults()
    args = FillArgs(account_id=world.a.id, session_id=UUID(session["id"]))
    for _ in range(2):
        await fill_ticket(JobContext(services, 0), args)
    filled = (await api.as_user().get(f"{BASE}/{session['id']}")).json()
    assert (filled["psa_context_status"], filled["title"]) == ("ready", sim.ticket(ticket_id)["ticket"]["summary"])
    assert filled["state_version"] == 1


async def test_link_and_unlink(api: Api, db: Database, world: World, connection: Connection, sim: Sim) -> None:
    ticket_id = await desk_ticket(sim)
    sid = await make_session(db, world.a["engineer"])
    url = f"{BASE}/{sid}/ticket"
    for client, status in (
        (api.anonymous(), 401),
        (api.as_user("viewer"), 403),
        (api.as_user("engineer", "b"), 404),
        (api.as_user("admin"), 403),
    ):
        assert (await client.post(url, json={"ticket_id": ticket_id})).status_code == status
    assert (await api.as_user().post(url, json={"ticket_id": "99999999"})).status_code == 404
    for _ in range(2):
        linked = (await api.as_user().post(url, json={"ticket_id": ticket_id})).json()
        assert (linked["ticket_ref"], linked["state_version"], linked["psa_context_status"]) == (
            f"CW #{ticket_id}",
            1,
            "ready",
        )
    for _ in range(2):
        bare = (await api.as_user().delete(url)).json()
        assert (bare["ticket_ref"], bare["psa_context_status"], bare["state_version"]) == (None, "none", 2)


async def solved_ticket(api: Api, db: Database, world: World, ticket_id: str) -> UUID:
    sid = UUID((await start(api, ticket_id)).json()["session"]["id"])
    owner = world.a["engineer"]
    await make_fact(db, owner, sid, "The stored password was wrong.")
    await make_fix(
        db, owner, sid, "Remove the stored password", status="applied_success", applied_at=now(), verified_at=now()
    )
    return sid


async def note(api: Api, sid: UUID) -> str:
    return (await api.as_user().post(f"{BASE}/{sid}/resolution-note/preview", json={})).json()["markdown"]


@pytest.mark.usefixtures("outbox")
async def test_a_confirmed_note_resolves_the_session(
    api: Api, db: Database, world: World, connection: Connection, sim: Sim
) -> None:
    ticket_id = await desk_ticket(sim)
    sid = await solved_ticket(api, db, world, ticket_id)
    markdown = await note(api, sid)
    client = api.as_user()
    shown = (
        await client.post(f"{BASE}/{sid}/psa-writes/preview", json={"kind": "resolution", "markdown": markdown})
    ).json()
    assert [step["step"] for step in shown["steps"]] == ["note", "time", "status"]
    body = {"markdown": markdown, "revision": shown["revision"], "state_version": 0}
    headers = {"idempotency-key": "post-1"}
    answer = await client.post(f"{BASE}/{sid}/resolution-note/post", json=body, headers=headers)
    assert answer.status_code == 200, answer.text
    result = answer.json()
    assert (result["outcome"], result["session_status"]) == ("resolved", "resolved")
    assert result["verified_status_name"] == "Resolved"
    session = (await client.get(f"{BASE}/{sid}")).json()
    assert (session["status"], session["resolution_note_external_id"]) == ("resolved", result["external_id"])
    assert session["resolution_note_posted_at"] is not None
    assert session["open_write"] is None
    repeat = await client.post(f"{BASE}/{sid}/resolution-note/post", json=body, headers=headers)
    assert (repeat.status_code, repeat.json()["write_id"]) == (200, result["write_id"])
    assert len(sim.notes_with(ticket_id, "RF-")) == 1


@pytest.mark.usefixtures("outbox")
async def test_an_ignored_status_leaves_the_session_open_with_its_note_once(
    api: Api, services: Services, db: Database, world: World, connection: Connection, sim: Sim
) -> None:
    ticket_id = await desk_ticket(sim)
    sid = await solved_ticket(api, db, world, ticket_id)
    markdown = await note(api, sid)
    sim.fault("status_ignored", times=0)
    answer = await api.as_user().post(f"{BASE}/{sid}/resolution-note/post", json={"markdown": markdown})
    assert (answer.status_code, answer.json()["code"]) == (502, "psa_status_not_verified"), answer.text
    session = (await api.as_user().get(f"{BASE}/{sid}")).json()
    assert (session["status"], session["open_write"]["state"]) == ("active", "blocked")
    refused = await api.as_user().post(f"{BASE}/{sid}/resolution-note/post", json={"markdown": markdown})
    assert (refused.status_code, refused.json()["code"]) == (409, "psa_write_open")
    assert (await api.as_user().delete(f"{BASE}/{sid}/ticket")).json()["code"] == "psa_write_open"
    sim.clear_faults()
    write_id = answer.json()["details"]["write_id"]
    retried = await api.as_user().post(f"/api/v1/integrations/psa/writes/{write_id}/retry", json={"steps": ["status"]})
    assert retried.status_code == 200, retried.text
    await wait_for_write(services, world.a.id, UUID(write_id))
    assert (await api.as_user().get(f"{BASE}/{sid}")).json()["status"] == "resolved"
    assert len(sim.notes_with(ticket_id, "RF-")) == 1


async def test_a_linked_session_may_be_resolved_here_only(
    api: Api, db: Database, world: World, connection: Connection, sim: Sim
) -> None:
    ticket_id = await desk_ticket(sim)
    sid = await solved_ticket(api, db, world, ticket_id)
    markdown = await note(api, sid)
    sim.forget_requests()
    answer = await api.as_user().post(
        f"{BASE}/{sid}/resolution-note/post", json={"markdown": markdown, "post_to_psa": False}
    )
    assert answer.json()["outcome"] == "resolved_local"
    assert sim.requests() == []
