"""Writes of all kinds put into the outbox, and what the vendor holds of each of them in the end."""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import text

from resolutionflow.psa.preferences import Preferences
from resolutionflow.psa.providers.contract import PsaProvider, Status, Ticket
from resolutionflow.psa.refs import new_reference, ticket_ref
from resolutionflow.psa.repository import Connection, Mapping
from resolutionflow.psa.schemas import WriteKind
from resolutionflow.psa.writeback import service
from resolutionflow.psa.writeback.planning import Author, WriteRequest, make_plan
from resolutionflow.psa.writeback.preparing import Prepared
from resolutionflow.psa.writeback.rules import PlannedPerson, PlannedTicket
from resolutionflow.psa.writeback.survey import look
from resolutionflow.services import Services
from tests.psa.contract.calls import STARTED
from tests.psa.contract.harness import Harness, Scene
from tests.psa.storm.traffic import Traffic
from tests.psa.writes import make_session
from tests.support.world import Person

#: How the kinds are mixed: twenty writes hold so many of each.
MIX: tuple[tuple[WriteKind, int], ...] = (
    ("note", 9),
    ("time", 3),
    ("resolution", 3),
    ("status", 2),
    ("create", 2),
    ("assign", 1),
)
ROUND: tuple[WriteKind, ...] = tuple(kind for kind, count in MIX for _ in range(count))
_REFERENCE = re.compile(r"RF-[A-Z2-7]{10}")
_OPEN = text("SELECT count(*) FROM psa_writes WHERE state IN ('queued', 'running', 'waiting')")
_ENDED = text("SELECT kind, state, problem FROM psa_writes WHERE id = ANY(:ids) AND state <> 'done'")
# The clock of the waits is driven: what waits for its next attempt is due now. What a worker has in its hands is passed over.
_DUE_NOW = text(
    "UPDATE psa_writes SET next_attempt_at = clock_timestamp() WHERE id IN (SELECT id FROM psa_writes"
    " WHERE state = 'waiting' AND next_attempt_at > clock_timestamp() FOR UPDATE SKIP LOCKED) RETURNING id::text"
)
_JOBS_NOW = text(
    "UPDATE pgqueuer SET execute_after = clock_timestamp() WHERE id IN (SELECT id FROM pgqueuer WHERE status = 'queued'"
    " AND entrypoint = 'psa_write' AND execute_after > clock_timestamp()"
    " AND convert_from(payload, 'UTF8')::jsonb ->> 'write_id' = ANY(:ids) FOR UPDATE SKIP LOCKED)"
)


@dataclass(frozen=True, slots=True)
class Put:
    """A write in the outbox."""

    write_id: UUID
    kind: WriteKind
    ticket_id: str
    reference: str
    number: int


@dataclass
class Storm:
    """A person who writes to the tickets of one board, one after the other."""

    services: Services
    person: Person
    connection: Connection
    harness: Harness
    scene: Scene
    provider: PsaProvider
    traffic: Traffic
    tickets: list[str] = field(default_factory=list[str])
    seen: dict[str, tuple[Ticket, Sequence[Status]]] = field(default_factory=dict[str, Any])
    put: list[Put] = field(default_factory=list[Put])
    counted: Counter[str] = field(default_factory=Counter[str])
    number: int = 0

    async def begin(self) -> None:
        """The demo world untouched, its tickets read as a person would have."""
        self.harness.reset()
        self.traffic.last = 0
        self.put.clear()
        if not self.tickets:
            board = [one for one in self.harness.tickets() if one.board == self.scene.board and not one.closed]
            hidden = {self.scene.hidden, self.scene.merged}
            self.tickets = [one.id for one in board if one.id not in hidden]
        for ticket_id in self.tickets:
            if ticket_id not in self.seen:
                found = await look(self.services, self.connection, self.provider, ticket_id, gate=False)
                self.seen[ticket_id] = found.ticket, found.statuses
        self.forget_traffic()

    def forget_traffic(self) -> None:
        """What was asked to prepare is not what is counted."""
        for entry in self.harness.control.requests():
            self.traffic.last = entry["n"]

    def read_log(self) -> int:
        """Take what is finished and follows nothing unfinished; gives how many requests are left."""
        entries = self.harness.control.requests_after(self.traffic.last)
        done = next((n for n, entry in enumerate(entries) if entry["ended"] is None), len(entries))
        self.traffic.take(entries[:done])
        return len(entries) - done

    async def read_whole_log(self) -> None:
        """Wait for the last request to end."""
        async with asyncio.timeout(30):
            while self.read_log():
                await asyncio.sleep(0.05)

    async def store(self) -> Put:
        """One more write, of the next kind, to the next ticket."""
        self.number += 1
        kind = ROUND[self.number * 7 % len(ROUND)]
        ticket_id = self.tickets[self.number % len(self.tickets)]
        request = await self._request(kind, ticket_id)
        reference = new_reference()
        if kind == "create":
            ticket_id = request.ticket_id
        ticket, statuses = self.seen.get(ticket_id, (None, ()))
        author = Author(self.person.name, Mapping(self.person.id, self.scene.member, "Somebody"))
        plan = await make_plan(
            request, self.provider, Preferences(), author, reference, ticket=ticket, statuses=statuses
        )
        prepared = Prepared(
            request=request,
            connection_id=self.connection.id,
            ticket_ref=ticket_ref(self.connection.provider, ticket_id),
            reference=reference,
            plan=plan.model_copy(update={"leak_cleared": True, "looked": True}),
            expected_revision=None,
            author=author,
        )
        async with self.services.db.transaction(self.person.account_id) as session:
            write_id = await service.store(session, self.person.subject, prepared)
        found = Put(write_id, kind, ticket_id, reference, self.number)
        self.put.append(found)
        return found

    async def _request(self, kind: WriteKind, ticket_id: str) -> WriteRequest:
        words = f"Storm {self.number}: the stored credential was removed."
        if kind == "note":
            return WriteRequest(kind, ticket_id, markdown=words, visibility="internal")
        if kind == "resolution":
            session_id = await make_session(self.services, self.person)
            status = {"status": "explicit", "status_id": self.scene.status}
            return WriteRequest(
                kind, ticket_id, markdown=words, session_id=session_id, visibility="internal", time_minutes=20, **status
            )
        if kind == "time":
            return WriteRequest(kind, ticket_id, summary=f"Worked {self.number}.", time_minutes=20, started_at=STARTED)
        if kind == "status":
            return WriteRequest(kind, ticket_id, status="explicit", status_id=self.scene.status)
        if kind == "create":
            ticket = PlannedTicket(
                summary=f"Storm {self.number}",
                description=words,
                company_id=self.scene.company,
                board_id=self.scene.board,
            )
            return WriteRequest(kind, f"storm-{self.number}", ticket=ticket)
        return WriteRequest(kind, ticket_id, person=PlannedPerson(id=self.scene.member, name="Somebody", replace=True))

    async def open_writes(self) -> int:
        async with self.services.db.transaction(self.person.account_id) as session:
            return int((await session.execute(_OPEN)).scalar_one())

    async def press(self) -> None:
        """Nothing waits for its next attempt any longer."""
        async with self.services.db.system() as session:
            due = list((await session.execute(_DUE_NOW)).scalars())
        async with self.services.db.system() as session:
            await session.execute(_JOBS_NOW, {"ids": due})

    async def not_done(self) -> list[str]:
        """Those since `begin` that did not end well."""
        async with self.services.db.transaction(self.person.account_id) as session:
            rows = await session.execute(_ENDED, {"ids": [one.write_id for one in self.put]})
            return [f"{row.kind} {row.state}: {row.problem}" for row in rows]

    def count(self) -> None:
        """Each write since `begin` is at the vendor exactly once: its note, its time, its ticket, its status, its person."""
        everything = {one.id: one for one in self.harness.tickets()}
        notes: Counter[str] = Counter()
        times: Counter[str] = Counter()
        for ticket_id in self.tickets:
            said = self.harness.notes(ticket_id)
            # What an entry of time says may show among the notes: it has other words.
            notes.update(ref for one in said if "Storm " in one.text for ref in set(_REFERENCE.findall(one.text)))
            times.update(ref for one in self.harness.times(ticket_id) for ref in set(_REFERENCE.findall(one.notes)))
        made = Counter(one.summary for one in everything.values())
        for one in self.put:
            self.counted[one.kind] += 1
            if one.kind in ("note", "resolution"):
                assert notes[one.reference] == 1, f"{one}: {notes[one.reference]} notes"
            if one.kind in ("time", "resolution"):
                assert times[one.reference] == 1, f"{one}: {times[one.reference]} entries of time"
            if one.kind == "create":
                assert made[f"Storm {one.number}"] == 1, f"{one}: {made[f'Storm {one.number}']} tickets"
            if one.kind in ("status", "resolution"):
                assert everything[one.ticket_id].status == self.scene.status, one
            if one.kind == "assign":
                stored = self.harness.stored(one.ticket_id)
                assert [stored.owner, *stored.additional].count(self.scene.member) == 1, one
        assert sum(notes.values()) == sum(1 for one in self.put if one.kind in ("note", "resolution"))
        assert sum(1 for summary in made.elements() if summary.startswith("Storm ")) == self.made("create")

    def made(self, kind: WriteKind) -> int:
        return sum(1 for one in self.put if one.kind == kind)
