"""What every PSA gives us, in our words. Nothing outside a provider sees a vendor field.

All ids are strings, all times aware UTC, all texts the vendor's own and untrusted. What a vendor lacks is not in `Capabilities`
and raises `PsaUnsupported`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, Literal, Protocol, TypeVar

from resolutionflow.psa.providers.calls import HookCall, HookNews, Webhook

T = TypeVar("T")

Visibility = Literal["internal", "customer"]
AuthorKind = Literal["staff", "customer", "system"]
EmailEffect = Literal["none", "contact", "resources", "workflow", "unknown"]
FieldValue = str | int | float | bool | None
ProviderName = Literal["connectwise", "halopsa", "autotask"]
AssignRole = Literal["primary", "additional"]


@dataclass(frozen=True, slots=True)
class NamedRef:
    """A record by id and name."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Board:
    id: str
    name: str
    active: bool = True


@dataclass(frozen=True, slots=True)
class Status:
    """A status of one board. `sends_email` is None when the PSA does not say."""

    id: str
    name: str
    board_id: str | None
    closed: bool
    sends_email: bool | None = None
    active: bool = True


@dataclass(frozen=True, slots=True)
class Priority:
    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Member:
    """A person of the MSP in the PSA. `identifier` is the login."""

    id: str
    identifier: str
    name: str
    emails: tuple[str, ...] = ()
    active: bool = True
    api_only: bool = False


@dataclass(frozen=True, slots=True)
class Company:
    id: str
    name: str
    domain: str | None = None


@dataclass(frozen=True, slots=True)
class Contact:
    id: str
    name: str
    email: str | None
    company_id: str | None


@dataclass(frozen=True, slots=True)
class TicketSummary:
    """A ticket in a list. `owner` is the primary assignee."""

    id: str
    number: str
    summary: str
    board: NamedRef | None
    status: Status | None
    priority: NamedRef | None
    company: NamedRef | None
    contact: NamedRef | None
    owner: NamedRef | None
    resources: tuple[str, ...]
    closed: bool
    created_at: datetime | None
    updated_at: datetime | None


@dataclass(frozen=True, slots=True)
class Ticket(TicketSummary):
    """A whole ticket. `updated_by` is the login that touched it last."""

    description: str = ""
    type: str | None = None
    sla: str | None = None
    site: str | None = None
    contact_email: str | None = None
    updated_by: str | None = None
    merged_into: str | None = None


@dataclass(frozen=True, slots=True)
class Note:
    """`kinds` are the vendor's own flag names that are set. `reference` is ours (`RF-...`) when the note carries one."""

    id: str
    author: str
    author_kind: AuthorKind
    text: str
    visibility: Visibility
    kinds: tuple[str, ...]
    created_at: datetime | None
    reference: str | None = None
    member_id: str | None = None


@dataclass(frozen=True, slots=True)
class Configuration:
    id: str
    name: str
    type: str | None = None
    ip_address: str | None = None
    os: str | None = None


@dataclass(frozen=True, slots=True)
class About:
    """Whom a ticket is from and which machines it is about. Other tickets about the same are related to it."""

    company_id: str | None
    contact_id: str | None
    configurations: tuple[NamedRef, ...]


@dataclass(frozen=True, slots=True)
class Assignee:
    """Who works on the ticket. `remove_ref` names the record that makes a person an additional resource."""

    member: NamedRef
    primary: bool
    remove_ref: str | None = None


@dataclass(frozen=True, slots=True)
class TimeEntry:
    id: str
    member: NamedRef | None
    minutes: int
    notes: str
    started_at: datetime | None


@dataclass(frozen=True, slots=True)
class Attachment:
    id: str
    title: str
    file_name: str
    created_at: datetime | None


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """One page, newest first. `cursor` continues, None at the end. `truncated`: the PSA could not be asked for all."""

    items: tuple[T, ...]
    cursor: str | None = None
    truncated: bool = False


@dataclass(frozen=True, slots=True)
class TicketFilter:
    """What `search_tickets` looks for. Empty fields do not narrow."""

    query: str = ""
    assignment: Literal["all", "unassigned", "member"] = "all"
    member: Member | None = None
    board_ids: tuple[str, ...] = ()
    status_id: str | None = None
    status_name: str | None = None
    priority_ids: tuple[str, ...] = ()
    company_id: str | None = None
    contact_id: str | None = None
    configuration_id: str | None = None
    closed: Literal["open", "closed", "all"] = "open"


@dataclass(frozen=True, slots=True)
class NoteDraft:
    """A note to write, `text` as `render_note` made it.

    `target` says where a customer-visible resolution goes and `outcome_id` which outcome carries the note (vendor settings).
    """

    text: str
    visibility: Visibility
    target: Literal["discussion", "resolution", "both"] = "discussion"
    member_id: str | None = None
    notify: bool = False
    outcome_id: str | None = None


@dataclass(frozen=True, slots=True)
class TimeDraft:
    """Work to book on a ticket. `minutes` are rounded already; `notes` is internal and ends with our reference."""

    member_id: str
    minutes: int
    started_at: datetime
    notes: str
    work_type: str | None = None
    billable: str | None = None
    outcome_id: str | None = None


@dataclass(frozen=True, slots=True)
class TicketDraft:
    """A ticket to open. `reference` lets us find it again when the answer is lost."""

    summary: str
    description: str
    company_id: str
    board_id: str
    reference: str
    contact_id: str | None = None
    status_id: str | None = None
    priority_id: str | None = None
    configuration_ids: tuple[str, ...] = ()
    notify: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an action on a ticket is filed under, where the vendor wants one. `sends_email` is None when it does not say."""

    id: str
    name: str
    internal: bool
    sends_email: bool | None = None


@dataclass(frozen=True, slots=True)
class PlannedField:
    """One field of a request under the vendor's own name. `path` of nested fields is written with slashes (`member/id`)."""

    field: str
    to: FieldValue
    before: FieldValue = None


@dataclass(frozen=True, slots=True)
class WriteReceipt:
    external_id: str


@dataclass(frozen=True, slots=True)
class FoundNote:
    """The result of `find_note`: the first note carrying the reference and how many do."""

    note: Note
    count: int


@dataclass(frozen=True, slots=True)
class FoundTime:
    """The result of `find_time`: the first entry carrying the reference and how many do."""

    entry: TimeEntry
    count: int


@dataclass(frozen=True, slots=True)
class Check:
    """One connection check. `permission` is named when that is what is missing; `code` is that of the error, for the statuses."""

    check: str
    ok: bool
    detail: str
    permission: str | None = None
    code: str = ""


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a vendor can do, and its limits in characters. `notifies`: whether a note can be asked to mail the contact.

    `finds_by_configuration`: tickets of a machine can be asked for. `details_with_refs`: the list of a ticket's machines has their details.
    """

    note_max: int
    impersonates: bool
    additional_assignees: bool
    statuses_per_board: bool = True
    priorities_per_board: bool = False
    time_entries: bool = True
    outcomes: bool = False
    notifies: bool = True
    webhooks: bool = True
    finds_by_configuration: bool = True
    details_with_refs: bool = False


@dataclass(frozen=True, slots=True)
class Bases:
    """Where a connection leads: the API and the web app, as discovered. Empty before."""

    api: str
    web: str


class PsaProvider(Protocol):
    """Operations on one connection. Reads may be retried inside; writes are sent once and raise `PsaUnknownResult` when in doubt.

    `plan_*` say exactly what will be sent, under the vendor's names; the operation of the same name sends those fields and no others.
    They may read look-ups, which are kept for a while, and who is on the ticket; nothing is written.

    `read_about` asks nothing that the ticket and the list of its machines do not ask at the same time; machines that cannot be read are left
    out. `list_related` is one request deep: some of each kind in any order, open or not, perhaps older ones, perhaps without company and
    contact. `warm_up` asks for what is kept for an hour or longer and a person would otherwise wait for.
    """

    @property
    def name(self) -> ProviderName: ...
    @property
    def capabilities(self) -> Capabilities: ...
    @property
    def bases(self) -> Bases: ...

    async def check(self) -> tuple[Check, ...]: ...

    async def search_tickets(self, filter_: TicketFilter, *, limit: int, cursor: str | None) -> Page[TicketSummary]: ...
    async def get_ticket(self, ticket_id: str) -> Ticket: ...
    async def list_notes(self, ticket_id: str) -> tuple[Note, ...]: ...
    async def list_configuration_refs(self, ticket_id: str) -> tuple[NamedRef, ...]: ...
    async def list_configurations(self, refs: Sequence[NamedRef]) -> tuple[Configuration, ...]: ...
    async def read_about(self, ticket_id: str) -> About: ...
    async def list_related(self, about: About, *, since: datetime, limit: int) -> tuple[TicketSummary, ...]: ...
    async def list_assignees(self, ticket_id: str) -> tuple[Assignee, ...]: ...
    async def list_time(self, ticket_id: str) -> tuple[TimeEntry, ...]: ...
    async def list_attachments(self, ticket_id: str) -> tuple[Attachment, ...]: ...
    async def list_boards(self) -> tuple[Board, ...]: ...
    async def list_statuses(self, board_id: str) -> tuple[Status, ...]: ...
    async def list_priorities(self, board_id: str | None) -> tuple[Priority, ...]: ...
    async def list_members(self) -> tuple[Member, ...]: ...
    async def list_outcomes(self, board_id: str | None) -> tuple[Outcome, ...]: ...
    async def warm_up(self) -> None: ...
    async def search_companies(self, query: str, *, limit: int) -> tuple[Company, ...]: ...
    async def search_contacts(self, query: str, *, company_id: str | None, limit: int) -> tuple[Contact, ...]: ...

    async def plan_note(self, draft: NoteDraft) -> tuple[PlannedField, ...]: ...
    async def plan_status(self, status: Status, *, before: Status | None, notify: bool) -> tuple[PlannedField, ...]: ...
    async def plan_time(self, ticket_id: str, draft: TimeDraft) -> tuple[PlannedField, ...]: ...
    async def plan_ticket(self, draft: TicketDraft) -> tuple[PlannedField, ...]: ...
    async def plan_assign(self, ticket_id: str, member: NamedRef, role: AssignRole) -> tuple[PlannedField, ...]: ...

    async def add_note(self, ticket_id: str, fields: Sequence[PlannedField]) -> WriteReceipt: ...
    async def set_status(self, ticket_id: str, fields: Sequence[PlannedField]) -> Ticket: ...
    async def add_time(self, ticket_id: str, fields: Sequence[PlannedField]) -> WriteReceipt: ...
    async def create_ticket(self, fields: Sequence[PlannedField]) -> WriteReceipt: ...
    async def assign(self, ticket_id: str, fields: Sequence[PlannedField], role: AssignRole) -> None: ...
    async def unassign(self, ticket_id: str, assignee: Assignee) -> None: ...

    async def find_note(self, ticket_id: str, reference: str) -> FoundNote | None: ...
    async def find_time(self, ticket_id: str, reference: str) -> FoundTime | None: ...
    async def find_ticket(self, reference: str) -> Ticket | None: ...

    async def register_webhook(self, url: str) -> Webhook: ...
    async def remove_webhook(self, external_id: str) -> None: ...
    async def verify_webhook(self, call: HookCall, secret: str) -> HookNews | None: ...

    def render_note(self, markdown: str) -> str: ...
    def note_text(self, rendered: str) -> str:
        """A rendered note as `list_notes` gives its text back, but for white space."""
        ...

    def ticket_url(self, ticket_id: str) -> str: ...


def with_owner(owner: NamedRef | None, additional: Sequence[Assignee]) -> tuple[Assignee, ...]:
    """Everybody on a ticket once, the owner first."""
    found = {owner.id: Assignee(owner, primary=True)} if owner else dict[str, Assignee]()
    for person in additional:
        found.setdefault(person.member.id, person)
    return tuple(found.values())
