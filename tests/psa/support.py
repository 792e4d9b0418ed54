"""The simulated PSA as the tests of the PSA domain see it."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import httpx2
from sqlalchemy import text

from resolutionflow.demo.connectwise import SimServer
from resolutionflow.psa.connections import SignIn
from resolutionflow.psa.writeback.engine import run_write
from resolutionflow.services import Services


class Control:
    """The control interface of a simulator; the same for every vendor."""

    def __init__(self, control_url: str) -> None:
        self._http = httpx2.Client(base_url=control_url, timeout=5)

    def close(self) -> None:
        self._http.close()

    def _call(self, method: str, path: str, body: Any = None) -> dict[str, Any]:
        answer = self._http.request(method, path, json=body) if body is not None else self._http.request(method, path)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def reset(self) -> None:
        self._call("POST", "reset", {})
        self._call("DELETE", "faults")
        self._call("DELETE", "requests")
        self._call("PUT", "permissions", {"denied": []})

    def fault(self, kind: str, *, method: str = "", path: str = "", nth: int = 1, times: int = 1, **args: Any) -> None:
        self._call(
            "POST",
            "faults",
            {"kind": kind, "match": {"method": method, "path": path, "nth": nth}, "times": times, "args": args},
        )

    def fault_share(self, kind: str, share: float, *, seed: int, **args: Any) -> None:
        """A part of all requests goes wrong, drawn by `seed`."""
        self._call("POST", "faults", {"kind": kind, "times": 0, "share": share, "seed": seed, "args": args})

    def clear_faults(self) -> None:
        self._call("DELETE", "faults")

    def deny(self, *rights: str) -> None:
        self._call("PUT", "permissions", {"denied": list(rights)})

    def person(self, action: str, ticket_id: str, **more: Any) -> dict[str, Any]:
        return self._call("POST", "person", {"action": action, "ticket_id": int(ticket_id), **more})

    def requests(self, method: str = "", path: str = "") -> list[dict[str, Any]]:
        found = self._call("GET", "requests")["requests"]
        return [item for item in found if (not method or item["method"] == method) and path in item["path"]]

    def requests_after(self, number: int) -> list[dict[str, Any]]:
        """The requests that came after the one with this number, in their order."""
        return self._call("GET", f"requests?after={number}")["requests"]

    def forget_requests(self) -> None:
        self._call("DELETE", "requests")

    def ticket(self, ticket_id: str) -> dict[str, Any]:
        return self._call("GET", f"state?ticket_id={ticket_id}")

    def all(self) -> dict[str, Any]:
        return self._call("GET", "state")

    def notes_with(self, ticket_id: str, words: str) -> list[dict[str, Any]]:
        return [note for note in self.ticket(ticket_id)["notes"] if words in note["text"]]

    def deliveries(self) -> list[dict[str, Any]]:
        return self._call("GET", "deliveries")["deliveries"]

    def mail(self) -> list[dict[str, Any]]:
        return self._call("GET", "mail")["mail"]


class Sim(Control):
    """The simulated ConnectWise and how to sign in to it."""

    def __init__(self, server: SimServer) -> None:
        super().__init__(server.control_url)
        self.server = server

    @property
    def sign_in(self) -> SignIn:
        known = self.server.credentials
        return SignIn(
            "connectwise",
            {"site": self.server.url, "company_id": known.company_id, "client_id": known.client_id},
            {"public_key": known.public_key, "private_key": known.private_key},
        )

    def sign_in_with(self, **changed: str) -> SignIn:
        """The right sign-in but for these fields."""
        return changed_sign_in(self.sign_in, **changed)


def changed_sign_in(right: SignIn, **changed: str) -> SignIn:
    """The right sign-in but for these fields."""
    return SignIn(
        right.provider,
        {name: changed.get(name, value) for name, value in right.config.items()},
        {name: changed.get(name, value) for name, value in right.secrets.items()},
    )


DUE = text(
    "SELECT account_id, id FROM psa_writes WHERE state = 'queued' OR (state = 'waiting' AND next_attempt_at <= clock_timestamp())"
    " OR (state = 'running' AND lease_until <= clock_timestamp()) ORDER BY created_at"
)


async def due_writes(services: Services) -> list[tuple[UUID, UUID]]:
    async with services.db.system() as session:
        return [(row.account_id, row.id) for row in await session.execute(DUE)]


@asynccontextmanager
async def outbox_running(services: Services) -> AsyncIterator[None]:
    """Does the worker's part for writes: whatever is due is run."""

    async def work() -> None:
        while True:
            for account_id, write_id in await due_writes(services):
                await run_write(services, account_id, write_id)
            await asyncio.sleep(0.01)

    task = asyncio.create_task(work())
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def run_until_settled(services: Services, account_id: UUID, write_id: UUID, *, seconds: float = 20) -> str:
    """Run a write again and again until it is final or blocked; returns its state."""
    state = text("SELECT state FROM psa_writes WHERE id = :id")
    async with asyncio.timeout(seconds):
        while True:
            await run_write(services, account_id, write_id)
            async with services.db.transaction(account_id) as session:
                found = str((await session.execute(state, {"id": write_id})).scalar_one())
            if found in ("done", "partial", "blocked", "cancelled"):
                return found
            await asyncio.sleep(0.01)
