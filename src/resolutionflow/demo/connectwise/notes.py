"""Notes, schedule entries and time entries: what can be added to a ticket."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from datetime import UTC, datetime, timedelta
from typing import Final

from resolutionflow.demo.connectwise import mail, render
from resolutionflow.demo.connectwise.call import Body, Call, Reply
from resolutionflow.demo.connectwise.errors import SimError, invalid
from resolutionflow.demo.connectwise.seed import SERVICE_SCHEDULE
from resolutionflow.demo.simkit.clock import stamp
from resolutionflow.demo.simkit.records import Record

SCHEDULE_RIGHT: Final = "Service Desk: Resource Scheduling"
TIME_RIGHT: Final = "Time & Expense: Time Entry"
NO_PLACE: Final = "Please choose where to display the notes"


def store(
    call: Call,
    ticket: Record,
    *,
    text: str,
    kinds: AbstractSet[str],
    member: int | None = None,
    contact: int | None = None,
) -> Record:
    """Keep a note and move the ticket's time stamp. Without an author it is the API member's."""
    author = call.state.table("members").get(member or 0)
    person = call.state.table("contacts").get(contact or 0)
    if author is None and person is None:
        author = call.api_member()
    shown = author or person or {}
    row: Record = {
        "id": call.state.new_id(),
        "ticket": ticket["id"],
        "text": text,
        **{kind: kind in kinds for kind in ("discussion", "internal", "resolution")},
        "member": author["id"] if author else None,
        "contact": person["id"] if person else None,
        "author": f"{shown['firstName']} {shown['lastName']}",
        "entered": call.now(),
    }
    call.state.table("notes")[row["id"]] = row
    call.state.touch(ticket, call.clock, author["identifier"] if author else row["author"])
    return row


def add(call: Call, ticket: Record) -> Reply:
    """`POST /service/tickets/{id}/notes`. At least one of the three places must be chosen."""
    body = Body(call, "note")
    text = body.required("text")
    kinds = {
        kind
        for kind, key in (
            ("discussion", "detailDescriptionFlag"),
            ("internal", "internalAnalysisFlag"),
            ("resolution", "resolutionFlag"),
        )
        if body.flag(key)
    }
    member, contact, parent = body.reference("member"), body.reference("contact"), body.identity("ticketId")
    notify = body.flag("processNotifications", default=True)
    for name in ("issueFlag", "customerUpdatedFlag", "internalFlag", "externalFlag"):
        body.flag(name)
    body.done()
    if not kinds:
        raise SimError(400, "InvalidObject", NO_PLACE, field="detailDescriptionFlag", resource="note")
    if parent not in (None, ticket["id"]):
        raise invalid("ticketId", "The note names another ticket.", "note")
    _person(call, member)
    if contact is not None and contact not in call.state.table("contacts"):
        raise invalid("contact", f"Contact {contact} not found.", "note")
    row = store(call, ticket, text=text, kinds=kinds, member=member, contact=contact)
    if notify:
        mail.to_contact(call, ticket, "note")
        mail.to_resources(call, ticket, "note")
    return Reply(201, render.note(call.state, row))


def _person(call: Call, member: int | None) -> None:
    row = call.state.table("members").get(member or 0)
    if member is not None and (row is None or row["inactiveFlag"]):
        raise invalid("member", f"Member {member} not found.", "note")


def schedule(call: Call) -> Reply:
    """`POST /schedule/entries`: put another member on a ticket. The type says what `objectId` is an id of."""
    call.need(SCHEDULE_RIGHT)
    body = Body(call, "schedule")
    target, member, kind = body.identity("objectId"), body.reference("member"), body.reference("type")
    start, end = body.moment("dateStart"), body.moment("dateEnd")
    body.number("hours")
    body.name("status")
    body.done()
    if target is None or member is None or kind is None:
        raise invalid("objectId", "objectId, member and type are required.", "schedule")
    if kind not in call.state.table("schedule_types"):
        raise invalid("type", f"Type {kind} not found.", "schedule")
    ticket = call.state.table("tickets").get(target)
    if kind != SERVICE_SCHEDULE or ticket is None or ticket["no_rights"]:
        what = "Ticket" if kind == SERVICE_SCHEDULE else "Activity"
        raise invalid("objectId", f"{what} {target} not found", "schedule")
    _person(call, member)
    row: Record = {"id": call.state.new_id(), "ticket": target, "member": member, "type": kind, "entered": call.now()}
    row |= {"start": stamp(start) if start else None, "end": stamp(end) if end else None}
    call.state.table("schedule")[row["id"]] = row
    call.state.touch(ticket, call.clock, call.api_member()["identifier"])
    return Reply(201, render.schedule(call.state, row))


def unschedule(call: Call, number: str) -> Reply:
    call.need(SCHEDULE_RIGHT)
    row = call.row("schedule", "Schedule entry", number)
    del call.state.table("schedule")[row["id"]]
    ticket = call.state.table("tickets").get(row["ticket"])
    if ticket:
        call.state.touch(ticket, call.clock, call.api_member()["identifier"])
    return Reply(204, None)


def add_time(call: Call) -> Reply:
    """`POST /time/entries` on a service ticket, with an end or a number of hours."""
    call.need(TIME_RIGHT)
    body = Body(call, "timeEntry")
    target, kind, member = body.identity("chargeToId"), body.text("chargeToType"), body.reference("member")
    start, end, hours = body.moment("timeStart"), body.moment("timeEnd"), body.number("actualHours")
    row: Record = {
        "id": 0,
        "ticket": target,
        "workType": body.name("workType"),
        "billable": body.text("billableOption", "Billable", 20),
        "notes": body.text("notes") or "",
        "internalNotes": body.text("internalNotes") or "",
        "discussion": body.flag("addToDetailDescriptionFlag"),
        "internal": body.flag("addToInternalAnalysisFlag"),
        "resolution": body.flag("addToResolutionFlag"),
    }
    emails_contact, emails_resources = body.flag("emailContactFlag"), body.flag("emailResourceFlag")
    body.flag("emailCcFlag")
    body.done()
    ticket = call.state.table("tickets").get(target or 0)
    if kind != "ServiceTicket" or ticket is None or ticket["no_rights"]:
        raise invalid("chargeToId", f"Ticket {target} not found.", "timeEntry")
    if call.state.table("statuses")[ticket["status"]]["timeEntryNotAllowed"]:
        raise invalid("chargeToId", "Time entry is not allowed in the status of this ticket.", "timeEntry")
    if start is None or (end is None and hours is None):
        raise invalid("timeStart", "timeStart and either timeEnd or actualHours are required.", "timeEntry")
    worked = hours if hours is not None else round((_aware(end or start) - _aware(start)) / timedelta(hours=1), 2)
    if not 0 < worked <= 24:
        raise invalid("actualHours", "A time entry has more than 0 and at most 24 hours.", "timeEntry")
    _person(call, member)
    author = call.state.table("members").get(member or 0) or call.api_member()
    finished = end or _aware(start) + timedelta(hours=worked)
    row |= {
        "id": call.state.new_id(),
        "member": author["id"],
        "hours": worked,
        "start": stamp(start),
        "end": stamp(finished),
    }
    row |= {"entered": call.now(), "by": f"{author['firstName']} {author['lastName']}"}
    call.state.table("time")[row["id"]] = row
    call.state.touch(ticket, call.clock, author["identifier"])
    if emails_contact:
        mail.to_contact(call, ticket, "time entry")
    if emails_resources:
        mail.to_resources(call, ticket, "time entry")
    return Reply(201, render.time(call.state, row))


def _aware(moment: datetime) -> datetime:
    """A time without an offset is UTC, as the PSA reads it."""
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
