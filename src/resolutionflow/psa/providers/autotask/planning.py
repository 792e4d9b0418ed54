"""Autotask: the exact fields of each write, under the vendor's own names. Pure but for look-ups that are passed in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from resolutionflow.psa.providers.autotask.metadata import Entity, Pick
from resolutionflow.psa.providers.autotask.wire import is_internal
from resolutionflow.psa.providers.contract import NoteDraft, PlannedField, TicketDraft, TimeDraft, Visibility
from resolutionflow.psa.providers.errors import PsaRejected, PsaUnsupported

# Sent as a header; planned like a field so that the preview shows it.
ACTING_AS = "ImpersonationResourceId"
ADDITIONAL_DEVICES = "AdditionalConfigurationItems"
NEW = 1
_TITLES = {"customer": "Service update", "internal": "Internal note"}
_TIME_SUMMARY = "Work on this ticket"
_EVERYBODY = 1
_PREFERRED_TYPES = ("task notes", "ticket notes", "task detail", "task summary")
_SYSTEM_TYPES = ("workflow", "system", "duplicate", "merge", "outsourc", "forward", "survey", "portal")
_NOT_BILLABLE = frozenset({"donotbill", "nocharge", "nonbillable", "notbillable", "no"})
_DUE_AFTER = timedelta(days=1)
_SATURDAY = 5


def note_fields(draft: NoteDraft, notes: Entity, *, acting_as: int | None) -> tuple[PlannedField, ...]:
    fields = [
        PlannedField("title", _TITLES[draft.visibility]),
        PlannedField("description", draft.text),
        PlannedField("noteType", note_type(notes.picks("noteType"))),
        PlannedField("publish", publish_level(notes.picks("publish"), draft.visibility)),
    ]
    if acting_as is not None:
        fields.append(PlannedField(ACTING_AS, acting_as))
    return tuple(fields)


def note_type(picks: Sequence[Pick]) -> int:
    """The type that is meant for what people write. Raises `PsaRejected` when there is none."""
    active = [pick for pick in picks if pick.active]
    for label in _PREFERRED_TYPES:
        if found := next((pick for pick in active if pick.label.casefold() == label), None):
            return found.value
    usable = [pick for pick in active if not any(word in pick.label.casefold() for word in _SYSTEM_TYPES)]
    if not usable:
        raise PsaRejected("This Autotask has no active note type for tickets. Ask your Autotask admin to activate one.")
    return next((pick.value for pick in usable if "note" in pick.label.casefold()), usable[0].value)


def publish_level(picks: Sequence[Pick], visibility: Visibility) -> int:
    """Who can read the note. Raises `PsaUnsupported` when no level fits: a wider one is never taken instead."""
    active = [pick for pick in picks if pick.active]
    if visibility == "internal":
        fitting = [pick for pick in active if is_internal(pick.label)]
        if not fitting:
            message = (
                "This Autotask has no publish level that keeps a note internal. Nothing was sent."
                " Ask your Autotask admin to activate one, or post the note as customer-visible."
            )
            raise PsaUnsupported(message)
        return fitting[0].value
    if not any(pick.value == _EVERYBODY for pick in active):
        message = "This Autotask has no active publish level for all users. Nothing was sent. Ask your Autotask admin to activate it."
        raise PsaUnsupported(message)
    return _EVERYBODY


def time_fields(
    ticket_id: int, draft: TimeDraft, *, member_id: int, role_id: int, work_type_id: int | None
) -> tuple[PlannedField, ...]:
    start = draft.started_at.astimezone(UTC).replace(microsecond=0)
    end = start + timedelta(minutes=draft.minutes)
    fields = [
        PlannedField("ticketID", ticket_id),
        PlannedField("resourceID", member_id),
        PlannedField("roleID", role_id),
        PlannedField("dateWorked", _stamp(start.replace(hour=0, minute=0, second=0))),
        PlannedField("startDateTime", _stamp(start)),
        PlannedField("endDateTime", _stamp(end)),
        PlannedField("summaryNotes", _TIME_SUMMARY),
        PlannedField("internalNotes", draft.notes),
    ]
    if work_type_id is not None:
        fields.append(PlannedField("billingCodeID", work_type_id))
    if draft.billable is not None:
        words = "".join(letter for letter in draft.billable.casefold() if letter.isalpha())
        fields.append(PlannedField("isNonBillable", words in _NOT_BILLABLE))
    return tuple(fields)


def ticket_fields(draft: TicketDraft, tickets: Entity, *, moment: datetime) -> tuple[PlannedField, ...]:
    """A new ticket. Without a due date the service wants a category that brings one, so one is given: the next working day."""
    fields = [
        PlannedField("companyID", int(draft.company_id)),
        PlannedField("title", draft.summary),
        PlannedField("description", draft.description),
        PlannedField("status", int(draft.status_id) if draft.status_id else NEW),
        PlannedField("priority", int(draft.priority_id) if draft.priority_id else _default_priority(tickets)),
        PlannedField("dueDateTime", _stamp(next_working_day(moment))),
        PlannedField("externalID", draft.reference),
    ]
    if draft.board_id != "0":
        fields.append(PlannedField("queueID", int(draft.board_id)))
    if draft.contact_id:
        fields.append(PlannedField("contactID", int(draft.contact_id)))
    for place, item in enumerate(draft.configuration_ids):
        name = "configurationItemID" if place == 0 else f"{ADDITIONAL_DEVICES}/{place}"
        fields.append(PlannedField(name, int(item)))
    return tuple(fields)


def _default_priority(tickets: Entity) -> int:
    active = [pick for pick in tickets.picks("priority") if pick.active]
    if not active:
        raise PsaRejected("This Autotask has no active priority for tickets.")
    medium = (pick.value for pick in active if "medium" in pick.label.casefold())
    return next((pick.value for pick in active if pick.default), next(medium, active[-1].value))


def next_working_day(moment: datetime) -> datetime:
    """The same time a day later, Saturday and Sunday skipped."""
    due = moment.astimezone(UTC).replace(second=0, microsecond=0) + _DUE_AFTER
    while due.weekday() >= _SATURDAY:
        due += _DUE_AFTER
    return due


def _stamp(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
