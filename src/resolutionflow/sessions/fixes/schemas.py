"""Requests and answers of suggested fixes."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AfterValidator, Field, StringConstraints

from resolutionflow.kit.schemas import In, Out
from resolutionflow.sessions.fields import NO_DEFAULT, OPTIONAL, Script

FixStatus = Literal["proposed", "applied_success", "applied_failed", "applied_partial", "dismissed"]
FixOutcome = Literal["applied_success", "applied_failed", "applied_partial", "dismissed"]
FixEventKind = Literal[
    "created", "superseded", "decision", "applied", "outcome", "resumed", "restored", "script_attached", "proposal_set",
    "proposal_cleared",
]  # fmt: skip
DecisionKind = Literal["one_off", "draft_template", "dismissed"]
MAX_PARAMETERS_BYTES = 32 * 1024


def _small(value: dict[str, Any]) -> dict[str, Any]:
    # Imported here: only a request with parameters needs it.
    import orjson

    try:
        size = len(orjson.dumps(value))
    except (TypeError, ValueError) as error:
        message = "cannot be stored as JSON"
        raise ValueError(message) from error
    if size > MAX_PARAMETERS_BYTES:
        message = "must be at most 32 KiB"
        raise ValueError(message)
    return value


ParameterKey = Annotated[str, StringConstraints(min_length=1, max_length=100)]
Parameters = Annotated[dict[ParameterKey, Any], Field(max_length=100), AfterValidator(_small)]


class OutcomeProposal(Out):
    """An outcome the pilot read in a message. Only a person's call records it."""

    fix_id: UUID
    outcome: Literal["success", "failure", "partial"]
    reason: str
    message_id: UUID | None


class FixOut(Out):
    """A suggested fix. Active while `superseded_at` is null; being verified while `proposed` with `applied_at`."""

    id: UUID
    session_id: UUID
    turn_id: UUID | None
    title: str
    description: str
    confidence_pct: int
    script_template_id: UUID | None
    ai_drafted_script: str | None
    ai_drafted_parameters: dict[str, Any] | None
    edited_script: str | None
    parameters_used: dict[str, Any] | None
    user_decision: Literal["one_off", "draft_template", "build_template", "dismissed"] | None
    decided_at: datetime | None
    decided_by: UUID | None
    status: FixStatus
    applied_at: datetime | None
    applied_by: UUID | None
    verified_at: datetime | None
    partial_notes: str | None
    failure_reason: str | None
    ai_outcome_proposal: OutcomeProposal | None
    superseded_at: datetime | None
    superseded_by: UUID | None
    created_at: datetime
    updated_at: datetime
    messages_since_apply: int


class FixEventOut(Out):
    """One step in the life of a fix. `actor_id` is null for the pilot."""

    id: UUID
    kind: FixEventKind
    from_status: FixStatus | None
    to_status: FixStatus | None
    detail: dict[str, Any]
    actor_id: UUID | None
    created_at: datetime


class FixDetail(FixOut):
    events: list[FixEventOut]


class FixList(Out):
    fixes: list[FixOut]


class Decision(In):
    """Which path to take with the script, or `dismissed`. The script is the edited one given, else the saved one, else the drafted one.

    `draft_template` runs it as `one_off` does and keeps it as a draft for the library.
    """

    decision: DecisionKind
    edited_script: Annotated[Script | None, OPTIONAL, NO_DEFAULT] = None
    parameters_used: Annotated[Parameters | None, OPTIONAL, NO_DEFAULT] = None


class DecisionResult(Out):
    """`rendered_script` is the exact script to run; null for a dismissal. `redirect_path` = a page to go on at, when there is one."""

    id: UUID
    user_decision: DecisionKind
    rendered_script: str | None
    draft_template_id: UUID | None
    redirect_path: str | None
    fix: FixOut


class Outcome(In):
    """Did the fix work. `applied_partial` needs notes; a failure's notes are its reason."""

    outcome: FixOutcome
    notes: Annotated[Annotated[str, StringConstraints(max_length=500)] | None, OPTIONAL, NO_DEFAULT] = None


class AttachScript(In):
    """Replaces the drafted script and its parameters (left out: none)."""

    ai_drafted_script: Script
    ai_drafted_parameters: Annotated[Parameters | None, OPTIONAL, NO_DEFAULT] = None
