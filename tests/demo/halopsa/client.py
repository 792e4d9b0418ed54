"""A small hand-written client of the simulator, so that its tests lean on no product code."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import httpx2

from resolutionflow.demo.halopsa import Credentials


@dataclass
class HaloClient:
    http: httpx2.Client
    credentials: Credentials
    token: str = ""

    def sign_in(self, **changed: str) -> httpx2.Response:
        keys = self.credentials
        form = {
            "grant_type": "client_credentials",
            "client_id": keys.client_id,
            "client_secret": keys.client_secret,
            "scope": "all",
            **{name: value for name, value in changed.items() if name != "tenant"},
        }
        return self.http.post("/auth/token", params={"tenant": changed.get("tenant", keys.tenant)}, data=form)

    @property
    def headers(self) -> dict[str, str]:
        if not self.token:
            self.token = self.sign_in().json()["access_token"]
        return {"authorization": f"Bearer {self.token}"}

    def get(self, path: str, **query: Any) -> httpx2.Response:
        return self.http.get(f"/api{path}", params=query, headers=self.headers)

    def rows(self, path: str, name: str, **query: Any) -> list[dict[str, Any]]:
        answer = self.get(path, **query)
        assert answer.status_code == 200, answer.text
        found: list[dict[str, Any]] = answer.json()[name]
        return found

    def post(self, path: str, body: Any) -> httpx2.Response:
        return self.http.post(f"/api{path}", json=body, headers=self.headers)

    def delete(self, path: str) -> httpx2.Response:
        return self.http.delete(f"/api{path}", headers=self.headers)

    def act(self, ticket: int, **more: Any) -> httpx2.Response:
        body = {"ticket_id": ticket, "outcome_id": 7, "note_html": "<p>Seen.</p>", "hiddenfromuser": True, **more}
        return self.post("/Actions", [body])

    def control(self, path: str, body: Any = None, method: str = "POST") -> Any:
        answer = self.http.request(method, f"/__sim/{path}", json=body)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def look(self, path: str) -> Any:
        return self.control(path, method="GET")

    def fault(self, kind: str, **match: Any) -> None:
        self.control("faults", {"kind": kind, "match": match})

    def ticket(self, number: int) -> dict[str, Any]:
        found: dict[str, Any] = self.look(f"state?ticket_id={number}")
        return found

    def mail(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.look("mail")["mail"]
        return found
