"""What was acknowledged, and whether it is all there in the end."""

from __future__ import annotations

import asyncio
import re
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import httpx2

if TYPE_CHECKING:
    from resolutionflow.bench.chaos_product import Product
    from resolutionflow.demo.connectwise import SimServer

_FINAL = frozenset({"done", "partial", "cancelled"})
_SETTLE_WITHIN = 240.0
_REFERENCE = re.compile(r"RF-[A-Z0-9]{10}")


@dataclass
class Ledger:
    """Everything the API said yes to."""

    sessions: set[str] = field(default_factory=set[str])
    turns: list[tuple[str, str, str, str]] = field(default_factory=list[tuple[str, str, str, str]])
    facts: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    answers: list[tuple[str, str, str]] = field(default_factory=list[tuple[str, str, str]])
    writes: set[str] = field(default_factory=set[str])
    resolves: dict[str, str] = field(default_factory=dict[str, str])
    counted: Counter[str] = field(default_factory=Counter[str])
    refusals: Counter[str] = field(default_factory=Counter[str])
    server_errors: list[str] = field(default_factory=list[str])

    def note_error(self, status: int, path: str, text: str) -> None:
        """Keep what a 500 or 422 said: an outage is a 503 with advice, and the clients ask nothing malformed."""
        if status in (500, 422):
            self.server_errors.append(f"{status} {re.sub('[0-9a-f-]{36}', 'ID', path)}: {text[:300]}")

    def summary(self) -> str:
        """One line of progress."""
        return (
            f"acknowledged: {len(self.sessions)} sessions, {len(self.turns)} turns, {len(self.facts)} facts, "
            f"{len(self.answers)} answers, {len(self.writes)} PSA writes"
        )

    def figures(self) -> dict[str, object]:
        """For the report."""
        return {
            "sessions": len(self.sessions),
            "turns": dict(Counter(status for *_, status in self.turns)),
            "facts": len(self.facts),
            "answers": len(self.answers),
            "psa_writes": len(self.writes),
            "resolves": dict(Counter(self.resolves.values())),
            "answers_by_class": dict(self.counted),
            "refusals": dict(self.refusals),
        }


async def check(product: Product, sim: SimServer, ledger: Ledger) -> list[str]:
    """Every broken promise, in words. Waits for the outbox to finish first."""
    async with httpx2.AsyncClient(base_url=f"{product.url}/api/v1", timeout=30) as client:
        owner = next(person for person in product.people if person["role"] == "owner")
        body = {"email": owner["email"], "password": owner["password"], "transport": "token"}
        token = (await client.post("/auth/login", json=body)).json()["access_token"]
        client.headers["authorization"] = f"Bearer {token}"
        problems = list(dict.fromkeys(ledger.server_errors))
        problems += await _sessions(client, ledger)
        writes, unfinished = await _writes(client, ledger)
        problems += unfinished
        problems += await _resolved(client, ledger, writes)
    async with httpx2.AsyncClient(timeout=30) as client:
        state = (await client.get(f"{sim.control_url}/state")).json()
    return problems + _notes(state["notes"], writes)


async def _sessions(client: httpx2.AsyncClient, ledger: Ledger) -> list[str]:
    """Sessions, messages, facts and answers are there."""
    problems: list[str] = []
    for session in sorted(ledger.sessions):
        if (await client.get(f"/ai-sessions/{session}")).status_code != 200:
            problems.append(f"session {session} is gone")
            continue
        messages = Counter(
            message["content"]
            for message in await _messages(client, session)
            if message["role"] in ("user", "engineer")
        )
        for _, turn, text, _ in (entry for entry in ledger.turns if entry[0] == session):
            if messages[text] != 1:
                problems.append(f"the message of turn {turn} is there {messages[text]} times")
        facts = Counter(fact["text"] for fact in (await client.get(f"/ai-sessions/{session}/facts")).json()["facts"])
        problems += [
            f"fact {text!r} is there {facts[text]} times"
            for where, text in ledger.facts
            if where == session and not facts[text]
        ]
        lane = (await client.get(f"/ai-sessions/{session}/lane")).json()
        answers = {item["id"]: item["answer"] for item in (*lane["questions"], *lane["checks"])}
        problems += [
            f"answer {words!r} is gone, there is {answers.get(item)!r}"
            for where, item, words in ledger.answers
            if where == session and answers.get(item) != words
        ]
    return problems


async def _messages(client: httpx2.AsyncClient, session: str) -> list[dict[str, Any]]:
    page = (await client.get(f"/ai-sessions/{session}/messages", params={"limit": 100})).json()
    return list(page["items"])


async def _writes(client: httpx2.AsyncClient, ledger: Ledger) -> tuple[dict[str, dict[str, Any]], list[str]]:
    """Wait until every acknowledged write is over; those that are not are broken promises."""
    found: dict[str, dict[str, Any]] = {}
    deadline = time.monotonic() + _SETTLE_WITHIN
    while True:
        for write in sorted(ledger.writes - {key for key, value in found.items() if value["state"] in _FINAL}):
            found[write] = (await client.get(f"/integrations/psa/writes/{write}")).json()
        open_ones = [value for value in found.values() if value.get("state") not in (*_FINAL, "blocked")]
        if not open_ones or time.monotonic() > deadline:
            return found, [
                f"write {one.get('id')} is still {one.get('state')}: {one.get('problem')}" for one in open_ones
            ]
        await asyncio.sleep(1)


async def _resolved(client: httpx2.AsyncClient, ledger: Ledger, writes: dict[str, dict[str, Any]]) -> list[str]:
    """What was answered as resolved is resolved; what was pending is, once its write is done."""
    done = {str(write.get("session_id")) for write in writes.values() if write.get("state") in ("done", "partial")}
    problems: list[str] = []
    for session, outcome in ledger.resolves.items():
        status = (await client.get(f"/ai-sessions/{session}")).json()["status"]
        if status != "resolved" and (outcome != "pending" or session in done):
            problems.append(f"session {session} was {outcome} and is {status}")
    return problems


def _notes(notes: list[dict[str, Any]], writes: dict[str, dict[str, Any]]) -> list[str]:
    """At most one note for each reference in the whole PSA; exactly one for a write that is done."""
    seen = Counter(reference for note in notes for reference in set(_REFERENCE.findall(str(note.get("text", "")))))
    problems = [f"{count} notes with {reference}" for reference, count in seen.items() if count > 1]
    return problems + [
        f"write {write['id']} is {write['state']} and its note {write['reference']} is not on the ticket"
        for write in writes.values()
        if write.get("state") in ("done", "partial") and not seen[write["reference"]]
    ]
