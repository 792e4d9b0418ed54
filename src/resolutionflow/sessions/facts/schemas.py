"""Requests and answers of facts and hypotheses."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from resolutionflow.kit.schemas import FilledRawText, In, Out
from resolutionflow.sessions.fields import NO_DEFAULT, OPTIONAL, FactText

FactSource = Literal["question", "diagnostic_check", "user_note", "ai_synthesis"]
Grounding = Literal["verified", "unverified", "person"]

Summary = Annotated[str, StringConstraints(max_length=200)]


class Evidence(Out):
    """
    What proves a fact: `quote` is characters `start` to `end` of its source. `stale`: the source was changed since.

    `missing` lists the words of an unverified fact that stand in no evidence.
    """

    kind: Literal["message", "lane_item", "ticket_field"] | None
    message_id: UUID | None
    lane_item_id: UUID | None
    ticket_field: str | None
    quote: str | None
    start: int | None
    end: int | None
    stale: bool
    missing: list[str]


class FactOut(Out):
    """A fact in What we know. `editable` is false where the question or check it came from is to be edited instead."""

    id: UUID
    session_id: UUID
    turn_id: UUID | None
    text: str
    source_type: FactSource
    source_ref: UUID | None
    source_summary: str | None
    evidence: Evidence | None
    grounding: Grounding
    created_by: UUID | None
    created_at: datetime
    updated_at: datetime
    editable: bool


class FactList(Out):
    facts: list[FactOut]


class CreateFact(In):
    """A note of a person."""

    text: FactText
    summary: Annotated[
        Annotated[str, StringConstraints(min_length=1, max_length=200)] | None,
        OPTIONAL,
        NO_DEFAULT,
    ] = None


class PatchFact(In):
    """Only the fields given are changed; a blank or null summary clears it."""

    text: Annotated[FactText | None, OPTIONAL, NO_DEFAULT] = None
    summary: Summary | None = None


class PromoteFact(In):
    """Turn an answer or a check result into a fact: exactly one of `proposed_text` (a person's words) and `raw_input` (to be drafted from)."""

    source_type: Literal["question", "diagnostic_check", "ai_synthesis"]
    source_ref: Annotated[UUID | None, OPTIONAL, NO_DEFAULT] = None
    proposed_text: Annotated[FactText | None, OPTIONAL, NO_DEFAULT] = None
    raw_input: Annotated[
        Annotated[FilledRawText, Field(min_length=1, max_length=10_000)] | None,
        OPTIONAL,
        NO_DEFAULT,
    ] = None
    proposed_summary: Annotated[
        Annotated[str, StringConstraints(min_length=1, max_length=200)] | None,
        OPTIONAL,
        NO_DEFAULT,
    ] = None


class HypothesisOut(Out):
    """A competing explanation the pilot keeps in mind."""

    id: UUID
    label: str
    description: str | None
    fork_reason: str | None
    status: Literal["open", "confirmed", "ruled_out", "superseded"]
    weight: float | None
    closed_by_fact: UUID | None
    closed_at: datetime | None
    created_at: datetime


class HypothesisList(Out):
    hypotheses: list[HypothesisOut]
