"""Notes, schedule entries and time entries."""

from __future__ import annotations

from typing import Any

import pytest

from tests.demo.client import SimClient

TICKET = 48293


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"text": "x", "internalAnalysisFlag": "yes"},
        {"text": "", "internalAnalysisFlag": True},
        {"text": 5, "internalAnalysisFlag": True},
        {"text": "a\x00", "internalAnalysisFlag": True},
        {"text": "x", "internalAnalysisFlag": True, "member": {"id": 158}},
        {"text": "x", "internalAnalysisFlag": True, "member": {"id": 9}},
        {"text": "x", "internalAnalysisFlag": True, "contact": {"id": 9}},
        {"text": "x", "internalAnalysisFlag": True, "ticketId": 48285},
        {"text": "x", "internalAnalysisFlag": True, "visible": True},
    ],
)
def test_wrong_notes_are_400(sim: SimClient, body: dict[str, Any]) -> None:
    before = len(sim.ticket(TICKET)["notes"])
    assert sim.post(f"/service/tickets/{TICKET}/notes", body).status_code == 400
    assert len(sim.ticket(TICKET)["notes"]) == before


def test_a_note_needs_a_place(sim: SimClient) -> None:
    answer = sim.post(f"/service/tickets/{TICKET}/notes", {"text": "x"})
    assert answer.status_code == 400
    body = answer.json()
    assert body["code"] == "InvalidObject"
    assert body["errors"][0]["message"] == "Please choose where to display the notes"


def test_note_is_kept_with_its_author_and_moves_the_ticket(sim: SimClient) -> None:
    before = sim.get(f"/service/tickets/{TICKET}").json()["_info"]["lastUpdated"]
    made = sim.note(TICKET, "Checked the credential store.", member={"id": 155}).json()
    assert (made["member"]["identifier"], made["internalFlag"], made["externalFlag"]) == ("ktarrow", True, False)
    shown = sim.get(f"/service/tickets/{TICKET}/allNotes", orderBy="id desc", pageSize=1).json()[0]
    assert (shown["id"], shown["noteType"], shown["text"]) == (
        made["id"],
        "TicketNote",
        "Checked the credential store.",
    )
    assert sim.get(f"/service/tickets/{TICKET}/notes/{made['id']}").json()["text"] == shown["text"]
    assert sim.get(f"/service/tickets/{TICKET}").json()["_info"]["lastUpdated"] > before
    assert sim.mail() == []


def test_without_a_member_the_note_is_the_api_members(sim: SimClient) -> None:
    assert sim.note(TICKET).json()["member"]["identifier"] == "rflowapi"


def test_notifying_mails_the_contact_even_for_an_internal_note(sim: SimClient) -> None:
    sim.note(TICKET, processNotifications=True)
    assert [mail["audience"] for mail in sim.mail()] == ["contact", "resources"]


def test_notifications_of_a_note_default_to_on(sim: SimClient) -> None:
    sim.post(f"/service/tickets/{TICKET}/notes", {"text": "x", "detailDescriptionFlag": True})
    assert [mail["recipients"] for mail in sim.mail()] == [
        ["n.harrowgate@quillmere.example"],
        ["kit.tarrow@kestrelford.example"],
    ]


def test_time_notes_are_in_all_notes_only(sim: SimClient) -> None:
    kinds = [note["noteType"] for note in sim.get("/service/tickets/48292/allNotes").json()]
    assert kinds.count("TimeEntryNote") == 1
    assert len(sim.get("/service/tickets/48292/notes").json()) == len(kinds) - 1


def test_schedule_puts_and_removes_an_additional_member(sim: SimClient) -> None:
    body = {"objectId": TICKET, "member": {"id": 153}, "type": {"id": 4}}
    entry = sim.post("/schedule/entries", body)
    assert entry.status_code == 201
    assert sim.get(f"/service/tickets/{TICKET}").json()["resources"] == "ktarrow, tmarsh"
    rows = sim.get("/schedule/entries", conditions=f"type/id=4 and objectId={TICKET}").json()
    assert [row["member"]["identifier"] for row in rows] == ["tmarsh"]
    assert sim.delete(f"/schedule/entries/{entry.json()['id']}").status_code == 204
    assert sim.delete(f"/schedule/entries/{entry.json()['id']}").status_code == 404
    assert sim.get(f"/service/tickets/{TICKET}").json()["resources"] == "ktarrow"


def test_a_wrong_schedule_type_looks_for_an_activity(sim: SimClient) -> None:
    answer = sim.post("/schedule/entries", {"objectId": TICKET, "member": {"id": 153}, "type": {"id": 2}})
    assert answer.status_code == 400
    assert answer.json()["code"] == "InvalidObject"
    assert answer.json()["errors"][0]["message"] == f"Activity {TICKET} not found"


@pytest.mark.parametrize(
    "change",
    [
        {"chargeToId": 1},
        {"chargeToId": 48283},
        {"chargeToType": "ProjectTicket"},
        {"timeStart": None},
        {"timeStart": "noon"},
        {"timeStart": "0001-01-01T00:00:00+14:00"},
        {"actualHours": 0},
        {"actualHours": 25},
        {"actualHours": None},
        {"member": {"id": 158}},
        {"minutes": 5},
    ],
)
def test_wrong_time_is_400(sim: SimClient, change: dict[str, Any]) -> None:
    body = {
        "chargeToId": TICKET,
        "chargeToType": "ServiceTicket",
        "timeStart": "2026-11-20T10:00:00Z",
        "actualHours": 0.5,
        **change,
    }
    assert sim.post("/time/entries", body).status_code == 400


def test_time_is_kept_and_counted(sim: SimClient) -> None:
    body = {
        "chargeToId": TICKET,
        "chargeToType": "ServiceTicket",
        "member": {"id": 155},
        "timeStart": "2026-11-20T10:00:00Z",
        "timeEnd": "2026-11-20T10:45:00Z",
        "workType": {"name": "Remote"},
        "billableOption": "Billable",
        "internalNotes": "Ref RF-0123456789",
        "addToInternalAnalysisFlag": True,
    }
    made = sim.post("/time/entries", body)
    assert made.status_code == 201
    assert (made.json()["actualHours"], made.json()["workType"]["name"]) == (0.75, "Remote")
    assert sim.get(f"/service/tickets/{TICKET}").json()["actualHours"] == 0.75
    found = sim.get(
        "/time/entries", conditions=f'chargeToId={TICKET} and internalNotes contains "RF-0123456789"'
    ).json()
    assert [row["id"] for row in found] == [made.json()["id"]]
    assert sim.mail() == []
