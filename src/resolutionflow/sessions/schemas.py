"""Requests and answers of sessions, their list, messages and turns. Each part of the session view has its own module beside it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import Field, StringConstraints, model_validator

from resolutionflow.kit.schemas import In, Out
from resolutionflow.sessions.documents.schemas import WithdrawnFact
from resolutionflow.sessions.facts.schemas import FactOut
from resolutionflow.sessions.fields import (
    NO_DEFAULT,
    OPTIONAL,
    ExternalId,
    MessageText,
    SessionStatus,
    ShortText,
    Title,
)
from resolutionflow.sessions.fixes.schemas import FixOut, FixStatus
from resolutionflow.sessions.lane.schemas import LaneOut
from resolutionflow.sessions.turn_schemas import (
    Notice,
    SuggestedFlowLink,
    TurnOut,
    TurnStatus,
    UploadIds,
)
from resolutionflow.sessions.uploads.schemas import UploadOut

IntakeType = Literal["free_text", "psa_ticket"]
ContextStatus = Literal["none", "pending", "ready", "failed"]
MessageRole = Literal["engineer", "pilot", "system"]
MessageKind = Literal[
    "chat", "paused", "resumed", "abandoned", "reopened", "escalated", "picked_up", "returned", "resolved", "fix_applied",
    "fix_outcome", "fix_replaced", "fix_restored", "ticket_linked", "update_posted", "handler_changed",
]  # fmt: skip
NoWriteReason = Literal["viewer", "not_handler", "closed", "awaiting_pickup"]


class Person(Out):
    """Somebody of this account."""

    id: UUID
    name: str


class CreateSession(In):
    """Start a session from a text, a ticket, or both. A message or picture needs `client_turn_id`: the first turn starts at once."""

    title: Annotated[Title | None, OPTIONAL, NO_DEFAULT] = None
    ticket_id: Annotated[ExternalId | None, OPTIONAL, NO_DEFAULT] = None
    share: bool = Field(
        default=False,
        description="Take the ticket although another open session works on it.",
    )
    follow_up_of: Annotated[UUID | None, OPTIONAL, NO_DEFAULT] = None
    message: Annotated[MessageText | None, OPTIONAL, NO_DEFAULT] = None
    client_turn_id: Annotated[UUID | None, OPTIONAL, NO_DEFAULT] = None
    upload_ids: UploadIds = Field(default=[])

    @model_validator(mode="after")
    def _turn_id_with_message(self) -> Self:
        if (self.message is not None or bool(self.upload_ids)) != (self.client_turn_id is not None):
            message = "give client_turn_id with a message or pictures, and only then"
            raise ValueError(message)
        return self


class PatchSession(In):
    """Only the fields given are changed. `problem_summary`, `problem_domain` and `client_name` may be cleared with null."""

    title: Annotated[Title | None, OPTIONAL, NO_DEFAULT] = None
    problem_summary: Annotated[str, StringConstraints(max_length=2000)] | None = None
    problem_domain: Annotated[str, StringConstraints(max_length=64)] | None = None
    client_name: Annotated[str, StringConstraints(max_length=255)] | None = None


class AbandonSession(In):
    reason: Annotated[ShortText | None, OPTIONAL, NO_DEFAULT] = None


class SetHandler(In):
    user_id: UUID


class LinkTicket(In):
    ticket_id: ExternalId
    share: bool = Field(
        default=False,
        description="Link although another open session works on the ticket.",
    )


class Permissions(Out):
    """What the caller may do with the session now. `reason` says why it may not be written; null when it may."""

    can_write: bool
    can_resolve: bool
    can_escalate: bool
    can_share: bool
    reason: NoWriteReason | None


class SessionCounts(Out):
    """Numbers the session view shows before its parts are loaded."""

    open_questions: int
    open_checks: int
    facts: int
    fixes: int


class OpenWrite(Out):
    """The resolution write that is on its way to the PSA."""

    id: UUID
    kind: str
    state: str


class SpinOffTicket(Out):
    """A ticket that came out of the session beside its own. `reachable`: the connected PSA is the one that has it."""

    ticket_id: str
    ticket_ref: str
    created_at: datetime
    reachable: bool


class MessageTurn(Out):
    """The turn a message belongs to, as far as the message shows it."""

    id: UUID
    status: TurnStatus
    engine: Literal["guide", "llm"] | None
    notices: list[Notice]
    suggested_flows: list[SuggestedFlowLink]
    error_text: str | None
    retryable: bool | None


class MaskedSecret(Out):
    """A secret that was masked in the message: which `«secret:n»`, what kind, and where it stands in `content`."""

    number: int
    kind: str
    start: int
    end: int


class MessageMeta(Out):
    """Details of a message. System messages name what they speak of."""

    masked: list[MaskedSecret]
    fix_id: UUID | None
    outcome: str | None
    reason: str | None
    ticket_ref: str | None


class MessageOut(Out):
    """One message: `content` is display text (never a marker), blank when it is pictures only."""

    id: UUID
    seq: int
    role: MessageRole
    kind: MessageKind
    author: Person | None
    content: str
    uploads: list[UploadOut]
    meta: MessageMeta
    turn: MessageTurn | None
    created_at: datetime


class MessagePage(Out):
    """Oldest first. `has_more`: there are older ones, ask with `before_seq` = the first `seq`."""

    items: list[MessageOut]
    has_more: bool


class SessionDetail(Out):
    """A session. The parts named in `include` are filled, the others are null."""

    id: UUID
    title: str | None
    title_source: Literal["auto", "user"]
    status: SessionStatus
    problem_summary: str | None
    problem_domain: str | None
    intake_type: IntakeType
    intake_text: str | None
    client_name: str | None
    contact_name: str | None
    priority: str | None
    psa_connection_id: UUID | None
    psa_ticket_id: str | None
    ticket_ref: str | None
    psa_context_status: ContextStatus
    psa_context_at: datetime | None
    follow_up_of: UUID | None
    state_version: int
    message_count: int
    resolution_summary: str | None
    resolution_note_markdown: str | None
    resolution_note_posted_at: datetime | None
    resolution_note_external_id: str | None
    resolution_note_withdrawn: list[WithdrawnFact] = Field(
        description="Facts behind the posted note that were withdrawn since."
    )
    escalation_reason: str | None
    abandon_reason: str | None
    created_at: datetime
    updated_at: datetime
    last_activity_at: datetime
    paused_at: datetime | None
    escalated_at: datetime | None
    resolved_at: datetime | None
    abandoned_at: datetime | None
    owner: Person
    handler: Person | None
    counts: SessionCounts
    permissions: Permissions
    running_turn_id: UUID | None
    open_write: OpenWrite | None
    spin_offs: list[SpinOffTicket]
    messages: MessagePage | None
    lane: LaneOut | None
    facts: list[FactOut] | None
    fix: FixOut | None
    turn: TurnOut | None = Field(description="The latest turn of the session.")


class CreatedSession(Out):
    session: SessionDetail
    turn_id: UUID | None


class MatchRange(Out):
    """A hit inside `text`: characters `start` to `end`."""

    start: int
    end: int


class Match(Out):
    """Where a search hit stands: plain text with offsets."""

    field: Literal["title", "problem", "client", "ticket", "message", "fact", "fix"]
    text: str
    ranges: list[MatchRange]


RowFixStatus = FixStatus | Literal["verifying"]


class SessionRow(Out):
    """A session in a list. `fix_status` is `verifying` once a proposed fix was carried out; `match` is set by a search only."""

    id: UUID
    title: str | None
    status: SessionStatus
    client_name: str | None
    ticket_ref: str | None
    priority: str | None
    owner: Person
    handler: Person | None
    fix_status: RowFixStatus | None
    open_questions: int
    open_checks: int
    running_turn: bool
    can_write: bool
    created_at: datetime
    last_activity_at: datetime
    resolved_at: datetime | None
    match: Match | None


class SessionPage(Out):
    """A page of sessions. `next_cursor` is null on the last one."""

    items: list[SessionRow]
    next_cursor: str | None


class StatusCounts(Out):
    """Sessions by status; those in transit are all counted as `escalated`."""

    active: int
    paused: int
    escalated: int
    resolved: int
    abandoned: int


class ListQuery(In):
    """Filters of the session list. Dates are days in `tz`; `to` includes the whole day."""

    scope: Literal["mine", "all"] = "mine"
    group: Annotated[Literal["active", "recent"] | None, OPTIONAL, NO_DEFAULT] = None
    status: list[SessionStatus] = Field(default=[], max_length=6)
    owner_id: Annotated[UUID | None, OPTIONAL, NO_DEFAULT] = None
    client_name: Annotated[
        Annotated[str, StringConstraints(min_length=1, max_length=255)] | None,
        OPTIONAL,
        NO_DEFAULT,
    ] = None
    ticket: Annotated[ExternalId | None, OPTIONAL, NO_DEFAULT] = None
    from_: Annotated[date | None, OPTIONAL, NO_DEFAULT, Field(alias="from")] = None
    to: Annotated[date | None, OPTIONAL, NO_DEFAULT] = None
    tz: Annotated[str, StringConstraints(min_length=1, max_length=64)] = "UTC"
    q: Annotated[
        Annotated[str, StringConstraints(min_length=2, max_length=200)] | None,
        OPTIONAL,
        NO_DEFAULT,
    ] = None
    sort: Literal["activity", "created"] = "activity"
    cursor: Annotated[
        Annotated[str, StringConstraints(min_length=1, max_length=1024)] | None,
        OPTIONAL,
        NO_DEFAULT,
    ] = None
    limit: int = Field(default=30, ge=1, le=100)
