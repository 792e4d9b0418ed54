"""Requests and answers of the PSA endpoints. Every external id is a string."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Generic, Literal, TypeVar
from uuid import UUID

from pydantic import ConfigDict, Field, StringConstraints

from resolutionflow.kit.schemas import FilledRawText, In, Out

T = TypeVar("T")

ProviderName = Literal["connectwise", "halopsa", "autotask"]
ConnectionStatus = Literal[
    "ok",
    "auth_failed",
    "permission_missing",
    "unreachable",
    "rate_limited",
    "disabled",
    "untested",
]
Visibility = Literal["internal", "customer"]
WriteKind = Literal["resolution", "escalation", "note", "status", "assign", "unassign", "time", "create"]
WriteState = Literal["queued", "running", "waiting", "blocked", "done", "partial", "cancelled"]
StepName = Literal["check", "note", "time", "status", "confirm"]
StepState = Literal["pending", "sending", "unknown", "done", "skipped", "failed"]
EmailEffect = Literal["none", "contact", "resources", "workflow", "unknown"]

ExternalId = Annotated[str, StringConstraints(min_length=1, max_length=64)]
Acknowledge = Literal["ticket_changed", "leak_suspected", "unsupported_sentences"]


class PsaStatusOut(Out):
    """Whether the account has a PSA. All fields but `connected` are null without one."""

    connected: bool
    provider: ProviderName | None
    name: str | None
    status: ConnectionStatus | None
    web_base: str | None


class PsaProblem(Out):
    """Why a part could not be read. `permission` names the missing right in the PSA's own words."""

    code: str
    permission: str | None
    message: str


class Named(Out):
    id: str
    name: str


class StatusOut(Out):
    """A status of one board. `closed`: a ticket in it counts as closed; `sends_email`: it has a mail template (null = not known)."""

    id: str
    name: str
    board_id: str | None
    closed: bool
    sends_email: bool | None


class MergedStatusOut(Out):
    """A status by name over several boards; the name is what the filter sends."""

    name: str
    closed: bool
    board_ids: list[str]


class MemberOut(Out):
    id: str
    identifier: str
    name: str
    email: str | None
    is_me: bool


class ContactOut(Out):
    id: str
    name: str
    email: str | None
    company_id: str | None


class TicketSummaryOut(Out):
    """A ticket in a list. `ref` is what people see (`CW #48291`)."""

    id: str
    number: str
    ref: str
    summary: str
    board: Named | None
    status: StatusOut | None
    priority: Named | None
    company: Named | None
    contact: Named | None
    owner: Named | None
    closed: bool
    created_at: datetime | None
    updated_at: datetime | None
    url: str


class TicketOut(TicketSummaryOut):
    """A ticket with what the detail panel shows. Texts are the vendor's, untrusted."""

    description: str
    type: str | None
    sla: str | None
    site: str | None
    contact_email: str | None


class NoteOut(Out):
    """`ours`: this product wrote it. `visibility` is what the PSA says now; `kinds` are the PSA's own flags."""

    id: str
    author: str
    author_kind: Literal["staff", "customer", "system"]
    text: str
    visibility: Visibility
    kinds: list[str]
    created_at: datetime | None
    ours: bool


class ConfigurationOut(Out):
    id: str
    name: str
    type: str | None
    ip_address: str | None
    os: str | None


class AssigneeOut(Out):
    member: Named
    primary: bool


class TimeEntryOut(Out):
    id: str
    member: Named | None
    minutes: int
    notes: str
    started_at: datetime | None


class AttachmentOut(Out):
    id: str
    title: str
    file_name: str
    created_at: datetime | None


class SectionOut(Out, Generic[T]):
    """One part of a ticket: either `items` or `problem` is set."""

    items: list[T] | None
    problem: PsaProblem | None


class TicketSectionsOut(Out):
    notes: SectionOut[NoteOut]
    configurations: SectionOut[ConfigurationOut]
    assignees: SectionOut[AssigneeOut]
    related: SectionOut[TicketSummaryOut]
    time: SectionOut[TimeEntryOut]
    attachments: SectionOut[AttachmentOut]


class TicketDetailOut(Out):
    """`revision` is opaque: send it back with a write so that a change in between is noticed."""

    ticket: TicketOut
    revision: str
    sections: TicketSectionsOut


class TicketListOut(Out):
    """`truncated`: the PSA could not be asked for everything. `problem`: why the list is empty or short."""

    items: list[TicketSummaryOut]
    next_cursor: str | None
    truncated: bool
    problem: PsaProblem | None


class LookupOut(Out, Generic[T]):
    items: list[T]
    problem: PsaProblem | None


class StatusChangeIn(In):
    status_id: ExternalId
    revision: Annotated[str, StringConstraints(min_length=1, max_length=4000)]
    notify: bool = False
    acknowledge: list[Acknowledge] = Field(default=[], max_length=3)


class StatusChangeOut(Out):
    """What the PSA shows after the ticket was read again."""

    ticket: TicketOut
    revision: str
    new_status_id: str
    new_status: str


class NoteIn(In):
    text: Annotated[FilledRawText, Field(min_length=1, max_length=20_000)]
    visibility: Visibility
    notify: bool = False
    acknowledge: list[Acknowledge] = Field(default=[], max_length=3)


class NotePostOut(Out):
    """`posted`: read back on the ticket. `pending`: the outbox keeps trying; watch the write."""

    outcome: Literal["posted", "pending"]
    write_id: UUID
    external_id: str | None
    posted_at: datetime | None


class WriteOptionsIn(In):
    """Options of a post. Left out: the settings of the connection decide. `status_id` null: the target status of the settings."""

    visibility: Visibility | None = None
    notify: bool | None = None
    status_id: ExternalId | None = None
    keep_status: bool = False
    time_minutes: Annotated[int, Field(ge=1, le=1440)] | None = None


class FieldChange(Out):
    """One field as the PSA receives it; `field` is the PSA's own name."""

    model_config = ConfigDict(from_attributes=True, frozen=True, populate_by_name=True)

    field: str
    from_: Any = Field(alias="from")
    to: Any


class PreviewStep(Out):
    """`why` says in words what happens and which e-mail may follow. A step without fields is skipped, `skip_reason` says why."""

    step: StepName
    fields: list[FieldChange]
    visibility: Visibility | None
    emails: EmailEffect
    why: str
    skip_reason: str | None


class Conflict(Out):
    field: str
    then: str | None
    now: str | None
    by: str | None


class Blocker(Out):
    code: str
    message: str
    details: dict[str, Any] | None


class PreviewOut(Out):
    """Exactly what would be written. `steps` equal, field by field, what the PSA will receive (with the reference filled in)."""

    ticket_id: str
    ticket_ref: str
    ticket_url: str
    ticket_updated_at: datetime | None
    status: Named | None
    target_status: Named | None
    steps: list[PreviewStep]
    rendered: str
    length: int
    masked: list[str]
    marks: list[str]
    revision: str
    conflicts: list[Conflict]
    blockers: list[Blocker]


class SkippedStep(Out):
    step: StepName
    reason: str


class WriteProblem(Out):
    """What stands in the way. `kind` for blocked writes; `expected` and `observed` when a status did not stick."""

    kind: Literal[
        "permission",
        "auth",
        "rejected",
        "conflict",
        "not_verified",
        "gave_up",
        "transient",
    ]
    code: str
    message: str
    permission: str | None
    expected: str | None
    observed: str | None
    changes: list[Conflict]


class WriteStepOut(Out):
    step: StepName
    state: StepState
    fields: list[FieldChange]
    external_id: str | None
    reason: str | None
    error: str | None
    sent_at: datetime | None
    done_at: datetime | None


class WriteActions(Out):
    """What the caller may do with the write now."""

    retry: bool
    retry_status: bool
    finish_without_status: bool
    cancel: bool


WriteWarning = Literal["duplicate_note", "text_differs", "visibility_differs", "author_differs"]


class WriteOut(Out):
    """One write and what became of it. `text` is the note exactly as sent.

    `warnings` name where the note, as read back, differs from what was asked; `shown_author` is whom the PSA names.
    """

    id: UUID
    kind: WriteKind
    state: WriteState
    ticket_id: str
    ticket_ref: str
    ticket_url: str | None
    session_id: UUID | None
    reference: str
    requested_by: UUID
    requested_by_name: str
    acting_member: Named | None
    text: str | None
    visibility: Visibility | None
    attempts: int
    next_attempt_at: datetime | None
    external_id: str | None
    posted_at: datetime | None
    verified_status_id: str | None
    verified_status_name: str | None
    expected_status_name: str | None
    shown_author: str | None
    warnings: list[WriteWarning]
    skipped: list[SkippedStep]
    problem: WriteProblem | None
    steps: list[WriteStepOut]
    actions: WriteActions
    created_at: datetime
    updated_at: datetime


class WriteListOut(Out):
    items: list[WriteOut]
    next_cursor: str | None


class WriteRetryIn(In):
    """`steps: ["status"]` with a settled note retries the status alone. `status_id` chooses another status."""

    steps: list[Literal["note", "status"]] | None = Field(default=None, max_length=2)
    status_id: ExternalId | None = None
    acknowledge: list[Acknowledge] = Field(default=[], max_length=3)


class ResolvePostOut(Out):
    """The answer of a resolve. `resolved_local`: nothing was sent. `pending`: the outbox keeps trying."""

    outcome: Literal["resolved", "resolved_local", "pending"]
    write_id: UUID | None
    session_status: str
    external_id: str | None
    posted_at: datetime | None
    verified_status_id: str | None
    verified_status_name: str | None
    skipped: list[SkippedStep]
