"""Settings of a connection (psa.md 7) with their defaults."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from resolutionflow.psa.providers.contract import Status, Visibility

Purpose = Literal["resolved", "escalated"]


class TargetStatus(BaseModel):
    """The status a ticket of one board moves to."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    board_id: str
    purpose: Purpose
    status_id: str


class HaloOutcomes(BaseModel):
    """What internal and customer-visible notes are filed under in HaloPSA; empty: the provider's own choice."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    internal_id: str | None = None
    customer_id: str | None = None

    def of(self, visibility: Visibility) -> str | None:
        return self.internal_id if visibility == "internal" else self.customer_id


class Preferences(BaseModel):
    """All keys of `psa_settings.values`. Unknown stored keys are ignored, so that an older server reads a newer row."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    auto_push: Literal["off", "ask", "on"] = "ask"
    time_entry: Literal["off", "prompt", "auto"] = "prompt"
    time_rounding: Literal["15", "30", "exact", "none"] = "15"
    time_source: Literal["active", "wall"] = "active"
    work_type: str | None = None
    billable: str | None = None
    note_visibility: Literal["customer", "internal"] = "customer"
    cw_resolution_target: Literal["resolution", "discussion", "both"] = "resolution"
    include_steps: bool = False
    notify_contact: bool = False
    prompt_on_close: bool = True
    warn_on_conflict: bool = True
    halo_outcomes: HaloOutcomes = HaloOutcomes()
    target_statuses: tuple[TargetStatus, ...] = ()
    default_names: dict[Purpose, str] = Field(default_factory=lambda: {"resolved": "Resolved"})

    def target(self, purpose: Purpose, board_id: str, statuses: tuple[Status, ...]) -> Status | None:
        """The configured status of a board: its row, else the one active status with the default name, else none. Never a guess."""
        row = next(
            (row for row in self.target_statuses if row.board_id == board_id and row.purpose == purpose),
            None,
        )
        if row is not None:
            return next((status for status in statuses if status.id == row.status_id), None)
        name = self.default_names.get(purpose, "").strip().casefold()
        named = [status for status in statuses if name and status.name.strip().casefold() == name]
        return named[0] if len(named) == 1 else None
