"""Requests and answers about the member mapping, the settings and the activity of a connection."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from resolutionflow.auth.subject import Role
from resolutionflow.kit.schemas import In, Out
from resolutionflow.psa.preferences import HaloOutcomes, Preferences, Purpose, TargetStatus
from resolutionflow.psa.schemas import ExternalId, Named, ProviderName

VendorName = Annotated[str, StringConstraints(min_length=1, max_length=100)]


class MappingOut(Out):
    """A user of the account and who they are in the PSA; `matched_by` is null when nobody."""

    user_id: UUID
    name: str
    email: str
    role: Role
    member: Named | None
    matched_by: Literal["email", "manual"] | None


class MappingListOut(Out):
    items: list[MappingOut]


class MyMappingOut(Out):
    member: Named | None


class MappingIn(In):
    """`member_id` null takes the mapping away."""

    user_id: UUID
    member_id: ExternalId | None


class MappingsIn(In):
    items: Annotated[list[MappingIn], Field(min_length=1, max_length=500)]


class MatchedOut(Out):
    """How many people were matched, found no member, or could be several."""

    matched: int
    unmatched: int
    ambiguous: int


class TargetIn(In):
    board_id: ExternalId
    purpose: Purpose
    status_id: ExternalId


class TargetOut(Out):
    board_id: str
    purpose: Purpose
    status_id: str


class HaloOutcomesIn(In):
    internal_id: ExternalId | None
    customer_id: ExternalId | None


class HaloOutcomesOut(Out):
    internal_id: str | None
    customer_id: str | None


AutoPush = Literal["off", "ask", "on"]
TimeEntry = Literal["off", "prompt", "auto"]
TimeRounding = Literal["15", "30", "exact", "none"]
TimeSource = Literal["active", "wall"]
NoteVisibility = Literal["customer", "internal"]
CwTarget = Literal["resolution", "discussion", "both"]


class SettingsIn(In):
    """All settings. `version` is the one last read."""

    version: Annotated[int, Field(ge=1, le=2**31 - 1)]
    auto_push: AutoPush
    time_entry: TimeEntry
    time_rounding: TimeRounding
    time_source: TimeSource
    work_type: VendorName | None
    billable: VendorName | None
    note_visibility: NoteVisibility
    cw_resolution_target: CwTarget
    include_steps: bool
    notify_contact: bool
    prompt_on_close: bool
    warn_on_conflict: bool
    halo_outcomes: HaloOutcomesIn
    target_statuses: Annotated[list[TargetIn], Field(max_length=200)]
    default_resolved: Annotated[str, StringConstraints(max_length=100)]
    default_escalated: Annotated[str, StringConstraints(max_length=100)]

    def preferences(self) -> Preferences:
        plain = self.model_dump(exclude={"version", "default_resolved", "default_escalated", "target_statuses"})
        names: dict[Purpose, str] = {"resolved": self.default_resolved}
        if self.default_escalated:
            names["escalated"] = self.default_escalated
        targets = tuple(TargetStatus.model_validate(row.model_dump()) for row in self.target_statuses)
        outcomes = HaloOutcomes.model_validate(plain.pop("halo_outcomes"))
        return Preferences(**plain, halo_outcomes=outcomes, target_statuses=targets, default_names=names)


class SettingsOut(Out):
    """All settings with their defaults. `default_*`: the name of the status a board without a row of its own is moved to."""

    provider: ProviderName
    version: int
    auto_push: AutoPush
    time_entry: TimeEntry
    time_rounding: TimeRounding
    time_source: TimeSource
    work_type: str | None
    billable: str | None
    note_visibility: NoteVisibility
    cw_resolution_target: CwTarget
    include_steps: bool
    notify_contact: bool
    prompt_on_close: bool
    warn_on_conflict: bool
    halo_outcomes: HaloOutcomesOut
    target_statuses: list[TargetOut]
    default_resolved: str
    default_escalated: str


class OutcomeOut(Out):
    """What an action on a ticket may be filed under. `sends_email` is null when the PSA does not say."""

    id: str
    name: str
    internal: bool
    sends_email: bool | None


class ActivityOut(Out):
    """What happened around the PSA. `actor_name` is null when the product did it by itself."""

    id: UUID
    at: datetime
    kind: str
    actor_name: str | None
    connection_id: UUID | None
    write_id: UUID | None
    detail: dict[str, Any]


class ActivityListOut(Out):
    items: list[ActivityOut]
    next_cursor: str | None
