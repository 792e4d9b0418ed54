"""Requests and answers of writes: preview, post history, what is open."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import ConfigDict, Field

from resolutionflow.kit.schemas import In, Out
from resolutionflow.psa.providers.contract import FieldValue
from resolutionflow.psa.schemas import (
    Acknowledge,
    EmailEffect,
    ExternalId,
    Named,
    StepName,
    StepState,
    Visibility,
    WriteKind,
    WriteState,
)


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
    from_: FieldValue = Field(alias="from")
    to: FieldValue


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
    """Exactly what would be written. `steps` equal, field by field, what the PSA will receive (with the reference filled in).

    `proposed_minutes`: what the session's clock measured, rounded; null where no time is booked or nothing was measured.
    """

    ticket_id: str
    ticket_ref: str
    ticket_url: str
    ticket_updated_at: datetime | None
    status: Named | None
    target_status: Named | None
    proposed_minutes: int | None
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


WriteWarning = Literal[
    "duplicate_note",
    "text_differs",
    "visibility_differs",
    "author_differs",
    "duplicate_time",
    "time_differs",
    "time_not_visible",
    "ticket_differs",
    "configurations_differ",
]


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
    """`steps` names the refused ones to try again (none: all); `["status"]` with a settled note retries the status alone.

    `status_id` chooses another status.
    """

    steps: list[Literal["create", "assign", "note", "time", "status"]] | None = Field(default=None, max_length=5)
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
