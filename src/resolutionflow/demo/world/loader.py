"""From the data files to a validated `World`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar, cast, get_args

from resolutionflow.demo.world.errors import WorldError
from resolutionflow.demo.world.model import (
    Attachment,
    Board,
    Company,
    Configuration,
    Contact,
    DemoRole,
    DemoUser,
    Member,
    MemberKind,
    Note,
    NoteKind,
    Priority,
    Site,
    Status,
    Ticket,
    World,
)
from resolutionflow.demo.world.reader import Reader, read_file, read_folder
from resolutionflow.demo.world.times import resolve
from resolutionflow.demo.world.validation import validate

T = TypeVar("T")

#: Note ids are handed out by position, so that they do not depend on the clock: 200 for each ticket.
_FIRST_NOTE_ID = 60_000
_FIRST_TICKET_ID = 48_240
_NOTES_A_TICKET = 200


def load(now: datetime) -> World:
    """The demo world as it is at `now` (aware, UTC). Raises `WorldError` if the data is wrong."""
    if now.tzinfo is None:
        raise WorldError("the demo world needs an aware time")
    people, desk = read_file("people.yaml"), read_file("desk.yaml")
    members = tuple(_member(item) for item in people.children("members"))
    companies = tuple(_company(item) for file in read_folder("companies") for item in file.children("companies"))
    boards = tuple(_board(item) for item in desk.children("boards"))
    priorities = tuple(_priority(item) for item in desk.children("priorities"))
    names = _Names(
        now=now,
        members={member.login: member for member in members},
        companies={company.key: company for company in companies},
        boards={board.key: board for board in boards},
        priorities={f"P{priority.level}": priority for priority in priorities},
    )
    tickets = [_ticket(item, names) for file in read_folder("tickets") for item in file.children("tickets")]
    world = World(
        msp_name=people.text("msp_name"),
        msp_domain=people.text("msp_domain"),
        loaded_at=now,
        members=members,
        demo_users=tuple(_demo_user(item) for item in people.children("demo_users")),
        companies=companies,
        boards=boards,
        priorities=priorities,
        tickets=tuple(sorted(tickets, key=lambda ticket: ticket.id)),
    )
    people.done()
    desk.done()
    validate(world)
    return world


@dataclass(frozen=True)
class _Names:
    """What the names in a ticket stand for."""

    now: datetime
    members: dict[str, Member]
    companies: dict[str, Company]
    boards: dict[str, Board]
    priorities: dict[str, Priority]


def _member(item: Reader) -> Member:
    member = Member(
        id=item.number("id"),
        login=item.text("login"),
        first_name=item.text("first_name"),
        last_name=item.text("last_name"),
        email=item.text("email"),
        kind=MemberKind(item.text("kind")),
        title=item.text("title"),
        licence=item.text("licence", "F"),
        inactive=item.flag("inactive"),
    )
    item.done()
    return member


def _demo_user(item: Reader) -> DemoUser:
    role = item.text("demo_user")
    if role not in get_args(DemoRole):
        raise WorldError(f"{item.where}: unknown role {role!r}")
    user = DemoUser(
        name=item.text("name"),
        email=item.text("email"),
        demo_user=cast("DemoRole", role),
        member_login=item.text("member"),
        good_for=item.text("good_for"),
    )
    item.done()
    return user


def _company(item: Reader) -> Company:
    number, domain = item.number("id"), item.text("domain")
    sites = tuple(_site(child, number * 10 + count) for count, child in enumerate(item.children("sites"), 1))
    by_key = {site.key: site for site in sites}
    contacts = tuple(
        _contact(child, number * 100 + count, domain, by_key)
        for count, child in enumerate(item.children("contacts"), 1)
    )
    owners = {contact.key: contact for contact in contacts}
    configurations = tuple(
        _configuration(child, number * 100 + 50 + count, by_key, owners)
        for count, child in enumerate(item.children("configurations"), 1)
    )
    company = Company(
        id=number,
        key=item.text("key"),
        identifier=item.text("identifier"),
        name=item.text("name"),
        domain=domain,
        phone=item.text("phone"),
        sites=sites,
        contacts=contacts,
        configurations=configurations,
    )
    item.done()
    return company


def _site(item: Reader, number: int) -> Site:
    site = Site(
        id=number,
        key=item.text("key"),
        name=item.text("name"),
        address=item.text("address"),
        city=item.text("city"),
        phone=item.text("phone"),
    )
    item.done()
    return site


def _contact(item: Reader, number: int, domain: str, sites: dict[str, Site]) -> Contact:
    first, last = item.text("first"), item.text("last")
    contact = Contact(
        id=number,
        key=item.text("key", last.lower().replace("'", "").replace(" ", "-")),
        first_name=first,
        last_name=last,
        email=item.text(
            "email",
            f"{first[0]}.{last}".lower().replace("'", "").replace(" ", "") + f"@{domain}",
        ),
        phone=item.text("phone"),
        title=item.text("title"),
        site_id=_pick(sites, item.text("site"), item).id,
    )
    item.done()
    return contact


def _configuration(item: Reader, number: int, sites: dict[str, Site], contacts: dict[str, Contact]) -> Configuration:
    contact, name = item.optional("contact"), item.text("name")
    configuration = Configuration(
        id=number,
        key=name.lower(),
        name=name,
        type=item.text("type"),
        manufacturer=item.text("make", ""),
        model=item.text("model", ""),
        serial=item.text("serial", ""),
        ip_address=item.text("ip", ""),
        os=item.text("os", ""),
        site_id=_pick(sites, item.text("site"), item).id,
        contact_id=None if contact is None else _pick(contacts, contact, item).id,
    )
    item.done()
    return configuration


def _board(item: Reader) -> Board:
    board = Board(
        id=item.number("id"),
        key=item.text("key"),
        name=item.text("name"),
        inactive=item.flag("inactive"),
        project=item.flag("project"),
        types=item.texts("types"),
        statuses=tuple(_status(child, number) for number, child in enumerate(item.children("statuses"), 1)),
    )
    item.done()
    return board


def _status(item: Reader, sort: int) -> Status:
    status = Status(
        id=item.number("id"),
        name=item.text("name"),
        sort=sort * 10,
        closed=item.flag("closed"),
        inactive=item.flag("inactive"),
        sends_email=item.flag("sends_email"),
        time_not_allowed=item.flag("time_not_allowed"),
        default=item.flag("default"),
        required=item.texts("required"),
    )
    item.done()
    return status


def _priority(item: Reader) -> Priority:
    priority = Priority(
        id=item.number("id"),
        name=item.text("name"),
        level=item.number("level"),
        color=item.text("color"),
    )
    item.done()
    return priority


def _ticket(item: Reader, names: _Names) -> Ticket:
    number = item.number("id")
    company = _pick(names.companies, item.text("company"), item)
    board = _pick(names.boards, item.text("board", "service-desk"), item)
    contact_key, site_key = item.optional("contact"), item.optional("site")
    contact = None if contact_key is None else _pick({c.key: c for c in company.contacts}, contact_key, item)
    sites = {site.key: site for site in company.sites}
    site_id = _pick(sites, site_key, item).id if site_key else contact.site_id if contact else None
    status = _pick({status.name: status for status in board.statuses}, item.text("status"), item)
    owner = item.optional("owner")
    opened = resolve(item.text("opened"), names.now)
    notes = _notes(item, number, opened=opened, names=names, contact=contact)
    devices = {configuration.key: configuration for configuration in company.configurations}
    merged = item.number("merged_into", 0)
    ticket = Ticket(
        id=number,
        summary=item.text("summary"),
        board_id=board.id,
        status_id=status.id,
        priority_id=_pick(names.priorities, item.text("priority"), item).id,
        type=item.text("type", "Incident"),
        sub_type=item.text("sub_type", ""),
        company_id=company.id,
        contact_id=contact.id if contact else None,
        site_id=site_id,
        configuration_ids=tuple(_pick(devices, name.lower(), item).id for name in item.texts("configurations")),
        owner_id=None if owner is None else _pick(names.members, owner, item).id,
        assignee_ids=tuple(_pick(names.members, login, item).id for login in item.texts("also")),
        source=item.text("source", "Email Connector"),
        opened_at=opened,
        updated_at=notes[-1].created_at,
        closed=status.closed,
        notes=notes,
        attachments=tuple(
            _attachment(child, first_id(number) + 150 + n) for n, child in enumerate(item.children("attachments"))
        ),
        flow=item.optional("flow"),
        merged_into=merged or None,
        status_locked=item.flag("status_locked"),
        no_rights=item.flag("no_rights"),
        tags=item.texts("tags"),
    )
    item.done()
    return ticket


def first_id(ticket: int) -> int:
    """The first of the 200 ids that belong to a ticket: notes from 0, attachments from 150."""
    return _FIRST_NOTE_ID + (ticket - _FIRST_TICKET_ID) * _NOTES_A_TICKET


def _attachment(item: Reader, number: int) -> Attachment:
    attachment = Attachment(id=number, name=item.text("name"), size=item.number("size"))
    item.done()
    return attachment


def _notes(
    item: Reader,
    ticket: int,
    *,
    opened: datetime,
    names: _Names,
    contact: Contact | None,
) -> tuple[Note, ...]:
    """Notes in file order. A later note is never older than the one before it, whatever hour of the day it is now."""
    made: list[Note] = []
    for child in _expanded(item):
        at = child.optional("at")
        earliest = made[-1].created_at + timedelta(minutes=1) if made else opened
        moment = min(
            max(earliest, resolve(at, names.now) if at else earliest),
            names.now.replace(microsecond=0),
        )
        made.append(_note(child, first_id(ticket) + len(made), moment, names, contact))
    if not made:
        raise WorldError(f"{item.where}: a ticket needs a first note, its description")
    return tuple(made)


def _note(item: Reader, number: int, moment: datetime, names: _Names, contact: Contact | None) -> Note:
    """`by` is `contact`, `system`, a member's login, or the free name of a sender the PSA does not know."""
    by = item.text("by")
    member = names.members.get(by)
    sender = contact if by == "contact" else None
    if by == "contact" and contact is None:
        raise WorldError(f"{item.where}: the ticket has no contact")
    note = Note(
        id=number,
        kind=NoteKind(item.text("kind", "internal" if member else "discussion")),
        text=item.text("text").rstrip("\n"),
        created_at=moment,
        author=member.name if member else sender.name if sender else "System" if by == "system" else by,
        member_id=member.id if member else None,
        contact_id=sender.id if sender else None,
        minutes=item.number("minutes", 0),
    )
    item.done()
    return note


def _expanded(item: Reader) -> Iterable[Reader]:
    """The notes of a ticket; `repeat` blocks stand for many alike (an alert that fires again and again)."""
    for child in item.children("notes"):
        repeat = child.number("repeat", 0)
        if not repeat:
            yield child
            continue
        by, kind, text = (
            child.text("by"),
            child.text("kind", "internal"),
            child.text("text"),
        )
        start, step, used = (
            child.number("hours_ago"),
            child.number("step_minutes"),
            child.texts("values"),
        )
        child.done()
        for count in range(repeat):
            body = text.replace("<n>", str(count + 1)).replace("<value>", used[count % len(used)])
            at = f"-{start * 60 - count * step}m"
            yield Reader(
                {"by": by, "kind": kind, "text": body, "at": at},
                f"{child.where}#{count}",
            )


def _pick(options: Mapping[str, T], name: str, item: Reader) -> T:
    found = options.get(name)
    if found is None:
        raise WorldError(f"{item.where}: {name!r} is none of {sorted(options)}")
    return found
