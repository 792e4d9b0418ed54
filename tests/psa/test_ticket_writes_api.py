"""People on a ticket, new tickets and drafts of them: refusals first, then what the PSA really holds."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from resolutionflow.psa.repository import Connection
from resolutionflow.services import Services
from tests.factories.sessions import make_session
from tests.psa.support import Sim
from tests.psa.test_tickets_api import P
from tests.support.api import Api
from tests.support.world import World

pytestmark = pytest.mark.anyio

NEW: dict[str, Any] = {"summary": "Printer is offline", "company_id": "1", "board_id": "1"}
CALLS = [
    ("POST", f"{P}/tickets/48251/assignees", {"member_id": "151"}),
    ("DELETE", f"{P}/tickets/48251/assignees/151", None),
    ("POST", f"{P}/tickets", NEW),
    ("POST", f"{P}/tickets/parse", {"text": "Printer is offline."}),
]


@pytest.mark.parametrize(("method", "path", "body"), CALLS)
async def test_who_may_not(api: Api, connection: Connection, method: str, path: str, body: Any) -> None:
    anonymous = await api.anonymous().request(method, path, json=body)
    assert (anonymous.status_code, anonymous.json()["code"]) == (401, "not_authenticated")
    viewer = await api.as_user("viewer").request(method, path, json=body)
    assert (viewer.status_code, viewer.json()["code"]) == (403, "engineer_required")
    stranger = await api.as_user("engineer", "b").request(method, path, json=body)
    assert (stranger.status_code, stranger.json()["code"]) == (409, "psa_not_connected")


def members(sim: Sim) -> dict[str, str]:
    """Ids by login, as far as anybody owns a ticket."""
    return {row["owner"]["identifier"]: str(row["owner"]["id"]) for row in sim.all()["tickets"] if "owner" in row}


async def test_a_person_joins_leaves_and_the_owner_stays(
    api: Api, connection: Connection, sim: Sim, outbox: None
) -> None:
    client, ids = api.as_user(), members(sim)
    path = f"{P}/tickets/48251/assignees"
    unknown = await client.post(path, json={"member_id": "999"})
    assert (unknown.status_code, unknown.json()["code"]) == (409, "unknown_member")
    missing = await client.post(f"{P}/tickets/99999999/assignees", json={"member_id": ids["mholt"]})
    assert (missing.status_code, missing.json()["code"]) in {(404, "psa_not_found"), (409, "ticket_changed")}
    joined = await client.post(path, json={"member_id": ids["mholt"]})
    assert joined.status_code == 200, joined.text
    shown = [(one["member"]["id"], one["primary"]) for one in joined.json()["assignees"]]
    assert shown == [(ids["ktarrow"], True), (ids["mholt"], False)]
    assert joined.json()["changed"] is True
    again = await client.post(path, json={"member_id": ids["mholt"]})
    assert again.json()["changed"] is False
    assert len(sim.requests("POST", "/schedule/entries")) == 1
    state = sim.ticket("48251")
    assert state["ticket"]["owner"]["identifier"] == "ktarrow"
    assert [str(entry["member"]["id"]) for entry in state["schedule"]] == [ids["mholt"]]
    assert not [item for item in sim.requests("PATCH") if "resources" in str(item["body"])]
    left = await client.delete(f"{path}/{ids['mholt']}")
    assert (left.status_code, left.json()["changed"]) == (200, True)
    repeated = await client.delete(f"{path}/{ids['mholt']}")
    assert (repeated.status_code, repeated.json()["changed"]) == (200, False)
    assert sim.ticket("48251")["schedule"] == []
    assert sim.mail() == []


async def test_the_first_is_primary_and_may_be_replaced_and_taken_off(
    api: Api, connection: Connection, sim: Sim, outbox: None
) -> None:
    client, ids = api.as_user(), members(sim)
    path = f"{P}/tickets/48253/assignees"
    first = await client.post(path, json={"member_id": ids["mholt"]})
    assert [(one["member"]["id"], one["primary"]) for one in first.json()["assignees"]] == [(ids["mholt"], True)]
    replaced = await client.post(path, json={"member_id": ids["tmarsh"], "replace": True})
    assert [(one["member"]["id"], one["primary"]) for one in replaced.json()["assignees"]] == [(ids["tmarsh"], True)]
    off = await client.delete(f"{path}/{ids['tmarsh']}")
    assert off.json()["assignees"] == []
    assert "owner" not in sim.ticket("48253")["ticket"]


@pytest.mark.parametrize(
    ("fault", "status", "code"), [("403", 502, "psa_permission_missing"), ("409", 409, "psa_rejected")]
)
async def test_a_refused_person_leaves_the_ticket_and_no_open_write(
    api: Api, connection: Connection, sim: Sim, outbox: None, fault: str, status: int, code: str
) -> None:
    client, ids = api.as_user(), members(sim)
    sim.fault(fault, method="POST", path="/schedule/entries", times=0)
    answer = await client.post(f"{P}/tickets/48251/assignees", json={"member_id": ids["mholt"]})
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    writes = (await client.get(f"{P}/writes", params={"ticket_id": "48251"})).json()["items"]
    assert [write["state"] for write in writes] == ["cancelled"]
    assert sim.ticket("48251")["schedule"] == []


def new_ticket(sim: Sim, **more: Any) -> dict[str, Any]:
    like = sim.ticket("48251")["ticket"]
    return {
        "summary": "Second screen stays dark",
        "description": "It worked on Friday.",
        "company_id": str(like["company"]["id"]),
        "contact_id": str(like["contact"]["id"]),
        "board_id": str(like["board"]["id"]),
        "priority_id": str(like["priority"]["id"]),
        **more,
    }


async def test_a_ticket_is_opened_once_and_shown_as_it_is(
    api: Api, connection: Connection, sim: Sim, outbox: None
) -> None:
    client, ids = api.as_user(), members(sim)
    foreign = str(sim.ticket("48267")["ticket"]["status"]["id"])
    refused = await client.post(f"{P}/tickets", json=new_ticket(sim, status_id=foreign))
    assert (refused.status_code, refused.json()["code"]) == (409, "status_not_on_board")
    long = await client.post(f"{P}/tickets", json=new_ticket(sim, summary="x" * 101))
    assert (long.status_code, long.json()["code"]) == (422, "invalid_request")
    other = (
        "Gorsewick Hotels" if "Gorsewick" not in sim.ticket("48251")["ticket"]["company"]["name"] else "Hexley Outreach"
    )
    leaking = await client.post(f"{P}/tickets", json=new_ticket(sim, description=f"As at {other}."))
    assert (leaking.status_code, leaking.json()["code"]) == (409, "leak_suspected")
    unknown = await client.post(f"{P}/tickets", json=new_ticket(sim, company_id="99999", contact_id=None))
    assert (unknown.status_code, unknown.json()["code"]) == (409, "psa_rejected")

    body = new_ticket(sim, assignee_id=ids["mholt"], description="Password: Invented-Pa55word now.")
    key = {"Idempotency-Key": "one-ticket"}
    made = await client.post(f"{P}/tickets", json=body, headers=key)
    assert made.status_code == 201, made.text
    answer = made.json()
    assert (answer["outcome"], answer["assigned"], answer["warnings"]) == ("created", True, [])
    assert answer["ticket"]["owner"]["id"] == ids["mholt"]
    assert answer["ticket"]["summary"] == body["summary"]
    repeat = await client.post(f"{P}/tickets", json=body, headers=key)
    assert repeat.json()["ticket"]["id"] == answer["ticket"]["id"]
    stored = sim.ticket(answer["ticket"]["id"])
    assert "Invented-Pa55word" not in str(stored["notes"])
    assert len([row for row in sim.all()["tickets"] if row["summary"] == body["summary"]]) == 1
    assert sim.mail() == []
    write = (await client.get(f"{P}/writes/{answer['write_id']}")).json()
    assert (write["kind"], write["ticket_id"]) == ("create", answer["ticket"]["id"])
    assert write["ticket_ref"] == answer["ticket"]["ref"]
    assert [step["step"] for step in write["steps"]] == ["check", "create", "assign", "confirm"]
    assert write["ticket_url"].endswith(answer["ticket"]["id"])


async def test_a_ticket_for_a_session_becomes_its_own_and_the_next_ones_spin_off(
    api: Api, services: Services, connection: Connection, sim: Sim, world: World, outbox: None
) -> None:
    client = api.as_user()
    session_id = await make_session(services.db, world.a["engineer"])
    stranger = await api.as_user("engineer2").post(f"{P}/tickets", json=new_ticket(sim, session_id=str(session_id)))
    assert stranger.status_code in {403, 404}
    made = await client.post(f"{P}/tickets", json=new_ticket(sim, session_id=str(session_id)))
    assert made.status_code == 201, made.text
    shown = (await client.get(f"/api/v1/ai-sessions/{session_id}")).json()
    assert shown["ticket_ref"] == made.json()["ticket"]["ref"]
    second = await client.post(f"{P}/tickets", json=new_ticket(sim, session_id=str(session_id)))
    assert (second.status_code, second.json()["code"]) == (409, "session_has_ticket")
    draft = await client.post(
        f"{P}/tickets/parse", json={"text": "The dock is broken too.", "session_id": str(session_id)}
    )
    assert draft.status_code == 200, draft.text
    assert draft.json()["source_ticket_ref"] == shown["ticket_ref"]
    assert draft.json()["company"]["id"] == new_ticket(sim)["company_id"]
    assert shown["ticket_ref"] in draft.json()["description"]["value"]
    spun = await client.post(f"{P}/tickets", json=new_ticket(sim, session_id=str(session_id), role="spin_off"))
    assert spun.status_code == 201, spun.text
    assert await spin_offs(services, world, session_id) == [spun.json()["ticket"]["id"]]
    still = (await client.get(f"/api/v1/ai-sessions/{session_id}")).json()
    assert still["ticket_ref"] == shown["ticket_ref"]
    assert shown["spin_offs"] == []
    (told,) = still["spin_offs"]
    assert (told["ticket_id"], told["ticket_ref"], told["reachable"]) == (
        spun.json()["ticket"]["id"],
        spun.json()["ticket"]["ref"],
        True,
    )
    other = await api.as_user("engineer", account="b").get(f"/api/v1/ai-sessions/{session_id}")
    assert other.status_code == 404
    async with services.db.transaction(world.a.id) as session:
        await session.execute(text("UPDATE psa_connections SET is_active = false"))
    parted = (await client.get(f"/api/v1/ai-sessions/{session_id}")).json()
    assert [one["reachable"] for one in parted["spin_offs"]] == [False]


async def spin_offs(services: Services, world: World, session_id: UUID) -> list[str]:
    async with services.db.transaction(world.a.id) as session:
        rows = await session.execute(
            text("SELECT ticket_id FROM session_spin_offs WHERE session_id = :id"), {"id": session_id}
        )
        return [row.ticket_id for row in rows]


async def test_a_ticket_asked_for_while_the_psa_is_away_is_opened_later_and_once(
    api: Api, services: Services, connection: Connection, sim: Sim, outbox: None
) -> None:
    sim.fault("reply_lost", method="POST", path="/service/tickets")
    made = await api.as_user().post(f"{P}/tickets", json=new_ticket(sim))
    assert made.status_code == 201, made.text
    assert len([row for row in sim.all()["tickets"] if row["summary"] == "Second screen stays dark"]) == 1


async def test_a_draft_names_only_what_the_lists_have(api: Api, connection: Connection, sim: Sim) -> None:
    like = sim.ticket("48251")["ticket"]
    text = (
        f"Hi team,\nthe label printer in the back office stopped at noon. Please treat as P2 on the Service Desk.\n"
        f"{like['contactName']} <{like['contactEmailAddress']}>"
    )
    draft = (await api.as_user().post(f"{P}/tickets/parse", json={"text": text})).json()
    assert draft["summary"]["value"] == "the label printer in the back office stopped at noon"
    assert (draft["contact"]["id"], draft["contact"]["confidence"]) == (str(like["contact"]["id"]), "high")
    assert draft["company"]["id"] == str(like["company"]["id"])
    assert draft["board"]["value"] == "Service Desk"
    assert "2" in draft["priority"]["value"]
    span = draft["contact"]["from"]
    assert text[span["start"] : span["end"]] == like["contactEmailAddress"]
    assert draft["unresolved"] == []
    odd = (await api.as_user().post(f"{P}/tickets/parse", json={"text": "P5 for nobody@unknown.example"})).json()
    assert {(item["field"], item["reason"]) for item in odd["unresolved"]} == {
        ("contact", "unknown"),
        ("priority", "unknown"),
    }
    assert odd["company"] is None
    sim.deny("Companies: Contacts")
    blind = (await api.as_user().post(f"{P}/tickets/parse", json={"text": "Gorsewick Hotels has no Wi-Fi"})).json()
    assert blind["company"]["value"] == "Gorsewick Hotels"
    assert {"field": "contact", "text": "", "reason": "unreadable"} in blind["unresolved"]
    assert sim.requests("POST") == []
