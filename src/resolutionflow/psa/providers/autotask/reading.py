"""Autotask: reading, as the contract wants it."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime

from resolutionflow.psa.providers.assets import Asset, assets_of
from resolutionflow.psa.providers.autotask import filters as f
from resolutionflow.psa.providers.autotask import search, wire
from resolutionflow.psa.providers.autotask.filters import Condition
from resolutionflow.psa.providers.autotask.http import PAGE_SIZE, AutotaskHttp
from resolutionflow.psa.providers.autotask.records import CONTACT_FIELDS, Json, Records
from resolutionflow.psa.providers.autotask.refusals import needed_right
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
    PsaProtocol,
    PsaRejected,
    PsaUnsupported,
)
from resolutionflow.psa.providers.vendor import Shelf

NOTE_MAX = 32_000
NOTE_PAGES = 2
MOST_CONFIGURATIONS = 100
COMPANY_FIELDS = ("id", "companyName", "webAddress", "isActive")
# The kinds of records a ticket, its parts and the pickers are made of.
KEPT_ENTITIES = (
    "Tickets",
    "TicketNotes",
    "TimeEntries",
    "TicketAdditionalConfigurationItems",
    "TicketSecondaryResources",
    "ConfigurationItems",
    "Companies",
    "Contacts",
    "Resources",
)
# What the product writes, and the right that is missing when the service says that it cannot be created.
WRITTEN = (("write_note", "TicketNotes"), ("write_time", "TimeEntries"))


class AutotaskReads:
    """What `PsaProvider` reads."""

    def __init__(self, http: AutotaskHttp, shelf: Shelf) -> None:
        self.http = http
        self.records = Records(http, shelf)

    @property
    def name(self) -> ProviderName:
        return "autotask"

    @property
    def capabilities(self) -> Capabilities:
        return Capabilities(
            note_max=NOTE_MAX,
            impersonates=True,
            additional_assignees=True,
            statuses_per_board=False,
            notifies=False,
        )

    @property
    def bases(self) -> Bases:
        return self.http.bases

    async def check(self) -> tuple[Check, ...]:
        """One read of everything the product uses, and what the service says of our rights to write."""
        sign_in = await _checked("sign_in", lambda: self._one("Tickets"))
        if not sign_in.ok and sign_in.permission is None:
            return (sign_in,)
        reads: dict[str, Callable[[], Awaitable[object]]] = {
            "boards": self.list_boards,
            "statuses": lambda: self.list_statuses(wire.NO_QUEUE.id),
            "priorities": lambda: self.list_priorities(None),
            "members": self.list_members,
            "companies": lambda: self._one("Companies"),
            "contacts": lambda: self._one("Contacts"),
            "configurations": lambda: self._one("ConfigurationItems"),
            "time": lambda: self._one("TimeEntries"),
            **{name: lambda entity=entity: self._may_create(entity) for name, entity in WRITTEN},
        }
        results = await asyncio.gather(*(_checked(name, read) for name, read in reads.items()))
        return (sign_in, *results)

    async def _one(self, entity: str) -> object:
        return await self.http.query(entity, f.EVERYTHING, ("id",), most=1)

    async def _may_create(self, entity: str) -> None:
        """Raises `PsaPermission` when the service says that our user cannot make such a record."""
        info = (await self.http.get(f"{entity}/entityInformation")).get("info")
        access = str(info.get("userAccessForCreate")) if isinstance(info, dict) else ""  # pyright: ignore[reportUnknownMemberType, reportUnknownArgumentType] - JSON
        if access.casefold() == "none":
            raise PsaPermission(needed_right(entity, "add"))

    async def search_tickets(self, filter_: TicketFilter, *, limit: int, cursor: str | None) -> Page[TicketSummary]:
        """Newest id first; see `search`."""
        return await search.search(self.records, filter_, limit=limit, cursor=cursor)

    async def get_ticket(self, ticket_id: str) -> Ticket:
        # What does not depend on the ticket is asked beside it.
        row, tickets, _ = await asyncio.gather(
            self._ticket(ticket_id), self.records.entity("Tickets"), self.records.names([])
        )
        names, site = await asyncio.gather(self.records.names([row]), self._site(row))
        return wire.ticket(row, tickets, names, site=site)

    async def _ticket(self, ticket_id: str) -> Json:
        number = path_id(ticket_id)
        return await self.records.once(f"ticket {number}", lambda: self.http.item("Tickets", number))

    async def _site(self, row: Json) -> str:
        number = wire.id_of(row, "companyLocationID")
        if number is None:
            return ""
        try:
            return wire.text_of(await self.http.item("CompanyLocations", number), "name")
        except (PsaPermission, PsaNotFound, PsaRejected):
            return ""

    async def list_notes(self, ticket_id: str) -> tuple[Note, ...]:
        """Notes and what time entries say, newest first."""
        rows, times, _ = await asyncio.gather(
            self._notes(ticket_id), self._time_if_allowed(ticket_id), self.records.names([])
        )
        found = [*await self._shown_notes(rows), *await self._shown_times(times)]
        found.sort(key=lambda note: (note.created_at is not None, note.created_at, _numeric(note.id)), reverse=True)
        return tuple(found)

    async def _notes(self, ticket_id: str) -> list[Json]:
        where: list[Condition] = [f.is_("ticketID", path_id(ticket_id))]
        rows = (await self.records.query("TicketNotes", where, pages=NOTE_PAGES)).items
        if not rows:
            # A query finds nothing for a ticket that does not exist.
            await self._ticket(ticket_id)
        return rows

    async def _shown_notes(self, rows: list[Json]) -> list[Note]:
        entity, names = await asyncio.gather(
            self.records.entity("TicketNotes"), self.records.names(rows, contact_keys=("createdByContactID",))
        )
        return [wire.note(row, entity, names) for row in rows]

    async def _shown_times(self, rows: list[Json]) -> list[Note]:
        names = await self.records.names([])
        return [note for row in rows for note in wire.time_notes(row, names)]

    async def _time_if_allowed(self, ticket_id: str) -> list[Json]:
        try:
            return await self._times(ticket_id)
        except (PsaPermission, PsaRejected):
            return []

    async def _times(self, ticket_id: str) -> list[Json]:
        number = path_id(ticket_id)

        async def ask() -> list[Json]:
            return (await self.records.query("TimeEntries", [f.is_("ticketID", number)])).items

        return await self.records.once(f"time {number}", ask)

    async def list_configuration_refs(self, ticket_id: str) -> tuple[NamedRef, ...]:
        """The ticket's own device and the additional ones, by id: names come with the details."""
        row, more = await asyncio.gather(self._ticket(ticket_id), self._devices(ticket_id))
        return _refs([row, *more])

    async def _devices(self, ticket_id: str) -> list[Json]:
        """The devices beside the ticket's own."""
        number = path_id(ticket_id)

        async def ask() -> list[Json]:
            where: list[Condition] = [f.is_("ticketID", number)]
            return (
                await self.records.query("TicketAdditionalConfigurationItems", where, most=MOST_CONFIGURATIONS)
            ).items

        return await self.records.once(f"devices {number}", ask)

    async def read_about(self, ticket_id: str) -> About:
        """From the bare record: whoever waits for this does not wait for names."""
        row, more = await asyncio.gather(self._ticket(ticket_id), self._devices_if_allowed(ticket_id))
        company, contact = wire.id_of(row, "companyID"), wire.id_of(row, "contactID")
        return About(
            None if company is None else str(company), None if contact is None else str(contact), _refs([row, *more])
        )

    async def _devices_if_allowed(self, ticket_id: str) -> list[Json]:
        try:
            return await self._devices(ticket_id)
        except PsaError:
            return []

    async def list_related(self, about: About, *, since: datetime, limit: int) -> tuple[TicketSummary, ...]:
        """Without company and contact: their names would have to be asked for. See `search.related`."""
        return await search.related(self.records, about, since=since, limit=limit)

    async def warm_up(self) -> None:
        """What this database says of its records, and its people."""
        await asyncio.gather(*(self._warm(name) for name in KEPT_ENTITIES), self.records.names([]))

    async def _warm(self, name: str) -> None:
        with contextlib.suppress(PsaPermission, PsaNotFound, PsaRejected, PsaProtocol):
            await self.records.entity(name)

    async def list_configurations(self, refs: Sequence[NamedRef]) -> tuple[Configuration, ...]:
        """Details of what `list_configuration_refs` named."""
        if not refs:
            return ()
        entity, rows = await asyncio.gather(
            self.records.entity("ConfigurationItems"),
            self.records.query("ConfigurationItems", [f.one_of("id", [f.number(ref.id) for ref in refs])]),
        )
        full = {item.id: item for item in (wire.configuration(row, entity) for row in rows.items)}
        return tuple(full.get(ref.id) or Configuration(ref.id, ref.name) for ref in refs)

    async def list_assets(self, *, limit: int) -> tuple[Asset, ...]:
        """The configuration items of all clients."""
        entity = await self.records.entity("ConfigurationItems")
        rows = await self.records.query("ConfigurationItems", (), pages=-(-limit // PAGE_SIZE))
        companies = (wire.id_of(row, "companyID") for row in rows.items)
        items = (wire.configuration(row, entity) for row in rows.items)
        return assets_of((str(number) if number else None, item) for number, item in zip(companies, items, strict=True))

    async def list_assignees(self, ticket_id: str) -> tuple[Assignee, ...]:
        """The people beside the primary one."""
        number = path_id(ticket_id)
        rows, names = await asyncio.gather(
            self.records.query("TicketSecondaryResources", [f.is_("ticketID", number)]), self.records.names([])
        )
        return tuple(wire.secondary(row, names) for row in rows.items)

    async def list_time(self, ticket_id: str) -> tuple[TimeEntry, ...]:
        rows, names = await asyncio.gather(self._times(ticket_id), self.records.names([]))
        return tuple(wire.time_entry(row, names) for row in rows)

    async def list_attachments(self, ticket_id: str) -> tuple[Attachment, ...]:
        return tuple(map(wire.attachment, await self.http.children(f"Tickets/{path_id(ticket_id)}/Attachments")))

    async def list_boards(self) -> tuple[Board, ...]:
        """The queues."""
        queues = (await self.records.fresh_entity("Tickets")).picks("queueID")
        return tuple(
            sorted((wire.board(pick) for pick in queues if pick.active), key=lambda item: item.name.casefold())
        )

    async def list_statuses(self, board_id: str) -> tuple[Status, ...]:
        """One list for all queues."""
        picks = (await self.records.fresh_entity("Tickets")).picks("status")
        return tuple(wire.status(pick, board_id) for pick in picks if pick.active)

    async def list_priorities(self, board_id: str | None) -> tuple[Priority, ...]:
        """One list for all queues, in the vendor's order."""
        del board_id
        return tuple(
            map(wire.priority, filter(_active, (await self.records.fresh_entity("Tickets")).picks("priority")))
        )

    async def list_members(self) -> tuple[Member, ...]:
        entity, rows = await asyncio.gather(self.records.entity("Resources"), self.records.fresh_people())
        members = (wire.member(row, entity) for row in rows)
        return tuple(sorted((item for item in members if item.active), key=lambda item: item.name.casefold()))

    async def list_outcomes(self, board_id: str | None) -> tuple[Outcome, ...]:
        """Notes here are filed under nothing."""
        del board_id
        raise PsaUnsupported

    async def search_companies(self, query: str, *, limit: int) -> tuple[Company, ...]:
        active = (await self.records.entity("Companies")).flag("isActive")
        where: list[Condition] = [f.is_("isActive", active)]
        where += [f.contains("companyName", word) for word in f.words_of(query)]
        rows = (await self.records.query("Companies", where, COMPANY_FIELDS)).items
        return tuple(sorted(map(wire.company, rows), key=lambda item: item.name.casefold())[:limit])

    async def search_contacts(self, query: str, *, company_id: str | None, limit: int) -> tuple[Contact, ...]:
        active = (await self.records.entity("Contacts")).flag("isActive")
        where: list[Condition] = [f.is_("isActive", active)]
        if company_id:
            where.append(f.is_("companyID", f.number(company_id)))
        where += [
            f.any_of(*(f.contains(field, word) for field in ("firstName", "lastName", "emailAddress")))
            for word in f.words_of(query)
        ]
        rows = (await self.records.query("Contacts", where, CONTACT_FIELDS)).items
        return tuple(sorted(map(wire.contact, rows), key=lambda item: item.name.casefold())[:limit])


def _refs(rows: Sequence[Json]) -> tuple[NamedRef, ...]:
    numbers = dict.fromkeys(wire.id_of(row, "configurationItemID") for row in rows)
    return tuple(NamedRef(str(number), f"#{number}") for number in numbers if number is not None)


def path_id(text: str) -> int:
    """An id that may stand in a path. Anything but digits cannot exist there."""
    try:
        return f.number(text)
    except InvalidFilter:
        raise PsaNotFound from None


def _active(pick: wire.Pick) -> bool:
    return pick.active


def _numeric(text: str) -> int:
    return int(text) if text.isdigit() else 0


async def _checked(name: str, read: Callable[[], Awaitable[object]]) -> Check:
    try:
        await read()
    except PsaPermission as error:
        return Check(name, ok=False, detail=error.text, permission=error.permission, code=error.code)
    except PsaError as error:
        return Check(name, ok=False, detail=error.text, code=error.code)
    return Check(name, ok=True, detail="")
