"""The Autotask provider: reading, and writing what was planned."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress

import structlog

from resolutionflow.kit.clock import now
from resolutionflow.psa.providers.autotask import filters as f
from resolutionflow.psa.providers.autotask import hooks, planning, wire
from resolutionflow.psa.providers.autotask.plain import plain_text
from resolutionflow.psa.providers.autotask.reading import AutotaskReads, path_id
from resolutionflow.psa.providers.autotask.records import Json
from resolutionflow.psa.providers.calls import HookCall, HookNews, Webhook
from resolutionflow.psa.providers.contract import (
    Assignee,
    AssignRole,
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
from resolutionflow.psa.providers.errors import PsaError, PsaNotFound, PsaRejected, PsaUnknownResult
from resolutionflow.psa.refs import find_reference

log = structlog.get_logger(__name__)
# What people are paid for; the same table holds expenses and materials.
_WORK_TYPE_USE = 1


class AutotaskProvider(AutotaskReads):
    """Implements `PsaProvider`."""

    async def plan_note(self, draft: NoteDraft) -> tuple[PlannedField, ...]:
        """The note and in whose name. A note mails nobody by itself."""
        acting_as = path_id(draft.member_id) if draft.member_id else None
        return planning.note_fields(draft, await self.records.entity("TicketNotes"), acting_as=acting_as)

    async def plan_status(self, status: Status, *, before: Status | None, notify: bool) -> tuple[PlannedField, ...]:
        del notify  # the service has no such switch
        was = int(before.id) if before and before.id.isdigit() else None
        return (PlannedField("status", path_id(status.id), was),)

    async def plan_time(self, ticket_id: str, draft: TimeDraft) -> tuple[PlannedField, ...]:
        member_id = path_id(draft.member_id)
        role_id, work_type_id = await asyncio.gather(
            self.records.role_of(member_id), self._work_type(draft.work_type or "")
        )
        return planning.time_fields(
            path_id(ticket_id), draft, member_id=member_id, role_id=role_id, work_type_id=work_type_id
        )

    async def _work_type(self, name: str) -> int | None:
        if not name.strip():
            return None

        async def ask() -> list[Json]:
            fields = ("id", "name", "useType", "isActive")
            return (await self.records.query("BillingCodes", [f.is_("useType", _WORK_TYPE_USE)], fields)).items

        rows: list[Json] = await self.records.shelf.keep("types", "work types", ask)
        for row in rows:
            if wire.text_of(row, "name").casefold() == name.strip().casefold() and row.get("isActive") is not False:
                return wire.record_id(row)
        raise PsaRejected(f'Autotask has no active work type "{name.strip()}". Choose another in the PSA settings.')

    async def plan_ticket(self, draft: TicketDraft) -> tuple[PlannedField, ...]:
        for number in (draft.company_id, draft.board_id, draft.contact_id, draft.status_id, draft.priority_id):
            if number:
                f.number(number)
        for number in draft.configuration_ids:
            f.number(number)
        return planning.ticket_fields(draft, await self.records.entity("Tickets"), moment=now())

    async def plan_assign(self, ticket_id: str, member: NamedRef, role: AssignRole) -> tuple[PlannedField, ...]:
        """A person goes onto a ticket only together with a role they hold."""
        member_id = path_id(member.id)
        role_id = await self.records.role_of(member_id)
        if role == "additional":
            return (PlannedField("resourceID", member_id), PlannedField("roleID", role_id))
        row = await self._ticket(ticket_id)
        return (
            PlannedField("assignedResourceID", member_id, wire.id_of(row, "assignedResourceID")),
            PlannedField("assignedResourceRoleID", role_id, wire.id_of(row, "assignedResourceRoleID")),
        )

    async def add_note(self, ticket_id: str, fields: Sequence[PlannedField]) -> WriteReceipt:
        body = {field.field: field.to for field in fields}
        acting_as = body.pop(planning.ACTING_AS, None)
        number = await self.http.create(
            f"Tickets/{path_id(ticket_id)}/Notes", body, acting_as=acting_as if isinstance(acting_as, int) else None
        )
        return WriteReceipt(number)

    async def set_status(self, ticket_id: str, fields: Sequence[PlannedField]) -> Ticket:
        """Ask for the status and read the ticket, since the answer does not show it."""
        await self._patch_ticket(ticket_id, {field.field: field.to for field in fields})
        try:
            return await self.get_ticket(ticket_id)
        except PsaError as error:
            raise PsaUnknownResult from error

    async def _patch_ticket(self, ticket_id: str, changes: Json) -> None:
        await self.http.patch("Tickets", {"id": path_id(ticket_id), **changes})

    async def add_time(self, ticket_id: str, fields: Sequence[PlannedField]) -> WriteReceipt:
        """The ticket is one of the planned fields."""
        path_id(ticket_id)
        return WriteReceipt(await self.http.create("TimeEntries", {field.field: field.to for field in fields}))

    async def create_ticket(self, fields: Sequence[PlannedField]) -> WriteReceipt:
        """The ticket; further devices are put on it afterwards, and one that is refused does not undo the ticket."""
        devices = [field for field in fields if field.field.startswith(f"{planning.ADDITIONAL_DEVICES}/")]
        number = await self.http.create("Tickets", {field.field: field.to for field in fields if field not in devices})
        for device in devices:
            try:
                await self.http.create(
                    f"Tickets/{number}/{planning.ADDITIONAL_DEVICES}", {"configurationItemID": device.to}
                )
            except PsaError as error:
                log.warning("psa_device_not_added", ticket=number, code=error.code)
        return WriteReceipt(number)

    async def assign(self, ticket_id: str, fields: Sequence[PlannedField], role: AssignRole) -> None:
        changes = {field.field: field.to for field in fields}
        if role == "additional":
            await self.http.create(f"Tickets/{path_id(ticket_id)}/SecondaryResources", changes)
        else:
            await self._patch_ticket(ticket_id, changes)

    async def unassign(self, ticket_id: str, assignee: Assignee) -> None:
        if assignee.primary:
            await self._patch_ticket(ticket_id, {"assignedResourceID": None, "assignedResourceRoleID": None})
        elif assignee.remove_ref is not None:
            # Taking off somebody who is gone already is done.
            with suppress(PsaNotFound):
                await self.http.delete(
                    f"Tickets/{path_id(ticket_id)}/SecondaryResources/{path_id(assignee.remove_ref)}"
                )

    async def find_note(self, ticket_id: str, reference: str) -> FoundNote | None:
        """The note that carries our reference. All notes are read: time stamps of two machines prove nothing."""
        notes = await self._shown_notes(await self._notes(ticket_id))
        found = [note for note in notes if note.reference == reference]
        return FoundNote(found[0], len(found)) if found else None

    async def find_time(self, ticket_id: str, reference: str) -> FoundTime | None:
        rows = [
            row
            for row in await self._times(ticket_id)
            if find_reference(wire.text_of(row, "internalNotes")) == reference
        ]
        if not rows:
            return None
        return FoundTime(wire.time_entry(rows[0], await self.records.names([])), len(rows))

    async def find_ticket(self, reference: str) -> Ticket | None:
        rows = (await self.records.query("Tickets", [f.is_("externalID", reference)], ("id", "externalID"))).items
        own = [row for row in rows if row.get("externalID") == reference]
        return await self.get_ticket(str(wire.record_id(own[0]))) if own else None

    async def register_webhook(self, url: str) -> Webhook:
        return await hooks.register(self.records, url)

    async def remove_webhook(self, external_id: str) -> None:
        await hooks.remove(self.records, external_id)

    async def verify_webhook(self, call: HookCall, secret: str) -> HookNews | None:
        return await hooks.verify(self.records, call, secret)

    def render_note(self, markdown: str) -> str:
        """Autotask shows plain text."""
        return plain_text(markdown)

    def note_text(self, rendered: str) -> str:
        """What was stored is what is read."""
        return rendered

    def ticket_url(self, ticket_id: str) -> str:
        return (
            f"{self.http.bases.web}Autotask/AutotaskExtend/ExecuteCommand.aspx"
            f"?Code=OpenTicketDetail&TicketID={path_id(ticket_id)}"
        )
