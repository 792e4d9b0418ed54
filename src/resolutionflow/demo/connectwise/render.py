"""Stored tickets, notes, schedule and time entries as the vendor's API shows them. Pure."""

from __future__ import annotations

from typing import Any

from resolutionflow.demo.connectwise.state import State
from resolutionflow.demo.simkit.records import Record


def reference(row: Record | None, *more: str) -> Record | None:
    """`{id, name, ...}` of a record, or None."""
    return None if row is None else {"id": row["id"], "name": row["name"], **{key: row[key] for key in more}}


def member_reference(state: State, number: int | None) -> Record | None:
    row = state.table("members").get(number or 0)
    if row is None:
        return None
    return {"id": row["id"], "identifier": row["identifier"], "name": f"{row['firstName']} {row['lastName']}"}


def _contact_reference(state: State, number: int | None) -> Record | None:
    row = state.table("contacts").get(number or 0)
    return None if row is None else {"id": row["id"], "name": f"{row['firstName']} {row['lastName']}"}


def _info(entered: str, entered_by: str, updated: str, updated_by: str) -> Record:
    return {"lastUpdated": updated, "updatedBy": updated_by, "dateEntered": entered, "enteredBy": entered_by}


def resources(state: State, ticket: Record) -> str | None:
    """Logins of the owner and of everyone scheduled, in that order. Derived: nothing can write it."""
    numbers = [ticket["owner"]] if ticket["owner"] else []
    entries = [row for row in state.table("schedule").values() if row["ticket"] == ticket["id"]]
    numbers += [row["member"] for row in sorted(entries, key=lambda row: row["id"])]
    logins = dict.fromkeys(state.table("members")[number]["identifier"] for number in numbers)
    return ", ".join(logins) or None


def ticket(state: State, row: Record) -> Record:
    """The whole ticket. Absent references are left out, as the vendor does, and `null` inside filters."""
    status = state.table("statuses")[row["status"]]
    merged = state.table("tickets").get(row["merged_into"] or 0)
    hours = sum(entry["hours"] for entry in state.table("time").values() if entry["ticket"] == row["id"])
    shown: Record = {
        "id": row["id"],
        "summary": row["summary"],
        "recordType": "ServiceTicket",
        "board": reference(state.table("boards").get(row["board"])),
        "status": reference(status),
        "company": reference(state.table("companies").get(row["company"]), "identifier"),
        "site": reference(state.table("sites").get(row["site"] or 0)),
        "contact": _contact_reference(state, row["contact"]),
        "contactName": row["contactName"] or None,
        "contactPhoneNumber": row["contactPhoneNumber"] or None,
        "contactEmailAddress": row["contactEmailAddress"] or None,
        "type": reference(state.table("types").get(row["type"] or 0)),
        "subType": {"id": 1, "name": row["subType"]} if row["subType"] else None,
        "owner": member_reference(state, row["owner"]),
        "priority": _priority(state, row["priority"]),
        "source": {"id": 1, "name": row["source"]},
        "severity": row["severity"],
        "impact": row["impact"],
        "externalXRef": row["externalXRef"] or None,
        "requiredDate": row["requiredDate"],
        "closedFlag": status["closedStatus"],
        "closedDate": row["closed_at"],
        "closedBy": row["closed_by"],
        "actualHours": hours,
        "approved": True,
        "resources": resources(state, row),
        "customerUpdatedFlag": row["customerUpdatedFlag"],
        "automaticEmailContactFlag": False,
        "automaticEmailResourceFlag": False,
        "automaticEmailCcFlag": False,
        "hasChildTicket": False,
        "hasMergedChildTicketFlag": any(other["merged_into"] == row["id"] for other in state.table("tickets").values()),
        "isInSla": True,
        "slaStatus": "Resolved" if status["closedStatus"] else "Respond by schedule",
        "mergedParentTicket": {"id": merged["id"], "summary": merged["summary"]} if merged else None,
        "_info": _info(row["entered"], row["entered_by"], row["updated"], row["updated_by"]),
    }
    return {key: value for key, value in shown.items() if value is not None}


def ticket_for_filters(state: State, row: Record) -> Record:
    """The ticket with what can be asked about and is not shown: its configurations under the singular name."""
    devices = [state.table("configurations").get(number) for number in row["configurations"]]
    return {**ticket(state, row), "configuration": [reference(device) for device in devices if device]}


def _priority(state: State, number: int) -> Record:
    row = state.table("priorities")[number]
    return {"id": row["id"], "name": row["name"], "sort": row["sortOrder"]}


def _flags(row: Record) -> Record:
    return {
        "detailDescriptionFlag": row["discussion"],
        "internalAnalysisFlag": row["internal"],
        "resolutionFlag": row["resolution"],
    }


def note(state: State, row: Record) -> Record:
    """A note as `/notes` shows it."""
    shown: Record = {
        "id": row["id"],
        "ticketId": row["ticket"],
        "text": row["text"],
        **_flags(row),
        "issueFlag": False,
        "member": member_reference(state, row["member"]),
        "contact": _contact_reference(state, row["contact"]),
        "customerUpdatedFlag": row["contact"] is not None,
        "internalFlag": row["internal"],
        "externalFlag": row["discussion"] or row["resolution"],
        "dateCreated": row["entered"],
        "createdBy": _login(state, row["member"]) or row["author"],
        "_info": _info(row["entered"], row["author"], row["entered"], row["author"]),
    }
    return {key: value for key, value in shown.items() if value is not None}


def any_note(state: State, row: Record) -> Record:
    """A ticket note as `/allNotes` shows it."""
    return {
        **_common(state, row, "TicketNote"),
        "text": row["text"],
        "originalAuthor": row["author"],
        "_info": _info(row["entered"], row["author"], row["entered"], row["author"]),
    }


def time_note(state: State, row: Record) -> Record:
    """The note of a time entry as `/allNotes` shows it."""
    times = {key: value for key, value in (("timeStart", row["start"]), ("timeEnd", row["end"])) if value}
    return {
        **_common(state, row, "TimeEntryNote"),
        **times,
        "text": row["notes"] or row["internalNotes"],
        "originalAuthor": row["by"],
        "_info": _info(row["entered"], row["by"], row["entered"], row["by"]),
    }


def _common(state: State, row: Record, kind: str) -> Record:
    parent = state.table("tickets")[row["ticket"]]
    shown: dict[str, Any] = {
        "id": row["id"],
        "noteType": kind,
        "ticket": {"id": parent["id"], "summary": parent["summary"]},
        **_flags(row),
        "issueFlag": False,
        "bundledFlag": False,
        "mergedFlag": False,
        "isMarkdownFlag": True,
        "member": member_reference(state, row["member"]),
        "contact": _contact_reference(state, row.get("contact")),
    }
    return {key: value for key, value in shown.items() if value is not None}


def schedule(state: State, row: Record) -> Record:
    kind = state.table("schedule_types")[row["type"]]
    parent = state.table("tickets").get(row["ticket"])
    shown: Record = {
        "id": row["id"],
        "objectId": row["ticket"],
        "name": parent["summary"] if parent else "",
        "member": member_reference(state, row["member"]),
        "type": {"id": kind["id"], "name": kind["name"], "identifier": kind["identifier"]},
        "status": {"id": 2, "name": "Firm"},
        "dateStart": row["start"],
        "dateEnd": row["end"],
        "doneFlag": False,
        "_info": _info(row["entered"], "System", row["entered"], "System"),
    }
    return {key: value for key, value in shown.items() if value is not None}


def time(state: State, row: Record) -> Record:
    parent = state.table("tickets")[row["ticket"]]
    shown: Record = {
        "id": row["id"],
        "company": reference(state.table("companies").get(parent["company"]), "identifier"),
        "chargeToId": row["ticket"],
        "chargeToType": "ServiceTicket",
        "member": member_reference(state, row["member"]),
        "workType": {"id": 1, "name": row["workType"]} if row["workType"] else None,
        "timeStart": row["start"],
        "timeEnd": row["end"],
        "actualHours": row["hours"],
        "billableOption": row["billable"],
        "notes": row["notes"] or None,
        "internalNotes": row["internalNotes"] or None,
        "addToDetailDescriptionFlag": row["discussion"],
        "addToInternalAnalysisFlag": row["internal"],
        "addToResolutionFlag": row["resolution"],
        "status": "Open",
        "_info": _info(row["entered"], row["by"], row["entered"], row["by"]),
    }
    return {key: value for key, value in shown.items() if value is not None}


def status(row: Record) -> Record:
    """A board's status; what it requires is not shown, as the vendor's API does not show it."""
    return {key: value for key, value in row.items() if key != "required" and value is not None}


def _login(state: State, number: int | None) -> str:
    row = state.table("members").get(number or 0)
    return row["identifier"] if row else ""
