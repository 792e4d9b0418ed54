"""The tickets endpoints: refusals first, then list, detail, look-ups, status and notes."""

from __future__ import annotations

import pytest

from resolutionflow.psa.repository import Connection
from tests.psa.support import Sim
from tests.support.api import Api

pytestmark = pytest.mark.anyio

P = "/api/v1/integrations/psa"
READS = [
    f"{P}/status",
    f"{P}/tickets",
    f"{P}/tickets/48250",
    f"{P}/boards",
    f"{P}/boards/1/statuses",
    f"{P}/statuses",
    f"{P}/tickets/48250/statuses",
    f"{P}/priorities",
    f"{P}/members",
    f"{P}/companies",
    f"{P}/contacts",
    f"{P}/writes",
]


async def desk_ticket(sim: Sim, *, closed: bool = False) -> str:
    """An open, ordinary Service Desk ticket."""
    for ticket in sim.all()["tickets"]:
        state = sim.ticket(str(ticket["id"])) if ticket["board"]["name"] == "Service Desk" else None
        ordinary = state is not None and not state["status_locked"] and not ticket.get("mergedParentTicket")
        if (
            ordinary
            and ticket["closedFlag"] is closed
            and ticket.get("contact")
            and ticket["status"]["name"] != "Resolved"
        ):
            return str(ticket["id"])
    raise AssertionError("the demo world has no such ticket")


@pytest.mark.parametrize("path", READS)
async def test_nobody_reads_without_signing_in(api: Api, path: str) -> None:
    answer = await api.anonymous().get(path)
    assert (answer.status_code, answer.json()["code"]) == (401, "not_authenticated")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("PATCH", f"{P}/tickets/48250/status"),
        ("POST", f"{P}/tickets/48250/notes"),
        ("POST", f"{P}/writes/00000000-0000-7000-8000-000000000001/retry"),
        ("POST", f"{P}/writes/00000000-0000-7000-8000-000000000001/finish-without-status"),
        ("POST", f"{P}/writes/00000000-0000-7000-8000-000000000001/cancel"),
    ],
)
async def test_viewers_write_nothing(api: Api, sim: Sim, connection: Connection, method: str, path: str) -> None:
    answer = await api.as_user("viewer").request(method, path, json={})
    assert (answer.status_code, answer.json()["code"]) == (403, "engineer_required")
    assert (await api.anonymous().request(method, path, json={})).status_code == 401
    assert sim.requests() == []


async def test_without_a_connection_it_says_so(api: Api) -> None:
    client = api.as_user("engineer")
    assert (await client.get(f"{P}/status")).json() == {
        "connected": False,
        "provider": None,
        "name": None,
        "status": None,
        "web_base": None,
        "rules": None,
    }
    for path in READS[1:-1]:
        answer = await client.get(path)
        assert (answer.status_code, answer.json()["code"]) == (409, "psa_not_connected"), path


async def test_the_other_account_sees_nothing_of_the_connection(api: Api, connection: Connection) -> None:
    mine, theirs = api.as_user("engineer"), api.as_user("owner", "b")
    assert (await mine.get(f"{P}/status")).json()["connected"] is True
    assert (await theirs.get(f"{P}/status")).json()["connected"] is False
    assert (await theirs.get(f"{P}/tickets")).status_code == 409
    assert (await theirs.get(f"{P}/boards")).status_code == 409


async def test_the_status_answer_holds_no_secret(api: Api, connection: Connection, sim: Sim) -> None:
    body = (await api.as_user("viewer").get(f"{P}/status")).text
    assert sim.sign_in.secrets["private_key"] not in body
    assert sim.sign_in.secrets["public_key"] not in body


async def test_bad_filters_are_422_and_foreign_cursors_400(api: Api, connection: Connection, sim: Sim) -> None:
    client = api.as_user("engineer")
    for query in ("limit=0", "limit=101", "assignment=everyone", "closed=maybe", f"query={'x' * 201}", "query=%00"):
        assert (await client.get(f"{P}/tickets?{query}")).status_code == 422, query
    answer = await client.get(f"{P}/tickets?board_ids=1%20or%201")
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_filter")
    cursor = (await client.get(f"{P}/tickets?limit=3")).json()["next_cursor"]
    answer = await client.get(f"{P}/tickets?limit=3&closed=all&cursor={cursor}")
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_cursor")


async def test_pages_follow_each_other(api: Api, connection: Connection) -> None:
    client = api.as_user("viewer")
    found: list[str] = []
    cursor = ""
    while True:
        page = (await client.get(f"{P}/tickets?limit=9{cursor}")).json()
        found += [ticket["id"] for ticket in page["items"]]
        if page["next_cursor"] is None:
            break
        cursor = f"&cursor={page['next_cursor']}"
    assert len(found) == len(set(found)) == 40
    assert found == sorted(found, key=int, reverse=True)


async def test_mine_is_the_mapped_members_and_says_when_there_is_none(api: Api, connection: Connection) -> None:
    mine = (await api.as_user("engineer").get(f"{P}/tickets?assignment=mine&limit=50")).json()
    assert mine["problem"] is None
    assert len(mine["items"]) >= 5
    nobody = (await api.as_user("viewer").get(f"{P}/tickets?assignment=mine")).json()
    assert nobody["items"] == []
    assert nobody["problem"]["code"] == "no_member_mapping"
    unknown = (await api.as_user("viewer").get(f"{P}/tickets?assignment=member:99999")).json()
    assert unknown["problem"]["code"] == "unknown_member"


async def test_a_repeated_list_asks_the_psa_once(api: Api, connection: Connection, sim: Sim) -> None:
    client = api.as_user("engineer")
    for _ in range(3):
        await client.get(f"{P}/tickets?query=vpn")
    assert len(sim.requests("GET", "/service/tickets")) == 1
    await client.get(f"{P}/tickets?query=vpn&refresh=true")
    assert len(sim.requests("GET", "/service/tickets")) == 2


async def test_a_missing_right_on_tickets_is_named(api: Api, connection: Connection, sim: Sim) -> None:
    sim.deny("Service Desk: Service Tickets")
    page = (await api.as_user("engineer").get(f"{P}/tickets")).json()
    assert page["problem"]["code"] == "psa_permission_missing"
    assert page["problem"]["permission"] == "Service Desk: Service Tickets (inquire)"


async def test_detail_shows_every_section(api: Api, connection: Connection, sim: Sim) -> None:
    ticket_id = await desk_ticket(sim)
    body = (await api.as_user("viewer").get(f"{P}/tickets/{ticket_id}")).json()
    assert body["ticket"]["ref"] == f"CW #{ticket_id}"
    assert body["ticket"]["description"]
    assert body["revision"]
    for name, section in body["sections"].items():
        assert section["problem"] is None, name
    assert len(body["sections"]["notes"]["items"]) >= 2
    assert ticket_id not in [item["id"] for item in body["sections"]["related"]["items"]]


async def test_a_refused_section_names_its_right_and_the_rest_shows(api: Api, connection: Connection, sim: Sim) -> None:
    ticket_id = await desk_ticket(sim)
    sim.fault("403", path="/schedule/entries*", times=0)
    sim.fault("503", path="/system/documents*", times=0)
    body = (await api.as_user("viewer").get(f"{P}/tickets/{ticket_id}")).json()
    assert body["sections"]["assignees"]["items"] is None
    assert body["sections"]["assignees"]["problem"]["permission"] == "Service Desk: Resource Scheduling (inquire)"
    assert body["sections"]["attachments"]["problem"]["code"] == "psa_unavailable"
    assert body["sections"]["notes"]["items"]


@pytest.mark.parametrize("ticket_id", ["1", "99999999", "999999999999999999999", "abc"])
async def test_unknown_tickets_are_404(api: Api, connection: Connection, ticket_id: str) -> None:
    answer = await api.as_user("engineer").get(f"{P}/tickets/{ticket_id}")
    assert (answer.status_code, answer.json()["code"]) == (404, "psa_not_found")


async def test_a_psa_that_is_away_is_503(api: Api, connection: Connection, sim: Sim) -> None:
    sim.fault("503", times=0)
    answer = await api.as_user("engineer").get(f"{P}/tickets/48250")
    assert (answer.status_code, answer.json()["code"]) == (503, "psa_unavailable")
    boards = (await api.as_user("engineer").get(f"{P}/boards?refresh=true")).json()
    assert boards == {
        "items": [],
        "problem": {"code": "psa_unavailable", "permission": None, "message": boards["problem"]["message"]},
    }


async def test_a_refused_sign_in_marks_the_connection_until_it_works_again(
    api: Api, connection: Connection, sim: Sim
) -> None:
    client = api.as_user("engineer")
    sim.fault("401", times=0)
    answer = await client.get(f"{P}/tickets/48250")
    assert (answer.status_code, answer.json()["code"]) == (502, "psa_auth_failed")
    assert (await client.get(f"{P}/status")).json()["status"] == "auth_failed"
    sim.clear_faults()
    assert (await client.get(f"{P}/tickets/48250")).status_code == 200
    assert (await client.get(f"{P}/status")).json()["status"] == "ok"


async def test_an_answer_from_store_does_not_call_a_broken_connection_well(
    api: Api, connection: Connection, sim: Sim
) -> None:
    client = api.as_user("engineer")
    assert (await client.get(f"{P}/boards")).json()["problem"] is None
    sim.fault("401", times=0)
    assert (await client.get(f"{P}/tickets/48250")).status_code == 502
    assert (await client.get(f"{P}/boards")).json()["problem"] is None
    assert (await client.get(f"{P}/status")).json()["status"] == "auth_failed"


async def test_lookups(api: Api, connection: Connection) -> None:
    client = api.as_user("viewer")
    boards = (await client.get(f"{P}/boards")).json()["items"]
    assert [board["name"] for board in boards] == ["Alerts", "Changes", "Onsite", "Service Desk"]
    merged = (await client.get(f"{P}/statuses")).json()["items"]
    resolved = next(item for item in merged if item["name"] == "Resolved")
    assert len(resolved["board_ids"]) == 2
    desk = boards[-1]["id"]
    own = (await client.get(f"{P}/boards/{desk}/statuses")).json()["items"]
    assert {status["board_id"] for status in own} == {desk}
    assert len((await client.get(f"{P}/companies")).json()["items"]) == 12
    me = [member for member in (await api.as_user("engineer").get(f"{P}/members")).json()["items"] if member["is_me"]]
    assert [member["identifier"] for member in me] == ["ktarrow"]
    assert (await client.get(f"{P}/members?query=tarrow")).json()["items"][0]["identifier"] == "ktarrow"


async def test_a_status_change_is_read_back(api: Api, connection: Connection, sim: Sim, outbox: None) -> None:
    ticket_id = await desk_ticket(sim)
    client = api.as_user("engineer")
    detail = (await client.get(f"{P}/tickets/{ticket_id}")).json()
    statuses = (await client.get(f"{P}/tickets/{ticket_id}/statuses")).json()["items"]
    target = next(item for item in statuses if item["id"] != detail["ticket"]["status"]["id"] and not item["closed"])
    body = {"status_id": target["id"], "revision": detail["revision"]}
    answer = await client.patch(f"{P}/tickets/{ticket_id}/status", json=body)
    assert answer.status_code == 200, answer.text
    assert answer.json()["new_status"] == target["name"]
    assert answer.json()["ticket"]["status"]["id"] == target["id"]
    assert str(sim.ticket(ticket_id)["ticket"]["status"]["id"]) == target["id"]
    assert sim.mail() == []


async def test_a_status_of_another_board_is_refused_before_anything_is_sent(
    api: Api, connection: Connection, sim: Sim, outbox: None
) -> None:
    ticket_id = await desk_ticket(sim)
    client = api.as_user("engineer")
    revision = (await client.get(f"{P}/tickets/{ticket_id}")).json()["revision"]
    boards = (await client.get(f"{P}/boards")).json()["items"]
    foreign = (await client.get(f"{P}/boards/{boards[0]['id']}/statuses")).json()["items"][0]
    answer = await client.patch(
        f"{P}/tickets/{ticket_id}/status", json={"status_id": foreign["id"], "revision": revision}
    )
    assert (answer.status_code, answer.json()["code"]) == (409, "status_not_on_board")
    assert sim.requests("PATCH") == []


async def test_an_ignored_status_change_is_said(api: Api, connection: Connection, sim: Sim, outbox: None) -> None:
    ticket_id = await desk_ticket(sim)
    client = api.as_user("engineer")
    detail = (await client.get(f"{P}/tickets/{ticket_id}")).json()
    statuses = (await client.get(f"{P}/tickets/{ticket_id}/statuses")).json()["items"]
    target = next(item for item in statuses if item["id"] != detail["ticket"]["status"]["id"])
    sim.fault("status_ignored", times=0)
    body = {"status_id": target["id"], "revision": detail["revision"]}
    answer = await client.patch(f"{P}/tickets/{ticket_id}/status", json=body)
    assert (answer.status_code, answer.json()["code"]) == (502, "psa_status_not_verified")
    details = answer.json()["details"]
    assert (details["expected"], details["observed"]) == (target["name"], detail["ticket"]["status"]["name"])


async def test_a_change_since_loading_is_a_conflict_until_acknowledged(
    api: Api, connection: Connection, sim: Sim, outbox: None
) -> None:
    ticket_id = await desk_ticket(sim)
    client = api.as_user("engineer")
    detail = (await client.get(f"{P}/tickets/{ticket_id}")).json()
    statuses = (await client.get(f"{P}/tickets/{ticket_id}/statuses")).json()["items"]
    target = next(item for item in statuses if item["id"] != detail["ticket"]["status"]["id"])
    sim.person("reply", ticket_id, text="It happens again since lunch.")
    body = {"status_id": target["id"], "revision": detail["revision"]}
    answer = await client.patch(f"{P}/tickets/{ticket_id}/status", json=body)
    assert (answer.status_code, answer.json()["code"]) == (409, "ticket_changed")
    fields = {change["field"]: change for change in answer.json()["details"]["changes"]}
    assert "since lunch" in fields["note"]["now"]
    answer = await client.patch(f"{P}/tickets/{ticket_id}/status", json={**body, "acknowledge": ["ticket_changed"]})
    assert answer.status_code == 200, answer.text


async def test_a_broken_revision_is_422(api: Api, connection: Connection, sim: Sim) -> None:
    body = {"status_id": "1", "revision": "nonsense"}
    answer = await api.as_user("engineer").patch(f"{P}/tickets/48250/status", json=body)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request")


async def test_an_internal_note_is_written_once_and_mails_nobody(
    api: Api, connection: Connection, sim: Sim, outbox: None
) -> None:
    ticket_id = await desk_ticket(sim)
    body = {"text": "Checked the profile, nothing unusual.", "visibility": "internal", "notify": True}
    answer = await api.as_user("engineer").post(
        f"{P}/tickets/{ticket_id}/notes", json=body, headers={"Idempotency-Key": "k1"}
    )
    assert answer.status_code == 201, answer.text
    again = await api.as_user("engineer").post(
        f"{P}/tickets/{ticket_id}/notes", json=body, headers={"Idempotency-Key": "k1"}
    )
    assert again.json() == answer.json()
    notes = sim.notes_with(ticket_id, "nothing unusual")
    assert len(notes) == 1
    assert notes[0]["internalAnalysisFlag"] is True
    assert notes[0]["member"]["name"] == "Kit Tarrow"
    assert "Posted for" not in notes[0]["text"]
    assert sim.mail() == []
    other = {**body, "text": "Something else."}
    clash = await api.as_user("engineer").post(
        f"{P}/tickets/{ticket_id}/notes", json=other, headers={"Idempotency-Key": "k1"}
    )
    assert (clash.status_code, clash.json()["code"]) == (409, "idempotency_mismatch")


async def test_an_unmapped_persons_internal_note_says_whose_it_is_and_a_customer_note_does_not(
    api: Api, connection: Connection, sim: Sim, outbox: None
) -> None:
    ticket_id = await desk_ticket(sim)
    client = api.as_user("engineer2")
    await client.post(f"{P}/tickets/{ticket_id}/notes", json={"text": "For the team.", "visibility": "internal"})
    await client.post(f"{P}/tickets/{ticket_id}/notes", json={"text": "For the customer.", "visibility": "customer"})
    assert "Posted for Engineer2 A" in sim.notes_with(ticket_id, "For the team.")[0]["text"]
    assert "Engineer2" not in sim.notes_with(ticket_id, "For the customer.")[0]["text"]


async def test_with_notify_the_contact_is_mailed(api: Api, connection: Connection, sim: Sim, outbox: None) -> None:
    ticket_id = await desk_ticket(sim)
    body = {"text": "We found the cause.", "visibility": "customer", "notify": True}
    await api.as_user("engineer").post(f"{P}/tickets/{ticket_id}/notes", json=body)
    assert sim.mail()


async def test_another_clients_name_stops_the_note(api: Api, connection: Connection, sim: Sim, outbox: None) -> None:
    ticket_id = await desk_ticket(sim)
    own = sim.ticket(ticket_id)["ticket"]["company"]["name"]
    other = "Gorsewick Hotels" if own != "Gorsewick Hotels" else "Hexley Outreach"
    body = {"text": f"Same as at {other.upper()} last week.", "visibility": "internal"}
    answer = await api.as_user("engineer").post(f"{P}/tickets/{ticket_id}/notes", json=body)
    assert (answer.status_code, answer.json()["code"]) == (409, "leak_suspected")
    assert answer.json()["details"]["found"][0]["text"] == other
    insisting = {**body, "acknowledge": ["leak_suspected"]}
    assert (await api.as_user("engineer").post(f"{P}/tickets/{ticket_id}/notes", json=insisting)).status_code == 409
    assert sim.requests("POST", "/notes") == []
    assert (await api.as_user("admin").post(f"{P}/tickets/{ticket_id}/notes", json=insisting)).status_code == 201


@pytest.mark.parametrize("text", ["", "   \n ", "x" * 20_001, "a\x00b"])
async def test_notes_that_are_no_text_are_422(api: Api, connection: Connection, sim: Sim, text: str) -> None:
    answer = await api.as_user("engineer").post(
        f"{P}/tickets/48250/notes", json={"text": text, "visibility": "internal"}
    )
    assert answer.status_code == 422
    assert sim.requests("POST") == []


async def test_a_note_that_is_refused_says_why_and_leaves_nothing_open(
    api: Api, connection: Connection, sim: Sim, outbox: None
) -> None:
    ticket_id = await desk_ticket(sim)
    client = api.as_user("engineer")
    sim.fault("403", method="POST", path="*/notes", times=1)
    answer = await client.post(f"{P}/tickets/{ticket_id}/notes", json={"text": "Note.", "visibility": "internal"})
    assert (answer.status_code, answer.json()["code"]) == (502, "psa_permission_missing")
    assert answer.json()["details"]["permission"] == "Service Desk: Service Tickets (add)"
    writes = (await client.get(f"{P}/writes?ticket_id={ticket_id}")).json()["items"]
    assert [write["state"] for write in writes] == ["cancelled"]


async def test_the_history_shows_what_was_sent(api: Api, connection: Connection, sim: Sim, outbox: None) -> None:
    ticket_id = await desk_ticket(sim)
    client = api.as_user("engineer")
    posted = (
        await client.post(f"{P}/tickets/{ticket_id}/notes", json={"text": "Seen.", "visibility": "internal"})
    ).json()
    write = (await client.get(f"{P}/writes/{posted['write_id']}")).json()
    assert write["state"] == "done"
    assert write["text"].startswith("Seen.")
    assert write["acting_member"]["name"] == "Kit Tarrow"
    assert write["actions"] == {"retry": False, "retry_status": False, "finish_without_status": False, "cancel": False}
    assert [(step["step"], step["state"]) for step in write["steps"]] == [
        ("check", "done"),
        ("note", "done"),
        ("confirm", "done"),
    ]
    assert (await api.as_user("owner", "b").get(f"{P}/writes/{posted['write_id']}")).status_code == 404
    assert (await api.as_user("viewer").get(f"{P}/writes")).json()["items"][0]["id"] == posted["write_id"]
    cancelled = await client.post(f"{P}/writes/{posted['write_id']}/cancel")
    assert (cancelled.status_code, cancelled.json()["code"]) == (409, "already_sent")
