"""From a wish to exact fields. What the PSA said of the ticket is passed in; a provider may look up its own field values."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from resolutionflow.kit.clock import now
from resolutionflow.psa.preferences import Preferences, Purpose
from resolutionflow.psa.providers.contract import (
    EmailEffect,
    NoteDraft,
    PlannedField,
    PsaProvider,
    Status,
    Ticket,
    TicketDraft,
    TimeDraft,
)
from resolutionflow.psa.providers.errors import PsaAuth, PsaPermission, PsaProtocol, PsaRateLimited, PsaUnavailable
from resolutionflow.psa.repository import Mapping
from resolutionflow.psa.schemas import Visibility, WriteKind
from resolutionflow.psa.writeback.rules import (
    Plan,
    PlannedPerson,
    PlannedStatus,
    PlannedTicket,
    PlannedTime,
    StatusMode,
    StoredField,
    with_footer,
)
from resolutionflow.psa.writeback.worktime import measured, rounded

PURPOSE: dict[WriteKind, Purpose] = {"resolution": "resolved", "escalation": "escalated"}


@dataclass(frozen=True, slots=True)
class WriteRequest:
    """What somebody wants written to a ticket. None means: as the settings say.

    `time_minutes` is what the person says; without it time is measured where the settings book it by themselves.
    `status`: `none` (no status step), `keep` (named in the preview, not changed), `target` (the settings decide), `explicit`.
    `markdown` is already redacted by its owner when it comes from a session.
    """

    kind: WriteKind
    ticket_id: str
    markdown: str | None = None
    summary: str | None = None
    session_id: UUID | None = None
    visibility: Visibility | None = None
    notify: bool | None = None
    status: StatusMode = "none"
    status_id: str | None = None
    time_minutes: int | None = None
    started_at: datetime | None = None
    person: PlannedPerson | None = None
    ticket: PlannedTicket | None = None
    revision: str | None = None
    acknowledge: frozenset[str] = frozenset()


def session_reference(key: bytes, session_id: UUID, kind: WriteKind, number: int) -> str:
    """The reference of a session's next write. Derived, so that the preview shows the very text that will be sent."""
    digest = hmac.new(key, f"{session_id}:{kind}:{number}".encode(), hashlib.sha256).digest()
    return "RF-" + base64.b32encode(digest).decode()[:10]


def pick_status(
    request: WriteRequest, preferences: Preferences, ticket: Ticket, statuses: Sequence[Status]
) -> tuple[Status | None, str | None]:
    """The status to send, or why none is sent. Raises KeyError for an explicit status that is not on the ticket's board."""
    if request.status == "keep":
        return None, "kept"
    if request.status == "explicit":
        return next_status(statuses, request.status_id or ""), None
    purpose = PURPOSE.get(request.kind)
    if purpose is None or ticket.board is None:
        return None, "no_target_status"
    target = preferences.target(purpose, ticket.board.id, tuple(statuses))
    return (target, None) if target else (None, "no_target_status")


def next_status(statuses: Sequence[Status], status_id: str) -> Status:
    """The active status with this id. Raises KeyError."""
    for status in statuses:
        if status.id == status_id:
            return status
    raise KeyError(status_id)


@dataclass(frozen=True, slots=True)
class Author:
    """Who asks, and the member of the PSA they are mapped to."""

    name: str
    mapping: Mapping | None


PlannedStep = Literal["note", "time", "create"]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a write goes, and as whom."""

    ticket_id: str
    reference: str
    member_id: str | None


async def make_plan(
    request: WriteRequest,
    provider: PsaProvider,
    preferences: Preferences,
    author: Author,
    reference: str,
    *,
    ticket: Ticket | None,
    statuses: Sequence[Status],
    worked: Sequence[datetime] = (),
) -> Plan:
    """The exact plan. Without a ticket (the PSA is down) the status is left to the check step; `worked` is when the person did something."""
    place = Place(request.ticket_id, reference, author.mapping.member_id if author.mapping else None)
    plan = _bare_plan(request, provider, preferences, author, reference, ticket=ticket)
    plan = plan.model_copy(update=plan_time(request, preferences, author, reference, worked))
    for step in ("note", "time", "create"):
        try:
            plan = await with_fields(provider, plan, step, place)
        except (PsaUnavailable, PsaRateLimited, PsaAuth, PsaPermission, PsaProtocol):
            # The step plans again before it sends.
            continue
    if request.status == "none" or ticket is None:
        return plan
    status, reason = pick_status(request, preferences, ticket, statuses)
    return await with_status(plan, provider, ticket, status, reason)


def _bare_plan(
    request: WriteRequest,
    provider: PsaProvider,
    preferences: Preferences,
    author: Author,
    reference: str,
    *,
    ticket: Ticket | None,
) -> Plan:
    """Everything but fields."""
    hidden = request.kind == "escalation"
    visibility = "internal" if hidden else request.visibility or preferences.note_visibility
    text = None
    if request.markdown is not None:
        posted_for = author.name if author.mapping is None and visibility == "internal" else None
        text = provider.render_note(with_footer(request.markdown, reference, posted_for=posted_for))
    return Plan(
        kind=request.kind,
        markdown=request.markdown,
        text=text,
        visibility=visibility,
        notify=preferences.notify_contact if request.notify is None else request.notify,
        note_fields=(),
        status_mode=request.status,
        status_id=request.status_id,
        status=None,
        status_fields=(),
        status_reason=None,
        summary=request.summary,
        acknowledged=tuple(sorted(request.acknowledge)),
        leak_cleared="leak_suspected" in request.acknowledge,
        looked=ticket is not None,
        was_closed=ticket.closed if ticket else False,
        ticket_updated_at=ticket.updated_at if ticket else None,
        attributed=author.mapping is not None,
        note_target=preferences.cw_resolution_target if request.kind == "resolution" else "discussion",
        outcome_id=preferences.halo_outcomes.of(visibility),
        person=request.person,
        ticket=request.ticket,
    )


def plan_time(
    request: WriteRequest,
    preferences: Preferences,
    author: Author,
    reference: str,
    worked: Sequence[datetime],
) -> dict[str, object]:
    """`time` and `time_reason` of the plan: what the settings and the person want booked, or why nothing is."""
    if request.kind not in ("resolution", "escalation", "time"):
        return {}
    named = request.time_minutes
    off = preferences.time_entry == "off" or (named is None and preferences.time_entry != "auto")
    minutes = named or measured(worked, preferences.time_source)
    counted = rounded(minutes, preferences.time_rounding) if minutes else None
    if off or preferences.time_rounding == "none":
        return {"time_reason": "time_off"}
    if author.mapping is None:
        return {"time_reason": "no_member_mapping"}
    if counted is None:
        return {"time_reason": "no_time_measured"}
    started = request.started_at or min(worked, default=now())
    about = (request.summary or "Work on this ticket.").strip()
    return {
        "time": PlannedTime(
            minutes=counted,
            started_at=started.replace(second=0, microsecond=0),
            notes=f"{about}\n\nRef {reference}",
            measured=named is None,
            work_type=preferences.work_type,
            billable=preferences.billable,
        )
    }


async def with_fields(provider: PsaProvider, plan: Plan, step: PlannedStep, place: Place) -> Plan:
    """The plan with the exact fields of one step, when it has that step. Raises the provider's errors."""
    if step == "note" and plan.text is not None:
        draft = NoteDraft(
            text=plan.text,
            visibility=plan.visibility,
            target=plan.note_target,
            member_id=place.member_id,
            notify=plan.notify,
            outcome_id=plan.outcome_id,
        )
        return plan.model_copy(update={"note_fields": _stored(await provider.plan_note(draft))})
    if step == "time" and plan.time is not None and place.member_id is not None:
        work = TimeDraft(
            member_id=place.member_id,
            minutes=plan.time.minutes,
            started_at=plan.time.started_at,
            notes=plan.time.notes,
            work_type=plan.time.work_type,
            billable=plan.time.billable,
        )
        return plan.model_copy(update={"time_fields": _stored(await provider.plan_time(place.ticket_id, work))})
    if step == "create" and plan.ticket is not None:
        values = plan.ticket.model_dump(exclude={"role"})
        opening = TicketDraft(**values, reference=place.reference, notify=plan.notify)
        return plan.model_copy(update={"ticket_fields": _stored(await provider.plan_ticket(opening))})
    return plan


def _stored(fields: Sequence[PlannedField]) -> tuple[StoredField, ...]:
    return tuple(StoredField.of(field) for field in fields)


async def with_status(
    plan: Plan, provider: PsaProvider, ticket: Ticket, status: Status | None, reason: str | None
) -> Plan:
    """The plan with its status settled. A ticket that already has the status gets no patch."""
    if status is None:
        return plan.model_copy(update={"status": None, "status_fields": (), "status_reason": reason})
    planned = PlannedStatus(
        id=status.id, name=status.name, board_id=status.board_id, closed=status.closed, sends_email=status.sends_email
    )
    if ticket.status is not None and ticket.status.id == status.id:
        return plan.model_copy(update={"status": planned, "status_fields": (), "status_reason": "already_set"})
    fields = await provider.plan_status(status, before=ticket.status, notify=plan.notify)
    return plan.model_copy(
        update={
            "status": planned,
            "status_fields": _stored(fields),
            "status_reason": None,
        }
    )


def note_emails(plan: Plan) -> EmailEffect:
    """Whom the note may mail."""
    return "contact" if plan.notify and plan.visibility == "customer" else "none"


def status_emails(plan: Plan) -> EmailEffect:
    """Whom the status change may mail: a template of the status sends whatever we ask for."""
    if plan.status is None or not plan.status_fields:
        return "none"
    if plan.status.sends_email:
        return "workflow"
    if plan.status.sends_email is None:
        return "unknown"
    return "contact" if plan.notify else "none"
