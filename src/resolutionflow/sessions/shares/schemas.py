"""Requests and answers of share links, and what a visitor sees."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from resolutionflow.kit.schemas import In, Out
from resolutionflow.sessions.fields import NO_DEFAULT, OPTIONAL

Label = Annotated[str, StringConstraints(min_length=1, max_length=100, pattern=r"\S")]


class CreateShare(In):
    """`expires_in_days` at most the account's `share_link_max_days`; 7 (or that, when it is less) when left out."""

    expires_in_days: Annotated[int | None, OPTIONAL, NO_DEFAULT, Field(ge=1, le=365)] = None
    include_conversation: bool = False
    label: Annotated[Label | None, OPTIONAL, NO_DEFAULT] = None


class CreatedShare(Out):
    """`url` holds the token and is shown this once: only its hash is stored."""

    id: UUID
    url: str
    expires_at: datetime


class ShareOut(Out):
    """A link as its makers see it. `live`: it works now."""

    id: UUID
    label: str | None
    include_conversation: bool
    created_by_name: str
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None
    view_count: int
    last_viewed_at: datetime | None
    live: bool


class ShareList(Out):
    """Links newest first; `enabled` and `max_days` are the account's preferences."""

    items: list[ShareOut]
    enabled: bool
    max_days: int


class SharedFact(Out):
    """`quote`: the words that prove it, where they are known."""

    text: str
    confirmed_by_person: bool


class SharedFix(Out):
    title: str
    outcome: Literal["worked", "partly", "did_not_work"]
    at: datetime | None


class SharedMessage(Out):
    """`from_pilot`: said by FlowPilot, else by an engineer."""

    from_pilot: bool
    text: str
    at: datetime


class SharedSession(Out):
    """What a link shows. It names no person, ticket or company, and holds no id, output, image or internal note."""

    title: str
    problem: str | None
    state: Literal["open", "resolved", "closed"]
    opened_at: datetime
    updated_at: datetime
    resolved_at: datetime | None
    facts: list[SharedFact]
    fixes: list[SharedFix]
    resolution_markdown: str | None
    messages: list[SharedMessage] | None = Field(description="Null unless the link includes the conversation.")
    more_messages: bool = Field(description="Older messages were left out: the newest 500 are shown.")
    expires_at: datetime
