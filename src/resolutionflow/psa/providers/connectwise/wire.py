"""ConnectWise JSON to our types. Anything of another shape raises `PsaProtocol`, optional fields may be missing."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, cast

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
NOTE_FLAGS = ("detailDescriptionFlag", "internalAnalysisFlag", "resolutionFlag")


def as_object(value: object) -> Json:
    if not isinstance(value, dict):
        raise PsaProtocol
    return cast("Json", value)


def as_rows(value: object) -> list[Json]:
    if not isinstance(value, list):
        raise PsaProtocol
    return [as_object(item) for item in cast("list[object]", value)]


def _text(data: Json, key: str) -> str:
    value = data.get(key)
    return value if isinstance(value, str) else ""


def _id(data: Json) -> str:
    value = data.get("id")
    if isinstance(value, bool) or not isinstance(value, int | str) or value == "":
        raise PsaProtocol
    return str(value)


def _ref(data: Json, key: str, label: str = "name") -> NamedRef | None:
    value = data.get(key)
    if not isinstance(value, dict) or cast("Json", value).get("id") is None:
        return None
    inner = cast("Json", value)
    return NamedRef(_id(inner), _text(inner, label) or _text(inner, "identifier"))


def _info(data: Json, key: str) -> str:
    info = data.get("_info")
    return _text(cast("Json", info), key) if isinstance(info, dict) else ""


def when(text: str) -> datetime | None:
    """A vendor time stamp, UTC; None when empty or unreadable."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


def _summary_fields(data: Json) -> dict[str, Any]:
    status, board = _ref(data, "status"), _ref(data, "board")
    closed = data.get("closedFlag") is True
    return {
        "id": _id(data),
        "number": _id(data),
        "summary": _text(data, "summary"),
        "board": board,
        "status": Status(status.id, status.name, board.id if board else None, closed) if status else None,
        "priority": _ref(data, "priority"),
        "company": _ref(data, "company"),
        "contact": _ref(data, "contact"),
        "owner": _ref(data, "owner"),
        "resources": tuple(part.strip() for part in _text(data, "resources").split(",") if part.strip()),
        "closed": closed,
        "created_at": when(_text(data, "dateEntered") or _info(data, "dateEntered")),
        "updated_at": when(_info(data, "lastUpdated")),
    }


def ticket_summary(data: Json) -> TicketSummary:
    return TicketSummary(**_summary_fields(data))


def ticket(data: Json) -> Ticket:
    type_, sla, site, merged = (
        _ref(data, "type"),
        _ref(data, "sla"),
        _ref(data, "site"),
        _ref(data, "mergedParentTicket", "summary"),
    )
    return Ticket(
        **_summary_fields(data),
        type=type_.name if type_ else None,
        sla=", ".join(part for part in (sla.name if sla else "", _text(data, "slaStatus")) if part) or None,
        site=site.name if site else (_text(data, "siteName") or None),
        contact_email=_text(data, "contactEmailAddress") or None,
        updated_by=_info(data, "updatedBy") or None,
        merged_into=merged.id if merged else None,
    )


def note(data: Json) -> Note:
    member, contact = _ref(data, "member"), _ref(data, "contact")
    kinds = tuple(flag for flag in NOTE_FLAGS if data.get(flag) is True)
    kind: AuthorKind = "customer" if contact and not member else "staff" if member else "system"
    author = (
        (contact.name if kind == "customer" and contact else member.name if member else "")
        or _text(data, "createdBy")
        or "System"
    )
    visibility: Visibility = "internal" if kinds in ((), ("internalAnalysisFlag",)) else "customer"
    text = _text(data, "text") or _text(data, "notes")
    return Note(
        id=_id(data),
        author=author,
        author_kind=kind,
        text=text,
        visibility=visibility,
        kinds=kinds,
        created_at=when(_text(data, "dateCreated") or _info(data, "dateEntered") or _info(data, "lastUpdated")),
        reference=find_reference(text),
        member_id=member.id if member else None,
    )


def board(data: Json) -> Board:
    return Board(
        _id(data),
        _text(data, "name"),
        active=data.get("inactiveFlag") is not True and data.get("projectFlag") is not True,
    )


def status(data: Json, board_id: str) -> Status:
    template = data.get("emailTemplate")
    return Status(
        id=_id(data),
        name=_text(data, "name"),
        board_id=board_id,
        closed=data.get("closedStatus") is True,
        sends_email=isinstance(template, dict) and cast("Json", template).get("id") is not None,
        active=data.get("inactive") is not True,
    )


def priority(data: Json) -> Priority:
    return Priority(_id(data), _text(data, "name"))


def member(data: Json) -> Member:
    emails = {_text(data, key).strip().lower() for key in ("officeEmail", "primaryEmail")} - {""}
    full = f"{_text(data, 'firstName')} {_text(data, 'lastName')}".strip()
    return Member(
        id=_id(data),
        identifier=_text(data, "identifier"),
        name=full or _text(data, "fullName") or _text(data, "identifier"),
        emails=tuple(sorted(emails)),
        active=data.get("inactiveFlag") is not True,
        api_only=_text(data, "licenseClass") == "A",
    )


def company(data: Json) -> Company:
    website = _text(data, "website").lower().removeprefix("https://").removeprefix("http://").removeprefix("www.")
    return Company(_id(data), _text(data, "name"), website.split("/", 1)[0] or None)


def contact(data: Json) -> Contact:
    name = f"{_text(data, 'firstName')} {_text(data, 'lastName')}".strip()
    owner = _ref(data, "company")
    return Contact(
        _id(data),
        name or _text(data, "name"),
        _contact_email(data),
        owner.id if owner else None,
    )


def _contact_email(data: Json) -> str | None:
    items = data.get("communicationItems")
    if not isinstance(items, list):
        return None
    mails = [
        item
        for item in as_rows(cast("object", items))
        if item.get("communicationType") == "Email" and _text(item, "value")
    ]
    mails.sort(key=lambda item: item.get("defaultFlag") is not True)
    return _text(mails[0], "value") if mails else None


def company_id(data: Json) -> str | None:
    """The client a record belongs to."""
    found = _ref(data, "company")
    return found.id if found else None


def configuration(data: Json) -> Configuration:
    type_ = _ref(data, "type")
    # Both often hold the same words.
    os = " ".join(dict.fromkeys(part for part in (_text(data, "osType"), _text(data, "osInfo")) if part))
    return Configuration(
        _id(data),
        _text(data, "name") or _text(data, "deviceIdentifier"),
        type_.name if type_ else None,
        _text(data, "ipAddress") or None,
        os or None,
    )


def time_entry(data: Json) -> TimeEntry:
    hours = data.get("actualHours")
    minutes = round(hours * 60) if isinstance(hours, int | float) and not isinstance(hours, bool) else 0
    return TimeEntry(
        _id(data),
        _ref(data, "member"),
        minutes,
        _text(data, "notes") or _text(data, "internalNotes"),
        when(_text(data, "timeStart")),
    )


def attachment(data: Json) -> Attachment:
    return Attachment(
        _id(data),
        _text(data, "title"),
        _text(data, "fileName"),
        when(_info(data, "lastUpdated")),
    )


def schedule_entry(data: Json) -> Assignee | None:
    """A person scheduled on a ticket; None for an entry without a member."""
    person = _ref(data, "member")
    return Assignee(person, primary=False, remove_ref=_id(data)) if person else None
