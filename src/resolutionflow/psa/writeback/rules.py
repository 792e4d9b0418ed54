"""The rules of the outbox without any I/O: plans, transitions, waits and what a person may do next."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from pydantic import BaseModel, ConfigDict

from resolutionflow.psa.providers.contract import AssignRole, FieldValue, PlannedField
from resolutionflow.psa.schemas import StepName, StepState, Visibility, WriteKind, WriteState

RETRY_SECONDS = (5.0, 20.0, 60.0, 300.0, 900.0, 3600.0)
GIVE_UP = timedelta(hours=24)
FIND_AFTER = (2.0, 10.0)
LEASE_SECONDS = 6.0
LEASE_RENEW_SECONDS = 2.0

NEXT: Mapping[WriteState, frozenset[WriteState]] = {
    "queued": frozenset({"running", "cancelled"}),
    "running": frozenset({"done", "partial", "waiting", "blocked", "running"}),
    "waiting": frozenset({"running", "cancelled"}),
    "blocked": frozenset({"running", "partial", "cancelled"}),
    "done": frozenset(),
    "partial": frozenset(),
    "cancelled": frozenset(),
}
FINAL: frozenset[WriteState] = frozenset({"done", "partial", "cancelled"})
SETTLED_STEP: frozenset[StepState] = frozenset({"done", "skipped"})
MAYBE_SENT: frozenset[StepState] = frozenset({"sending", "unknown", "done"})
# Reasons that are a choice, not a shortfall: a write with only these skipped is done, not partial.
CHOSEN = frozenset({"kept", "time_off", "no_time_measured", "already_set", "already_assigned", "not_assigned"})

BlockKind = Literal["permission", "auth", "rejected", "conflict", "not_verified", "gave_up"]
StatusMode = Literal["none", "keep", "target", "explicit"]


class PlannedStatus(BaseModel):
    """The status to move to, as known when the plan was made or checked."""

    model_config = ConfigDict(frozen=True)

    id: str
    name: str
    board_id: str | None
    closed: bool
    sends_email: bool | None


class StoredField(BaseModel):
    """A field of a request with the value before and after."""

    model_config = ConfigDict(frozen=True)

    field: str
    before: FieldValue = None
    to: FieldValue

    @classmethod
    def of(cls, planned: PlannedField) -> StoredField:
        return cls(field=planned.field, before=planned.before, to=planned.to)

    def planned(self) -> PlannedField:
        return PlannedField(self.field, self.to, self.before)


class PlannedPerson(BaseModel):
    """Whom to put on the ticket or take off it. `name` is empty when the members may not be read."""

    model_config = ConfigDict(frozen=True)

    id: str
    name: str
    replace: bool = False
    role: AssignRole | None = None


class PlannedTime(BaseModel):
    """The work to book, rounded. `measured`: from the session's own clock, not named by the person."""

    model_config = ConfigDict(frozen=True)

    minutes: int
    started_at: datetime
    notes: str
    measured: bool
    work_type: str | None = None
    billable: str | None = None


class PlannedTicket(BaseModel):
    """The ticket to open. `role`: what it is to the session that asked for it."""

    model_config = ConfigDict(frozen=True)

    summary: str
    description: str
    company_id: str
    board_id: str
    contact_id: str | None = None
    status_id: str | None = None
    priority_id: str | None = None
    configuration_ids: tuple[str, ...] = ()
    role: Literal["primary", "spin_off"] = "primary"


class Plan(BaseModel):
    """What a write will do, stored with it. `text` is the note exactly as sent; None for a write without a note.

    `looked`: the ticket was read, compared and gated when the plan was made; otherwise the check step does it before anything is sent.
    """

    model_config = ConfigDict(frozen=True)

    kind: WriteKind
    markdown: str | None
    text: str | None
    visibility: Visibility
    notify: bool
    note_fields: tuple[StoredField, ...]
    status_mode: StatusMode
    status_id: str | None
    status: PlannedStatus | None
    status_fields: tuple[StoredField, ...]
    status_reason: str | None
    summary: str | None
    acknowledged: tuple[str, ...]
    leak_cleared: bool
    looked: bool
    was_closed: bool
    ticket_updated_at: datetime | None
    attributed: bool
    note_target: Literal["discussion", "resolution", "both"] = "discussion"
    outcome_id: str | None = None
    time: PlannedTime | None = None
    time_fields: tuple[StoredField, ...] = ()
    time_reason: str | None = None
    person: PlannedPerson | None = None
    person_fields: tuple[StoredField, ...] = ()
    ticket: PlannedTicket | None = None
    ticket_fields: tuple[StoredField, ...] = ()

    @property
    def outgoing(self) -> str | None:
        """Every text a person wrote that leaves with this write; None when there is none."""
        texts = [self.text, self.time.notes if self.time else None]
        if self.ticket is not None:
            texts += [self.ticket.summary, self.ticket.description]
        return "\n".join(text for text in texts if text) or None

    def fields_of(self, step: StepName) -> tuple[StoredField, ...]:
        """The exact fields a step sends, as far as they are known before it is taken."""
        by_step: dict[StepName, tuple[StoredField, ...]] = {
            "note": self.note_fields,
            "time": self.time_fields,
            "status": self.status_fields,
            "assign": self.person_fields,
            "create": self.ticket_fields,
        }
        return by_step.get(step, ())


@dataclass(frozen=True, slots=True)
class StepView:
    """A step as far as the rules care."""

    step: StepName
    state: StepState
    reason: str | None = None


def may_go(before: WriteState, after: WriteState) -> bool:
    """Whether the state may change like this."""
    return after in NEXT[before]


def retry_delay(attempts: int, *, scale: float, retry_after: float | None = None) -> timedelta:
    """The wait before the next attempt; `attempts` already made, at least 1. A longer `Retry-After` wins and is not scaled."""
    step = RETRY_SECONDS[min(max(attempts, 1), len(RETRY_SECONDS)) - 1]
    return timedelta(seconds=max(step * scale, retry_after or 0.0))


def gives_up(created_at: datetime, moment: datetime) -> bool:
    return moment - created_at >= GIVE_UP


def next_step(steps: Iterable[StepView]) -> StepView | None:
    """The first step that is neither done nor skipped."""
    return next((step for step in steps if step.state not in SETTLED_STEP), None)


def state_of(steps: Iterable[StepView], name: StepName) -> StepState | None:
    """The state of a step, None when the write does not have it."""
    return next((step.state for step in steps if step.step == name), None)


def nothing_sent(steps: Iterable[StepView]) -> bool:
    """Whether certainly nothing of the write reached the PSA."""
    return not any(step.step not in ("check", "confirm") and step.state in MAYBE_SENT for step in steps)


def final_state(steps: Iterable[StepView]) -> WriteState:
    """`done`, or `partial` when something that was wanted was skipped or refused."""
    short = any(
        step.state == "failed" or (step.state == "skipped" and step.reason not in CHOSEN)
        for step in steps
        if step.step != "confirm"
    )
    return "partial" if short else "done"


@dataclass(frozen=True, slots=True)
class Allowed:
    """What a person who may act on the write can do now."""

    retry: bool
    retry_status: bool
    finish_without_status: bool
    cancel: bool


def allowed(state: WriteState, steps: tuple[StepView, ...], *, note_confirmed: bool) -> Allowed:
    """`note_confirmed`: the note was read back on the ticket, or the write has none."""
    stuck = state in ("waiting", "blocked")
    status_open = state_of(steps, "status") not in (None, *SETTLED_STEP)
    has_note = state_of(steps, "note") is not None
    return Allowed(
        retry=stuck,
        retry_status=state == "blocked" and status_open and state_of(steps, "note") in (None, "done"),
        finish_without_status=state == "blocked" and status_open and has_note and note_confirmed,
        cancel=state in ("queued", "waiting", "blocked") and nothing_sent(steps),
    )


def same_text(asked: str, shown: str) -> bool:
    """Equal apart from white space, which a PSA may rearrange."""
    return asked.split() == shown.split()


def with_footer(markdown: str, reference: str, *, posted_for: str | None) -> str:
    """The note with what we add: who it is for (internal notes only) and the reference that lets us find it again."""
    lines = [markdown.strip(), ""]
    if posted_for is not None:
        lines.append(f"Posted for {posted_for}")
    lines.append(f"Ref {reference}")
    return "\n".join(lines)
