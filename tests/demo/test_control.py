"""The control interface, rights, people at work, the state file and the command line."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx2
import pytest

from resolutionflow.demo.connectwise import STATE_FILE, Credentials, SimServer
from resolutionflow.demo.world import World
from tests.demo.client import SimClient

TICKET = 48293


def test_web_pages_cannot_reach_the_control_interface(sim: SimClient) -> None:
    answer = sim.http.post("/__sim/reset", headers={"origin": "https://evil.example"})
    assert answer.status_code == 403


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("clock", {"now": "noon"}),
        ("clock", {"later": 1}),
        ("clock", {"advance_seconds": "x"}),
        ("permissions", {"deny": ["Everything"]}),
        ("permissions", {"deny": "x"}),
        ("person", {}),
        ("person", {"action": "dance", "ticket_id": TICKET}),
        ("person", {"action": "close", "ticket_id": 1}),
        ("person", {"action": "status", "ticket_id": TICKET, "status": "Nowhere"}),
        ("person", {"action": "reply", "ticket_id": 48274, "text": "No contact"}),
        ("person", {"action": "note", "ticket_id": TICKET, "text": "x", "member": "nobody"}),
        ("person", {"action": "merge", "ticket_id": TICKET, "into": TICKET}),
    ],
)
def test_wrong_control_requests_are_400(sim: SimClient, path: str, body: Any) -> None:
    assert sim.http.post(f"/__sim/{path}", json=body).status_code == 400
    assert sim.http.post(f"/__sim/{path}", content=b"{").status_code == 400


RIGHTS = {
    "Service Desk: Service Tickets": ["/service/tickets", "/service/tickets/count", "/service/tickets/48293/allNotes"],
    "Service Desk: Resource Scheduling": ["/schedule/entries", "/schedule/types"],
    "Companies: Company Maintenance": ["/company/companies"],
    "Companies: Contacts": ["/company/contacts"],
    "Companies: Configurations": ["/company/configurations"],
    "System: Table Setup": ["/service/boards", "/service/boards/11/statuses", "/service/priorities"],
    "System: Member Maintenance": ["/system/members"],
    "Time & Expense: Time Entry": ["/time/entries"],
}


@pytest.mark.parametrize(("right", "paths"), RIGHTS.items())
def test_each_right_guards_its_paths_only(sim: SimClient, right: str, paths: list[str]) -> None:
    sim.control("permissions", {"deny": [right]})
    for path in paths:
        answer = sim.get(path)
        assert answer.status_code == 403
        assert right.split(": ")[1] in answer.json()["message"]
    for other, others in RIGHTS.items():
        if other != right:
            assert sim.get(others[0]).status_code == 200
    sim.control("permissions", {"allow": [right]})
    assert sim.get(paths[0]).status_code == 200


def test_members_are_readable_without_the_right_elsewhere(sim: SimClient) -> None:
    sim.control("permissions", {"denied": ["System: Member Maintenance"]}, method="PUT")
    names = [row["identifier"] for row in sim.get("/system/info/members").json()]
    assert "ktarrow" in names
    assert "swicklow" not in names


def test_closing_needs_its_own_right(sim: SimClient) -> None:
    sim.control("permissions", {"deny": ["Service Desk: Close Service Tickets"]})
    assert sim.set_status(TICKET, 508).status_code == 403
    assert sim.set_status(TICKET, 502).json()["status"]["name"] == "Assigned"


def test_people_act(sim: SimClient) -> None:
    stamp = sim.get(f"/service/tickets/{TICKET}").json()["_info"]["lastUpdated"]
    for body in (
        {"action": "reply", "text": "It works again"},
        {"action": "note", "text": "Looking", "member": "tmarsh"},
        {"action": "assign", "member": "ocastell"},
        {"action": "status", "status": "escalated"},
        {"action": "lock_status"},
    ):
        sim.control("person", {"ticket_id": TICKET, **body})
        later = sim.get(f"/service/tickets/{TICKET}").json()["_info"]["lastUpdated"]
        assert later > stamp or body["action"] == "lock_status"
        stamp = later
    seen = sim.ticket(TICKET)
    assert [note["createdBy"] for note in seen["notes"]][-2:] == ["Nell Harrowgate", "tmarsh"]
    assert (seen["ticket"]["status"]["name"], seen["ticket"]["owner"]["identifier"]) == ("Escalated", "ocastell")
    assert sim.set_status(TICKET, 508).json()["status"]["name"] == "Escalated"
    sim.control("person", {"ticket_id": TICKET, "action": "unlock_status"})
    assert sim.set_status(TICKET, 508).json()["status"]["name"] == "Resolved"
    assert sim.mail() == []


def test_people_close_and_merge(sim: SimClient) -> None:
    sim.control("person", {"action": "close", "ticket_id": TICKET})
    assert sim.ticket(TICKET)["ticket"]["closedFlag"] is True
    sim.control("person", {"action": "merge", "ticket_id": 48298, "into": 48296})
    assert sim.ticket(48298)["ticket"]["mergedParentTicket"]["id"] == 48296
    assert sim.ticket(48296)["ticket"]["hasMergedChildTicketFlag"] is True


def test_the_clock_decides_what_is_written(sim: SimClient) -> None:
    sim.control("clock", {"now": "2027-01-01T08:00:00Z"})
    assert sim.note(TICKET).json()["dateCreated"] == "2027-01-01T08:00:00Z"
    sim.control("clock", {"advance_seconds": 90})
    assert sim.note(TICKET).json()["dateCreated"] == "2027-01-01T08:01:30Z"


def test_reset_forgets_everything(sim: SimClient) -> None:
    sim.note(TICKET)
    sim.set_status(TICKET, 508, notify=True)
    sim.fault("500", times=0, path="/service/boards")
    sim.control("permissions", {"deny": ["Companies: Contacts"]})
    sim.control("reset")
    assert sim.look("requests")["requests"] == []
    assert sim.mail() == []
    assert len(sim.ticket(TICKET)["notes"]) == 4
    assert sim.get("/service/boards").status_code == 200
    assert sim.get("/company/contacts").status_code == 200


def test_requests_are_logged_without_keys(sim: SimClient) -> None:
    sim.note(TICKET, "Logged")
    entry = sim.look("requests")["requests"][-1]
    assert (entry["method"], entry["path"], entry["status"]) == ("POST", f"/service/tickets/{TICKET}/notes", 201)
    assert entry["body"]["text"] == "Logged"
    assert sim.credentials.private_key not in json.dumps(sim.look("requests"))


def client(server: SimServer) -> SimClient:
    return SimClient(httpx2.Client(base_url=server.url, timeout=5), server.credentials)


def test_state_survives_a_restart(world: World, tmp_path: Path) -> None:
    file = tmp_path / "sim" / STATE_FILE
    with SimServer(world, state_file=file) as server:
        first = client(server)
        made = first.note(TICKET, "Before the restart").json()
        first.control("permissions", {"deny": ["Companies: Contacts"]})
        first.http.close()
    with SimServer(world, state_file=file) as server:
        second = client(server)
        assert second.get(f"/service/tickets/{TICKET}/notes/{made['id']}").json()["text"] == "Before the restart"
        assert second.get("/company/contacts").status_code == 403
        assert second.note(TICKET).json()["id"] > made["id"]
        second.http.close()
    assert [path.name for path in file.parent.iterdir()] == [STATE_FILE]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b'{"format": 99}',
        b'{"format": 1, "tables": 5}',
        b'{"format": 1, "tables": {}, "next_id": 1, "codebase": "x", "denied": [], "mail": []}',
    ],
)
def test_a_damaged_state_file_starts_afresh(world: World, tmp_path: Path, content: bytes) -> None:
    file = tmp_path / STATE_FILE
    file.write_bytes(content)
    with SimServer(world, state_file=file) as server:
        fresh = client(server)
        assert fresh.get("/service/tickets/count").json() == {"count": 60}
        fresh.http.close()


def test_reset_moves_the_demo_world_to_today(tmp_path: Path) -> None:
    moment = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
    with SimServer(clock=lambda: moment, state_file=tmp_path / STATE_FILE) as server:
        sim = client(server)
        before = sim.ticket(48296)["ticket"]["_info"]["lastUpdated"]
        moment += timedelta(days=30)
        assert sim.ticket(48296)["ticket"]["_info"]["lastUpdated"] == before
        sim.control("reset")
        assert sim.ticket(48296)["ticket"]["_info"]["lastUpdated"].startswith("2026-12-20")
        sim.http.close()


def test_same_seed_same_ids(world: World) -> None:
    made: list[int] = []
    for seed in (1, 1, 2):
        with SimServer(world, seed=seed) as server:
            sim = client(server)
            made.append(sim.note(TICKET).json()["id"])
            sim.http.close()
    assert made[0] == made[1] != made[2]


def test_a_taken_port_is_an_error(simulator: SimServer) -> None:
    with pytest.raises(OSError, match=r"."):
        SimServer(port=simulator.port).start()


def test_own_credentials(world: World) -> None:
    keys = Credentials(company_id="other", public_key="PublicDemo9", private_key="not-a-secret-9")
    with SimServer(world, credentials=keys) as server:
        sim = client(server)
        assert sim.get("/service/boards").status_code == 200
        assert sim.http.get("/login/companyinfo/kestrelford").json() is None
        sim.credentials = Credentials()
        assert sim.get("/service/boards").status_code == 401
        sim.http.close()


def test_command_line_prints_address_and_stops_on_interrupt(tmp_path: Path) -> None:
    faults = tmp_path / "faults.json"
    faults.write_text(json.dumps([{"kind": "503", "match": {"path": "/service/boards"}}]))
    command = [sys.executable, "-m", "resolutionflow", "sim", "connectwise", "--port", "0", "--seed", "7", "--json"]
    process = subprocess.Popen(
        [*command, "--data-dir", str(tmp_path), "--faults", str(faults)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ},
    )
    with process:
        assert process.stdout is not None
        shown = json.loads(process.stdout.readline())
        keys = Credentials(shown["company_id"], shown["public_key"], shown["private_key"], shown["client_id"])
        with httpx2.Client(base_url=shown["url"], timeout=5) as http:
            sim = SimClient(http, keys)
            assert sim.get("/service/boards").status_code == 503
            assert sim.get("/service/boards").status_code == 200
            assert http.get(shown["control_url"] + "/mail").json() == {"mail": []}
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=10) == 0
    assert (tmp_path / STATE_FILE).exists()


def test_command_line_says_why_it_cannot_start(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from resolutionflow.demo.connectwise import run
    from resolutionflow.demo.simkit.psa import Asked

    faults = tmp_path / "faults.json"
    faults.write_text('{"kind": "earthquake"}')
    assert run(Asked(0, 1, None, faults, as_json=False)) == 2
    assert "earthquake" in capsys.readouterr().err
