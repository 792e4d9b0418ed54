"""The demo world in ConnectWise's terms: the tables a fresh simulator starts with."""

from __future__ import annotations

from typing import Any, Final

from resolutionflow.demo.connectwise.state import State
from resolutionflow.demo.simkit.clock import stamp
from resolutionflow.demo.simkit.records import Record, by_id
from resolutionflow.demo.simkit.state import first_free_id
from resolutionflow.demo.world import Board, Company, Configuration, Contact, Member, Note, NoteKind, Ticket, World

SCHEDULE_TYPES: Final = (
    {"id": 2, "name": "Activity", "identifier": "A", "systemFlag": True},
    {"id": 3, "name": "Project Ticket", "identifier": "P", "systemFlag": True},
    {"id": 4, "name": "Service Ticket", "identifier": "S", "systemFlag": True},
    {"id": 12, "name": "Vacation", "identifier": "V", "systemFlag": False},
)
SERVICE_SCHEDULE: Final = 4


def fresh_state(world: World, seed: int) -> State:
    """A new state holding the whole demo world."""
    start = stamp(min(ticket.opened_at for ticket in world.tickets) if world.tickets else world.loaded_at)
    made: dict[str, list[Record]] = {
        "members": [_member(member, start) for member in world.members],
        "companies": [_company(company, start) for company in world.companies],
        "sites": [site for company in world.companies for site in _sites(company, start)],
        "contacts": [_contact(contact, company, start) for company in world.companies for contact in company.contacts],
        "configurations": [
            _configuration(item, company, start) for company in world.companies for item in company.configurations
        ],
        "boards": [_board(board, start) for board in world.boards],
        "statuses": [status for board in world.boards for status in _statuses(board, start)],
        "types": [kind for board in world.boards for kind in _types(board, start)],
        "priorities": [
            {
                "id": p.id,
                "name": p.name,
                "color": p.color,
                "sortOrder": p.level,
                "defaultFlag": p.level == 3,
                **_info(start),
            }
            for p in world.priorities
        ],
        "schedule_types": [{**kind, **_info(start)} for kind in SCHEDULE_TYPES],
        "tickets": [_ticket(ticket, world) for ticket in world.tickets],
        "notes": [_note(note, t) for t in world.tickets for note in t.notes if not note.minutes],
        "time": [_time(note, t) for t in world.tickets for note in t.notes if note.minutes],
        "schedule": [entry for ticket in world.tickets for entry in _schedule(ticket)],
        "callbacks": [],
        "documents": [document for ticket in world.tickets for document in _documents(ticket)],
    }
    return State(tables={name: by_id(rows) for name, rows in made.items()}, next_id=first_free_id(seed))


def _info(moment: str) -> Record:
    return {"_info": {"lastUpdated": moment, "updatedBy": "setup", "dateEntered": moment, "enteredBy": "setup"}}


def _ref(number: int, name: str, **more: Any) -> Record:
    return {"id": number, "name": name, **more}


def _member(member: Member, start: str) -> Record:
    return {
        "id": member.id,
        "identifier": member.login,
        "firstName": member.first_name,
        "lastName": member.last_name,
        "title": member.title,
        "officeEmail": member.email,
        "primaryEmail": member.email,
        "defaultEmail": "Office",
        "inactiveFlag": member.inactive,
        "licenseClass": member.licence,
        **_info(start),
    }


def _company_ref(company: Company) -> Record:
    return _ref(company.id, company.name, identifier=company.identifier)


def _company(company: Company, start: str) -> Record:
    site = company.sites[0]
    return {
        "id": company.id,
        "identifier": company.identifier,
        "name": company.name,
        "status": _ref(1, "Active"),
        "addressLine1": site.address,
        "city": site.city,
        "phoneNumber": company.phone,
        "website": f"https://www.{company.domain}",
        "deletedFlag": False,
        **_info(start),
    }


def _sites(company: Company, start: str) -> list[Record]:
    return [
        {
            "id": site.id,
            "name": site.name,
            "addressLine1": site.address,
            "city": site.city,
            "phoneNumber": site.phone,
            "inactiveFlag": False,
            "company": _company_ref(company),
            **_info(start),
        }
        for site in company.sites
    ]


def _site_ref(company: Company, number: int) -> Record:
    return next(_ref(site.id, site.name) for site in company.sites if site.id == number)


def _contact(contact: Contact, company: Company, start: str) -> Record:
    mail = {"type": _ref(1, "Email"), "value": contact.email, "communicationType": "Email", "defaultFlag": True}
    phone = {"type": _ref(2, "Direct"), "value": contact.phone, "communicationType": "Phone", "defaultFlag": True}
    return {
        "id": contact.id,
        "firstName": contact.first_name,
        "lastName": contact.last_name,
        "title": contact.title,
        "inactiveFlag": False,
        "company": _company_ref(company),
        "site": _site_ref(company, contact.site_id),
        "defaultPhoneNbr": contact.phone,
        "communicationItems": [{"id": contact.id * 10 + 1, **mail}, {"id": contact.id * 10 + 2, **phone}],
        **_info(start),
    }


def _configuration(item: Configuration, company: Company, start: str) -> Record:
    people = {contact.id: contact for contact in company.contacts}
    contact = people.get(item.contact_id or 0)
    kinds = ("Server", "Workstation", "Laptop", "Firewall", "Switch", "Access point", "Printer", "Microsoft 365 tenant")
    return {
        "id": item.id,
        "name": item.name,
        "type": _ref(20 + kinds.index(item.type), item.type),
        "status": _ref(1, "Active"),
        "company": _company_ref(company),
        "contact": _ref(contact.id, contact.name) if contact else None,
        "site": _site_ref(company, item.site_id),
        "manufacturer": _ref(item.id, item.manufacturer) if item.manufacturer else None,
        "modelNumber": item.model,
        "serialNumber": item.serial,
        "tagNumber": "",
        "deviceIdentifier": item.key,
        "ipAddress": item.ip_address,
        "macAddress": "",
        "osType": item.os,
        "osInfo": item.os,
        "lastLoginName": contact.email.split("@")[0] if contact else "",
        "activeFlag": True,
        **_info(start),
    }


def _board(board: Board, start: str) -> Record:
    return {
        "id": board.id,
        "name": board.name,
        "department": _ref(10, "Services"),
        "location": _ref(2, "Kestrelford"),
        "inactiveFlag": board.inactive,
        "projectFlag": board.project,
        **_info(start),
    }


def _statuses(board: Board, start: str) -> list[Record]:
    return [
        {
            "id": status.id,
            "name": status.name,
            "board": _ref(board.id, board.name),
            "sortOrder": status.sort,
            "displayOnBoard": not status.closed,
            "inactive": status.inactive,
            "closedStatus": status.closed,
            "timeEntryNotAllowed": status.time_not_allowed,
            "defaultFlag": status.default,
            "customerPortalFlag": False,
            "emailTemplate": _ref(status.id, f"{status.name} notice") if status.sends_email else None,
            "required": list(status.required),
            **_info(start),
        }
        for status in board.statuses
    ]


def _types(board: Board, start: str) -> list[Record]:
    return [
        {
            "id": board.id * 10 + number,
            "name": name,
            "inactiveFlag": False,
            "board": _ref(board.id, board.name),
            **_info(start),
        }
        for number, name in enumerate(board.types)
    ]


def _ticket(ticket: Ticket, world: World) -> Record:
    board = world.boards_by_id[ticket.board_id]
    contact = world.contacts_by_id.get(ticket.contact_id or 0)
    owner = next((member.login for member in world.members if member.id == ticket.owner_id), "")
    return {
        "id": ticket.id,
        "summary": ticket.summary,
        "board": ticket.board_id,
        "status": ticket.status_id,
        "priority": ticket.priority_id,
        "type": board.id * 10 + board.types.index(ticket.type),
        "subType": ticket.sub_type or None,
        "company": ticket.company_id,
        "contact": ticket.contact_id,
        "contactName": contact.name if contact else "",
        "contactPhoneNumber": contact.phone if contact else "",
        "contactEmailAddress": contact.email if contact else "",
        "site": ticket.site_id,
        "owner": ticket.owner_id,
        "source": ticket.source,
        "configurations": list(ticket.configuration_ids),
        "externalXRef": "",
        "requiredDate": None,
        "severity": "Medium",
        "impact": "Medium",
        "customerUpdatedFlag": ticket.notes[-1].contact_id is not None,
        "merged_into": ticket.merged_into,
        "status_locked": ticket.status_locked,
        "no_rights": ticket.no_rights,
        "entered": stamp(ticket.opened_at),
        "entered_by": ticket.source,
        "updated": stamp(ticket.updated_at),
        "updated_by": owner if ticket.notes[-1].member_id else "System",
        "closed_at": stamp(ticket.updated_at) if ticket.closed else None,
        "closed_by": owner or None if ticket.closed else None,
    }


def _note(note: Note, ticket: Ticket) -> Record:
    return {
        "id": note.id,
        "ticket": ticket.id,
        "text": note.text,
        "discussion": note.kind is NoteKind.DISCUSSION,
        "internal": note.kind is NoteKind.INTERNAL,
        "resolution": note.kind is NoteKind.RESOLUTION,
        "member": note.member_id,
        "contact": note.contact_id,
        "author": note.author,
        "entered": stamp(note.created_at),
    }


def _time(note: Note, ticket: Ticket) -> Record:
    hidden = note.kind is NoteKind.INTERNAL
    return {
        "id": note.id,
        "ticket": ticket.id,
        "member": note.member_id,
        "hours": round(note.minutes / 60, 2),
        "start": None,
        "end": stamp(note.created_at),
        "workType": None,
        "billable": "Billable",
        "notes": "" if hidden else note.text,
        "internalNotes": note.text if hidden else "",
        "discussion": note.kind is NoteKind.DISCUSSION,
        "internal": hidden,
        "resolution": note.kind is NoteKind.RESOLUTION,
        "entered": stamp(note.created_at),
        "by": note.author,
    }


def _schedule(ticket: Ticket) -> list[Record]:
    entries: list[Record] = []
    for number, member in enumerate(ticket.assignee_ids):
        entry: Record = {"id": 40_000 + (ticket.id - 48_000) * 10 + number, "ticket": ticket.id, "member": member}
        entries.append(
            {**entry, "type": SERVICE_SCHEDULE, "start": None, "end": None, "entered": stamp(ticket.opened_at)}
        )
    return entries


def _documents(ticket: Ticket) -> list[Record]:
    return [
        {
            "id": item.id,
            "ticket": ticket.id,
            "title": item.name,
            "fileName": item.name,
            "size": item.size,
            "publicFlag": False,
            "owner": ticket.source,
            **_info(stamp(ticket.opened_at)),
        }
        for item in ticket.attachments
    ]
