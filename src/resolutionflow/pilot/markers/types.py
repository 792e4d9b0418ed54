"""The values of the marker language: what the filter emits and what a parsed block means.

All of them are frozen, so they may be logged, compared and passed between tasks. Text fields are already trimmed, cut
to the length the database column takes, and free of NUL characters and lone surrogates.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal, TypeAlias
from uuid import UUID

from resolutionflow.pilot.contract import Shell

MAX_BLOCK_BYTES = 64 * 1024

JsonScalar: TypeAlias = str | int | float | bool | None
PromoteSource: TypeAlias = Literal["question", "diagnostic_check", "ai_synthesis"]
ProposedOutcome: TypeAlias = Literal["success", "failure", "partial"]


class MarkerName(StrEnum):
    QUESTIONS = "QUESTIONS"
    ACTIONS = "ACTIONS"
    PROMOTE = "PROMOTE"
    SUGGEST_FIX = "SUGGEST_FIX"
    FIX_OUTCOME = "FIX_OUTCOME"
    FORK = "FORK"


class DropReason(StrEnum):
    """Why a marker, or a piece of one, was thrown away. Logged and counted; never shown as such to a person."""

    UNCLOSED = "unclosed"
    PARTIAL_TAG = "partial_tag"
    STRAY_CLOSE = "stray_close"
    OVERSIZED = "oversized"
    NOT_JSON = "not_json"
    WRONG_SHAPE = "wrong_shape"
    UNKNOWN_FIELD = "unknown_field"
    MISSING_FIELD = "missing_field"
    WRONG_TYPE = "wrong_type"
    BAD_VALUE = "bad_value"
    BLANK = "blank"
    TOO_FEW = "too_few"
    TOO_LONG = "too_long"
    REPLACED = "replaced"


@dataclass(frozen=True, slots=True)
class TextDelta:
    """Text a person may see."""

    text: str


@dataclass(frozen=True, slots=True)
class MarkerBlock:
    """One complete block, body as written between its tags."""

    name: MarkerName
    body: str


@dataclass(frozen=True, slots=True)
class Dropped:
    """Something that is neither shown nor applied. `detail` names the field at fault, never its content."""

    name: MarkerName | None
    reason: DropReason
    detail: str = ""


FilterEvent: TypeAlias = TextDelta | MarkerBlock | Dropped


@dataclass(frozen=True, slots=True)
class Question:
    text: str
    context: str = ""
    options: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Questions:
    """One to three questions, no two with the same text."""

    items: tuple[Question, ...]


@dataclass(frozen=True, slots=True)
class Action:
    """A diagnostic check. Without a command it is a step in a window, done by hand."""

    label: str
    description: str
    command: str | None = None
    shell: Shell | None = None


@dataclass(frozen=True, slots=True)
class Actions:
    """One to four checks, no two with the same label."""

    items: tuple[Action, ...]


@dataclass(frozen=True, slots=True)
class Promote:
    """A confirmed fact.

    `source_ref` is a well-formed id or None; the caller checks that it is an item of the session.
    """

    source_type: PromoteSource
    source_ref: UUID | None
    text: str
    summary: str
    evidence: str = ""


@dataclass(frozen=True, slots=True)
class SuggestFix:
    """`script_template_slug` is as the engine wrote it; an unknown one costs the slug, not the fix."""

    title: str
    description: str
    confidence: int
    script_template_slug: str | None = None
    ai_drafted_script: str | None = None
    ai_drafted_parameters: tuple[tuple[str, JsonScalar | tuple[JsonScalar, ...]], ...] = ()

    def parameters(self) -> dict[str, JsonScalar | list[JsonScalar]]:
        """The drafted parameters as a JSON object."""
        return {key: list(value) if isinstance(value, tuple) else value for key, value in self.ai_drafted_parameters}


@dataclass(frozen=True, slots=True)
class FixOutcome:
    fix_id: UUID
    outcome: ProposedOutcome
    reason: str


@dataclass(frozen=True, slots=True)
class ForkOption:
    label: str
    description: str


@dataclass(frozen=True, slots=True)
class Fork:
    """Two to four competing hypotheses, no two with the same label."""

    fork_reason: str
    options: tuple[ForkOption, ...]


Marker: TypeAlias = Questions | Actions | Promote | SuggestFix | FixOutcome | Fork
