"""What an engine is given and what it gives back. Frozen values only: an engine holds no database session and no state.

An engine produces text with markers (`[QUESTIONS]...[/QUESTIONS]` and so on); everything it may know about the session arrives in
`TurnContext`. The Guide recomputes its whole reasoning from it on every turn, so the same context gives the same bytes.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol
from uuid import UUID

EngineName = Literal["guide", "llm"]
Shell = Literal["powershell", "bash", "cmd", "python", "network"]
LaneKind = Literal["question", "check"]
LaneState = Literal["open", "answered", "skipped", "done", "retired"]
AnswerKind = Literal["text", "option", "unknown"]
FactSource = Literal["question", "diagnostic_check", "user_note", "ai_synthesis"]
Grounding = Literal["verified", "unverified", "person"]
FixStatus = Literal["proposed", "applied_success", "applied_failed", "applied_partial", "dismissed"]
MessageRole = Literal["engineer", "pilot", "system"]


@dataclass(frozen=True, slots=True)
class TicketNote:
    """One note of the ticket, newest first in `TicketContext.notes`. `ours` marks notes this product wrote: no new evidence."""

    author: str
    author_kind: Literal["staff", "customer", "system"]
    text: str
    created_at: datetime | None
    ours: bool = False


@dataclass(frozen=True, slots=True)
class TicketConfiguration:
    name: str
    type: str = ""
    ip_address: str = ""
    os: str = ""


@dataclass(frozen=True, slots=True)
class RelatedTicket:
    """Another recent ticket by the same contact or about the same machine."""

    ref: str
    summary: str
    status: str = ""
    closed: bool = False
    updated_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class TicketContext:
    """The linked PSA ticket. All of it is untrusted data. `related` has open ones first."""

    number: str
    ref: str
    summary: str
    description: str = ""
    board: str = ""
    status: str = ""
    priority: str = ""
    type: str = ""
    company: str = ""
    contact: str = ""
    contact_email: str = ""
    site: str = ""
    configurations: tuple[TicketConfiguration, ...] = ()
    notes: tuple[TicketNote, ...] = ()
    sla: str = ""
    related: tuple[RelatedTicket, ...] = ()
    fetched_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class LaneItemView:
    """A question or check as stored. `is_new` = settled and not yet sent to an engine (part of this turn's input)."""

    id: UUID
    kind: LaneKind
    text: str
    state: LaneState
    context: str = ""
    options: tuple[str, ...] = ()
    command: str | None = None
    shell: Shell | None = None
    answer: str | None = None
    answer_kind: AnswerKind | None = None
    option_index: int | None = None
    output: str | None = None
    is_new: bool = False


@dataclass(frozen=True, slots=True)
class FactView:
    id: UUID
    text: str
    source_type: FactSource
    source_ref: UUID | None
    grounding: Grounding
    summary: str = ""


@dataclass(frozen=True, slots=True)
class FixView:
    """`active` = not superseded. Verifying = proposed with `applied`."""

    id: UUID
    title: str
    status: FixStatus
    active: bool
    applied: bool
    confidence: int
    failure_reason: str | None = None
    partial_notes: str | None = None


@dataclass(frozen=True, slots=True)
class HypothesisView:
    id: UUID
    label: str
    description: str
    status: Literal["open", "confirmed", "ruled_out", "superseded"]


@dataclass(frozen=True, slots=True)
class HistoryMessage:
    """Display text of an earlier message, oldest first in `TurnContext.history`."""

    id: UUID
    role: MessageRole
    text: str


@dataclass(frozen=True, slots=True)
class SessionView:
    title: str
    problem_summary: str = ""
    client_name: str = ""


@dataclass(frozen=True, slots=True)
class FlowKnowledge:
    """A published flow the account may see. `definition` is the validated JSON of `flow_versions.definition`."""

    id: UUID
    slug: str
    name: str
    version: int
    definition: dict[str, object]


@dataclass(frozen=True, slots=True)
class TurnImage:
    """A picture of the engineer's new message: re-encoded JPEG, at most 1568 pixels long. Pictures of earlier messages are never given.

    `read` fetches the bytes when the engine wants them; no database transaction is open then. Raises `StorageUnavailable`.
    """

    id: UUID
    content_type: str
    width: int
    height: int
    size_bytes: int
    read: Callable[[], Awaitable[bytes]] = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class TurnContext:
    """Everything an engine may use for one turn. `message` is the engineer's new message, already redacted and defused.

    `ticket_is_new` = the ticket was linked, or its text came, after the pilot answered last.
    """

    session: SessionView
    message: str
    ticket: TicketContext | None = None
    ticket_is_new: bool = False
    lane: tuple[LaneItemView, ...] = ()
    facts: tuple[FactView, ...] = ()
    fixes: tuple[FixView, ...] = ()
    hypotheses: tuple[HypothesisView, ...] = ()
    history: tuple[HistoryMessage, ...] = ()
    flows: tuple[FlowKnowledge, ...] = ()
    images: tuple[TurnImage, ...] = ()

    @property
    def active_fix(self) -> FixView | None:
        return next((fix for fix in self.fixes if fix.active), None)


@dataclass(frozen=True, slots=True)
class SuggestedFlow:
    slug: str
    name: str


@dataclass(frozen=True, slots=True)
class EngineModel:
    """The language model behind an engine."""

    provider: str
    model: str


@dataclass(frozen=True, slots=True)
class EngineNotice:
    """Something the engineer should know about how the reply is made."""

    kind: Literal["engine_fallback", "context_trimmed", "docs_unavailable"]
    text: str


class EngineUnavailable(Exception):
    """The engine cannot answer and has said nothing; another one may. `str()` ends a sentence: the reason, for a person."""


class EngineFailed(Exception):
    """The engine stopped in the middle. `str()` is for a person."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(text)
        self.code = code


class PilotEngine(Protocol):
    """Produces the reply as chunks of text with markers. Must honour cancellation at every chunk."""

    @property
    def name(self) -> EngineName: ...

    @property
    def model(self) -> EngineModel | None: ...

    def usage(self) -> dict[str, int]: ...

    def run(self, context: TurnContext) -> AsyncIterator[str | EngineNotice]: ...

    def suggested_flows(self, context: TurnContext) -> tuple[SuggestedFlow, ...]: ...
