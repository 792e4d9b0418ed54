"""One simulator for the module tests over real HTTP, put back to the demo world before each test."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx2
import pytest

from resolutionflow.demo.autotask import Credentials, SimServer
from resolutionflow.demo.world import World
from tests.demo.conftest import NOON

BASE = "/zone4/atservicesrest/v1.0/"
#: Tickets of the demo world by what is special about them.
TICKET, UNOWNED, HELPED, BUSY, LOCKED, HIDDEN = 7251, 7253, 7267, 7273, 7258, 7265
EVERYTHING = [{"op": "gte", "field": "id", "value": 0}]


@dataclass
class AutotaskClient:
    """A small hand-written client, so that these tests lean on no product code."""

    http: httpx2.Client
    credentials: Credentials

    @property
    def headers(self) -> dict[str, str]:
        keys = self.credentials
        return {"UserName": keys.username, "Secret": keys.secret, "ApiIntegrationCode": keys.integration_code}

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> httpx2.Response:
        sending = {**self.headers, **headers}
        if body is None:
            return self.http.request(method, BASE + path, headers=sending)
        return self.http.request(method, BASE + path, json=body, headers=sending)

    def query(self, entity: str, *filters: dict[str, Any], **more: Any) -> list[dict[str, Any]]:
        answer = self.call("POST", f"{entity}/query", {"filter": list(filters) or EVERYTHING, **more})
        assert answer.status_code == 200, answer.text
        return answer.json()["items"]

    def refused(self, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, str]:
        answer = self.call(method, path, body, **headers)
        return answer.status_code, " ".join(answer.json()["errors"])

    def control(self, path: str, body: Any = None, method: str = "POST") -> Any:
        answer = self.http.request(method, f"/__sim/{path}", json=body)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def ticket(self, number: int) -> dict[str, Any]:
        found: dict[str, Any] = self.control(f"state?ticket_id={number}", method="GET")
        return found


@pytest.fixture(scope="session")
def autotask(world: World) -> Iterator[SimServer]:
    with SimServer(world) as server:
        yield server


@pytest.fixture
def at(autotask: SimServer) -> Iterator[AutotaskClient]:
    with httpx2.Client(base_url=autotask.url, timeout=5) as http:
        client = AutotaskClient(http, autotask.credentials)
        client.control("reset")
        client.control("permissions", {"denied": []}, "PUT")
        client.control("clock", {"now": NOON.isoformat()})
        yield client
