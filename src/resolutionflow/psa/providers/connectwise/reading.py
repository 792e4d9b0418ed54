"""ConnectWise: reading, as the contract wants it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime

from resolutionflow.psa.providers.assets import Asset, assets_of
from resolutionflow.psa.providers.connectwise import conditions as cond
from resolutionflow.psa.providers.connectwise import wire
from resolutionflow.psa.providers.connectwise.http import ConnectWiseHttp
from resolutionflow.psa.providers.contract import (
    About,
    Assignee,
    Attachment,
    Bases,
    Board,
    Capabilities,
    Check,
    Company,
    Configuration,
    Contact,
    Member,
    NamedRef,
    Note,
    Outcome,
    Page,
    Priority,
    ProviderName,
    Status,
    Ticket,
    TicketFilter,
    TicketSummary,
    TimeEntry,
)
from resolutionflow.psa.providers.errors import (
    InvalidFilter,
    PsaError,
    PsaNotFound,
    PsaPermission,
    PsaRejected,
    PsaUnsupported,
)
from resolutionflow.psa.providers.vendor import Shelf

ASSET_FIELDS = "id,name,deviceIdentifier,company,ipAddress"
LIST_FIELDS = "id,summary,board,status,priority,company,contact,owner,resources,closedFlag,_info"
MOST_NOTES = 1000
PAGES_PER_SEARCH = 5
RELATED_CONFIGURATIONS = 3
# The service assigns this number to ticket assignments unless the table says otherwise.
TICKET_SCHEDULE_TYPE = 4


class ConnectWiseReads:
    """What `PsaProvider` reads."""

    def __init__(self, http: ConnectWiseHttp, shelf: Shelf) -> None:
        self.http = http
        self.shelf = shelf

    @property
    def name(self) -> ProviderName:
        return "connectwise"

    @property
    def capabilities(self) -> Capabilities:
        return Capabilities(note_max=60_000, impersonates=True, additional_assignees=True)

    @property
    def bases(self) -> Bases:
        return self.http.bases

    # Reading

    async def check(self) -> tuple[Check, ...]:
        """One read of everything the product uses. Sign-in is proved by a ticket read: `/system/info` may answer without."""
        one = {"pageSize": "1"}
        reads: dict[str, Callable[[], Awaitable[object]]] = {
            "sign_in": lambda: self.http.rows("/service/tickets", one),
            "boards": self.list_boards,
            "statuses": self._check_statuses,
            "priorities": lambda: self.list_priorities(None),
            "members": self.list_members,
            "companies": lambda: self.http.rows("/company/companies", one),
            "contacts": lambda: self.http.rows("/company/contacts", one),
            "configurations": lambda: self.http.rows("/company/configurations", one),
            "schedule": lambda: self.http.rows("/schedule/entries", one),
            "time": lambda: self.http.rows("/time/entries", one),
        }
        results: list[Check] = []
        for name, read in reads.items():
            results.append(await _checked(name, read))
            if name == "sign_in" and not results[-1].ok and results[-1].permission is None:
                break
        return tuple(results)

    async def _check_statuses(self) -> object:
        boards = await self.list_boards()
        return await self.list_statuses(boards[0].id) if boards else ()

    async def search_tickets(self, filter_: TicketFilter, *, limit: int, cursor: str | None) -> Page[TicketSummary]:
        """Newest id first. The cursor is the last id seen, so that paging neither repeats nor loses a row under inserts."""
        wanted = cond.searched_number(filter_.query)
        if wanted is not None and cursor is None:
            exact = await self._search(filter_, f"id = {wanted}", 1, None)
            if exact.items:
                return exact
        words = cond.words_condition(filter_.query)
        if filter_.query.strip() and not words:
            return Page(())
        return await self._search(filter_, words, limit, cursor)

    async def _search(self, filter_: TicketFilter, query: str, limit: int, cursor: str | None) -> Page[TicketSummary]:
        found: list[TicketSummary] = []
        last = cursor
        for _ in range(PAGES_PER_SEARCH):
            conditions = cond.join_all([cond.ticket_conditions(filter_, before_id=last), query])
            params = {
                "fields": LIST_FIELDS,
                "orderBy": "id desc",
                "pageSize": str(limit),
                "page": "1",
            }
            rows, more = await self.http.page(
                "/service/tickets",
                {**params, "conditions": conditions} if conditions else params,
            )
            found += [ticket for ticket in map(wire.ticket_summary, rows) if _really_matches(ticket, filter_)]
            if not rows or not more:
                return Page(
                    tuple(found[:limit]),
                    found[limit - 1].id if len(found) > limit else None,
                )
            last = str(rows[-1]["id"])
            if len(found) >= limit:
                return Page(
                    tuple(found[:limit]),
                    found[limit - 1].id if len(found) > limit else last,
                )
        return Page(tuple(found), last, truncated=len(found) < limit)

    async def get_ticket(self, ticket_id: str) -> Ticket:
        return wire.ticket(await self.http.get(f"/service/tickets/{path_id(ticket_id)}"))

    async def list_notes(self, ticket_id: str) -> tuple[Note, ...]:
        """All notes, newest first."""
        notes = [wire.note(row) for row in await self.note_rows(ticket_id)]
        return tuple(
            sorted(
                notes,
                key=lambda note: (
                    note.created_at is not None,
                    note.created_at,
                    _numeric(note.id),
                ),
                reverse=True,
            )
        )

    async def note_rows(self, ticket_id: str) -> list[wire.Json]:
        """Notes as the vendor has them. Old versions lack `allNotes`; their `notes` list has no notes of time entries."""
        base = f"/service/tickets/{path_id(ticket_id)}"
        try:
            return await self.http.all_rows(f"{base}/allNotes", most=MOST_NOTES)
        except (PsaNotFound, PsaRejected):
            return await self.http.all_rows(f"{base}/notes", most=MOST_NOTES)

    async def list_configuration_refs(self, ticket_id: str) -> tuple[NamedRef, ...]:
        rows = await self.http.all_rows(f"/service/tickets/{path_id(ticket_id)}/configurations", most=100)
        return tuple(NamedRef(item.id, item.name) for item in map(wire.configuration, rows))

    async def read_about(self, ticket_id: str) -> About:
        ticket, refs = await asyncio.gather(self.get_ticket(ticket_id), self._refs_if_allowed(ticket_id))
        return About(ticket.company.id if ticket.company else None, ticket.contact.id if ticket.contact else None, refs)

    async def _refs_if_allowed(self, ticket_id: str) -> tuple[NamedRef, ...]:
        try:
            return await self.list_configuration_refs(ticket_id)
        except PsaError:
            return ()

    async def list_related(self, about: About, *, since: datetime, limit: int) -> tuple[TicketSummary, ...]:
        """One question for each of a few machines and one for the contact, side by side: a condition can name one machine only."""
        del since
        filters = [
            TicketFilter(configuration_id=ref.id, closed="all") for ref in about.configurations[:RELATED_CONFIGURATIONS]
        ]
        if about.contact_id:
            filters.append(TicketFilter(contact_id=about.contact_id, closed="all"))
        pages = await asyncio.gather(*(self.search_tickets(filter_, limit=limit, cursor=None) for filter_ in filters))
        return tuple(item for page in pages for item in page.items)

    async def warm_up(self) -> None:
        """The names come with every record here: there is nothing to keep."""

    async def list_configurations(self, refs: Sequence[NamedRef]) -> tuple[Configuration, ...]:
        """Details of what `list_configuration_refs` named. Without the right to the companies module, the names alone."""
        if not refs:
            return ()
        query = {"conditions": cond.one_of("id", [item.id for item in refs])}
        try:
            full = {
                item.id: item
                for item in map(
                    wire.configuration,
                    await self.http.all_rows("/company/configurations", query),
                )
            }
        except PsaPermission:
            full = {}
        return tuple(full.get(item.id) or Configuration(item.id, item.name) for item in refs)

    async def list_assets(self, *, limit: int) -> tuple[Asset, ...]:
        """The configurations of all clients."""
        rows = await self.http.all_rows("/company/configurations", {"fields": ASSET_FIELDS}, most=limit)
        return assets_of((wire.company_id(row), wire.configuration(row)) for row in rows)

    async def list_assignees(self, ticket_id: str) -> tuple[Assignee, ...]:
        """The people scheduled on the ticket. `resources` on the ticket is only derived from these and the owner."""
        conditions = f"type/id = {TICKET_SCHEDULE_TYPE} and objectId = {path_id(ticket_id)}"
        rows = await self.http.all_rows("/schedule/entries", {"conditions": conditions}, most=200)
        return tuple(entry for entry in map(wire.schedule_entry, rows) if entry is not None)

    async def list_time(self, ticket_id: str) -> tuple[TimeEntry, ...]:
        return tuple(wire.time_entry(row) for row in await self.time_rows(ticket_id, most=200))

    async def time_rows(self, ticket_id: str, *, most: int) -> list[wire.Json]:
        """Time entries as the vendor has them."""
        conditions = f'chargeToId = {path_id(ticket_id)} and chargeToType = "ServiceTicket"'
        return await self.http.all_rows("/time/entries", {"conditions": conditions}, most=most)

    async def list_attachments(self, ticket_id: str) -> tuple[Attachment, ...]:
        query = {"recordType": "Ticket", "recordId": path_id(ticket_id)}
        return tuple(wire.attachment(row) for row in await self.http.all_rows("/system/documents", query, most=200))

    async def list_boards(self) -> tuple[Board, ...]:
        boards = [wire.board(row) for row in await self.http.all_rows("/service/boards")]
        return tuple(
            sorted(
                (board for board in boards if board.active),
                key=lambda board: board.name.casefold(),
            )
        )

    async def list_statuses(self, board_id: str) -> tuple[Status, ...]:
        rows = await self.http.all_rows(f"/service/boards/{path_id(board_id)}/statuses")
        rows.sort(key=lambda row: row["sortOrder"] if isinstance(row.get("sortOrder"), int) else 0)
        statuses = [wire.status(row, board_id) for row in rows]
        return tuple(status for status in statuses if status.active)

    async def list_priorities(self, board_id: str | None) -> tuple[Priority, ...]:
        """One list for all boards."""
        del board_id
        rows = await self.http.all_rows("/service/priorities")
        return tuple(
            sorted(
                (wire.priority(row) for row in rows),
                key=lambda priority: priority.name.casefold(),
            )
        )

    async def list_members(self) -> tuple[Member, ...]:
        """Active people by name. Without the right to the member table the open list has names and logins only."""
        try:
            rows = await self.http.all_rows("/system/members", {"conditions": "inactiveFlag = false"})
        except PsaPermission:
            rows = await self.http.all_rows("/system/info/members")
        members = [wire.member(row) for row in rows]
        return tuple(
            sorted(
                (member for member in members if member.active),
                key=lambda member: member.name.casefold(),
            )
        )

    async def list_outcomes(self, board_id: str | None) -> tuple[Outcome, ...]:
        """Notes here are filed under nothing."""
        del board_id
        raise PsaUnsupported

    async def search_companies(self, query: str, *, limit: int) -> tuple[Company, ...]:
        conditions = cond.join_all(["deletedFlag = false", cond.words_condition(query, ("name",))])
        rows = await self.http.all_rows(
            "/company/companies",
            {"conditions": conditions, "orderBy": "name asc"},
            most=limit,
        )
        return tuple(wire.company(row) for row in rows)

    async def search_contacts(self, query: str, *, company_id: str | None, limit: int) -> tuple[Contact, ...]:
        parts = [f"company/id = {cond.number(company_id)}"] if company_id else []
        parts.append(cond.words_condition(query, ("firstName", "lastName")))
        params = {"orderBy": "firstName asc"}
        if conditions := cond.join_all(parts):
            params["conditions"] = conditions
        return tuple(wire.contact(row) for row in await self.http.all_rows("/company/contacts", params, most=limit))


def path_id(text: str) -> str:
    """An id that may stand in a path. Anything but digits cannot exist there."""
    try:
        return cond.number(text)
    except InvalidFilter:
        raise PsaNotFound from None


def _numeric(text: str) -> int:
    return int(text) if text.isdigit() else 0


def _really_matches(ticket: TicketSummary, filter_: TicketFilter) -> bool:
    """`resources contains "kit"` also finds `kitty`: compare whole logins."""
    if filter_.assignment == "unassigned":
        return ticket.owner is None and not ticket.resources
    if filter_.assignment != "member" or filter_.member is None:
        return True
    member = filter_.member
    logins = {name.casefold() for name in ticket.resources}
    return (ticket.owner is not None and ticket.owner.id == member.id) or member.identifier.casefold() in logins


async def _checked(name: str, read: Callable[[], Awaitable[object]]) -> Check:
    try:
        await read()
    except PsaPermission as error:
        return Check(name, ok=False, detail=error.text, permission=error.permission, code=error.code)
    except PsaError as error:
        return Check(name, ok=False, detail=error.text, code=error.code)
    return Check(name, ok=True, detail="")
