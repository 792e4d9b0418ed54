"""Writing to the simulated Autotask: pairs, publish levels, roles, refusals under 500, webhooks."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from resolutionflow.demo.autotask.seed import DESK_ROLE, FIELD_ROLE, company_id, resource_id
from tests.demo.autotask.conftest import HELPED, LOCKED, TICKET, UNOWNED, AutotaskClient

KIT, OWEN, SAM, API = resource_id(155), resource_id(156), resource_id(158), resource_id(159)
NOTE = {"title": "Note", "description": "Seen.", "noteType": 3, "publish": 2}
TICKET_BODY = {
    "companyID": company_id(221),
    "title": "New one",
    "status": 1,
    "priority": 2,
    "queueID": 29_683_011,
    "dueDateTime": "2026-11-23T12:00:00Z",
}


def some_company(at: AutotaskClient) -> int:
    return at.query("Companies")[0]["id"]


def test_a_ticket_needs_what_the_service_wants(at: AutotaskClient) -> None:
    body = {**TICKET_BODY, "companyID": some_company(at)}
    for missing in ("title", "status", "priority", "dueDateTime", "companyID"):
        status, words = at.refused("POST", "Tickets", {key: value for key, value in body.items() if key != missing})
        assert status == 500
        assert missing in words
    for wrong in (
        {"status": 4711},
        {"contactID": 1},
        {"companyID": 1},
        {"configurationItemID": 1},
        {"title": "x" * 256},
    ):
        assert "Data violation" in at.refused("POST", "Tickets", {**body, **wrong})[1], wrong
    assert at.refused("POST", "Tickets", {**body, "summary": "x"})[0] == 400
    made = at.call("POST", "Tickets", body).json()["itemId"]
    of_today = [row["ticketNumber"] for row in at.query("Tickets") if row["ticketNumber"].startswith("T20261120.")]
    assert at.ticket(made)["ticket"]["ticketNumber"] == max(of_today)
    assert len(of_today) == int(max(of_today)[-4:])


def test_a_person_comes_with_a_role_they_hold(at: AutotaskClient) -> None:
    for pair in ({"assignedResourceID": KIT}, {"assignedResourceRoleID": DESK_ROLE}):
        assert "you must assign both" in at.refused("PATCH", "Tickets", {"id": UNOWNED, **pair})[1]
    wrong = {"assignedResourceID": KIT, "assignedResourceRoleID": FIELD_ROLE}
    assert "valid role" in at.refused("PATCH", "Tickets", {"id": UNOWNED, **wrong})[1]
    gone = {"assignedResourceID": SAM, "assignedResourceRoleID": DESK_ROLE}
    assert "active resource" in at.refused("PATCH", "Tickets", {"id": UNOWNED, **gone})[1]
    right = {"assignedResourceID": KIT, "assignedResourceRoleID": DESK_ROLE}
    assert at.call("PATCH", "Tickets", {"id": UNOWNED, **right}).json() == {"itemId": UNOWNED}
    both = {"resourceID": KIT, "roleID": DESK_ROLE}
    assert "cannot also be" in at.refused("POST", f"Tickets/{UNOWNED}/SecondaryResources", both)[1]
    helper = {"resourceID": OWEN, "roleID": DESK_ROLE}
    number = at.call("POST", f"Tickets/{UNOWNED}/SecondaryResources", helper).json()["itemId"]
    assert "duplicate" in at.refused("POST", f"Tickets/{UNOWNED}/SecondaryResources", helper)[1]
    pair = {"assignedResourceID": OWEN, "assignedResourceRoleID": DESK_ROLE}
    assert "cannot also be" in at.refused("PATCH", "Tickets", {"id": UNOWNED, **pair})[1]
    assert at.call("DELETE", f"Tickets/{UNOWNED}/SecondaryResources/{number}").status_code == 200
    assert at.call("DELETE", f"Tickets/{UNOWNED}/SecondaryResources/{number}").status_code == 404
    assert at.ticket(UNOWNED)["secondary"] == []
    assert len(at.ticket(HELPED)["secondary"]) == 2


def test_children_are_written_under_their_parent(at: AutotaskClient) -> None:
    assert at.call("POST", "TicketNotes", {**NOTE, "ticketID": TICKET}).status_code in (404, 405)
    number = at.call("POST", f"Tickets/{TICKET}/Notes", NOTE).json()["itemId"]
    stored = next(row for row in at.ticket(TICKET)["notes"] if row["id"] == number)
    assert (stored["publish"], stored["creatorResourceID"]) == (2, API)
    assert stored["createDateTime"] <= at.ticket(TICKET)["ticket"]["lastActivityDate"]


def test_a_note_has_all_four_parts(at: AutotaskClient) -> None:
    for missing in NOTE:
        body = {key: value for key, value in NOTE.items() if key != missing}
        assert missing in at.refused("POST", f"Tickets/{TICKET}/Notes", body)[1]
    for wrong in ({"publish": 3}, {"noteType": 16}, {"noteType": 13}, {"description": "x" * 32_001}):
        assert "Data violation" in at.refused("POST", f"Tickets/{TICKET}/Notes", {**NOTE, **wrong})[1]


def test_acting_as_somebody_can_be_refused(at: AutotaskClient) -> None:
    path = f"Tickets/{TICKET}/Notes"
    number = at.call("POST", path, NOTE, ImpersonationResourceId=str(KIT)).json()["itemId"]
    stored = next(row for row in at.ticket(TICKET)["notes"] if row["id"] == number)
    assert (stored["creatorResourceID"], stored["impersonatorCreatorResourceID"]) == (KIT, API)
    before = len(at.ticket(TICKET)["notes"])
    assert "impersonate" in at.refused("POST", path, NOTE, ImpersonationResourceId=str(SAM))[1]
    at.control("permissions", {"denied": ["Impersonation"]}, "PUT")
    assert "impersonate" in at.refused("POST", path, NOTE, ImpersonationResourceId=str(KIT))[1]
    assert len(at.ticket(TICKET)["notes"]) == before


def test_nobody_is_mailed_unless_a_workflow_rule_says_so(at: AutotaskClient) -> None:
    public = {**NOTE, "publish": 1}
    at.call("POST", f"Tickets/{TICKET}/Notes", public)
    at.call("PATCH", "Tickets", {"id": TICKET, "status": 5})
    assert at.control("mail", method="GET")["mail"] == []
    at.control("switches", {"workflow_mails_notes": True, "workflow_mails_complete": True})
    at.call("POST", f"Tickets/{TICKET}/Notes", public)
    at.call("POST", f"Tickets/{TICKET}/Notes", NOTE)
    at.call("PATCH", "Tickets", {"id": TICKET, "status": 1})
    at.call("PATCH", "Tickets", {"id": TICKET, "status": 5})
    causes = [mail["cause"] for mail in at.control("mail", method="GET")["mail"]]
    assert causes == ["workflow rule: note", "workflow rule: completed"]


def test_time_needs_a_role_that_is_held_and_an_end(at: AutotaskClient) -> None:
    body: dict[str, Any] = {
        "ticketID": TICKET,
        "resourceID": KIT,
        "roleID": DESK_ROLE,
        "dateWorked": "2026-11-20T00:00:00Z",
        "startDateTime": "2026-11-20T09:00:00Z",
        "endDateTime": "2026-11-20T09:20:00Z",
    }
    without = {key: value for key, value in body.items() if key != "roleID"}
    assert "must have a roleID" in at.refused("POST", "TimeEntries", without)[1]
    assert "no row at position 0" in at.refused("POST", "TimeEntries", {**body, "roleID": FIELD_ROLE})[1]
    assert "endDateTime" in at.refused("POST", "TimeEntries", {**body, "endDateTime": None})[1]
    assert "billingCodeID" in at.refused("POST", "TimeEntries", {**body, "billingCodeID": 29_682_803})[1]
    number = at.call("POST", "TimeEntries", body).json()["itemId"]
    stored = next(row for row in at.ticket(TICKET)["time"] if row["id"] == number)
    assert (stored["hoursWorked"], stored["creatorUserID"]) == (0.33, API)


def test_a_locked_ticket_and_the_fault_keep_the_old_status(at: AutotaskClient) -> None:
    before = at.ticket(LOCKED)["ticket"]["status"]
    assert at.call("PATCH", "Tickets", {"id": LOCKED, "status": 5}).status_code == 200
    assert at.ticket(LOCKED)["ticket"]["status"] == before
    at.control("faults", {"kind": "status_ignored", "match": {"method": "PATCH", "path": "Tickets"}})
    at.call("PATCH", "Tickets", {"id": TICKET, "status": 5})
    assert at.ticket(TICKET)["ticket"]["status"] != 5


def test_people_act_in_the_psa(at: AutotaskClient) -> None:
    def act(action: str, **more: Any) -> dict[str, Any]:
        return at.control("person", {"action": action, "ticket_id": TICKET, **more})

    assert act("status", status="assigned")["status"] != 5
    act("reply", text="Still broken.")
    note = at.ticket(TICKET)["notes"][-1]
    assert (note["description"], note["creatorResourceID"]) == ("Still broken.", None)
    assert act("assign", member="ocastell")["assignedResourceID"] == OWEN
    assert act("assign", member=None)["assignedResourceRoleID"] is None
    merged = act("merge", into=UNOWNED)
    assert merged["status"] == 5
    assert "merged into T2026" in at.ticket(TICKET)["notes"][-1]["description"]
    answer = at.http.post("/__sim/person", json={"action": "dance", "ticket_id": TICKET})
    assert answer.status_code == 400


@contextmanager
def listening() -> Iterator[tuple[str, list[tuple[str, bytes]]]]:
    """A server that keeps what is posted to it."""
    got: list[tuple[str, bytes]] = []
    came = threading.Condition()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            self.send_response(200)
            self.send_header("content-length", "0")
            self.end_headers()
            with came:
                got.append((self.headers["x-hook-signature"], body))
                came.notify_all()

        def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    waiting: list[tuple[str, bytes]] = got
    try:
        yield f"http://127.0.0.1:{server.server_port}/hook", waiting
    finally:
        with came:
            came.wait_for(lambda: len(got) >= 2, timeout=5)
        server.shutdown()
        thread.join()
        server.server_close()


def test_webhooks_are_signed_and_only_for_the_fields_asked_for(at: AutotaskClient) -> None:
    with listening() as (url, got):
        hook = {"name": "Ours", "webhookUrl": url, "deactivationUrl": url, "secretKey": "s" * 64}
        assert at.refused("POST", "TicketWebhooks", {**hook, "secretKey": "s" * 65})[0] == 500
        number = at.call(
            "POST", "TicketWebhooks", {**hook, "isSubscribedToUpdateEvents": True, "isSubscribedToCreateEvents": True}
        ).json()["itemId"]
        assert "must have a field" in at.refused("PATCH", "TicketWebhooks", {"id": number, "isActive": True})[1]
        fields = at.call("GET", "TicketWebhookFields/entityInformation/fields").json()["fields"]
        known = next(row for row in fields if row["name"] == "fieldID")["picklistValues"]
        status = next(int(row["value"]) for row in known if row["label"] == "status")
        at.call("POST", f"TicketWebhooks/{number}/Fields", {"fieldID": status, "isSubscribedField": True})
        at.call("PATCH", "TicketWebhooks", {"id": number, "isActive": True})
        at.call("PATCH", "Tickets", {"id": TICKET, "title": "Not subscribed"})
        at.call("PATCH", "Tickets", {"id": TICKET, "status": 5})
        at.call("POST", "Tickets", {**TICKET_BODY, "companyID": some_company(at)})
    assert [json.loads(body)["Action"] for _, body in got] == ["Update", "Create"]
    signature, body = got[0]
    digest = base64.b64encode(hmac.new(b"s" * 64, body, hashlib.sha1).digest()).decode()
    assert signature == f"sha1={digest}"
    assert {"EntityType": "Ticket", "Id": TICKET, "Fields": {"status": 5}}.items() <= json.loads(body).items()
    assert at.call("DELETE", f"TicketWebhooks/{number}").status_code == 200
    assert at.control("state", method="GET")["webhooks"] == []


@pytest.mark.parametrize("kind", ["move_zone"])
def test_a_move_takes_the_database_to_another_address(at: AutotaskClient, kind: str) -> None:
    at.control("faults", {"kind": kind, "match": {"path": "Tickets/*"}})
    assert at.call("GET", f"Tickets/{TICKET}").status_code == 401
    zone = at.http.get("/atservicesrest/v1.0/zoneInformation", params={"user": at.credentials.username}).json()
    assert zone["url"].endswith("/zone5/atservicesrest/")
