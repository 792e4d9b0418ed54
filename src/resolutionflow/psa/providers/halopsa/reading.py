"""HaloPSA: reading, as the contract wants it."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime

from resolutionflow.psa.providers.assets import Asset, assets_of
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
from resolutionflow.psa.providers.errors import InvalidFilter, PsaError, PsaNotFound, PsaPermission, PsaUnsupported
from resolutionflow.psa.providers.halopsa import searching, wire
from resolutionflow.psa.providers.halopsa.http import HaloHttp
from resolutionflow.psa.providers.halopsa.looks import Looks
from resolutionflow.psa.providers.halopsa.wire import Json
from resolutionflow.psa.providers.vendor import Shelf

NOTES_AT_FIRST, MOST_NOTES = 50, 1000


class HaloReads:
    """What `PsaProvider` reads."""

    def __init__(self, http: HaloHttp, shelf: Shelf) -> None:
        self.http = http
        self.looks = Looks(http, shelf)
        self._assets: dict[str, Json] = {}

    @property
    def name(self) -> ProviderName:
        return "halopsa"

    @property
    def capabilities(self) -> Capabilities:
        return Capabilities(
            note_max=60_000,
            impersonates=True,
            additional_assignees=False,
            priorities_per_board=True,
            outcomes=True,
            finds_by_configuration=False,
            details_with_refs=True,
        )

    @property
    def bases(self) -> Bases:
        return self.http.bases

    async def check(self) -> tuple[Check, ...]:
        """One read of everything the product uses. The sign-in is proved by a ticket read."""
        reads: dict[str, Callable[[], Awaitable[object]]] = {
            "sign_in": lambda: self._first_of("/Tickets", "tickets"),
            "boards": self.list_boards,
            "statuses": self._check_statuses,
            "priorities": lambda: self.list_priorities(None),
            "members": self.list_members,
            "outcomes": lambda: self.list_outcomes(None),
            "companies": lambda: self._first_of("/Client", "clients"),
            "contacts": lambda: self._first_of("/Users", "users"),
            "configurations": lambda: self._first_of("/Asset", "assets"),
            "time": self._check_time,
        }
        results: list[Check] = []
        for name, read in reads.items():
            results.append(await _checked(name, read))
            if name == "sign_in" and not results[-1].ok and results[-1].permission is None:
                break
        return tuple(results)

    async def _first_of(self, path: str, name: str) -> list[Json]:
        return (await self.http.page(path, name, {}, size=1, number=1))[0]

    async def _check_statuses(self) -> object:
        boards = await self.list_boards()
        return await self.list_statuses(boards[0].id) if boards else ()

    async def _check_time(self) -> object:
        """Time is on actions, which are read by ticket."""
        tickets = await self._first_of("/Tickets", "tickets")
        return await self._actions(wire.id_of(tickets[0])) if tickets else ()

    # Tickets

    async def search_tickets(self, filter_: TicketFilter, *, limit: int, cursor: str | None) -> Page[TicketSummary]:
        """Newest id first. Raises `PsaUnsupported` for the tickets of an asset: the PSA cannot be asked for those."""
        if filter_.configuration_id:
            raise PsaUnsupported
        asked = await self._question(filter_)
        goes_on = searching.Cursor.read(cursor) if cursor else None
        wanted = searching.searched_number(filter_.query)
        if wanted is not None and cursor is None:
            asked.params["ticketids"] = wanted
            exact = await searching.Search(self.http, asked, limit=limit).run(None)
            del asked.params["ticketids"]
            items = tuple(ticket for ticket in exact.items if ticket.id == wanted)
            if items:
                return Page(items)
        words = searching.words_of(filter_.query)
        if filter_.query.strip() and not words:
            return Page(())
        if words:
            asked.params["search"] = words
        return await searching.Search(self.http, asked, limit=limit).run(goes_on)

    async def _question(self, filter_: TicketFilter) -> searching.Question:
        names = await self.looks.names()
        nobody = next(iter(sorted(names.nobody)), None) if filter_.assignment == "unassigned" else None
        client = filter_.company_id or (await self._client(filter_.contact_id) if filter_.contact_id else None)
        return searching.question(filter_, names, nobody=nobody, client_id=client)

    async def _client(self, user_id: str) -> str:
        """The client of a user: the PSA can narrow a list to that one at least."""
        return wire.id_of(await self.http.one(f"/Users/{searching.number(user_id)}"), "client_id")

    async def get_ticket(self, ticket_id: str) -> Ticket:
        row = await self.http.one(f"/Tickets/{path_id(ticket_id)}", {"includedetails": "true"})
        if row.get("deleted") is True:
            raise PsaNotFound
        return wire.ticket(row, await self.looks.names(knowing=wire.id_of(row, "status_id")))

    async def list_notes(self, ticket_id: str) -> tuple[Note, ...]:
        """What was written on the ticket, newest first. Entries of time are among it."""
        rows = await self._actions(ticket_id)
        names = await self.looks.names()
        return tuple(wire.note(row, names) for row in rows)

    async def list_time(self, ticket_id: str) -> tuple[TimeEntry, ...]:
        rows = [row for row in await self._actions(ticket_id) if wire.minutes_of(row)]
        names = await self.looks.names()
        return tuple(wire.time_entry(row, names) for row in rows)

    async def _actions(self, ticket_id: str) -> list[Json]:
        """All actions but the PSA's own, newest first. Most tickets have few: many are only asked for when there are."""
        params = {"ticket_id": path_id(ticket_id), "excludesys": "true", "includehtmlnote": "true"}
        rows = await self.http.rows("/Actions", "actions", {**params, "count": str(NOTES_AT_FIRST)})
        if len(rows) >= NOTES_AT_FIRST:
            rows = await self.http.rows("/Actions", "actions", {**params, "count": str(MOST_NOTES)})
        return sorted(rows, key=_age, reverse=True)

    async def list_configuration_refs(self, ticket_id: str) -> tuple[NamedRef, ...]:
        """The list has the details too; they are remembered for `list_configurations`."""
        rows = await self.http.rows("/Asset", "assets", {"ticket_id": path_id(ticket_id)})
        items = [wire.configuration(row) for row in rows]
        self._assets |= {item.id: row for item, row in zip(items, rows, strict=True)}
        return tuple(NamedRef(item.id, item.name) for item in items)

    async def read_about(self, ticket_id: str) -> About:
        ticket, refs = await asyncio.gather(self.get_ticket(ticket_id), self._refs_if_allowed(ticket_id))
        return About(ticket.company.id if ticket.company else None, ticket.contact.id if ticket.contact else None, refs)

    async def _refs_if_allowed(self, ticket_id: str) -> tuple[NamedRef, ...]:
        try:
            return await self.list_configuration_refs(ticket_id)
        except PsaError:
            return ()

    async def list_related(self, about: About, *, since: datetime, limit: int) -> tuple[TicketSummary, ...]:
        """Of the same user, among the newest tickets of their client: no more can be asked for in one request."""
        del since
        if not about.contact_id:
            return ()
        wanted = TicketFilter(company_id=about.company_id, contact_id=about.contact_id, closed="all")
        asked = await self._question(wanted)
        page = await searching.Search(self.http, asked, limit=limit).run(None, pages=1)
        return page.items

    async def warm_up(self) -> None:
        """The lists that give numbers their names."""
        with contextlib.suppress(PsaPermission):
            await self.looks.names()

    async def list_configurations(self, refs: Sequence[NamedRef]) -> tuple[Configuration, ...]:
        return tuple([await self._configuration(ref) for ref in refs])

    async def _configuration(self, ref: NamedRef) -> Configuration:
        row = self._assets.get(ref.id)
        if row is None:
            try:
                row = await self.http.one(f"/Asset/{path_id(ref.id)}")
            except (PsaPermission, PsaNotFound):
                return Configuration(ref.id, ref.name)
        return wire.configuration(row)

    async def list_assets(self, *, limit: int) -> tuple[Asset, ...]:
        """The assets of all clients."""
        rows = await self.http.some("/Asset", "assets", {}, most=limit)
        return assets_of((wire.id_of(row, "client_id"), wire.configuration(row)) for row in rows)

    async def list_assignees(self, ticket_id: str) -> tuple[Assignee, ...]:
        """One agent or nobody."""
        owner = (await self.get_ticket(ticket_id)).owner
        return (Assignee(owner, primary=True),) if owner else ()

    async def list_attachments(self, ticket_id: str) -> tuple[Attachment, ...]:
        rows = await self.http.rows("/Attachment", "attachments", {"ticket_id": path_id(ticket_id)})
        return tuple(wire.attachment(row) for row in rows)

    # Look-ups

    async def list_boards(self) -> tuple[Board, ...]:
        """Ticket types, without those of projects."""
        boards = [wire.board(row) for row in await self.http.rows("/TicketType", "types")]
        return tuple(sorted((board for board in boards if board.active), key=lambda board: board.name.casefold()))

    async def list_statuses(self, board_id: str) -> tuple[Status, ...]:
        rows = await self.http.rows("/Status", "statuses", {"tickettype_id": path_id(board_id)})
        rows.sort(key=lambda row: wire.number_of(row, "sequence"))
        return tuple(status for status in (wire.status(row, board_id) for row in rows) if status.active)

    async def list_priorities(self, board_id: str | None) -> tuple[Priority, ...]:
        """Those of the type's SLA. Without a type, or where the PSA does not tell its SLA, each number once."""
        sla = await self.looks.sla_of(path_id(board_id)) if board_id else ""
        rows = await self.http.rows("/Priority", "priorities", {"slaid": sla} if sla else {})
        if sla:
            rows = [row for row in rows if wire.id_of(row, "slaid") in ("", sla)]
        found = {item.id: item for item in reversed([wire.priority(row) for row in rows])}
        return tuple(sorted(found.values(), key=lambda item: item.name.casefold()))

    async def list_members(self) -> tuple[Member, ...]:
        """Active agents by name."""
        members = [wire.member(row) for row in await self.http.rows("/Agent", "agents")]
        shown = (member for member in members if member.active and member.name.casefold() != "unassigned")
        return tuple(sorted(shown, key=lambda member: member.name.casefold()))

    async def list_outcomes(self, board_id: str | None) -> tuple[Outcome, ...]:
        """Those that mail nobody by themselves first."""
        params = {"tickettype_id": path_id(board_id)} if board_id else {}
        return sorted_outcomes(await self.http.rows("/Outcome", "outcomes", params))

    async def search_companies(self, query: str, *, limit: int) -> tuple[Company, ...]:
        params = {"search": words} if (words := searching.words_of(query)) else {}
        rows = await self.http.some("/Client", "clients", params, most=limit)
        return tuple(wire.company(row) for row in rows if row.get("inactive") is not True)

    async def search_contacts(self, query: str, *, company_id: str | None, limit: int) -> tuple[Contact, ...]:
        """A client the PSA ignored is left out here."""
        params = {"search": words} if (words := searching.words_of(query)) else {}
        if company_id:
            params["client_id"] = searching.number(company_id)
        rows = await self.http.some("/Users", "users", params, most=limit)
        found = [wire.contact(row) for row in rows if row.get("inactive") is not True]
        return tuple(item for item in found if not company_id or item.company_id == company_id)


def sorted_outcomes(rows: Sequence[Json]) -> tuple[Outcome, ...]:
    found = [wire.outcome(row) for row in rows]
    return tuple(sorted(found, key=lambda item: (item.sends_email is not False, item.name.casefold())))


def path_id(text: str) -> str:
    """An id that may stand in a path. Anything but digits cannot exist there."""
    try:
        return searching.number(text)
    except InvalidFilter:
        raise PsaNotFound from None


def _age(row: Json) -> tuple[float, int]:
    moment = wire.when(wire.text_of(row, "datetime", "actiondatecreated"))
    id_ = wire.id_of(row)
    return (moment.timestamp() if moment else 0.0, int(id_) if id_.isdigit() else 0)


async def _checked(name: str, read: Callable[[], Awaitable[object]]) -> Check:
    try:
        await read()
    except PsaPermission as error:
        return Check(name, ok=False, detail=error.text, permission=error.permission)
    except PsaError as error:
        return Check(name, ok=False, detail=error.text)
    return Check(name, ok=True, detail="")
