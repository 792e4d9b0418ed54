"""Requests and answers of the task lane."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import Field, StringConstraints, model_validator

from resolutionflow.kit.schemas import FilledRawText, In, Out, RawText
from resolutionflow.sessions.facts.schemas import FactOut
from resolutionflow.sessions.fields import NO_DEFAULT, OPTIONAL

LaneKind = Literal["question", "check"]
LaneState = Literal["open", "answered", "skipped", "done", "retired"]
Shell = Literal["powershell", "bash", "cmd", "python", "network"]
RunShell = Literal["powershell", "bash", "cmd"]
Risk = Literal["read_only", "changes", "destructive", "unknown"]
LeftOutReason = Literal["no_command", "other_shell", "not_combinable", "not_read_only"]


class LaneItemOut(Out):
    """A question or a check. `sent_turn_id` is null while its answer has not been sent to the pilot."""

    id: UUID
    kind: LaneKind
    text: str
    context: str | None
    description: str | None
    options: list[str]
    command: str | None
    shell: Shell | None
    command_risk: Risk | None
    risk_reason: str | None
    state: LaneState
    answer: str | None
    answer_kind: Literal["text", "option", "unknown"] | None
    option_index: int | None
    output: str | None
    output_cut: bool
    skip_reason: str | None
    settled_by: UUID | None
    settled_at: datetime | None
    first_turn_id: UUID | None
    last_turn_id: UUID | None
    sent_turn_id: UUID | None
    position: int
    created_at: datetime
    updated_at: datetime


class LaneCounts(Out):
    """`unsent` counts settled items not yet sent to the pilot."""

    open_questions: int
    open_checks: int
    settled: int
    retired: int
    unsent: int


class LaneOut(Out):
    """All items by position, retired ones included."""

    questions: list[LaneItemOut]
    checks: list[LaneItemOut]
    counts: LaneCounts


class Answer(In):
    """Exactly one of the three. `unknown` means the engineer does not know."""

    answer: Annotated[
        Annotated[str, StringConstraints(min_length=1, max_length=4000, pattern=r"\S")] | None,
        OPTIONAL,
        NO_DEFAULT,
    ] = None
    option_index: Annotated[Annotated[int, Field(strict=True, ge=0, le=7)] | None, OPTIONAL, NO_DEFAULT] = None
    unknown: Annotated[Literal[True] | None, OPTIONAL, NO_DEFAULT] = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        if sum(value is not None for value in (self.answer, self.option_index, self.unknown)) != 1:
            message = "give exactly one of answer, option_index and unknown"
            raise ValueError(message)
        return self


class Output(In):
    """What a check printed. Empty only for a check without a command (a step done by hand)."""

    output: Annotated[RawText, Field(max_length=10_000)]


class Skip(In):
    reason: Annotated[
        Annotated[str, StringConstraints(min_length=1, max_length=300, pattern=r"\S")] | None,
        OPTIONAL,
        NO_DEFAULT,
    ] = None


class CombinedOutput(In):
    """What the combined script printed, as it was copied from the console."""

    text: Annotated[FilledRawText, Field(min_length=1, max_length=200_000)]


class LaneItemResult(Out):
    """The item as it is now. `affected_facts` lost their evidence by this change and became unverified."""

    item: LaneItemOut
    affected_facts: list[FactOut]
    state_version: int


class RunItem(Out):
    """A check in the combined script and the code its separator line prints."""

    id: UUID
    number: int
    code: str
    label: str


class LeftOut(Out):
    id: UUID
    reason: LeftOutReason


class RunScript(Out):
    """One script for the engineer to run. The product runs nothing."""

    script: str
    shell: RunShell
    items: list[RunItem]
    left_out: list[LeftOut]


class OutputsResult(Out):
    """`recorded` checks are done, `rest` is the text that belonged to none, `missing` open checks had no section."""

    recorded: list[LaneItemOut]
    rest: str
    missing: list[UUID]
    affected_facts: list[FactOut]
    state_version: int
