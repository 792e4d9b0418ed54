# ruff: noqa: ARG002
"""The ConnectWise provider: reading, and writing what was planned."""

from __future__ import annotations

from collections.abc import Sequence

from resolutionflow.psa.providers.connectwise import wire
from resolutionflow.psa.providers.connectwise.reading import ConnectWiseReads, path_id
from resolutionflow.psa.providers.contract import (
    Assignee,
    AssignRole,
    FieldValue,
    FoundNote,
    FoundTime,
    HookCall,
    HookNews,
    NamedRef,
    NoteDraft,
    PlannedField,
    Status,
    Ticket,
    TicketDraft,
    TimeDraft,
    Webhook,
    WriteReceipt,
)
from resolutionflow.psa.providers.errors import PsaUnknownResult, PsaUnsupported


class ConnectWiseProvider(ConnectWiseReads):
    """Implements `PsaProvider`."""

    async def plan_note(self, draft: NoteDraft) -> tuple[PlannedField, ...]:
        """The exact fields of the note. Internal notes never mail anyone."""
        customer = draft.visibility == "customer"
        fields = [
            PlannedField("text", draft.text),
            PlannedField(
                "detailDescriptionFlag",
                customer and draft.target in ("discussion", "both"),
            ),
            PlannedField("internalAnalysisFlag", not customer),
            PlannedField("resolutionFlag", customer and draft.target in ("resolution", "both")),
            PlannedField("processNotifications", customer and draft.notify),
        ]
        if draft.member_id is not None:
            fields.append(PlannedField("member/id", int(path_id(draft.member_id))))
        return tuple(fields)

    async def plan_status(self, status: Status, *, before: Status | None, notify: bool) -> tuple[PlannedField, ...]:
        return (
            PlannedField(
                "status/id",
                int(path_id(status.id)),
                int(before.id) if before and before.id.isdigit() else None,
            ),
            PlannedField("processNotifications", notify),
        )

    async def add_note(self, ticket_id: str, fields: Sequence[PlannedField]) -> WriteReceipt:
        written = await self.http.post(f"/service/tickets/{path_id(ticket_id)}/notes", _nested(fields))
        if not written.get("id"):
            raise PsaUnknownResult
        return WriteReceipt(str(written["id"]))

    async def set_status(self, ticket_id: str, fields: Sequence[PlannedField]) -> Ticket:
        """Ask for the status. The PSA may answer 200 and keep the old one: the caller reads the ticket again."""
        body = [{"op": "replace", "path": path, "value": value} for path, value in _nested(fields).items()]
        return wire.ticket(await self.http.patch(f"/service/tickets/{path_id(ticket_id)}", body))

    async def find_note(self, ticket_id: str, reference: str) -> FoundNote | None:
        """The note that carries our reference. All notes are read: time stamps of two machines prove nothing."""
        found = [note for note in await self.list_notes(ticket_id) if note.reference == reference]
        return FoundNote(found[-1], len(found)) if found else None

    async def plan_time(self, ticket_id: str, draft: TimeDraft) -> tuple[PlannedField, ...]:
        raise PsaUnsupported

    async def plan_ticket(self, draft: TicketDraft) -> tuple[PlannedField, ...]:
        raise PsaUnsupported

    async def plan_assign(self, ticket_id: str, member: NamedRef, role: AssignRole) -> tuple[PlannedField, ...]:
        raise PsaUnsupported

    async def add_time(self, ticket_id: str, fields: Sequence[PlannedField]) -> WriteReceipt:
        raise PsaUnsupported

    async def create_ticket(self, fields: Sequence[PlannedField]) -> WriteReceipt:
        raise PsaUnsupported

    async def assign(self, ticket_id: str, fields: Sequence[PlannedField], role: AssignRole) -> None:
        raise PsaUnsupported

    async def unassign(self, ticket_id: str, assignee: Assignee) -> None:
        raise PsaUnsupported

    async def find_time(self, ticket_id: str, reference: str) -> FoundTime | None:
        raise PsaUnsupported

    async def find_ticket(self, reference: str) -> Ticket | None:
        raise PsaUnsupported

    async def register_webhook(self, url: str) -> Webhook:
        raise PsaUnsupported

    async def remove_webhook(self, external_id: str) -> None:
        raise PsaUnsupported

    async def verify_webhook(self, call: HookCall, secret: str) -> HookNews | None:
        raise PsaUnsupported

    def render_note(self, markdown: str) -> str:
        """ConnectWise renders Markdown itself."""
        return markdown.replace("\r\n", "\n").strip()

    def ticket_url(self, ticket_id: str) -> str:
        return f"{self.http.bases.web}ConnectWise.aspx?routeTo=ServiceFV&recid={path_id(ticket_id)}"


def _nested(
    fields: Sequence[PlannedField],
) -> dict[str, FieldValue | dict[str, FieldValue]]:
    """`member/id` becomes `{"member": {"id": ...}}`."""
    body: dict[str, FieldValue | dict[str, FieldValue]] = {}
    for field in fields:
        outer, _, inner = field.field.partition("/")
        body[outer] = {inner: field.to} if inner else field.to
    return body
