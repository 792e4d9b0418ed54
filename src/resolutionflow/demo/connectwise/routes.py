"""Every path of the API: which handler, which right, which fields."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from resolutionflow.demo.connectwise import callbacks, notes, query, render, schema, tickets
from resolutionflow.demo.connectwise.call import Call, Handler, Reply
from resolutionflow.demo.connectwise.errors import SimError, not_found
from resolutionflow.demo.connectwise.schema import Schema
from resolutionflow.demo.simkit.records import Record

_TABLES: Final = "System: Table Setup"
_MEMBERS: Final = "System: Member Maintenance"
_COMPANIES: Final = "Companies: Company Maintenance"
_CONTACTS: Final = "Companies: Contacts"
_CONFIGURATIONS: Final = "Companies: Configurations"
VERSION: Final = "2025.1"


@dataclass(frozen=True)
class Listing:
    """A list: `rows` gives what can be filtered, `shown` turns a row into what is answered."""

    schema: Schema
    rows: Callable[[Call], list[Record]]
    right: str | None = None
    shown: Callable[[Call, Record], Record] | None = None
    collections: Mapping[str, Schema] = field(default_factory=dict[str, Schema])

    def answer(self, call: Call) -> Reply:
        """One page, with its `Link` header."""
        rows = query.order(self._selected(call), call.query.get("orderBy", ""), self.schema)
        page = query.page(rows, call.query, url=call.url, forward_only=call.forward_only)
        body = [self._projected(call, row) for row in page.rows]
        return Reply(200, body, {"link": page.link} if page.link else {})

    def count(self, call: Call) -> Reply:
        return Reply(200, {"count": len(self._selected(call))})

    def _selected(self, call: Call) -> list[Record]:
        if self.right:
            call.need(self.right)
        return query.select(self.rows(call), call.query, self.schema, collections=self.collections)

    def _projected(self, call: Call, row: Record) -> Record:
        shown = self.shown(call, row) if self.shown else row
        return query.project(shown, call.query.get("fields", ""), self.schema)


def _table(name: str) -> Callable[[Call], list[Record]]:
    return lambda call: call.state.rows(name)


def _clean(_call: Call, row: Record) -> Record:
    return {key: value for key, value in row.items() if value is not None and key != "required"}


def _all_tickets(call: Call) -> list[Record]:
    return [render.ticket_for_filters(call.state, row) for row in call.state.table("tickets").values()]


def _ticket_shown(_call: Call, row: Record) -> Record:
    return {key: value for key, value in row.items() if key != "configuration"}


def _member_infos(call: Call) -> list[Record]:
    return [
        {
            "id": row["id"],
            "identifier": row["identifier"],
            "firstName": row["firstName"],
            "lastName": row["lastName"],
            "fullName": f"{row['firstName']} {row['lastName']}",
            "defaultEmail": row["officeEmail"],
            "licenseClass": row["licenseClass"],
            "_info": row["_info"],
        }
        for row in call.state.rows("members")
        if not row["inactiveFlag"]
    ]


def _schedule_rows(call: Call) -> list[Record]:
    return [render.schedule(call.state, row) for row in call.state.table("schedule").values()]


def _time_rows(call: Call) -> list[Record]:
    return [render.time(call.state, row) for row in call.state.table("time").values()]


_LISTS: Final[dict[str, Listing]] = {
    "/service/tickets": Listing(schema.TICKET, _all_tickets, tickets.RIGHT, _ticket_shown),
    "/service/boards": Listing(schema.BOARD, _table("boards"), _TABLES),
    "/service/priorities": Listing(schema.PRIORITY, _table("priorities"), _TABLES),
    "/system/members": Listing(schema.MEMBER, _table("members"), _MEMBERS),
    "/system/info/members": Listing(schema.MEMBER_INFO, _member_infos),
    "/company/companies": Listing(schema.COMPANY, _table("companies"), _COMPANIES),
    "/company/contacts": Listing(
        schema.CONTACT, _table("contacts"), _CONTACTS, _clean, collections=schema.CONTACT_ITEMS
    ),
    "/company/configurations": Listing(schema.CONFIGURATION, _table("configurations"), _CONFIGURATIONS, _clean),
    "/schedule/entries": Listing(schema.SCHEDULE, _schedule_rows, notes.SCHEDULE_RIGHT),
    "/schedule/types": Listing(schema.SCHEDULE_TYPE, _table("schedule_types"), notes.SCHEDULE_RIGHT),
    "/time/entries": Listing(schema.TIME, _time_rows, notes.TIME_RIGHT),
    "/system/callbacks": Listing(schema.CALLBACK, _table("callbacks"), shown=callbacks.shown),
}


def _info(_call: Call) -> Reply:
    shown: Record = {
        "version": f"v{VERSION}.1",
        "isCloud": True,
        "serverTimeZone": "UTC",
        "licenseBits": [],
        "cloudRegion": "NA",
    }
    return Reply(200, shown)


def _one(path: str) -> Handler:
    """The reader of a single record of a list."""
    listing = _LISTS[path]

    def read(call: Call, number: str) -> Reply:
        if listing.right:
            call.need(listing.right)
        found = next((row for row in listing.rows(call) if str(row["id"]) == number), None)
        if found is None:
            raise not_found(path.rsplit("/", 1)[-1], number[:20])
        shown = listing.shown(call, found) if listing.shown else found
        return Reply(200, query.project(shown, call.query.get("fields", ""), listing.schema))

    return read


def _ticket(call: Call, number: str) -> Reply:
    shown = render.ticket(call.state, tickets.open_ticket(call, number))
    return Reply(200, query.project(shown, call.query.get("fields", ""), schema.TICKET))


def _mine(call: Call, table: str, ticket: Record) -> list[Record]:
    return [row for row in call.state.table(table).values() if row["ticket"] == ticket["id"]]


def _notes(call: Call, number: str, tail: str | None = None) -> Reply:
    ticket = tickets.open_ticket(call, number)
    rows = [render.note(call.state, row) for row in _mine(call, "notes", ticket)]
    if tail is None:
        return Listing(schema.NOTE, lambda _: rows).answer(call)
    if tail == "count":
        return Listing(schema.NOTE, lambda _: rows).count(call)
    found = next((row for row in rows if str(row["id"]) == tail), None)
    if found is None:
        raise not_found("Note", tail[:20])
    return Reply(200, found)


def _all_notes(call: Call, number: str) -> Reply:
    ticket = tickets.open_ticket(call, number)
    rows = [render.any_note(call.state, row) for row in _mine(call, "notes", ticket)]
    rows += [
        render.time_note(call.state, row) for row in _mine(call, "time", ticket) if row["notes"] or row["internalNotes"]
    ]
    return Listing(schema.NOTE, lambda _: rows).answer(call)


def _add_note(call: Call, number: str) -> Reply:
    return notes.add(call, tickets.writable_ticket(call, number))


def _ticket_configurations(call: Call, number: str) -> Reply:
    devices = call.state.table("configurations")
    rows = [
        {key: devices[device][key] for key in ("id", "name", "deviceIdentifier", "_info")}
        for device in tickets.open_ticket(call, number)["configurations"]
        if device in devices
    ]
    return Listing(schema.REFERENCE, lambda _: rows).answer(call)


def _of_board(table: str, fields: Schema) -> Handler:
    def read(call: Call, number: str) -> Reply:
        call.need(_TABLES)
        board = call.row("boards", "Board", number)
        rows = [row for row in call.state.rows(table) if row["board"]["id"] == board["id"]]
        return Listing(fields, lambda _: rows, shown=_clean).answer(call)

    return read


def _sites(call: Call, number: str) -> Reply:
    call.need(_COMPANIES)
    company = call.row("companies", "Company", number)
    rows = [row for row in call.state.rows("sites") if row["company"]["id"] == company["id"]]
    return Listing(schema.SITE, lambda _: rows).answer(call)


def _documents(call: Call) -> Reply:
    if call.query.get("recordType") != "Ticket" or not re.fullmatch(r"[0-9]{1,10}", call.query.get("recordId", "")):
        raise SimError(400, "InvalidParameter", "recordType (Ticket) and recordId are required.")
    ticket = tickets.open_ticket(call, call.query["recordId"])
    rows = [{key: value for key, value in row.items() if key != "ticket"} for row in _mine(call, "documents", ticket)]
    return Listing(schema.DOCUMENT, lambda _: rows).answer(call)


_ID: Final = r"([0-9]{1,20})"


def _routes() -> list[tuple[str, re.Pattern[str], Handler]]:
    made: list[tuple[str, str, Handler]] = [
        ("GET", "/system/info", _info),
        ("GET", f"/service/tickets/{_ID}", _ticket),
        ("PATCH", f"/service/tickets/{_ID}", tickets.patch),
        ("POST", "/service/tickets", tickets.create),
        ("GET", f"/service/tickets/{_ID}/allNotes", _all_notes),
        ("GET", f"/service/tickets/{_ID}/notes", _notes),
        ("GET", f"/service/tickets/{_ID}/notes/([0-9]{{1,20}}|count)", _notes),
        ("POST", f"/service/tickets/{_ID}/notes", _add_note),
        ("GET", f"/service/tickets/{_ID}/configurations", _ticket_configurations),
        ("POST", f"/service/tickets/{_ID}/configurations", tickets.attach_configuration),
        ("DELETE", f"/service/tickets/{_ID}/configurations/{_ID}", tickets.detach_configuration),
        ("GET", f"/service/boards/{_ID}/statuses", _of_board("statuses", schema.BOARD_STATUS)),
        ("GET", f"/service/boards/{_ID}/types", _of_board("types", schema.BOARD_TYPE)),
        ("GET", f"/company/companies/{_ID}/sites", _sites),
        ("GET", "/system/documents", _documents),
        ("POST", "/schedule/entries", notes.schedule),
        ("DELETE", f"/schedule/entries/{_ID}", notes.unschedule),
        ("POST", "/time/entries", notes.add_time),
        ("POST", "/system/callbacks", callbacks.register),
        ("DELETE", f"/system/callbacks/{_ID}", callbacks.remove),
    ]
    for path, listing in _LISTS.items():
        made += [
            ("GET", path, listing.answer),
            ("GET", f"{path}/count", listing.count),
            ("GET", f"{path}/{_ID}", _one(path)),
        ]
    return [(method, re.compile(pattern), handler) for method, pattern, handler in made]


_ROUTES: Final = _routes()


def handle(call: Call) -> Reply:
    """Answer a signed-in request. Raises `SimError` for every refusal."""
    wrong_method = False
    for method, pattern, handler in _ROUTES:
        found = pattern.fullmatch(call.path)
        if found is None:
            continue
        if method == call.method:
            return handler(call, *found.groups())
        wrong_method = True
    if wrong_method:
        raise SimError(405, "MethodNotAllowed", f"{call.method} is not supported for this resource.")
    raise SimError(404, "NotFound", "The resource does not exist.")
