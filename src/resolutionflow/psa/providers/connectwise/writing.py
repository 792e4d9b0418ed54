"""ConnectWise: planning and writing, as the contract wants it. What was planned is sent, and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC

from resolutionflow.psa.providers.connectwise import conditions as cond
from resolutionflow.psa.providers.connectwise import wire
from resolutionflow.psa.providers.connectwise.reading import TICKET_SCHEDULE_TYPE, ConnectWiseReads, path_id
from resolutionflow.psa.providers.contract import (
    Assignee,
    AssignRole,
    FieldValue,
    FoundNote,
    FoundTime,
    NamedRef,
    NoteDraft,
    PlannedField,
    Status,
    Ticket,
    TicketDraft,
    TimeDraft,
    WriteReceipt,
)
from resolutionflow.psa.providers.errors import PsaError, PsaNotFound, PsaPermission, PsaRejected, PsaUnknownResult
from resolutionflow.psa.refs import find_reference

MOST_ENTRIES = 1000
_CONFIGURATION = "configurations/"
_QUIET_TIME = (
    "addToDetailDescriptionFlag",
    "addToInternalAnalysisFlag",
    "addToResolutionFlag",
    "emailContactFlag",
    "emailResourceFlag",
    "emailCcFlag",
)


class ConnectWiseWrites(ConnectWiseReads):
    """What `PsaProvider` plans, writes and finds again."""

    # Planning

    async def plan_note(self, draft: NoteDraft) -> tuple[PlannedField, ...]:
        """The exact fields of the note. Internal notes never mail anyone."""
        customer = draft.visibility == "customer"
        fields = [
            PlannedField("text", draft.text),
            PlannedField("detailDescriptionFlag", customer and draft.target in ("discussion", "both")),
            PlannedField("internalAnalysisFlag", not customer),
            PlannedField("resolutionFlag", customer and draft.target in ("resolution", "both")),
            PlannedField("processNotifications", customer and draft.notify),
        ]
        if draft.member_id is not None:
            fields.append(PlannedField("member/id", _number(draft.member_id)))
        return tuple(fields)

    async def plan_status(self, status: Status, *, before: Status | None, notify: bool) -> tuple[PlannedField, ...]:
        known = int(before.id) if before and before.id.isdigit() else None
        return (
            PlannedField("status/id", _number(status.id), known),
            PlannedField("processNotifications", notify),
        )

    async def plan_time(self, ticket_id: str, draft: TimeDraft) -> tuple[PlannedField, ...]:
        """Hours rather than an end: the PSA takes breaks off between start and end. Nothing of it shows on the ticket or mails."""
        fields = [
            PlannedField("chargeToId", _number(ticket_id)),
            PlannedField("chargeToType", "ServiceTicket"),
            PlannedField("member/id", _number(draft.member_id)),
            PlannedField("timeStart", draft.started_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")),
            PlannedField("actualHours", round(draft.minutes / 60, 2)),
        ]
        if draft.work_type:
            fields.append(PlannedField("workType/name", draft.work_type))
        if draft.billable:
            fields.append(PlannedField("billableOption", draft.billable))
        fields.append(PlannedField("internalNotes", draft.notes))
        return (*fields, *(PlannedField(name, to=False) for name in _QUIET_TIME))

    async def plan_ticket(self, draft: TicketDraft) -> tuple[PlannedField, ...]:
        """Configurations are attached by requests of their own right after; their fields end the plan."""
        fields = [
            PlannedField("summary", draft.summary),
            PlannedField("company/id", _number(draft.company_id)),
            PlannedField("board/id", _number(draft.board_id)),
        ]
        for name, id_ in (("contact", draft.contact_id), ("status", draft.status_id), ("priority", draft.priority_id)):
            if id_ is not None:
                fields.append(PlannedField(f"{name}/id", _number(id_)))
        if draft.description:
            fields.append(PlannedField("initialDescription", draft.description))
        fields += [
            PlannedField("externalXRef", draft.reference),
            PlannedField("processNotifications", draft.notify),
        ]
        for position, id_ in enumerate(draft.configuration_ids):
            fields.append(PlannedField(f"{_CONFIGURATION}{position}/id", _number(id_)))
        return tuple(fields)

    async def plan_assign(self, ticket_id: str, member: NamedRef, role: AssignRole) -> tuple[PlannedField, ...]:
        """The owner is a field of the ticket, everybody else an entry of the schedule. `resources` follows from both."""
        if role == "primary":
            return (PlannedField("owner/id", _number(member.id)), PlannedField("processNotifications", to=False))
        return (
            PlannedField("objectId", _number(ticket_id)),
            PlannedField("member/id", _number(member.id)),
            PlannedField("type/id", await self._schedule_type()),
        )

    async def _schedule_type(self) -> int:
        """The schedule's own number for service tickets."""

        async def load() -> int:
            rows = await self.http.all_rows("/schedule/types", most=200)
            found = next((row.get("id") for row in rows if row.get("identifier") == "S"), None)
            return found if isinstance(found, int) else TICKET_SCHEDULE_TYPE

        try:
            found = await self.shelf.keep("types", "schedule", load)
        except (PsaPermission, PsaNotFound):
            return TICKET_SCHEDULE_TYPE
        return found if isinstance(found, int) else TICKET_SCHEDULE_TYPE

    # Writing

    async def add_note(self, ticket_id: str, fields: Sequence[PlannedField]) -> WriteReceipt:
        return await self._create(f"/service/tickets/{path_id(ticket_id)}/notes", fields)

    async def set_status(self, ticket_id: str, fields: Sequence[PlannedField]) -> Ticket:
        """Ask for the status. The PSA may answer 200 and keep the old one: the caller reads the ticket again."""
        return wire.ticket(await self._patch(ticket_id, fields))

    async def add_time(self, ticket_id: str, fields: Sequence[PlannedField]) -> WriteReceipt:
        path_id(ticket_id)
        return await self._create("/time/entries", fields)

    async def create_ticket(self, fields: Sequence[PlannedField]) -> WriteReceipt:
        """A configuration that cannot be attached does not undo the ticket: the caller reads back what it has."""
        own = [field for field in fields if not field.field.startswith(_CONFIGURATION)]
        receipt = await self._create("/service/tickets", own)
        for field in fields[len(own) :]:
            try:
                await self.http.post(f"/service/tickets/{receipt.external_id}/configurations", {"id": field.to})
            except PsaError:
                continue
        return receipt

    async def assign(self, ticket_id: str, fields: Sequence[PlannedField], role: AssignRole) -> None:
        if role == "primary":
            await self._patch(ticket_id, fields)
        else:
            await self.http.post("/schedule/entries", nested(fields))

    async def unassign(self, ticket_id: str, assignee: Assignee) -> None:
        """An owner may stand in the schedule too, and would stay on the ticket through that."""
        if assignee.primary:
            await self._clear_owner(ticket_id)
            entries = [item for item in await self.list_assignees(ticket_id) if item.member.id == assignee.member.id]
        else:
            entries = [assignee]
        for entry in entries:
            if entry.remove_ref is not None:
                await self._unschedule(entry.remove_ref)

    async def _clear_owner(self, ticket_id: str) -> None:
        path = f"/service/tickets/{path_id(ticket_id)}"
        quiet = {"op": "replace", "path": "processNotifications", "value": False}
        try:
            await self.http.patch(path, [{"op": "remove", "path": "owner"}, quiet])
        except PsaRejected:
            await self.http.patch(path, [{"op": "replace", "path": "owner", "value": None}, quiet])

    async def _unschedule(self, entry_id: str) -> None:
        try:
            await self.http.delete(f"/schedule/entries/{path_id(entry_id)}")
        except PsaNotFound:
            return

    async def _create(self, path: str, fields: Sequence[PlannedField]) -> WriteReceipt:
        written = await self.http.post(path, nested(fields))
        if not written.get("id"):
            raise PsaUnknownResult
        return WriteReceipt(str(written["id"]))

    async def _patch(self, ticket_id: str, fields: Sequence[PlannedField]) -> wire.Json:
        body = [{"op": "replace", "path": path, "value": value} for path, value in nested(fields).items()]
        return await self.http.patch(f"/service/tickets/{path_id(ticket_id)}", body)

    # Finding again

    async def find_note(self, ticket_id: str, reference: str) -> FoundNote | None:
        """The note that carries our reference. All notes are read: time stamps of two machines prove nothing."""
        rows = [row for row in await self.note_rows(ticket_id) if row.get("noteType") != "TimeEntryNote"]
        found = [note for note in map(wire.note, rows) if note.reference == reference]
        found.sort(key=lambda note: int(note.id) if note.id.isdigit() else 0)
        return FoundNote(found[0], len(found)) if found else None

    async def find_time(self, ticket_id: str, reference: str) -> FoundTime | None:
        rows = await self.time_rows(ticket_id, most=MOST_ENTRIES)
        found = [row for row in rows if find_reference(str(row.get("internalNotes") or "")) == reference]
        return FoundTime(wire.time_entry(found[0]), len(found)) if found else None

    async def find_ticket(self, reference: str) -> Ticket | None:
        query = {"conditions": f"externalXRef = {cond.quoted(reference)}", "orderBy": "id asc", "pageSize": "2"}
        rows = await self.http.rows("/service/tickets", query)
        return wire.ticket(rows[0]) if rows else None


def nested(fields: Sequence[PlannedField]) -> dict[str, FieldValue | dict[str, FieldValue]]:
    """`member/id` becomes `{"member": {"id": ...}}`."""
    body: dict[str, FieldValue | dict[str, FieldValue]] = {}
    for field in fields:
        outer, _, inner = field.field.partition("/")
        body[outer] = {inner: field.to} if inner else field.to
    return body


def _number(text: str) -> int:
    return int(path_id(text))
