"""Writing tickets: what is refused, what is done, and what is silently not done."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.demo.client import SimClient

OUTLOOK, LOCKED, RESTRICTED, MERGED = 48293, 48258, 48265, 48248
RESOLVED, IN_PROGRESS, ALERTS_RESOLVED = 508, 503, 525


def replace(path: str, value: Any) -> list[dict[str, Any]]:
    return [{"op": "replace", "path": path, "value": value}]


@pytest.mark.parametrize(
    "body",
    [
        None,
        {},
        [],
        "x",
        [1],
        [{"op": "replace", "path": "summary"}],
        [{"op": "move", "path": "summary", "value": "x"}],
        [{"op": "replace", "path": 5, "value": "x"}],
        [{"op": "replace", "path": "/summary", "value": "x"}],
        [{"op": "replace", "path": "summary", "value": "x", "from": "y"}],
        replace("id", 5),
        replace("nonsense", 5),
        replace("summary", ""),
        replace("summary", "x" * 101),
        replace("summary", 5),
        replace("summary", "a\x00b"),
        replace("status", 508),
        replace("status", {"id": "508"}),
        replace("status", {"name": "Resolved"}),
        replace("status", {"id": 999999}),
        replace("status", {"id": 10**30}),
        replace("status", {"id": True}),
        replace("owner", {"id": 158}),
        replace("contact", {"id": 20201}),
        replace("processNotifications", "no"),
        [{"op": "remove", "path": "status"}],
    ],
)
def test_wrong_patches_are_400_and_change_nothing(sim: SimClient, body: Any) -> None:
    before = sim.get(f"/service/tickets/{OUTLOOK}").json()
    answer = sim.patch(f"/service/tickets/{OUTLOOK}", body)
    assert answer.status_code == 400, answer.text
    assert set(answer.json()) == {"code", "message", "errors"}
    assert sim.get(f"/service/tickets/{OUTLOOK}").json() == before


def test_status_moves_and_time_stamp_with_it(sim: SimClient) -> None:
    before = sim.get(f"/service/tickets/{OUTLOOK}").json()
    after = sim.set_status(OUTLOOK, RESOLVED).json()
    assert (after["status"]["name"], after["closedFlag"]) == ("Resolved", True)
    assert after["_info"]["lastUpdated"] > before["_info"]["lastUpdated"]
    assert after == sim.get(f"/service/tickets/{OUTLOOK}").json()
    again = sim.set_status(OUTLOOK, IN_PROGRESS).json()
    assert again["closedFlag"] is False
    assert "closedDate" not in again
    assert again["_info"]["lastUpdated"] > after["_info"]["lastUpdated"]


@pytest.mark.parametrize(("ticket", "status"), [(OUTLOOK, ALERTS_RESOLVED), (OUTLOOK, 510), (LOCKED, RESOLVED)])
def test_status_is_silently_ignored(sim: SimClient, ticket: int, status: int) -> None:
    before = sim.get(f"/service/tickets/{ticket}").json()
    answer = sim.set_status(ticket, status)
    assert answer.status_code == 200
    assert answer.json() == before


def test_status_with_missing_required_fields_is_ignored(sim: SimClient) -> None:
    change = sim.post(
        "/service/tickets", {"summary": "Swap a disk", "company": {"id": 201}, "board": {"id": 13}}
    ).json()
    assert sim.set_status(change["id"], 545).json()["status"]["name"] == "Requested"
    sim.patch(f"/service/tickets/{change['id']}", replace("subType", {"name": "Hardware"}))
    assert sim.set_status(change["id"], 545).json()["status"]["name"] == "Completed"


def test_other_changes_of_an_ignored_status_patch_are_kept(sim: SimClient) -> None:
    body = [*replace("status", {"id": ALERTS_RESOLVED}), *replace("summary", "New words")]
    shown = sim.patch(f"/service/tickets/{OUTLOOK}", body).json()
    assert (shown["summary"], shown["status"]["name"]) == ("New words", "In progress")


def test_resources_are_derived_and_cannot_be_patched(sim: SimClient) -> None:
    answer = sim.patch(f"/service/tickets/{OUTLOOK}", replace("resources", "tmarsh"))
    assert (answer.status_code, answer.json()["resources"]) == (200, "ktarrow")


def test_owner_can_be_set_and_removed(sim: SimClient) -> None:
    path = "/service/tickets/48285"
    assert "owner" not in sim.get(path).json()
    shown = sim.patch(path, replace("owner", {"id": 155})).json()
    assert (shown["owner"]["identifier"], shown["resources"]) == ("ktarrow", "ktarrow")
    shown = sim.patch(path, [{"op": "remove", "path": "owner"}]).json()
    assert "owner" not in shown
    assert "resources" not in shown


def test_another_board_means_its_first_status(sim: SimClient) -> None:
    shown = sim.patch(f"/service/tickets/{OUTLOOK}", replace("board", {"id": 12})).json()
    assert shown["status"] == {"id": 521, "name": "New"}


def test_notifications_are_on_unless_switched_off(sim: SimClient) -> None:
    sim.set_status(OUTLOOK, RESOLVED, notify=False)
    assert sim.mail() == []
    sim.set_status(OUTLOOK, IN_PROGRESS, notify=True)
    assert sim.mail() == []
    sim.patch(f"/service/tickets/{OUTLOOK}", replace("status", {"id": RESOLVED}))
    assert [(mail["cause"], mail["recipients"]) for mail in sim.mail()] == [
        ("status Resolved", ["n.harrowgate@quillmere.example"])
    ]


def test_merged_and_restricted_tickets_take_no_change(sim: SimClient) -> None:
    assert sim.set_status(MERGED, 525).status_code == 400
    assert sim.note(MERGED).status_code == 400
    assert sim.get(f"/service/tickets/{MERGED}").json()["mergedParentTicket"]["id"] == 48247
    for answer in (
        sim.get(f"/service/tickets/{RESTRICTED}"),
        sim.get(f"/service/tickets/{RESTRICTED}/allNotes"),
        sim.set_status(RESTRICTED, RESOLVED),
        sim.note(RESTRICTED),
    ):
        assert answer.status_code == 403
        assert "Service Tickets" in answer.json()["message"]


@pytest.mark.parametrize(
    "body",
    [
        None,
        [],
        {},
        {"summary": "x"},
        {"company": {"id": 201}},
        {"summary": " ", "company": {"id": 201}},
        {"summary": "x" * 101, "company": {"id": 201}},
        {"summary": "x", "company": 201},
        {"summary": "x", "company": {"id": 9}},
        {"summary": "x", "company": {"id": 201}, "contact": {"id": 20201}},
        {"summary": "x", "company": {"id": 201}, "externalXRef": "y" * 101},
        {"summary": "x", "company": {"id": 201}, "nonsense": 1},
    ],
)
def test_wrong_tickets_are_400(sim: SimClient, body: Any) -> None:
    assert sim.post("/service/tickets", body).status_code == 400
    assert sim.get("/service/tickets/count").json()["count"] == 60


def test_unknown_keys_are_listed_in_the_request_log(sim: SimClient) -> None:
    sim.post("/service/tickets", {"summary": "x", "company": {"id": 201}, "nonsense": 1})
    assert sim.look("requests")["requests"][-1]["unknown_keys"] == ["nonsense"]


def test_create_with_texts_contact_and_device(sim: SimClient) -> None:
    body = {
        "summary": "Second screen flickers",
        "company": {"id": 201},
        "contact": {"id": 20101},
        "board": {"id": 11},
        "initialDescription": "It flickers.",
        "initialInternalAnalysis": "Cable?",
        "externalXRef": "RF-0123456789",
        "processNotifications": False,
    }
    answer = sim.post("/service/tickets", body)
    assert answer.status_code == 201
    made = answer.json()
    assert (made["status"]["name"], made["contactEmailAddress"]) == ("New", "n.harrowgate@quillmere.example")
    notes = sim.get(f"/service/tickets/{made['id']}/notes").json()
    assert [(note["text"], note["detailDescriptionFlag"]) for note in notes] == [
        ("It flickers.", True),
        ("Cable?", False),
    ]
    assert sim.mail() == []
    found = sim.get("/service/tickets", conditions='externalXRef="RF-0123456789"').json()
    assert [row["id"] for row in found] == [made["id"]]
    path = f"/service/tickets/{made['id']}/configurations"
    assert sim.post(path, {"id": 99}).status_code == 400
    assert sim.post(path, {"id": 20152}).status_code == 201
    assert [row["name"] for row in sim.get(path).json()] == ["WS-0142"]
    assert sim.delete(f"{path}/20152").status_code == 204
    assert sim.get(path).json() == []


def test_create_notifies_by_default(sim: SimClient) -> None:
    sim.post("/service/tickets", {"summary": "x", "company": {"id": 201}, "contact": {"id": 20101}})
    assert [mail["audience"] for mail in sim.mail()] == ["contact"]


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["id", "name", "op", "path", "value"]), inner)
    ),
    max_leaves=6,
)
KEYS = [
    "summary",
    "company",
    "board",
    "text",
    "member",
    "objectId",
    "type",
    "chargeToId",
    "timeStart",
    "actualHours",
    "status",
]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=JSON | st.dictionaries(st.sampled_from(KEYS), JSON, max_size=5))
def test_no_body_is_ever_a_server_error(sim: SimClient, body: Any) -> None:
    for path in ("/service/tickets", "/service/tickets/48285/notes", "/schedule/entries", "/time/entries"):
        assert sim.post(path, body).status_code < 500
    operations = [{"op": "replace", "path": path, "value": body} for path in ("owner", "summary")]
    assert sim.patch("/service/tickets/48285", operations).status_code < 500
    assert sim.patch("/service/tickets/48285", body).status_code < 500


@pytest.mark.parametrize("raw", [b"{", b'{"summary": "\\ud800"}', b"\xff\xfe", b"[" * 5000, b"nul"])
def test_broken_json_is_400(sim: SimClient, raw: bytes) -> None:
    answer = sim.http.post(f"{sim.base}/service/tickets", content=raw, headers=sim.headers)
    assert answer.status_code == 400
