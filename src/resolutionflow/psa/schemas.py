"""Requests and answers of the PSA endpoints. Every external id is a string."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Generic, Literal, TypeVar
from uuid import UUID

from pydantic import Field, StringConstraints

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
StepName = Literal["check", "create", "assign", "note", "time", "status", "confirm"]
StepState = Literal["pending", "sending", "unknown", "done", "skipped", "failed"]
EmailEffect = Literal["none", "contact", "resources", "workflow", "unknown"]

ExternalId = Annotated[str, StringConstraints(min_length=1, max_length=64)]
Acknowledge = Literal["ticket_changed", "leak_suspected", "unsupported_sentences"]


class PsaRulesOut(Out):
    """The settings of the connection that everybody's screens follow."""

    auto_push: Literal["off", "ask", "on"]
    time_entry: Literal["off", "prompt", "auto"]
    time_rounding: Literal["15", "30", "exact", "none"]
    prompt_on_close: bool


class PsaStatusOut(Out):
    """Whether the account has a PSA. All fields but `connected` are null without one."""

    connected: bool
    provider: ProviderName | None
    name: str | None
    status: ConnectionStatus | None
    web_base: str | None
    rules: PsaRulesOut | None


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
