"""The limits of the simulated Autotask are real."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import httpx2

from resolutionflow.demo.autotask import SimServer
from resolutionflow.demo.world import World
from tests.demo.autotask.conftest import TICKET, AutotaskClient


def test_more_than_three_at_once_on_one_kind_of_record_are_refused(at: AutotaskClient) -> None:
    at.control("faults", {"kind": "latency", "match": {"path": "Tickets/*"}, "times": 0, "args": {"ms": 300}})

    def ask(path: str) -> int:
        return at.call("GET", path).status_code

    with ThreadPoolExecutor(8) as pool:
        codes = list(pool.map(ask, [f"Tickets/{TICKET}"] * 6 + ["Companies/1", "Resources/1"]))
    assert sorted(codes[:6]) == [200, 200, 200, 429, 429, 429]
    assert codes[6:] == [200, 200]
    assert at.control("state", method="GET")["threads"]["Tickets"] == 6


def test_the_hours_calls_run_out(world: World) -> None:
    with SimServer(world, hourly=10) as server, httpx2.Client(base_url=server.url, timeout=5) as http:
        at = AutotaskClient(http, server.credentials)
        at.control("clock", {"now": "2026-11-20T12:00:00Z"})
        for _ in range(4):
            assert at.call("GET", f"Tickets/{TICKET}").status_code == 200
        threshold = at.call("GET", "ThresholdInformation").json()
        assert threshold == {
            "externalRequestThreshold": 10,
            "requestThresholdTimeframe": 60,
            "currentTimeframeRequestCount": 5,
        }
        at.control("person", {"action": "spend", "calls": 10})
        answer = at.call("GET", f"Tickets/{TICKET}")
        assert answer.status_code == 429
        assert "requests per hour" in answer.json()["errors"][0]
        assert http.get("/atservicesrest/v1.0/zoneInformation", params={"user": server.credentials.username}).is_success
        at.control("clock", {"advance_seconds": 3700})
        assert at.call("GET", f"Tickets/{TICKET}").status_code == 200


def test_faults_break_requests_and_the_state_survives(at: AutotaskClient) -> None:
    for kind, status in (("401", 401), ("404", 404), ("409", 409), ("429", 429), ("500", 500), ("502_html", 502)):
        at.control("faults", {"kind": kind, "match": {"path": "Tickets/*"}})
        assert at.call("GET", f"Tickets/{TICKET}").status_code == status
    at.control("faults", {"kind": "403", "match": {"path": "Tickets/*"}})
    assert "adequate permissions" in at.refused("GET", f"Tickets/{TICKET}")[1]
