"""Each kind of trouble, as a client sees it, and what the PSA holds afterwards."""

from __future__ import annotations

import time
from typing import Any

import httpx2
import pytest

from tests.demo.client import SimClient

TICKET = 48293
NOTES = "/service/tickets/*/notes"


def texts(sim: SimClient) -> list[str]:
    return [note["text"] for note in sim.ticket(TICKET)["notes"]]


def wait_for(condition: Any) -> None:
    deadline = time.monotonic() + 5
    while not condition():
        assert time.monotonic() < deadline, "did not happen in time"


@pytest.mark.parametrize(
    "fault",
    [
        {},
        [],
        "x",
        {"kind": "earthquake"},
        {"kind": "expire_token"},
        {"kind": "500", "surprise": 1},
        {"kind": "500", "match": {"verb": "GET"}},
        {"kind": "500", "match": []},
        {"kind": "500", "match": {"nth": 0}},
        {"kind": "500", "times": -1},
        {"kind": "500", "times": True},
        {"kind": "latency", "args": {"ms": "long"}},
        {"kind": "429", "args": {"retry_after": -1}},
        {"kind": "403", "args": {"permission": 5}},
        {"kind": "timeout", "args": {"commit": 1}},
    ],
)
def test_a_fault_nobody_understands_is_refused(sim: SimClient, fault: Any) -> None:
    answer = sim.http.post("/__sim/faults", json=[fault])
    assert answer.status_code == 400
    assert sim.look("faults")["faults"] == []


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        ("401", 401),
        ("403", 403),
        ("404", 404),
        ("409", 409),
        ("429", 429),
        ("500", 500),
        ("502_html", 502),
        ("503", 503),
    ],
)
def test_error_answers_leave_no_trace(sim: SimClient, kind: str, status: int) -> None:
    before = texts(sim)
    sim.fault(kind, method="POST", path=NOTES)
    answer = sim.note(TICKET)
    assert answer.status_code == status
    assert texts(sim) == before
    assert sim.note(TICKET).status_code == 201
    assert [entry["fault"] for entry in sim.look("requests")["requests"]][-2:] == [kind, None]


def test_error_bodies(sim: SimClient) -> None:
    sim.fault("403", args={"permission": "Companies: Configurations"})
    assert "Configurations" in sim.get("/service/boards").json()["message"]
    sim.fault("502_html")
    answer = sim.get("/service/boards")
    assert answer.headers["content-type"].startswith("text/html")
    sim.fault("429", args={"retry_after": 7})
    assert sim.get("/service/boards").headers["retry-after"] == "7"
    sim.fault("429", args={"retry_after": None})
    assert "retry-after" not in sim.get("/service/boards").headers


def test_nth_times_and_for_ever(sim: SimClient) -> None:
    sim.fault("500", times=2, method="GET", path="/service/boards", nth=2)
    assert [sim.get("/service/boards").status_code for _ in range(5)] == [200, 500, 500, 200, 200]
    assert sim.get("/service/priorities").status_code == 200
    sim.control("faults", {"kind": "503", "times": 0}, method="PUT")
    assert [sim.get("/service/boards").status_code for _ in range(3)] == [503] * 3
    sim.control("faults", method="DELETE")
    assert sim.get("/service/boards").status_code == 200


def test_latency_only_slows(sim: SimClient) -> None:
    sim.fault("latency", args={"ms": 80})
    begin = time.monotonic()
    assert sim.get("/service/boards").status_code == 200
    assert time.monotonic() - begin >= 0.08


def test_reply_lost_keeps_the_note_and_cuts_the_connection(sim: SimClient) -> None:
    sim.fault("reply_lost", method="POST", path=NOTES)
    with pytest.raises(httpx2.RemoteProtocolError):
        sim.note(TICKET, "Kept, but nobody heard")
    assert texts(sim).count("Kept, but nobody heard") == 1


def test_timeout_holds_without_answer(sim: SimClient) -> None:
    before = texts(sim)
    sim.fault("timeout", method="POST", path=NOTES)
    sim.http.timeout = httpx2.Timeout(0.1)
    with pytest.raises(httpx2.ReadTimeout):
        sim.note(TICKET, "Never arrived")
    sim.fault("timeout", method="POST", path=NOTES, args={"commit": True})
    with pytest.raises(httpx2.ReadTimeout):
        sim.note(TICKET, "Arrived in silence")
    sim.http.timeout = httpx2.Timeout(5)
    assert texts(sim) == [*before, "Arrived in silence"]


def test_commit_late_comes_after_the_connection_is_gone(sim: SimClient) -> None:
    sim.fault("commit_late", method="POST", path=NOTES, args={"seconds": 0.2})
    with pytest.raises(httpx2.RemoteProtocolError):
        sim.note(TICKET, "Late")
    assert "Late" not in texts(sim)
    wait_for(lambda: "Late" in texts(sim))


def test_unreadable_answers_after_the_work_was_done(sim: SimClient) -> None:
    sim.fault("truncated_json", method="POST", path=NOTES)
    answer = sim.note(TICKET, "Half told")
    assert answer.status_code == 201
    with pytest.raises(ValueError, match=r"."):
        answer.json()
    sim.fault("wrong_shape", method="POST", path=NOTES)
    assert not isinstance(sim.note(TICKET, "Wrongly told").json(), dict)
    assert texts(sim)[-2:] == ["Half told", "Wrongly told"]


def test_status_ignored(sim: SimClient) -> None:
    sim.fault("status_ignored", method="PATCH")
    assert sim.set_status(TICKET, 508).json()["status"]["name"] == "In progress"
    assert sim.set_status(TICKET, 508).json()["status"]["name"] == "Resolved"


def test_move_codebase(sim: SimClient) -> None:
    sim.fault("move_codebase", path="/service/boards")
    assert sim.get("/service/boards").status_code == 404
    moved = sim.http.get("/login/companyinfo/kestrelford").json()["Codebase"]
    assert moved == "v2025_2/"
    sim.base = f"/{moved}apis/3.0"
    assert sim.get("/service/boards").status_code == 200


def test_discovery_can_fail_too(sim: SimClient) -> None:
    sim.fault("503", path="/login/companyinfo/*")
    assert sim.http.get("/login/companyinfo/kestrelford").status_code == 503
