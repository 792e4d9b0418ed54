"""Requests and answers about people on a ticket, new tickets and drafts of them."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from pydantic import ConfigDict, Field, StringConstraints

from resolutionflow.kit.schemas import FilledRawText, In, Out, RawText
from resolutionflow.psa.schemas import Acknowledge, AssigneeOut, ExternalId, TicketOut


class AssignIn(In):
    """`replace`: the person becomes the primary one in place of whoever is."""

    member_id: ExternalId
    replace: bool = False


class AssigneesOut(Out):
    """Who is on the ticket after it was read again. `changed`: something was sent."""

    ticket: TicketOut
    revision: str
    assignees: list[AssigneeOut]
    changed: bool


class NewTicketIn(In):
    """`role`: what the ticket is to the session it is opened for."""

    summary: Annotated[str, StringConstraints(min_length=1, max_length=100)]
    description: Annotated[RawText, Field(max_length=8000)] = ""
    company_id: ExternalId
    board_id: ExternalId
    contact_id: ExternalId | None = None
    status_id: ExternalId | None = None
    priority_id: ExternalId | None = None
    configuration_ids: list[ExternalId] = Field(default=[], max_length=10)
    assignee_id: ExternalId | None = None
    session_id: UUID | None = None
    role: Literal["primary", "spin_off"] = "primary"
    notify: bool = False
    acknowledge: list[Acknowledge] = Field(default=[], max_length=3)


class NewTicketOut(Out):
    """`created`: read back from the PSA, `ticket` as it shows it. `pending`: the outbox keeps trying; watch the write.

    `warnings`: what the PSA did not take over as asked. `assigned` is null when nobody was to be put on it.
    """

    outcome: Literal["created", "pending"]
    write_id: UUID
    ticket: TicketOut | None
    assigned: bool | None
    warnings: list[str]


class ParseIn(In):
    text: Annotated[FilledRawText, Field(min_length=1, max_length=8000)]
    session_id: UUID | None = None


class Span(Out):
    """Characters of the text, end exclusive."""

    start: int
    end: int


class DraftField(Out):
    """`id` is null for texts. `from` is the place in the text it was read from; null when it comes from the session's ticket."""

    model_config = ConfigDict(from_attributes=True, frozen=True, populate_by_name=True)

    id: str | None
    value: str
    confidence: Literal["high", "medium", "low"]
    from_: Span | None = Field(alias="from")


class Unresolved(Out):
    """Something the text names that the PSA's lists do not have, or have more than once."""

    field: Literal["company", "contact", "board", "priority"]
    text: str
    reason: Literal["unknown", "ambiguous", "unreadable"]


class TicketDraftOut(Out):
    """A draft for a person to look at; nothing was written. `source_ticket_ref`: the ticket of the session it is spun off from."""

    summary: DraftField
    description: DraftField
    company: DraftField | None
    contact: DraftField | None
    board: DraftField | None
    priority: DraftField | None
    source_ticket_ref: str | None
    unresolved: list[Unresolved]
