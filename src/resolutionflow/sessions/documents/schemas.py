"""Requests and answers of documents, drafts and resolving."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from resolutionflow.kit.schemas import In, Out
from resolutionflow.psa.schemas import Acknowledge
from resolutionflow.psa.writeback.schemas import WriteOptionsIn
from resolutionflow.sessions.fields import NO_DEFAULT, OPTIONAL, Markdown

DocumentKind = Literal["resolution_note", "escalation_package"]
DraftKind = Literal["resolution_note", "escalation_package", "status_update", "email_draft", "request_info"]
Mark = Literal["edited", "no_fact", "unknown_detail"]


class SentenceOut(Out):
    """Characters `start` to `end` of the Markdown and the facts it rests on."""

    start: int
    end: int
    fact_ids: list[UUID]
    mark: Mark | None


class MarkedSentence(Out):
    """A sentence without support: `no_fact`, or a name or number that is in no fact (`unknown_detail`)."""

    start: int
    end: int
    text: str
    mark: Literal["no_fact", "unknown_detail"]


class UnverifiedFact(Out):
    id: UUID
    text: str


class LeftOutOfNote(Out):
    """What the document does not say: masked secrets and facts nobody proved or confirmed."""

    masked_secrets: int
    unverified_facts: list[UnverifiedFact]


class WithdrawnFact(Out):
    """A fact that was taken back after a posted text had rested on it."""

    id: UUID
    text: str


class DraftOut(Out):
    """The caller's own edited text. `base_state_version` is the state it was written over."""

    kind: DraftKind
    markdown: str
    base_state_version: int
    version: int
    updated_at: datetime


class Preview(In):
    force: bool = Field(default=False, description="Write it again although nothing changed.")


class DocumentPreview(Out):
    """The generated document of this state. `from_cache`: it had been written before, here or on another server."""

    kind: DocumentKind
    markdown: str
    sentences: list[SentenceOut]
    marks: list[MarkedSentence]
    left_out: LeftOutOfNote
    target_ticket_ref: str | None
    state_version: int
    from_cache: bool
    engine: Literal["llm", "builtin"]
    draft: DraftOut | None


class SaveDraft(In):
    """The edited text. `version` is the one it was loaded with, 0 for a new draft."""

    markdown: Markdown
    base_state_version: int = Field(ge=0, le=2_147_483_647)
    version: int = Field(ge=0, le=2_147_483_647)


class PreviewWrite(In):
    """Show exactly what posting this text would write to the ticket; `note` = an update. Nothing is written."""

    kind: Literal["resolution", "note"]
    markdown: Markdown
    options: WriteOptionsIn = WriteOptionsIn()


class ResolveRequest(In):
    """Post the note and resolve. `revision` is the ticket's revision from the preview of the write."""

    markdown: Markdown
    summary: Annotated[
        Annotated[str, StringConstraints(min_length=1, max_length=500, pattern=r"\S")] | None,
        OPTIONAL,
        NO_DEFAULT,
    ] = None
    state_version: Annotated[Annotated[int, Field(ge=0, le=2_147_483_647)] | None, OPTIONAL, NO_DEFAULT] = None
    post_to_psa: Annotated[bool | None, OPTIONAL, NO_DEFAULT] = None
    options: WriteOptionsIn = WriteOptionsIn()
    revision: Annotated[
        Annotated[str, StringConstraints(min_length=1, max_length=4000)] | None,
        OPTIONAL,
        NO_DEFAULT,
    ] = None
    acknowledge: list[Acknowledge] = Field(default=[], max_length=3)
