"""An engineer who does the main job over and over, and writes down only what was acknowledged."""

from __future__ import annotations

import asyncio
import random
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import httpx2

from resolutionflow.bench.chaos_check import Ledger
from resolutionflow.bench.chaos_product import Product

_PROBLEMS = (
    "Outlook keeps asking for the password since this morning.",
    "The VPN will not connect from home, it says the gateway does not answer.",
    "The accounts printer takes jobs but prints nothing.",
    "OneDrive has stopped syncing, red cross on every folder.",
    "No internet on one PC, the others in the room work.",
    "Drive C is full on the file server.",
)
_ROLES = ("engineer", "owner", "admin")
_PATIENCE = 120.0


class GaveUpError(RuntimeError):
    """No usable answer for two minutes: that is longer than any outage we cause."""


@dataclass
class Engineer:
    """One client of the API with its own person, tickets and random choices."""

    number: int
    product: Product
    ledger: Ledger
    chance: random.Random
    stopping: bool = False
    token: str = ""
    tickets: tuple[str, ...] = ()

    def finish(self) -> None:
        """End after the session at hand."""
        self.stopping = True

    async def work(self) -> None:
        """Sessions until `finish`."""
        people = [person for person in self.product.people if person["role"] in _ROLES]
        person = people[self.number % len(people)]
        async with httpx2.AsyncClient(timeout=30) as self._client:
            self._person = person
            await self._sign_in()
            await self._find_tickets()
            while not self.stopping:
                await self._session()

    async def _session(self) -> None:
        """One session: a turn, facts, an answer, a note on a ticket, and a resolve."""
        ticket = self.tickets[0] if self.tickets else None
        problem = self.chance.choice(_PROBLEMS)
        body = {"title": problem[:60]} if ticket is None else {"ticket_id": ticket, "share": True}
        created = await self._ask("POST", "/ai-sessions", body)
        if created is None:
            self.tickets = self.tickets[1:]
            return
        session = str(created["session"]["id"])
        self.ledger.sessions.add(session)
        await self._turn(session, problem)
        for _ in range(self.chance.randint(1, 3)):
            text = f"Seen at check {uuid4().hex[:12]}: the service is stopped."
            if await self._ask("POST", f"/ai-sessions/{session}/facts", {"text": text}):
                self.ledger.facts.append((session, text))
        await self._answer(session)
        await self._turn(session, f"I checked it again, number {uuid4().hex[:8]}.")
        if ticket is not None:
            await self._note(ticket)
            if self.chance.random() < 0.7:
                await self._resolve(session)
                self.tickets = self.tickets[1:]
        elif self.chance.random() < 0.5:
            await self._resolve(session)

    async def _turn(self, session: str, message: str) -> None:
        """A turn, repeated under the same id until it is over: however often it is sent, it is one turn."""
        turn = str(uuid4())
        for _ in range(20):
            done = await self._ask(
                "POST",
                f"/ai-sessions/{session}/chat",
                {"message": message, "client_turn_id": turn},
                accept="application/json",
            )
            if done is None:
                return
            if done["status"] in ("finished", "stopped", "failed", "interrupted"):
                self.ledger.turns.append((session, turn, message, str(done["status"])))
                return

    async def _answer(self, session: str) -> None:
        lane = await self._ask("GET", f"/ai-sessions/{session}/lane")
        for item in (lane or {}).get("questions", [])[:2]:
            if item["state"] != "open":
                continue
            words = f"Answer {uuid4().hex[:10]}"
            if await self._ask("POST", f"/ai-sessions/{session}/lane/{item['id']}/answer", {"answer": words}):
                self.ledger.answers.append((session, str(item["id"]), words))

    async def _note(self, ticket: str) -> None:
        key = str(uuid4())
        body = {
            "text": f"Checked the service, entry {key[:8]}.",
            "visibility": "internal",
            "acknowledge": ["ticket_changed"],
        }
        sent = await self._ask("POST", f"/integrations/psa/tickets/{ticket}/notes", body, key=key)
        if sent is not None:
            self.ledger.writes.add(str(sent["write_id"]))

    async def _resolve(self, session: str) -> None:
        shown = await self._ask("POST", f"/ai-sessions/{session}/resolution-note/preview", {})
        if shown is None:
            return
        markdown = shown["markdown"]
        body: dict[str, Any] = {"markdown": markdown, "acknowledge": ["unsupported_sentences", "ticket_changed"]}
        if shown["target_ticket_ref"]:
            plan = await self._ask(
                "POST",
                f"/ai-sessions/{session}/psa-writes/preview",
                {"kind": "resolution", "markdown": markdown, "options": {}},
            )
            if plan is None:
                return
            body["revision"] = plan["revision"]
        posted = await self._ask("POST", f"/ai-sessions/{session}/resolution-note/post", body, key=str(uuid4()))
        if posted is not None:
            self.ledger.resolves[session] = str(posted["outcome"])
            if posted["write_id"]:
                self.ledger.writes.add(str(posted["write_id"]))

    async def _find_tickets(self) -> None:
        """The engineer's share of the open tickets."""
        found: list[str] = []
        cursor = ""
        while True:
            page = await self._ask("GET", f"/integrations/psa/tickets?limit=50{cursor}")
            found += [str(ticket["id"]) for ticket in (page or {}).get("items", [])]
            if not page or not page.get("next_cursor"):
                break
            cursor = f"&cursor={page['next_cursor']}"
        self.tickets = tuple(sorted(found)[self.number :: 4])

    async def _sign_in(self) -> None:
        body = {"email": self._person["email"], "password": self._person["password"], "transport": "token"}
        answer = await self._ask("POST", "/auth/login", body, signed_in=False)
        self.token = str((answer or {})["access_token"])

    async def _ask(
        self,
        method: str,
        path: str,
        body: dict[str, Any] | None = None,
        *,
        key: str | None = None,
        accept: str | None = None,
        signed_in: bool = True,
    ) -> dict[str, Any] | None:
        """Ask until there is a real answer: outages are waited out, a refusal is None. Every answer is counted."""
        deadline = asyncio.get_running_loop().time() + _PATIENCE
        url = f"{self.product.url}/api/v1{path}"
        key = key or (str(uuid4()) if method == "POST" else None)
        while True:
            headers = {"authorization": f"Bearer {self.token}"} if signed_in else {}
            headers |= {"idempotency-key": key} if key else {}
            headers |= {"accept": accept} if accept else {}
            try:
                answer = await self._client.request(method, url, json=body, headers=headers)
            except httpx2.HTTPError:
                self.ledger.counted["no answer"] += 1
                await self._pause(deadline, path)
                continue
            status = answer.status_code
            self.ledger.counted[f"{status // 100}xx"] += 1
            if status == 401 and signed_in:
                await self._sign_in()
                continue
            if status in (429, 500, 503) or (status == 409 and answer.json().get("code") == "turn_in_progress"):
                self.ledger.note_error(status, path, answer.text)
                await self._pause(deadline, path)
                continue
            if status >= 400:
                self.ledger.note_error(status, path, answer.text)
                self.ledger.refusals[
                    f"{answer.json().get('code')} {path.rsplit('/', maxsplit=1)[-1].split('?', maxsplit=1)[0]}"
                ] += 1
                return None
            return answer.json()

    async def _pause(self, deadline: float, path: str) -> None:
        if asyncio.get_running_loop().time() > deadline:
            raise GaveUpError(path)
        await asyncio.sleep(self.chance.uniform(0.05, 0.3))
