"""From a wish to exact fields. What the PSA said of the ticket is passed in; a provider may look up its own field values."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from resolutionflow.psa.preferences import Preferences, Purpose
from resolutionflow.psa.providers.contract import EmailEffect, NoteDraft, PsaProvider, Status, Ticket
from resolutionflow.psa.repository import Mapping
from resolutionflow.psa.schemas import Visibility, WriteKind
from resolutionflow.psa.writeback.rules import Plan, PlannedStatus, StatusMode, StoredField, with_footer

PURPOSE: dict[WriteKind, Purpose] = {"resolution": "resolved", "escalation": "escalated"}


@dataclass(frozen=True, slots=True)
class WriteRequest:
    """What somebody wants written to a ticket. None means: as the settings say.

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


async def make_plan(
    request: WriteRequest,
    provider: PsaProvider,
    preferences: Preferences,
    author: Author,
    reference: str,
    *,
    ticket: Ticket | None,
    statuses: Sequence[Status],
) -> Plan:
    """The exact plan. Without a ticket (the PSA is down) the status is left to the check step."""
    visibility = request.visibility or ("internal" if request.kind == "escalation" else preferences.note_visibility)
    if request.kind == "escalation":
        visibility = "internal"
    notify = preferences.notify_contact if request.notify is None else request.notify
    text = None
    note_fields: tuple[StoredField, ...] = ()
    if request.markdown is not None:
        posted_for = author.name if author.mapping is None and visibility == "internal" else None
        text = provider.render_note(with_footer(request.markdown, reference, posted_for=posted_for))
        draft = NoteDraft(
            text=text,
            visibility=visibility,
            target=preferences.cw_resolution_target if request.kind == "resolution" else "discussion",
            member_id=author.mapping.member_id if author.mapping else None,
            notify=notify,
        )
        note_fields = tuple(StoredField.of(planned) for planned in await provider.plan_note(draft))
    status, reason = (None, None) if ticket is None else pick_status(request, preferences, ticket, statuses)
    plan = Plan(
        kind=request.kind,
        markdown=request.markdown,
        text=text,
        visibility=visibility,
        notify=notify,
        note_fields=note_fields,
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
    )
    return await with_status(plan, provider, ticket, status, reason) if request.status != "none" and ticket else plan


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
            "status_fields": tuple(StoredField.of(item) for item in fields),
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


def time_reason(request: WriteRequest) -> str:
    """Time entries are not written yet: why the step is skipped."""
    return "time_off" if request.time_minutes is None else "time_not_available"
