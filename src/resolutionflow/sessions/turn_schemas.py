"""Requests of a turn, the turn itself and the events of its stream (pilot.md 1)."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import Field, StringConstraints, model_validator

from resolutionflow.kit.schemas import In, Out
from resolutionflow.sessions.facts.schemas import FactOut
from resolutionflow.sessions.fields import NO_DEFAULT, OPTIONAL, MessageText
from resolutionflow.sessions.fixes.schemas import FixOut
from resolutionflow.sessions.lane.schemas import LaneKind, LaneState, Shell

TurnStatus = Literal["queued", "running", "finished", "failed", "interrupted", "stopped"]
NoticeKind = Literal[
    "secrets_masked",
    "engine_fallback",
    "marker_dropped",
    "context_trimmed",
    "docs_unavailable",
]
ProposedOutcome = Literal["success", "failure", "partial"]


UploadIds = Annotated[list[UUID], Field(max_length=20, description="Up to three own pictures that are in no message.")]


class ChatRequest(In):
    """The engineer's message, blank only with a picture. A repeated `client_turn_id` never runs twice: it attaches to the turn it started."""

    message: Annotated[str, StringConstraints(max_length=50_000)]
    client_turn_id: UUID
    upload_ids: UploadIds = Field(default=[])

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not self.message and not self.upload_ids:
            message = "give a message or a picture"
            raise ValueError(message)
        return self


class SendLane(In):
    """Send the settled lane items as a message, with an optional text of the engineer."""

    client_turn_id: UUID
    message: Annotated[MessageText | None, OPTIONAL, NO_DEFAULT] = None


class RetryTurn(In):
    client_turn_id: UUID


class Notice(Out):
    """One quiet line under a message."""

    kind: NoticeKind
    text: str


class SuggestedFlowLink(Out):
    slug: str
    name: str


class TurnOut(Out):
    """A turn. `text` is what was shown so far; `engine` is null until it started."""

    id: UUID
    session_id: UUID
    client_turn_id: UUID
    user_message_id: UUID
    reply_message_id: UUID | None
    retry_of: UUID | None
    status: TurnStatus
    engine: Literal["guide", "llm"] | None
    provider: str | None
    model: str | None
    text: str
    error_code: str | None
    error_text: str | None
    retryable: bool | None
    markers: dict[str, Any]
    usage: dict[str, Any]
    notices: list[Notice]
    suggested_flows: list[SuggestedFlowLink]
    state_version_after: int | None
    created_at: datetime
    started_at: datetime | None
    first_delta_at: datetime | None
    finished_at: datetime | None


class TurnStarted(Out):
    turn_id: UUID
    engine: Literal["guide", "llm"]
    model: str | None


class TurnDelta(Out):
    text: str


class TurnLaneItem(Out):
    """A question or check of the reply, before and after it is stored; what came of it is read from the lane."""

    id: UUID
    kind: LaneKind
    text: str
    context: str | None
    description: str | None
    options: list[str]
    command: str | None
    shell: Shell | None
    state: LaneState


class TurnLane(Out):
    questions: list[TurnLaneItem]
    checks: list[TurnLaneItem]


class TurnOutcomeProposal(Out):
    fix_id: UUID
    outcome: ProposedOutcome
    reason: str


class TurnFinished(Out):
    turn: TurnOut
    state_version: int
    suggested_flows: list[SuggestedFlowLink]
    usage: dict[str, Any]


class TurnFailed(Out):
    status: Literal["failed", "interrupted"]
    code: str
    text: str
    retryable: bool


class TurnStartedEvent(Out):
    event: Literal["turn.started"]
    data: TurnStarted


class DeltaEvent(Out):
    event: Literal["delta"]
    data: TurnDelta


class LaneEvent(Out):
    event: Literal["lane"]
    data: TurnLane


class FactEvent(Out):
    event: Literal["fact"]
    data: FactOut


class FixEvent(Out):
    event: Literal["fix"]
    data: FixOut


class OutcomeProposalEvent(Out):
    event: Literal["outcome_proposal"]
    data: TurnOutcomeProposal


class NoticeEvent(Out):
    event: Literal["notice"]
    data: Notice


class TurnFinishedEvent(Out):
    event: Literal["turn.finished"]
    data: TurnFinished


class TurnFailedEvent(Out):
    event: Literal["turn.failed"]
    data: TurnFailed


TurnEvent = Annotated[
    TurnStartedEvent
    | DeltaEvent
    | LaneEvent
    | FactEvent
    | FixEvent
    | OutcomeProposalEvent
    | NoticeEvent
    | TurnFinishedEvent
    | TurnFailedEvent,
    Field(discriminator="event"),
]
"""What the stream of a turn sends: `event` is the SSE event name, `data` its JSON."""
