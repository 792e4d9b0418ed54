"""HaloPSA JSON to our types. Anything of another shape raises `PsaProtocol`, optional fields may be missing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, cast

from resolutionflow.psa.providers.contract import (
    Attachment,
    AuthorKind,
    Board,
    Company,
    Configuration,
    Contact,
    Member,
    NamedRef,
    Note,
    Outcome,
    Priority,
    Status,
    Ticket,
    TicketSummary,
    TimeEntry,
)
from resolutionflow.psa.providers.errors import PsaProtocol
from resolutionflow.psa.providers.halopsa.markup import to_text
from resolutionflow.psa.refs import find_reference

Json = dict[str, Any]
# The stock number of the status that closes a ticket, for versions that do not mark it.
STOCK_CLOSED = 9


def as_object(value: object) -> Json:
    if not isinstance(value, dict):
        raise PsaProtocol
    return cast("Json", value)


def as_rows(value: object, name: str) -> list[Json]:
    """A list of records, bare or under `name`."""
    if isinstance(value, dict):
        value = cast("Json", value).get(name)
    if not isinstance(value, list):
        raise PsaProtocol
    return [as_object(item) for item in cast("list[object]", value)]


def single(value: object) -> Json:
    """One record: bare, in a list of one, or the only object inside an object."""
    if isinstance(value, list):
        items = cast("list[object]", value)
        if len(items) != 1:
            raise PsaProtocol
        return single(items[0])
    record = as_object(value)
    if "id" in record:
        return record
    inner: list[object] = [item for item in record.values() if isinstance(item, dict | list) and item]
    if len(inner) != 1:
        raise PsaProtocol
    return single(inner[0])


def text_of(data: Json, *names: str) -> str:
    """The first of the fields that holds a text."""
    values = (data.get(name) for name in names)
    return next((value for value in values if isinstance(value, str) and value), "")


def id_of(data: Json, name: str = "id") -> str:
    """The id under `name`; empty when there is none (the PSA writes 0 or -1 for nobody)."""
    value = data.get(name)
    if isinstance(value, bool) or not isinstance(value, int | str):
        return ""
    return "" if value in (0, -1, "", "0", "-1") else str(value)


def _own_id(data: Json) -> str:
    found = id_of(data)
    if not found:
        raise PsaProtocol
    return found


def number_of(data: Json, name: str) -> float:
    value = data.get(name)
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else 0.0


def when(text: str) -> datetime | None:
    """A vendor time stamp, UTC; None when empty, unreadable or the vendor's "never"."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    if found.year < 1971:
        return None
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Names:
    """What the ids on tickets are called.

    `closing` says of a status whether it closes the ticket, where the PSA tells. `nobody` are the ids of the agent "Unassigned".
    """

    boards: Mapping[str, str] = field(default_factory=dict[str, str])
    statuses: Mapping[str, str] = field(default_factory=dict[str, str])
    closing: Mapping[str, bool] = field(default_factory=dict[str, bool])
    priorities: Mapping[tuple[str, str], str] = field(default_factory=dict[tuple[str, str], str])
    agents: Mapping[str, str] = field(default_factory=dict[str, str])
    nobody: frozenset[str] = frozenset({"1"})


def _named(id_: str, name: str, what: str) -> NamedRef | None:
    return NamedRef(id_, name or f"{what} {id_}") if id_ else None


def _priority(data: Json, names: Names) -> NamedRef | None:
    """Tickets carry `priority_id`, which is a number of the SLA and not the id of the priority's row."""
    inner = data.get("priority")
    told = text_of(cast("Json", inner), "name") if isinstance(inner, dict) else ""
    id_ = id_of(data, "priority_id")
    return _named(id_, told or names.priorities.get((id_of(data, "sla_id"), id_), ""), "Priority")


def _summary_fields(data: Json, names: Names) -> dict[str, Any]:
    status_id, board_id, agent_id = id_of(data, "status_id"), id_of(data, "tickettype_id"), id_of(data, "agent_id")
    closed = _is_closed(data, status_id, names)
    name = names.statuses.get(status_id) or f"Status {status_id}"
    status = Status(status_id, name, board_id or None, closed)
    owner = None if agent_id in names.nobody else agent_id
    return {
        "id": _own_id(data),
        "number": _own_id(data),
        "summary": text_of(data, "summary"),
        "board": _named(board_id, text_of(data, "tickettype_name") or names.boards.get(board_id, ""), "Type"),
        "status": status if status_id else None,
        "priority": _priority(data, names),
        "company": _named(id_of(data, "client_id"), text_of(data, "client_name"), "Client"),
        "contact": _named(id_of(data, "user_id"), text_of(data, "user_name"), "User"),
        "owner": _named(owner or "", names.agents.get(agent_id, "") or text_of(data, "agent_name"), "Agent"),
        "resources": (),
        "closed": closed,
        "created_at": when(text_of(data, "dateoccurred", "datecreated")),
        "updated_at": _latest(data),
    }


def _is_closed(data: Json, status_id: str, names: Names) -> bool:
    """A status that says so decides: `hasbeenclosed` may stay on a ticket that was opened again."""
    if data.get("deleted") is True or data.get("inactive") is True:
        return True
    marked = data.get("hasbeenclosed") is True or status_id == str(STOCK_CLOSED)
    return names.closing.get(status_id, marked)


def _latest(data: Json) -> datetime | None:
    stamps = [when(text_of(data, name)) for name in ("last_update", "lastactiondate")]
    return max((stamp for stamp in stamps if stamp is not None), default=None)


def ticket_summary(data: Json, names: Names) -> TicketSummary:
    return TicketSummary(**_summary_fields(data, names))


def ticket(data: Json, names: Names) -> Ticket:
    markup = text_of(data, "details_html")
    return Ticket(
        **_summary_fields(data, names),
        description=to_text(markup) if markup else text_of(data, "details"),
        type=text_of(data, "category_1", "tickettype_name") or None,
        sla=text_of(data, "sla_name") or None,
        site=text_of(data, "site_name") or None,
        contact_email=text_of(data, "user_email", "useremail", "emailaddress") or None,
        updated_by=None,
        merged_into=id_of(data, "merged_into_id") or None,
    )


def note(data: Json, names: Names) -> Note:
    """An action. Its text is that of the HTML, which is what was written."""
    markup = text_of(data, "note_html")
    body = to_text(markup) if markup else text_of(data, "note")
    agent, hidden = id_of(data, "who_agentid"), data.get("hiddenfromuser") is True
    staff = bool(agent) and agent not in names.nobody
    who = text_of(data, "who")
    kind: AuthorKind = "staff" if staff else "system" if who.casefold() in ("", "system") else "customer"
    kinds = [name for name in ("hiddenfromuser",) if hidden] + (["timetaken"] if minutes_of(data) else [])
    return Note(
        id=_own_id(data),
        author=who or names.agents.get(agent, "") or "System",
        author_kind=kind,
        text=body,
        visibility="internal" if hidden else "customer",
        kinds=tuple(kinds),
        created_at=when(text_of(data, "datetime", "actiondatecreated")),
        reference=find_reference(body),
        member_id=agent if staff else None,
    )


def minutes_of(data: Json) -> int:
    """Time on an action, kept in hours."""
    return round(number_of(data, "timetaken") * 60)


def time_entry(data: Json, names: Names) -> TimeEntry:
    shown = note(data, names)
    member = NamedRef(shown.member_id, shown.author) if shown.member_id else None
    return TimeEntry(shown.id, member, minutes_of(data), shown.text, shown.created_at)


def board(data: Json) -> Board:
    kind = text_of(data, "use").casefold()
    active = data.get("inactive") is not True and "project" not in kind
    return Board(_own_id(data), text_of(data, "name"), active=active)


def tells_closed(data: Json) -> bool | None:
    """Whether a status closes its ticket; None where the PSA does not say."""
    told = data.get("isclosed")
    return told if isinstance(told, bool) else None


def status(data: Json, board_id: str | None) -> Status:
    told = tells_closed(data)
    closed = told if told is not None else id_of(data) == str(STOCK_CLOSED)
    return Status(
        _own_id(data), text_of(data, "name"), board_id, closed=closed, active=data.get("inactive") is not True
    )


def priority(data: Json) -> Priority:
    """`priorityid` is what tickets carry; the row's own id is a GUID."""
    found = id_of(data, "priorityid")
    if not found:
        raise PsaProtocol
    return Priority(found, text_of(data, "name"))


def member(data: Json) -> Member:
    email = text_of(data, "email").strip().lower()
    name = text_of(data, "name")
    return Member(
        id=_own_id(data),
        identifier=email or name,
        name=name,
        emails=(email,) if email else (),
        active=data.get("isdisabled") is not True,
        api_only=data.get("is_api_only") is True or data.get("isapiagent") is True,
    )


def outcome(data: Json) -> Outcome:
    hidden = any(data.get(name) is True for name in ("hidden", "hiddenfromuser", "defaulthiddenfromuser"))
    mails = data.get("sendemail")
    name = text_of(data, "outcome", "name", "buttonname")
    return Outcome(_own_id(data), name, internal=hidden, sends_email=mails if isinstance(mails, bool) else None)


def company(data: Json) -> Company:
    website = text_of(data, "website").lower().removeprefix("https://").removeprefix("http://").removeprefix("www.")
    return Company(_own_id(data), text_of(data, "name"), website.split("/", 1)[0] or None)


def contact(data: Json) -> Contact:
    return Contact(
        _own_id(data), text_of(data, "name"), text_of(data, "emailaddress") or None, id_of(data, "client_id") or None
    )


def configuration(data: Json) -> Configuration:
    values = {text_of(one, "name").casefold(): text_of(one, "value") for one in _fields(data)}
    address = next((value for name, value in values.items() if "ip" in name.split()), "")
    system = next((value for name, value in values.items() if name in ("os", "operating system")), "")
    name = text_of(data, "inventory_number") or text_of(data, "key_field")
    kind = text_of(data, "assettype_name") or None
    return Configuration(_own_id(data), name or f"Asset {_own_id(data)}", kind, address or None, system or None)


def _fields(data: Json) -> list[Json]:
    found = data.get("fields")
    items = cast("list[object]", found) if isinstance(found, list) else []
    return [cast("Json", item) for item in items if isinstance(item, dict)]


def attachment(data: Json) -> Attachment:
    name = text_of(data, "filename")
    return Attachment(_own_id(data), text_of(data, "desc") or name, name, when(text_of(data, "datecreated")))
