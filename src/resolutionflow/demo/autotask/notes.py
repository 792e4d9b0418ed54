"""Writing notes and time."""

from __future__ import annotations

from datetime import datetime, timedelta

from resolutionflow.demo.autotask import hooks, mail, picks
from resolutionflow.demo.autotask.call import Call, Reply, written
from resolutionflow.demo.autotask.errors import SimError, violation
from resolutionflow.demo.autotask.state import NOTES, TIME
from resolutionflow.demo.simkit.records import Record


def add(call: Call, number: str) -> Reply:
    """`POST Tickets/{id}/Notes`."""
    call.need(NOTES, "add ticket notes")
    ticket = call.ticket(number)
    data = call.read_body("TicketNotes")
    if data["noteType"] == picks.WORKFLOW:
        raise violation("noteType cannot be set to a system type.")
    row = store(call, ticket, data, resource=call.actor()["id"])
    return written(row["id"])


def store(
    call: Call, ticket: Record, data: Record, *, resource: int | None = None, contact: int | None = None
) -> Record:
    """Keep a note. A note mails nobody; a workflow rule may."""
    now = call.clock.stamp()
    row: Record = {
        "id": call.state.new_id(),
        "ticketID": ticket["id"],
        **data,
        "creatorResourceID": resource,
        "impersonatorCreatorResourceID": call.state.api_user()["id"] if call.acting_as else None,
        "createdByContactID": contact,
        "createDateTime": now,
        "lastActivityDate": now,
    }
    call.state.table("TicketNotes")[row["id"]] = row
    call.state.touch(ticket, call.clock, resource=resource, contact=contact)
    if row["publish"] == picks.ALL_USERS and contact is None and call.state.switches["workflow_mails_notes"]:
        mail.to_contact(call, ticket, "workflow rule: note")
    hooks.note(call, row)
    return row


def add_time(call: Call) -> Reply:
    """`POST TimeEntries` on a ticket: a role the person holds, and an end or a number of hours."""
    call.need(TIME, "add time entries")
    data = call.read_body("TimeEntries")
    if data.get("ticketID") is None:
        raise violation("ticketID is a required field.")
    ticket = call.ticket(data["ticketID"])
    if data.get("roleID") is None:
        raise SimError(500, "A time entry on a ticket must have a roleID.")
    roles = [
        row["roleID"]
        for row in call.state.rows("ResourceServiceDeskRoles")
        if row["resourceID"] == data["resourceID"] and row["isActive"]
    ]
    if data["roleID"] not in roles:
        raise SimError(500, "There is no row at position 0.")
    code = data.get("billingCodeID")
    if code is not None and not _usable(call, code):
        raise violation("billingCodeID is not a valid active work type.")
    row: Record = {
        "id": call.state.new_id(),
        "ticketID": ticket["id"],
        "summaryNotes": "",
        "internalNotes": "",
        "billingCodeID": None,
        "isNonBillable": False,
        "startDateTime": None,
        "endDateTime": None,
        **data,
        "hoursWorked": _hours(data),
        "creatorUserID": call.actor()["id"],
        "createDateTime": call.clock.stamp(),
    }
    call.state.table("TimeEntries")[row["id"]] = row
    call.state.touch(ticket, call.clock, resource=row["resourceID"])
    return written(row["id"])


def _usable(call: Call, code: int) -> bool:
    row = call.state.table("BillingCodes").get(code)
    return row is not None and row["isActive"] and row["useType"] == 1


def _hours(data: Record) -> float:
    start, end, hours = data.get("startDateTime"), data.get("endDateTime"), data.get("hoursWorked")
    if start is not None and end is not None:
        hours = (datetime.fromisoformat(end) - datetime.fromisoformat(start)) / timedelta(hours=1)
    if hours is None or not 0 < hours <= 24:
        raise violation("A time entry must have an endDateTime after its startDateTime, or hoursWorked.")
    return round(float(hours), 2)
