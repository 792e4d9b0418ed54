"""One write under one trouble, and what the vendor holds of it afterwards."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from resolutionflow.psa.access import open_provider
from resolutionflow.psa.providers.contract import PsaProvider
from resolutionflow.psa.repository import Connection
from resolutionflow.psa.schemas import WriteKind
from resolutionflow.psa.writeback import commands, engine
from resolutionflow.psa.writeback.engine import Run, run_write
from resolutionflow.psa.writeback.planning import WriteRequest
from resolutionflow.psa.writeback.rules import PlannedPerson, PlannedTicket
from resolutionflow.psa.writeback.schemas import WriteRetryIn
from resolutionflow.services import Services
from tests.psa.contract.calls import STARTED
from tests.psa.contract.harness import Harness, Operation, Scene
from tests.psa.faults.plan import REFUSALS, Case, Kind
from tests.psa.support import run_until_settled
from tests.psa.writes import end_lease, loaded, make_session, store
from tests.support.world import Person

KINDS: dict[Kind, WriteKind] = {
    "resolution": "resolution",
    "note": "note",
    "time": "time",
    "create": "create",
    "assign": "assign",
    "join": "assign",
    "unassign": "unassign",
    "status": "status",
}
METHODS: dict[Operation, str] = {
    "add_note": "add_note",
    "add_time": "add_time",
    "set_status": "set_status",
    "create_ticket": "create_ticket",
    "assign_primary": "assign",
    "assign_additional": "assign",
    "unassign_primary": "unassign",
    "get_ticket": "get_ticket",
    "list_notes": "list_notes",
    "list_time": "find_time",
    "list_assignees": "list_assignees",
}
ARGS: dict[str, dict[str, Any]] = {"commit_late": {"seconds": 0.05}, "429": {"retry_after": 0}}


class Killed(BaseException):
    """The process is gone: nothing after this line runs."""


@dataclass
class Desk:
    """A person at a connected account, and the vendor's simulator behind it."""

    services: Services
    person: Person
    connection: Connection
    harness: Harness
    scene: Scene
    number: int = 0

    async def play(self, case: Case, patch: pytest.MonkeyPatch) -> None:
        """Write under the trouble, let another worker take over, and count what the vendor has."""
        self.harness.reset()
        self.number += 1
        request = await self._request(case.kind)
        write_id = await store(self.services, self.person, request)
        times = 2 if case.fault in REFUSALS else 1
        self.harness.fault(case.fault, case.operation, times=times, **ARGS.get(case.fault, {}))
        with patch.context() as dying:
            _arm(dying, case)
            try:
                await run_write(self.services, self.person.account_id, write_id)
            except Killed:
                await end_lease(self.services, write_id)
        state = await self._settled(write_id)
        await self._check(case, request, write_id, state)

    async def _settled(self, write_id: UUID) -> str:
        """Run it to its end. What was refused is tried again by the person, once the vendor takes it."""
        state = await run_until_settled(self.services, self.person.account_id, write_id, seconds=60)
        if state == "blocked":
            self.harness.control.clear_faults()
            await self._well_again()
            await commands.retry(self.services, self.person.subject, write_id, WriteRetryIn())
            state = await run_until_settled(self.services, self.person.account_id, write_id, seconds=60)
        await self._well_again()
        return state

    async def _well_again(self) -> None:
        """A refused sign-in of this run is not the next run's."""
        async with self.services.db.transaction(self.person.account_id) as session:
            await session.execute(text("UPDATE psa_connections SET status = 'ok'"))

    async def _request(self, kind: Kind) -> WriteRequest:
        scene, about = self.scene, KINDS[kind]
        words = f"Fault run {self.number}: the stored credential was removed."
        if kind in ("resolution", "note"):
            more: dict[str, Any] = {"markdown": words, "visibility": "internal"}
            if kind == "resolution":
                session_id = await make_session(self.services, self.person)
                more |= {"session_id": session_id, "status": "explicit", "status_id": scene.closed_status}
                more |= {"time_minutes": 20}
            return WriteRequest(about, scene.ticket, **more)
        if kind == "time":
            return WriteRequest(about, scene.ticket, summary=words, time_minutes=20, started_at=STARTED)
        if kind == "create":
            ticket = PlannedTicket(
                summary=f"Fault run {self.number}",
                description=words,
                company_id=scene.company,
                board_id=scene.board,
            )
            return WriteRequest(about, "", ticket=ticket, person=PlannedPerson(id=scene.member, name="Somebody"))
        if kind == "status":
            return WriteRequest(about, scene.ticket, status="explicit", status_id=scene.status)
        member = scene.member
        if kind == "unassign":
            member = self.harness.stored(scene.ticket).owner or ""
        ticket_id = scene.unowned if kind == "assign" else scene.ticket
        return WriteRequest(about, ticket_id, person=PlannedPerson(id=member, name="Somebody"))

    async def _check(self, case: Case, request: WriteRequest, write_id: UUID, state: str) -> None:
        write = await loaded(self.services, self.person, write_id)
        seen = f"{case} ended {state}: {write.problem}"
        # Time or a person beside a note or ticket may be refused for good: then the write is partial, and says so.
        softly = case.operation in ("add_time", "assign_primary") and case.kind in ("resolution", "create")
        assert state == "done" or (softly and state == "partial" and case.fault in REFUSALS), seen
        notes, times = self._count(request.ticket_id, write.reference)
        if case.kind in ("resolution", "note"):
            assert notes == 1, seen
        if case.kind in ("resolution", "time"):
            assert times == (0 if state == "partial" else 1), seen
        if case.kind in ("resolution", "status"):
            assert self.harness.stored(request.ticket_id).status == request.status_id, seen
        if case.kind == "create":
            made = [one for one in self.harness.tickets() if one.summary == f"Fault run {self.number}"]
            assert [one.id for one in made] == [write.ticket_id], seen
            assert made[0].owner == (None if state == "partial" else self.scene.member), seen
        if request.person is not None and case.kind != "create":
            stored = self.harness.stored(request.ticket_id)
            everybody = [stored.owner, *stored.additional]
            assert everybody.count(request.person.id) == (0 if case.kind == "unassign" else 1), seen
        assert self.harness.control.mail() == [] or case.kind in ("resolution", "status"), seen

    def _count(self, ticket_id: str, reference: str) -> tuple[int, int]:
        """Notes and time entries that carry the reference. What a time entry says may show among the notes: it has other words."""
        if not ticket_id:
            return 0, 0
        words = f"Fault run {self.number}:"
        notes = [one for one in self.harness.notes(ticket_id) if reference in one.text and words in one.text]
        times = [one for one in self.harness.times(ticket_id) if reference in one.notes]
        return len(notes), len(times)


def _arm(patch: pytest.MonkeyPatch, case: Case) -> None:
    """Let the worker die where the case says."""
    if case.kill in ("before", "after"):
        real = Run.record
        count = 0

        async def record(self: Run, *args: Any, **more: Any) -> None:
            nonlocal count
            count += 1
            if count == case.commit and case.kill == "before":
                raise Killed
            await real(self, *args, **more)
            if count == case.commit:
                raise Killed

        patch.setattr(Run, "record", record)
    if case.kill == "answer":

        @asynccontextmanager
        async def opened(services: Services, connection: Connection) -> AsyncIterator[Any]:
            async with open_provider(services, connection) as provider:
                yield _Deadly(provider, METHODS[case.operation])

        patch.setattr(engine, "open_provider", opened)


class _Deadly:
    """A provider whose caller dies when one of its answers arrives."""

    def __init__(self, provider: PsaProvider, method: str) -> None:
        self._provider = provider
        self._method = method

    def __getattr__(self, name: str) -> Any:
        real = getattr(self._provider, name)
        if name != self._method:
            return real

        async def answered(*args: Any, **more: Any) -> Any:
            await real(*args, **more)
            raise Killed

        return answered
