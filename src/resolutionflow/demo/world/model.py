"""The demo world as frozen values. Ids are the ConnectWise ids; other renderings derive theirs from them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from typing import Literal

DemoRole = Literal["owner", "admin", "engineer", "viewer"]


class MemberKind(StrEnum):
    """What a member of the MSP does; `API` is the account that programs sign in with."""

    MANAGER = "manager"
    SENIOR = "senior"
    ENGINEER = "engineer"
    API = "api"


class NoteKind(StrEnum):
    """Who can see a note: `DISCUSSION` and `RESOLUTION` are customer-visible, `INTERNAL` is not."""

    DISCUSSION = "discussion"
    INTERNAL = "internal"
    RESOLUTION = "resolution"


@dataclass(frozen=True, slots=True)
class Member:
    """Someone who works in the PSA. `licence` is F (full), A (API), C or X as ConnectWise has them."""

    id: int
    login: str
    first_name: str
    last_name: str
    email: str
    kind: MemberKind
    title: str
    licence: str = "F"
    inactive: bool = False

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}"


@dataclass(frozen=True, slots=True)
class DemoUser:
    """A person of the demo workspace; `member_login` is the member with the same e-mail, `good_for` what to try as them."""

    name: str
    email: str
    demo_user: DemoRole
    member_login: str
    good_for: str


@dataclass(frozen=True, slots=True)
class Site:
    id: int
    key: str
    name: str
    address: str
    city: str
    phone: str


@dataclass(frozen=True, slots=True)
class Contact:
    id: int
    key: str
    first_name: str
    last_name: str
    email: str
    phone: str
    title: str
    site_id: int

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}"


@dataclass(frozen=True, slots=True)
class Configuration:
    """A device or a cloud tenant. `ip_address` and `os` are empty where they make no sense."""

    id: int
    key: str
    name: str
    type: str
    manufacturer: str
    model: str
    serial: str
    ip_address: str
    os: str
    site_id: int
    contact_id: int | None


@dataclass(frozen=True, slots=True)
class Company:
    id: int
    key: str
    identifier: str
    name: str
    domain: str
    phone: str
    sites: tuple[Site, ...]
    contacts: tuple[Contact, ...]
    configurations: tuple[Configuration, ...]


@dataclass(frozen=True, slots=True)
class Status:
    """A status of one board. `required` names ticket fields without which the PSA silently keeps the old status."""

    id: int
    name: str
    sort: int
    closed: bool = False
    inactive: bool = False
    sends_email: bool = False
    time_not_allowed: bool = False
    default: bool = False
    required: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Board:
    id: int
    key: str
    name: str
    inactive: bool
    project: bool
    types: tuple[str, ...]
    statuses: tuple[Status, ...]

    def status(self, name: str) -> Status:
        """The status called `name`; raises `KeyError`."""
        for status in self.statuses:
            if status.name == name:
                return status
        raise KeyError(name)


@dataclass(frozen=True, slots=True)
class Priority:
    id: int
    name: str
    level: int
    color: str


@dataclass(frozen=True, slots=True)
class Note:
    """One note. Exactly one of `member_id` and `contact_id` is set, or neither for the system and unknown senders.

    `minutes` above 0: it was written as a time entry of that length.
    """

    id: int
    kind: NoteKind
    text: str
    created_at: datetime
    author: str
    member_id: int | None
    contact_id: int | None
    minutes: int = 0


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file at a ticket; `size` in bytes. Only its description exists."""

    id: int
    name: str
    size: int


@dataclass(frozen=True, slots=True)
class Ticket:
    """A ticket. `notes` is oldest first and begins with the description; `assignee_ids` are members beside the owner.

    `flow` names the starter flow it is written for. `status_locked`: the PSA accepts a status change and keeps the old
    status. `no_rights`: the API member may list it, not open it. `tags` name what is special about it, for tests.
    """

    id: int
    summary: str
    board_id: int
    status_id: int
    priority_id: int
    type: str
    sub_type: str
    company_id: int
    contact_id: int | None
    site_id: int | None
    configuration_ids: tuple[int, ...]
    owner_id: int | None
    assignee_ids: tuple[int, ...]
    source: str
    opened_at: datetime
    updated_at: datetime
    closed: bool
    notes: tuple[Note, ...]
    attachments: tuple[Attachment, ...] = ()
    flow: str | None = None
    merged_into: int | None = None
    status_locked: bool = False
    no_rights: bool = False
    tags: tuple[str, ...] = ()

    @property
    def description(self) -> str:
        return self.notes[0].text


@dataclass(frozen=True)
class World:
    """Everything, loaded at `loaded_at` and validated: ids are unique and every reference exists."""

    msp_name: str
    msp_domain: str
    loaded_at: datetime
    members: tuple[Member, ...]
    demo_users: tuple[DemoUser, ...]
    companies: tuple[Company, ...]
    boards: tuple[Board, ...]
    priorities: tuple[Priority, ...]
    tickets: tuple[Ticket, ...]

    @cached_property
    def tickets_by_id(self) -> dict[int, Ticket]:
        return {ticket.id: ticket for ticket in self.tickets}

    @cached_property
    def members_by_login(self) -> dict[str, Member]:
        return {member.login: member for member in self.members}

    @cached_property
    def companies_by_id(self) -> dict[int, Company]:
        return {company.id: company for company in self.companies}

    @cached_property
    def boards_by_id(self) -> dict[int, Board]:
        return {board.id: board for board in self.boards}

    @cached_property
    def contacts_by_id(self) -> dict[int, Contact]:
        return {contact.id: contact for company in self.companies for contact in company.contacts}

    @cached_property
    def configurations_by_id(self) -> dict[int, Configuration]:
        return {item.id: item for company in self.companies for item in company.configurations}
