"""A small hand-written client of the simulator, so that its tests lean on no product code."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import Any

import httpx2

from resolutionflow.demo.connectwise import Credentials

BASE = "/v2025_1/apis/3.0"


@dataclass
class SimClient:
    http: httpx2.Client
    credentials: Credentials
    base: str = BASE

    @property
    def headers(self) -> dict[str, str]:
        keys = self.credentials
        raw = f"{keys.company_id}+{keys.public_key}:{keys.private_key}".encode()
        return {
            "authorization": "Basic " + base64.b64encode(raw).decode(),
            "clientId": keys.client_id,
            "accept": "application/vnd.connectwise.com+json; version=2022.1",
        }

    def get(self, path: str, headers: dict[str, str] | None = None, **query: Any) -> httpx2.Response:
        return self.http.get(self.base + path, params=query, headers={**self.headers, **(headers or {})})

    def post(self, path: str, body: Any) -> httpx2.Response:
        return self.http.post(self.base + path, json=body, headers=self.headers)

    def patch(self, path: str, body: Any) -> httpx2.Response:
        return self.http.patch(self.base + path, json=body, headers=self.headers)

    def delete(self, path: str) -> httpx2.Response:
        return self.http.delete(self.base + path, headers=self.headers)

    def set_status(self, ticket: int, status: int, *, notify: bool = False) -> httpx2.Response:
        return self.patch(
            f"/service/tickets/{ticket}",
            [
                {"op": "replace", "path": "status", "value": {"id": status}},
                {"op": "replace", "path": "processNotifications", "value": notify},
            ],
        )

    def note(self, ticket: int, text: str = "Seen.", **more: Any) -> httpx2.Response:
        body = {"text": text, "internalAnalysisFlag": True, "processNotifications": False, **more}
        return self.post(f"/service/tickets/{ticket}/notes", body)

    def control(self, path: str, body: Any = None, method: str = "POST") -> Any:
        answer = self.http.request(method, f"/__sim/{path}", json=body)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def look(self, path: str) -> Any:
        return self.control(path, method="GET")

    def fault(self, kind: str, *, times: int = 1, args: dict[str, Any] | None = None, **match: Any) -> None:
        self.control("faults", {"kind": kind, "times": times, "args": args or {}, "match": match})

    def ticket(self, number: int) -> dict[str, Any]:
        found: dict[str, Any] = self.look(f"state?ticket_id={number}")
        return found

    def mail(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.look("mail")["mail"]
        return found
