"""Requests and answers of the script library and its drafts."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from resolutionflow.kit.schemas import In, Out, Page
from resolutionflow.scripts.language import Language
from resolutionflow.sessions.fields import NO_DEFAULT, OPTIONAL, Script, Title
from resolutionflow.sessions.fixes.schemas import FixStatus

DraftStatus = Literal["pending", "accepted", "rejected"]
Risk = Literal["read_only", "changes", "destructive", "unknown"]
ParameterType = Literal["text", "multi_text", "textarea", "number", "boolean", "select", "password"]


class CategoryOut(Out):
    """A shelf of the library. `platform` = it comes with the product."""

    id: UUID
    slug: str
    name: str
    description: str | None
    platform: bool


class CategoryList(Out):
    """Active categories by their order, then by name."""

    items: list[CategoryOut]


class ParameterOut(Out):
    """A hole of a script. A secret has no default and its value never reaches the server."""

    key: str
    label: str
    type: ParameterType
    required: bool
    default: str | int | float | bool | list[str] | None
    options: list[Any]
    help: str
    secret: bool
    validation: dict[str, Any]


class ParametersOut(Out):
    parameters: list[ParameterOut]


class DraftTemplatePerson(Out):
    id: UUID
    name: str


class DraftTemplateRow(Out):
    """A draft as a list shows it. `fix_status` = what became of the fix the script was written for, null when that is gone."""

    id: UUID
    proposed_name: str | None
    language: Language
    status: DraftStatus
    extraction: Literal["pending", "done", "fallback"]
    parameter_count: int
    source_session_id: UUID | None
    source_user: DraftTemplatePerson
    source_ticket_ref: str | None
    fix_status: FixStatus | None
    created_at: datetime


class DraftTemplateOut(DraftTemplateRow):
    """A draft with its script. `extracted` = the literal each parameter stands for, to put it back; secrets are not in it.

    `risk` is what running the script may do, with the reason.
    """

    source_fix_id: UUID | None
    script_body: str
    original_body: str
    proposed_parameters: ParametersOut
    extracted: dict[str, str]
    proposed_category_id: UUID | None
    extraction_method: Literal["model", "rules", "none"] | None
    risk: Risk
    risk_reason: str
    resolved_at: datetime | None
    resolved_by: DraftTemplatePerson | None
    promoted_template_id: UUID | None
    template_slug: str | None


class DraftTemplatePage(Page[DraftTemplateRow]):
    """Newest first."""


class DraftTemplateCount(Out):
    pending: int


class ParametersIn(In):
    """The parameters of a template. What each must hold is checked by the service, which tells every fault at once."""

    parameters: Annotated[list[Any], Field(max_length=200)]


class AcceptDraft(In):
    """Make a draft a template. Without `edited_body` the draft's script is taken as it is."""

    name: Title
    category_id: UUID
    parameters_schema: ParametersIn
    description: Annotated[Annotated[str, StringConstraints(max_length=2000)] | None, OPTIONAL, NO_DEFAULT] = None
    edited_body: Annotated[Script | None, OPTIONAL, NO_DEFAULT] = None


class DraftAccepted(Out):
    draft_id: UUID
    promoted_template_id: UUID
    template_slug: str


class DraftRejected(Out):
    draft_id: UUID
    status: DraftStatus
