"""The demo world in Autotask's terms: the tables a fresh simulator starts with."""

from __future__ import annotations

from typing import Final

from resolutionflow.demo.autotask import picks
from resolutionflow.demo.autotask.state import SWITCHES, State
from resolutionflow.demo.simkit.clock import stamp
from resolutionflow.demo.simkit.records import Record, by_id
from resolutionflow.demo.simkit.state import first_free_id
from resolutionflow.demo.world import Company, Configuration, Contact, Member, Note, NoteKind, Ticket, World

#: Ids here are those of the neutral world moved by this much, so that no table could be mistaken for another vendor's.
TICKETS_FROM: Final = -41_000
RESOURCES_FROM: Final = 29_682_700
COMPANIES_FROM: Final = 29_760_000
DESK_ROLE: Final = 29_683_501
FIELD_ROLE: Final = 29_683_502
_TYPES: Final = {"Incident": 2, "Request": 1, "Problem": 3, "Change": 4, "Alert": 5, "Visit": 1, "Project": 1}
_SOURCES: Final = {"Phone": 2, "Email": 4, "Monitoring": 8}


def ticket_id(number: int) -> int:
    """The id here of a ticket of the neutral world."""
    return number + TICKETS_FROM


def resource_id(number: int) -> int:
    return number + RESOURCES_FROM


def company_id(number: int) -> int:
    return number + COMPANIES_FROM


def fresh_state(world: World, seed: int) -> State:
    """A new state holding the whole demo world."""
    lists = picks.lists_of(world)
    numbers = _ticket_numbers(world)
    tables: dict[str, list[Record]] = {
        "Resources": [_resource(member) for member in world.members],
        "Roles": [
            {"id": DESK_ROLE, "name": "Service Desk Engineer", "isActive": True},
            {"id": FIELD_ROLE, "name": "Field Engineer", "isActive": True},
        ],
        "ResourceServiceDeskRoles": [row for member in world.members for row in _roles(member)],
        "BillingCodes": [
            {"id": 29_682_801, "name": "Remote Support", "useType": 1, "isActive": True},
            {"id": 29_682_802, "name": "Onsite Support", "useType": 1, "isActive": True},
            {"id": 29_682_803, "name": "Old Support", "useType": 1, "isActive": False},
            {"id": 29_682_804, "name": "Mileage", "useType": 2, "isActive": True},
        ],
        "Companies": [_company(company) for company in world.companies],
        "CompanyLocations": [
            {
                "id": site.id,
                "companyID": company_id(company.id),
                "name": site.name,
                "address1": site.address,
                "city": site.city,
            }
            for company in world.companies
            for site in company.sites
        ],
        "Contacts": [_contact(contact, company) for company in world.companies for contact in company.contacts],
        "ConfigurationItems": [
            _device(item, company, lists) for company in world.companies for item in company.configurations
        ],
        "Tickets": [_ticket(ticket, world, lists, numbers[ticket.id]) for ticket in world.tickets],
        "TicketNotes": [_note(note, t) for t in world.tickets for note in t.notes[1:] if not note.minutes],
        "TimeEntries": [_time(note, t) for t in world.tickets for note in t.notes[1:] if note.minutes],
        "TicketSecondaryResources": [row for ticket in world.tickets for row in _helpers(ticket, world)],
        "TicketAdditionalConfigurationItems": [row for ticket in world.tickets for row in _more_devices(ticket)],
        "TicketAttachments": [row for ticket in world.tickets for row in _files(ticket)],
        "TicketWebhooks": [],
        "TicketWebhookFields": [],
        "TicketNoteWebhooks": [],
        "TicketNoteWebhookFields": [],
    }
    return State(
        tables={name: by_id(rows) for name, rows in tables.items()},
        next_id=first_free_id(seed),
        switches=dict(SWITCHES),
    )


def _resource(member: Member) -> Record:
    api = member.licence == "A"
    return {
        "id": resource_id(member.id),
        "userName": member.login,
        "firstName": member.first_name,
        "lastName": member.last_name,
        "title": member.title,
        "email": member.email,
        "email2": "",
        "email3": "",
        "isActive": not member.inactive,
        "licenseType": picks.API_USER if api else picks.PROFESSIONAL,
        "defaultServiceDeskRoleID": None if api or member.kind == "manager" else _role(member),
    }


def _role(member: Member) -> int:
    return FIELD_ROLE if member.title == "Field engineer" else DESK_ROLE


def _roles(member: Member) -> list[Record]:
    """Managers hold a role that is nobody's default; the API user holds none."""
    if member.licence == "A":
        return []
    row: Record = {
        "id": member.id * 10,
        "resourceID": resource_id(member.id),
        "roleID": _role(member),
        "isActive": not member.inactive,
        "isDefault": member.kind != "manager",
    }
    return [row]


def _company(company: Company) -> Record:
    return {
        "id": company_id(company.id),
        "companyName": company.name,
        "phone": company.phone,
        "webAddress": f"https://www.{company.domain}",
        "isActive": True,
        "companyType": 1,
    }


def _contact(contact: Contact, company: Company) -> Record:
    return {
        "id": contact.id,
        "companyID": company_id(company.id),
        "firstName": contact.first_name,
        "lastName": contact.last_name,
        "title": contact.title,
        "emailAddress": contact.email,
        "phone": contact.phone,
        "isActive": 1,
    }


def _device(item: Configuration, company: Company, lists: picks.Lists) -> Record:
    return {
        "id": item.id,
        "companyID": company_id(company.id),
        "contactID": item.contact_id,
        "referenceTitle": item.name,
        "referenceNumber": item.key,
        "serialNumber": item.serial,
        "rmmDeviceAuditHostname": item.name,
        "rmmDeviceAuditIPAddress": item.ip_address,
        "rmmDeviceAuditOperatingSystem": item.os,
        "configurationItemType": picks.value_of(lists["ConfigurationItems", "configurationItemType"], item.type),
        "isActive": True,
    }


def _ticket_numbers(world: World) -> dict[int, str]:
    """`T20261112.0007`: the day it was opened and which one of that day."""
    counts: dict[str, int] = {}
    numbers: dict[int, str] = {}
    for ticket in world.tickets:
        day = ticket.opened_at.strftime("%Y%m%d")
        counts[day] = counts.get(day, 0) + 1
        numbers[ticket.id] = f"T{day}.{counts[day]:04d}"
    return numbers


def _ticket(ticket: Ticket, world: World, lists: picks.Lists, number: str) -> Record:
    board = world.boards_by_id[ticket.board_id]
    status = next(one for one in board.statuses if one.id == ticket.status_id)
    owner = next((member for member in world.members if member.id == ticket.owner_id), None)
    priority = next(one for one in world.priorities if one.id == ticket.priority_id)
    last = ticket.notes[-1]
    return {
        "id": ticket_id(ticket.id),
        "ticketNumber": number,
        "title": ticket.summary,
        "description": ticket.description,
        "resolution": "",
        "externalID": "",
        "status": picks.COMPLETE if status.closed else picks.value_of(lists["Tickets", "status"], status.name),
        "priority": picks.PRIORITIES[priority.level],
        "queueID": picks.queue_of(board.id),
        "ticketType": _TYPES.get(ticket.type, 1),
        "source": _SOURCES.get(ticket.source, -1),
        "serviceLevelAgreementID": picks.ROUND_THE_CLOCK if board.key == "alerts" else picks.STANDARD_HOURS,
        "companyID": company_id(ticket.company_id),
        "companyLocationID": ticket.site_id,
        "contactID": ticket.contact_id,
        "configurationItemID": ticket.configuration_ids[0] if ticket.configuration_ids else None,
        "assignedResourceID": resource_id(owner.id) if owner else None,
        "assignedResourceRoleID": _role(owner) if owner else None,
        "dueDateTime": stamp(ticket.updated_at),
        "createDate": stamp(ticket.opened_at),
        "completedDate": stamp(ticket.updated_at) if status.closed else None,
        "lastActivityDate": stamp(ticket.updated_at),
        "lastActivityResourceID": resource_id(last.member_id) if last.member_id else None,
        "lastActivityPersonType": 1 if last.member_id else 2,
        "creatorResourceID": None,
        "_locked": ticket.status_locked,
        "_no_rights": ticket.no_rights,
    }


def _note(note: Note, ticket: Ticket) -> Record:
    hidden = note.kind is NoteKind.INTERNAL
    system = note.member_id is None and note.contact_id is None
    return {
        "id": note.id,
        "ticketID": ticket_id(ticket.id),
        "title": "Internal note" if hidden else "Resolution" if note.kind is NoteKind.RESOLUTION else "Note",
        "description": note.text,
        "noteType": picks.WORKFLOW if system else picks.TASK_NOTES,
        "publish": picks.INTERNAL if hidden else picks.ALL_USERS,
        "creatorResourceID": resource_id(note.member_id) if note.member_id else None,
        "impersonatorCreatorResourceID": None,
        "createdByContactID": note.contact_id,
        "createDateTime": stamp(note.created_at),
        "lastActivityDate": stamp(note.created_at),
    }


def _time(note: Note, ticket: Ticket) -> Record:
    hidden = note.kind is NoteKind.INTERNAL
    person = resource_id(note.member_id) if note.member_id else None
    return {
        "id": note.id,
        "ticketID": ticket_id(ticket.id),
        "resourceID": person,
        "roleID": DESK_ROLE,
        "dateWorked": stamp(note.created_at.replace(hour=0, minute=0, second=0)),
        "startDateTime": None,
        "endDateTime": None,
        "hoursWorked": round(note.minutes / 60, 2),
        "summaryNotes": "" if hidden else note.text,
        "internalNotes": note.text if hidden else "",
        "billingCodeID": None,
        "isNonBillable": False,
        "creatorUserID": person,
        "createDateTime": stamp(note.created_at),
    }


def _helpers(ticket: Ticket, world: World) -> list[Record]:
    people = {member.id: member for member in world.members}
    return [
        {
            "id": ticket.id * 10 + place,
            "ticketID": ticket_id(ticket.id),
            "resourceID": resource_id(number),
            "roleID": _role(people[number]),
        }
        for place, number in enumerate(ticket.assignee_ids)
    ]


def _more_devices(ticket: Ticket) -> list[Record]:
    return [
        {"id": ticket.id * 10 + place, "ticketID": ticket_id(ticket.id), "configurationItemID": number}
        for place, number in enumerate(ticket.configuration_ids[1:])
    ]


def _files(ticket: Ticket) -> list[Record]:
    return [
        {
            "id": item.id,
            "ticketID": ticket_id(ticket.id),
            "title": item.name,
            "fullPath": item.name,
            "attachDate": stamp(ticket.opened_at),
            "fileSize": item.size,
            "publish": picks.ALL_USERS,
        }
        for item in ticket.attachments
    ]
