"""Autotask JSON to our types. Anything of another shape raises `PsaProtocol`, optional fields may be missing."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from resolutionflow.psa.providers.autotask.metadata import Entity, Pick
from resolutionflow.psa.providers.autotask.records import Names, full_name
from resolutionflow.psa.providers.contract import (
    Assignee,
    Attachment,
    AuthorKind,
    Board,
    Company,
    Configuration,
    Contact,
    Member,
    NamedRef,
    Note,
    Priority,
    Status,
    Ticket,
    TicketSummary,
    TimeEntry,
    Visibility,
)
from resolutionflow.psa.providers.errors import PsaProtocol
from resolutionflow.psa.refs import find_reference

Json = dict[str, Any]

COMPLETE = 5
# A ticket need not be in a queue; every board of ours has an id.
NO_QUEUE = NamedRef("0", "No queue")
_WORKFLOW_NOTE = 13
_RESOURCE_UPDATE = 1


def record_id(data: Json, key: str = "id") -> int:
    value = data.get(key)
    if isinstance(value, bool) or not isinstance(value, int):
        raise PsaProtocol
    return value


def text_of(data: Json, key: str) -> str:
    value = data.get(key)
    return value if isinstance(value, str) else ""


def id_of(data: Json, key: str) -> int | None:
    """A reference, None when empty. Zero stands for nobody."""
    value = data.get(key)
    return value if isinstance(value, int) and not isinstance(value, bool) and value != 0 else None


def when(text: str) -> datetime | None:
    """A vendor time stamp, UTC; None when empty or unreadable."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


def _named(number: int | None, name: str) -> NamedRef | None:
    return None if number is None else NamedRef(str(number), name or f"#{number}")


def _company_id(data: Json) -> int | None:
    """Company 0 is the MSP itself."""
    value = data.get("companyID")
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _contact(names: Names, number: int | None) -> NamedRef | None:
    return _named(number, full_name(names.contacts.get(number or 0, {})))


def status(pick: Pick, board_id: str | None) -> Status:
    """Only `Complete` is closed. Whether a workflow rule mails on it, the service does not say."""
    return Status(str(pick.value), pick.label, board_id, pick.value == COMPLETE, sends_email=None, active=pick.active)


def _summary_fields(data: Json, tickets: Entity, names: Names) -> dict[str, Any]:
    number = record_id(data)
    queue, state, level = id_of(data, "queueID"), id_of(data, "status"), id_of(data, "priority")
    owner, company = id_of(data, "assignedResourceID"), _company_id(data)
    board = _named(queue, tickets.label("queueID", queue)) or NO_QUEUE
    closed = state == COMPLETE
    name = tickets.label("status", state) or f"#{state}"
    return {
        "id": str(number),
        "number": text_of(data, "ticketNumber") or str(number),
        "summary": text_of(data, "title"),
        "board": board,
        "status": None if state is None else Status(str(state), name, board.id, closed),
        "priority": _named(level, tickets.label("priority", level)),
        "company": _named(company, names.companies.get(company or 0, "")),
        "contact": _contact(names, id_of(data, "contactID")),
        "owner": _named(owner, names.people.get(owner or 0, "")),
        "resources": (),
        "closed": closed,
        "created_at": when(text_of(data, "createDate")),
        "updated_at": when(text_of(data, "lastActivityDate")),
    }


def ticket_summary(data: Json, tickets: Entity, names: Names) -> TicketSummary:
    return TicketSummary(**_summary_fields(data, tickets, names))


def ticket(data: Json, tickets: Entity, names: Names, *, site: str) -> Ticket:
    """A whole ticket. A merged one is only complete here: the service names no ticket it went into."""
    by = (
        id_of(data, "lastActivityResourceID")
        if data.get("lastActivityPersonType") in (None, _RESOURCE_UPDATE)
        else None
    )
    person = names.contacts.get(id_of(data, "contactID") or 0, {})
    return Ticket(
        **_summary_fields(data, tickets, names),
        description=text_of(data, "description"),
        type=tickets.label("ticketType", data.get("ticketType")) or None,
        sla=tickets.label("serviceLevelAgreementID", data.get("serviceLevelAgreementID")) or None,
        site=site or None,
        contact_email=text_of(person, "emailAddress") or None,
        updated_by=names.people.get(by or 0) or None,
    )


def is_internal(label: str) -> bool:
    """Whether a publish level keeps a note among the MSP's own people. Co-managed levels show it to people of the client."""
    words = label.casefold()
    return "internal" in words and "managed" not in words


def note(data: Json, notes: Entity, names: Names) -> Note:
    """A note. Its title is shown only where it says something the text does not."""
    resource, contact = id_of(data, "creatorResourceID"), id_of(data, "createdByContactID")
    publish, kind_of_note = data.get("publish"), data.get("noteType")
    kind: AuthorKind = "customer" if contact else "staff" if resource else "system"
    if kind_of_note == _WORKFLOW_NOTE:
        kind = "system"
    named = full_name(names.contacts.get(contact, {})) if contact else names.people.get(resource or 0, "")
    level = notes.label("publish", publish)
    visibility: Visibility = "internal" if is_internal(level) else "customer"
    text = text_of(data, "description").replace("\r\n", "\n")
    return Note(
        id=str(record_id(data)),
        author=named or ("System" if kind == "system" else "Unknown"),
        author_kind=kind,
        text=text or text_of(data, "title"),
        visibility=visibility,
        kinds=tuple(label for label in (notes.label("noteType", kind_of_note), level) if label),
        created_at=when(text_of(data, "createDateTime")),
        reference=find_reference(text),
        member_id=str(resource) if resource else None,
    )


def time_notes(data: Json, names: Names) -> list[Note]:
    """What a time entry says: its summary can be seen by the customer, its internal notes cannot."""
    person = id_of(data, "resourceID")
    found: list[Note] = []
    for key, visibility in (("summaryNotes", "customer"), ("internalNotes", "internal")):
        text = text_of(data, key).replace("\r\n", "\n")
        if text:
            found.append(
                Note(
                    id=f"time-{record_id(data)}-{visibility}",
                    author=names.people.get(person or 0, "") or "Unknown",
                    author_kind="staff",
                    text=text,
                    visibility="customer" if visibility == "customer" else "internal",
                    kinds=("time entry",),
                    created_at=when(text_of(data, "createDateTime") or text_of(data, "dateWorked")),
                    reference=find_reference(text),
                    member_id=str(person) if person else None,
                )
            )
    return found


def time_entry(data: Json, names: Names) -> TimeEntry:
    hours = data.get("hoursWorked")
    minutes = round(hours * 60) if isinstance(hours, int | float) and not isinstance(hours, bool) else 0
    person = id_of(data, "resourceID")
    return TimeEntry(
        str(record_id(data)),
        _named(person, names.people.get(person or 0, "")),
        minutes,
        text_of(data, "summaryNotes"),
        when(text_of(data, "startDateTime") or text_of(data, "dateWorked")),
    )


def board(pick: Pick) -> Board:
    return Board(str(pick.value), pick.label, active=pick.active)


def priority(pick: Pick) -> Priority:
    return Priority(str(pick.value), pick.label)


def member(data: Json, resources: Entity) -> Member:
    emails = {text_of(data, key).strip().lower() for key in ("email", "email2", "email3")} - {""}
    licence = resources.label("licenseType", data.get("licenseType")).casefold()
    login = text_of(data, "userName")
    return Member(
        id=str(record_id(data)),
        identifier=login,
        name=full_name(data) or login,
        emails=tuple(sorted(emails)),
        active=data.get("isActive") in (True, 1),
        api_only="api" in licence,
    )


def company(data: Json) -> Company:
    website = text_of(data, "webAddress").lower().removeprefix("https://").removeprefix("http://").removeprefix("www.")
    return Company(str(record_id(data)), text_of(data, "companyName"), website.split("/", 1)[0] or None)


def contact(data: Json) -> Contact:
    owner = data.get("companyID")
    return Contact(
        str(record_id(data)),
        full_name(data),
        text_of(data, "emailAddress") or None,
        str(owner) if isinstance(owner, int) else None,
    )


def configuration(data: Json, items: Entity) -> Configuration:
    return Configuration(
        str(record_id(data)),
        text_of(data, "referenceTitle") or text_of(data, "rmmDeviceAuditHostname") or text_of(data, "serialNumber"),
        items.label("configurationItemType", data.get("configurationItemType")) or None,
        text_of(data, "rmmDeviceAuditIPAddress") or None,
        text_of(data, "rmmDeviceAuditOperatingSystem") or None,
    )


def attachment(data: Json) -> Attachment:
    return Attachment(
        str(record_id(data)),
        text_of(data, "title"),
        text_of(data, "fullPath"),
        when(text_of(data, "attachDate")),
    )


def secondary(data: Json, names: Names) -> Assignee:
    """A person beside the primary one; the record that says so is what removing deletes."""
    person = record_id(data, "resourceID")
    return Assignee(
        NamedRef(str(person), names.people.get(person) or f"#{person}"), primary=False, remove_ref=str(record_id(data))
    )
