"""HaloPSA: planning and writing, as the contract wants it. What was planned is sent, and nothing else but which ticket is meant."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from resolutionflow.psa.providers.contract import (
    Assignee,
    AssignRole,
    FieldValue,
    FoundNote,
    FoundTime,
    NamedRef,
    NoteDraft,
    Outcome,
    PlannedField,
    Status,
    Ticket,
    TicketDraft,
    TimeDraft,
    Visibility,
    WriteReceipt,
)
from resolutionflow.psa.providers.errors import PsaNotFound, PsaRejected, PsaUnknownResult, PsaUnsupported
from resolutionflow.psa.providers.halopsa import markup, wire
from resolutionflow.psa.providers.halopsa.reading import HaloReads, path_id, sorted_outcomes
from resolutionflow.psa.providers.halopsa.wire import Json

STOCK_PRIVATE_NOTE = "7"
NEWEST_TICKETS = 50


class HaloWrites(HaloReads):
    """What `PsaProvider` plans, writes and finds again."""

    # Planning

    async def plan_note(self, draft: NoteDraft) -> tuple[PlannedField, ...]:
        """The exact fields of the action. Internal notes never mail anyone, and whether to mail is always said."""
        customer = draft.visibility == "customer"
        outcome = draft.outcome_id or await self._outcome(draft.visibility)
        fields = [
            PlannedField("outcome_id", _number(outcome)),
            PlannedField("note_html", draft.text),
            PlannedField("hiddenfromuser", not customer),
            PlannedField("sendemail", customer and draft.notify),
            PlannedField("timetaken", 0),
        ]
        if draft.member_id is not None:
            fields.append(PlannedField("who_agentid", _number(draft.member_id)))
        return tuple(fields)

    async def plan_status(self, status: Status, *, before: Status | None, notify: bool) -> tuple[PlannedField, ...]:
        """Whether the change mails somebody is for the PSA's own rules; it cannot be asked to."""
        del notify
        known = int(before.id) if before and before.id.isdigit() else None
        return (PlannedField("status_id", _number(status.id), known),)

    async def plan_time(self, ticket_id: str, draft: TimeDraft) -> tuple[PlannedField, ...]:
        """A hidden action that carries the time, in hours."""
        path_id(ticket_id)
        return (
            PlannedField("outcome_id", _number(draft.outcome_id or await self._outcome("internal"))),
            PlannedField("note_html", markup.to_html(draft.notes)),
            PlannedField("hiddenfromuser", to=True),
            PlannedField("sendemail", to=False),
            PlannedField("timetaken", round(draft.minutes / 60, 4)),
            PlannedField("who_agentid", _number(draft.member_id)),
        )

    async def plan_ticket(self, draft: TicketDraft) -> tuple[PlannedField, ...]:
        """A user goes with the site they are at; without one the ticket is at the client's main site."""
        site = await self._site(draft)
        described = "\n\n".join(part for part in (draft.description.strip(), f"Ref {draft.reference}") if part)
        fields = [
            PlannedField("summary", draft.summary),
            PlannedField("details_html", markup.to_html(described)),
            PlannedField("client_id", _number(draft.company_id)),
            PlannedField("tickettype_id", _number(draft.board_id)),
        ]
        given = (
            ("site_id", site),
            ("user_id", draft.contact_id),
            ("status_id", draft.status_id),
            ("priority_id", draft.priority_id),
        )
        fields += [PlannedField(name, _number(id_)) for name, id_ in given if id_]
        fields += [
            PlannedField(f"assets/{place}/id", _number(id_)) for place, id_ in enumerate(draft.configuration_ids)
        ]
        return (*fields, PlannedField("third_party_id_string", draft.reference))

    async def plan_assign(self, ticket_id: str, member: NamedRef, role: AssignRole) -> tuple[PlannedField, ...]:
        if role != "primary":
            raise PsaUnsupported
        before = (await self.get_ticket(ticket_id)).owner
        known = int(before.id) if before and before.id.isdigit() else None
        return (PlannedField("agent_id", _number(member.id), known),)

    async def _outcome(self, visibility: Visibility) -> str:
        """The outcome where none is set: the stock private note, else the first that fits and mails nobody by itself."""
        found = sorted_outcomes(await self.looks.rows("outcomes"))
        fitting = [
            item for item in found if item.internal == (visibility == "internal") and item.sends_email is not True
        ]
        fitting.sort(key=lambda item: item.id != STOCK_PRIVATE_NOTE)
        return _chosen(fitting, visibility).id

    async def _site(self, draft: TicketDraft) -> str:
        if draft.contact_id:
            return wire.id_of(await self.http.one(f"/Users/{path_id(draft.contact_id)}"), "site_id")
        return wire.id_of(await self.http.one(f"/Client/{path_id(draft.company_id)}"), "main_site_id")

    # Writing

    async def add_note(self, ticket_id: str, fields: Sequence[PlannedField]) -> WriteReceipt:
        return await self._act(ticket_id, fields)

    async def add_time(self, ticket_id: str, fields: Sequence[PlannedField]) -> WriteReceipt:
        return await self._act(ticket_id, fields)

    async def _act(self, ticket_id: str, fields: Sequence[PlannedField]) -> WriteReceipt:
        written = await self.http.post("/Actions", {"ticket_id": int(path_id(ticket_id)), **nested(fields)})
        return WriteReceipt(wire.id_of(written))

    async def set_status(self, ticket_id: str, fields: Sequence[PlannedField]) -> Ticket:
        """Ask for the status. The workflow may ignore it: the caller reads the ticket again."""
        return wire.ticket(await self._change(ticket_id, nested(fields)), await self.looks.names())

    async def create_ticket(self, fields: Sequence[PlannedField]) -> WriteReceipt:
        return WriteReceipt(wire.id_of(await self.http.post("/Tickets", nested(fields))))

    async def assign(self, ticket_id: str, fields: Sequence[PlannedField], role: AssignRole) -> None:
        if role != "primary":
            raise PsaUnsupported
        await self._change(ticket_id, nested(fields))

    async def unassign(self, ticket_id: str, assignee: Assignee) -> None:
        """Nobody is an agent of its own here."""
        if not assignee.primary:
            raise PsaUnsupported
        nobody = await self.looks.unassigned()
        if nobody is None:
            raise PsaUnsupported
        await self._change(ticket_id, {"agent_id": int(nobody)})

    async def _change(self, ticket_id: str, changes: Json) -> Json:
        written = await self.http.post("/Tickets", {"id": int(path_id(ticket_id)), **changes})
        if wire.id_of(written) != str(int(ticket_id)):
            raise PsaUnknownResult
        return written

    # Finding again

    async def find_note(self, ticket_id: str, reference: str) -> FoundNote | None:
        """An action with time on it is the entry of the time, which bears the same reference."""
        rows = [row for row in await self._actions(ticket_id) if not wire.minutes_of(row)]
        names = await self.looks.names()
        found = [note for note in (wire.note(row, names) for row in rows) if note.reference == reference]
        return FoundNote(found[-1], len(found)) if found else None

    async def find_time(self, ticket_id: str, reference: str) -> FoundTime | None:
        rows = [row for row in await self._actions(ticket_id) if wire.minutes_of(row)]
        names = await self.looks.names()
        found = [row for row in rows if wire.note(row, names).reference == reference]
        return FoundTime(wire.time_entry(found[-1], names), len(found)) if found else None

    async def find_ticket(self, reference: str) -> Ticket | None:
        """By search first, then among the newest: what a search looks through differs, and it may lag behind."""
        newest = {"order": "id", "orderdesc": "true"}
        for params in ({**newest, "search": reference}, newest):
            rows, _ = await self.http.page("/Tickets", "tickets", params, size=NEWEST_TICKETS, number=1)
            for row in sorted(rows, key=lambda row: wire.text_of(row, "third_party_id_string") != reference):
                marked = wire.text_of(row, "third_party_id_string")
                if marked == reference or ("search" in params and not marked):
                    ticket = await self._with_reference(wire.id_of(row), reference)
                    if ticket is not None:
                        return ticket
        return None

    async def _with_reference(self, ticket_id: str, reference: str) -> Ticket | None:
        try:
            row = await self.http.one(f"/Tickets/{path_id(ticket_id)}", {"includedetails": "true"})
        except PsaNotFound:
            return None
        marked = wire.text_of(row, "third_party_id_string") == reference
        ticket = wire.ticket(row, await self.looks.names())
        return ticket if marked or reference in ticket.description.split() else None


def _chosen(fitting: Sequence[Outcome], visibility: Visibility) -> Outcome:
    if not fitting:
        raise PsaRejected(
            f"HaloPSA has no outcome for {visibility} notes that mails nobody by itself. Choose one in the settings."
        )
    return fitting[0]


def nested(fields: Sequence[PlannedField]) -> Json:
    """`assets/0/id` becomes `{"assets": [{"id": ...}]}`."""
    body: dict[str, Any] = {}
    for field in fields:
        name, _, inner = field.field.partition("/")
        if not inner:
            body[name] = field.to
            continue
        place, _, key = inner.partition("/")
        items: list[dict[str, FieldValue]] = body.setdefault(name, [])
        while len(items) <= int(place):
            items.append({})
        items[int(place)][key] = field.to
    return body


def _number(text: str) -> int:
    return int(path_id(text))
