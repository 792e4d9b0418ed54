"""Requests and answers of updates."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from resolutionflow.kit.schemas import In, Out
from resolutionflow.psa.schemas import Acknowledge, Visibility, WriteState
from resolutionflow.sessions.documents.schemas import DraftOut, WithdrawnFact
from resolutionflow.sessions.fields import NO_DEFAULT, OPTIONAL, Markdown, ShortText

Audience = Literal["status_update", "email_draft", "request_info"]
Subject = Annotated[str, StringConstraints(min_length=1, max_length=150, pattern=r"\S")]


class PreviewUpdate(In):
    """Write an update from the record. `note`: what the engineer wants said beside it."""

    audience: Audience
    note: Annotated[ShortText | None, OPTIONAL, NO_DEFAULT] = None


class UpdatePreview(Out):
    """A proposed text; nothing is stored. `draft` is the caller's own text of this audience, never overwritten.

    `engine` wrote it: the account's model, named in `model`, or the built-in writer.
    """

    audience: Audience
    subject: str | None
    markdown: str
    engine: Literal["llm", "builtin"]
    model: str | None
    state_version: int
    target_ticket_ref: str | None
    draft: DraftOut | None


class CreateUpdate(In):
    """Keep an update; with `visibility` also post it to the linked ticket. `revision` is the ticket's from the preview of the write."""

    audience: Audience
    markdown: Markdown
    subject: Annotated[Subject | None, OPTIONAL, NO_DEFAULT] = None
    visibility: Annotated[Visibility | None, OPTIONAL, NO_DEFAULT] = None
    revision: Annotated[
        Annotated[str, StringConstraints(min_length=1, max_length=4000)] | None, OPTIONAL, NO_DEFAULT
    ] = None
    acknowledge: list[Acknowledge] = Field(default=[], max_length=3)


class UpdateAuthor(Out):
    id: UUID
    name: str


class UpdateOut(Out):
    """An update. `write_state` tells how posting it goes; `posted_at` is set once the note was read back on the ticket."""

    id: UUID
    audience: Audience
    subject: str | None
    markdown: str
    visibility: Visibility | None
    state_version: int
    created_by: UpdateAuthor
    created_at: datetime
    psa_write_id: UUID | None
    write_state: WriteState | None
    external_id: str | None
    posted_at: datetime | None
    withdrawn_facts: list[WithdrawnFact]


class UpdateList(Out):
    """Newest first, at most 100."""

    items: list[UpdateOut]
