"""What can be written, what is refused, whom it mails, and who is told."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import orjson
import pytest

from tests.demo.halopsa.client import HaloClient

TICKET = 2052


def unknown_keys(halo: HaloClient) -> list[str]:
    found: list[str] = halo.look("requests")["requests"][-1]["unknown_keys"]
    return found


@pytest.mark.parametrize(
    "body",
    [
        {"summary": "No array"},
        [],
        [1],
        [{"summary": "a", "client_id": 201}, {"summary": "b", "client_id": 201}],
        [{"client_id": 201}],
        [{"summary": "Nobody's"}],
        [{"summary": "x", "client_id": 999_999}],
        [{"summary": "x", "client_id": 201, "priority_id": 9}],
        [{"summary": "x", "client_id": 201, "agent_id": 28}],
        [{"summary": "x", "client_id": 201, "assets": [{"id": 5}]}],
        [{"id": TICKET, "agent_id": "25"}],
        [{"id": 999_999, "agent_id": 25}],
    ],
)
def test_bad_tickets_are_refused_and_leave_no_trace(halo: HaloClient, body: Any) -> None:
    before = halo.look("state")
    assert halo.post("/Tickets", body).status_code in (400, 404)
    assert halo.look("state") == before


def test_keys_nobody_sends_are_refused_and_logged(halo: HaloClient) -> None:
    assert halo.post("/Tickets", [{"id": TICKET, "sendack": True, "agent_id": 25}]).status_code == 400
    assert unknown_keys(halo) == ["sendack"]
    assert halo.act(TICKET, note="text").status_code == 400
    assert unknown_keys(halo) == ["note"]


def test_a_user_needs_the_site_they_are_at(halo: HaloClient) -> None:
    user = halo.rows("/Users", "users", client_id=204)[0]
    ticket = {"summary": "New", "client_id": 204, "user_id": user["id"]}
    assert halo.post("/Tickets", [ticket]).status_code == 400
    made = halo.post("/Tickets", [{**ticket, "site_id": user["site_id"]}]).json()
    assert (made["user_id"], made["site_id"], made["hasbeenclosed"]) == (user["id"], user["site_id"], False)
    assert halo.mail() == []


def test_a_status_of_another_type_or_a_held_ticket_is_ignored_with_success(halo: HaloClient) -> None:
    before = halo.ticket(TICKET)["ticket"]["status_id"]
    foreign = next(row["id"] for row in halo.get("/Status", tickettype_id=23).json())
    assert halo.post("/Tickets", [{"id": TICKET, "status_id": foreign}]).json()["status_id"] == before
    halo.control("person", {"action": "lock_status", "ticket_id": TICKET})
    assert halo.post("/Tickets", [{"id": TICKET, "status_id": 38}]).json()["status_id"] == before
    halo.control("person", {"action": "unlock_status", "ticket_id": TICKET})
    assert halo.post("/Tickets", [{"id": TICKET, "status_id": 38}]).json()["hasbeenclosed"] is True


def test_the_psas_own_lines_are_listed_unless_excluded(halo: HaloClient) -> None:
    halo.post("/Tickets", [{"id": TICKET, "status_id": 38}])
    assert "Status: Resolved" in {row["note"] for row in halo.rows("/Actions", "actions", ticket_id=TICKET)}
    quiet = halo.rows("/Actions", "actions", ticket_id=TICKET, excludesys="true")
    assert "Status: Resolved" not in {row["note"] for row in quiet}
    assert all("note_html" not in row for row in quiet)


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"outcome_id": None}, "An Outcome must be entered"),
        ({"outcome_id": 15}, "You do not have access to this Action"),
        ({"outcome_id": 99}, "You do not have access to this Action"),
        ({"note_html": ""}, "Note"),
        ({"timetaken": 25}, "time"),
        ({"timetaken": "1"}, "number"),
        ({"who_agentid": 28}, "agent"),
        ({"hiddenfromuser": "yes"}, "true or false"),
    ],
)
def test_actions_that_are_refused(halo: HaloClient, more: dict[str, Any], words: str) -> None:
    before = halo.ticket(TICKET)
    answer = halo.act(TICKET, **more)
    assert answer.status_code == 400
    assert words in answer.json()["Message"]
    assert halo.ticket(TICKET) == before


def test_an_outcome_of_some_agents_opens_for_them(halo: HaloClient) -> None:
    assert halo.act(TICKET, outcome_id=15, who_agentid=21).status_code == 201


def test_an_action_moves_no_status_and_is_written_as_the_agent_it_names(halo: HaloClient) -> None:
    before = halo.ticket(TICKET)["ticket"]
    made = halo.act(TICKET, outcome_id=12, who_agentid=21, timetaken=0.75).json()
    after = halo.ticket(TICKET)["ticket"]
    assert (made["who_agentid"], made["timetaken"]) == (21, 0.75)
    assert after["status_id"] == before["status_id"]
    assert after["last_update"] > before["last_update"]
    halo.control("switches", {"impersonation": False})
    assert halo.act(TICKET, who_agentid=21).json()["who"] == "ResolutionFlow API"


@pytest.mark.parametrize(
    ("more", "causes"),
    [
        ({"outcome_id": 5, "sendemail": False}, []),
        ({"outcome_id": 5}, ["action"]),
        ({"outcome_id": 11}, []),
        ({"outcome_id": 11, "sendemail": True}, ["action"]),
        ({"outcome_id": 12, "sendemail": False}, ["outcome Resolve"]),
    ],
)
def test_whom_an_action_mails(halo: HaloClient, more: dict[str, Any], causes: list[str]) -> None:
    assert halo.act(TICKET, **{"hiddenfromuser": False, **more}).status_code == 201
    assert [item["cause"] for item in halo.mail()] == causes


def test_people_act(halo: HaloClient) -> None:
    for body in (
        {"action": "reply", "text": "It works again"},
        {"action": "note", "text": "Looking", "member": "tmarsh"},
        {"action": "status", "status": "Escalated"},
        {"action": "assign", "member": "ocastell"},
        {"action": "merge", "into": 2053},
    ):
        halo.control("person", {"ticket_id": TICKET, **body})
    seen = halo.ticket(TICKET)
    assert [row["who"] for row in seen["actions"]][:2] == ["Tobin Marsh", seen["ticket"]["user_name"]]
    assert (seen["ticket"]["merged_into_id"], seen["ticket"]["hasbeenclosed"]) == (2053, True)
    assert seen["ticket"]["agent_name"] == "Owen Castell"
    for wrong in ({"action": "dance"}, {"action": "status", "status": "Nowhere"}, {"action": "merge", "into": TICKET}):
        assert halo.http.post("/__sim/person", json={"ticket_id": TICKET, **wrong}).status_code == 400


class Listener:
    """A server that writes down what is posted to it."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, Any]] = []
        calls = self.calls

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                raw = self.rfile.read(int(self.headers["content-length"]))
                calls.append((self.headers["authorization"], orjson.loads(raw)))
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook"
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01})
        self.thread.start()

    def wait(self, count: int) -> None:
        deadline = time.monotonic() + 5
        while len(self.calls) < count:
            assert time.monotonic() < deadline, self.calls


@pytest.fixture
def listener() -> Iterator[Listener]:
    found = Listener()
    yield found
    found.server.shutdown()
    found.thread.join()
    found.server.server_close()


def test_webhooks_are_told_with_their_password(halo: HaloClient, listener: Listener) -> None:
    hook = {"name": "x", "url": listener.url, "basic_username": "u", "basic_password": "not-a-secret"}
    assert halo.post("/Webhook", [hook]).status_code == 400
    events = [{"event_name": "New Action"}, {"event_name": "Ticket Updated"}]
    made = halo.post("/Webhook", [{**hook, "events": events}]).json()
    assert "basic_password" not in made
    assert "not-a-secret" not in halo.get("/Webhook").text
    halo.act(TICKET)
    listener.wait(1)
    halo.control("switches", {"batched_hooks": True})
    halo.control("person", {"action": "status", "ticket_id": TICKET, "status": "Escalated"})
    listener.wait(2)
    (sign_in, single), (_, batch) = listener.calls
    assert sign_in == "Basic dTpub3QtYS1zZWNyZXQ="
    assert (single["event"], single["object_id"]) == ("New Action", TICKET)
    assert [event["event"] for event in batch] == ["Ticket Updated"]
    assert halo.delete(f"/Webhook/{made['id']}").status_code == 200
    assert halo.delete(f"/Webhook/{made['id']}").status_code == 404


def test_webhooks_go_nowhere_but_to_this_machine(halo: HaloClient) -> None:
    hook = {"name": "x", "url": "https://hooks.example/", "basic_username": "u", "basic_password": "not-a-secret"}
    halo.post("/Webhook", [{**hook, "events": [{"event_name": "New Action"}]}])
    halo.act(TICKET)
    sent = halo.look("deliveries")["deliveries"]
    assert [(item["status"], item["problem"]) for item in sent] == [(None, "not a loopback address")]
