"""The demo world in HaloPSA's terms: the tables a fresh simulator starts with.

Boards are ticket types; every type has one SLA with priorities of its own; ids are this system's.
"""

from __future__ import annotations

import html
import uuid
from typing import Final

from resolutionflow.demo.halopsa.state import SWITCHES, UNASSIGNED, State
from resolutionflow.demo.simkit.clock import stamp
from resolutionflow.demo.simkit.records import Record, by_id
from resolutionflow.demo.simkit.state import first_free_id
from resolutionflow.demo.world import Board, Company, Member, MemberKind, Note, NoteKind, Ticket, World

#: Ticket 48240 of the world is 2041 here.
TICKET_SHIFT: Final = 46_199
_TYPE_SHIFT: Final = 10
_STATUS_SHIFT: Final = 470
_AGENT_SHIFT: Final = 130
_SLAS: Final = ({"id": 3, "name": "Standard hours"}, {"id": 4, "name": "Round the clock"})
PRIVATE_NOTE: Final = 7
#: `mail`: what happens when the action does not say; `own_mail`: a template of the outcome that goes out whatever it says.
_OUTCOMES: Final = (
    {"id": 5, "outcome": "Email User", "hidden": False, "mail": True, "own_mail": False},
    {"id": PRIVATE_NOTE, "outcome": "Private Note", "hidden": True, "mail": False, "own_mail": False},
    {"id": 11, "outcome": "Public Note", "hidden": False, "mail": False, "own_mail": False},
    {"id": 12, "outcome": "Resolve", "hidden": False, "mail": True, "own_mail": True},
    {"id": 15, "outcome": "Manager Review", "hidden": True, "mail": False, "own_mail": False},
)
_MANAGERS_ONLY: Final = 15


def fresh_state(world: World, seed: int) -> State:
    """A new state holding the whole demo world."""
    managers = [_agent_id(member.id) for member in world.members if member.kind is MemberKind.MANAGER]
    made: dict[str, list[Record]] = {
        "agents": [_unassigned(), *(_agent(member) for member in world.members)],
        "clients": [_client(company) for company in world.companies],
        "sites": [
            {"id": site.id, "name": site.name, "client": company.id}
            for company in world.companies
            for site in company.sites
        ],
        "users": [_user(company, number) for company in world.companies for number in range(len(company.contacts))],
        "assets": [
            _asset(company, number) for company in world.companies for number in range(len(company.configurations))
        ],
        "types": [_type(board) for board in world.boards],
        "statuses": [status for board in world.boards for status in _statuses(board)],
        "slas": [dict(sla) for sla in _SLAS],
        "priorities": [_priority(sla["id"], level.level, level.name) for sla in _SLAS for level in world.priorities],
        "outcomes": [
            {**outcome, "agents": managers if outcome["id"] == _MANAGERS_ONLY else []} for outcome in _OUTCOMES
        ],
        "tickets": [_ticket(ticket, world) for ticket in world.tickets],
        "actions": [_action(note, ticket) for ticket in world.tickets for note in ticket.notes],
        "attachments": [
            {
                "id": item.id,
                "ticket": ticket.id - TICKET_SHIFT,
                "filename": item.name,
                "datecreated": stamp(ticket.opened_at),
            }
            for ticket in world.tickets
            for item in ticket.attachments
        ],
        "webhooks": [],
    }
    api = next(member.id for member in world.members if member.kind is MemberKind.API)
    return State(
        tables={name: by_id(rows) for name, rows in made.items()},
        next_id=first_free_id(seed, 60_000),
        switches=dict(SWITCHES),
        api_agent=_agent_id(api),
    )


def _agent_id(member: int) -> int:
    return member - _AGENT_SHIFT


def _unassigned() -> Record:
    return {"id": UNASSIGNED, "name": "Unassigned", "email": "", "isdisabled": False}


def _agent(member: Member) -> Record:
    return {
        "id": _agent_id(member.id),
        "name": member.name,
        "email": member.email,
        "isdisabled": member.inactive,
        "is_api_only": member.kind is MemberKind.API,
        "login": member.login,
    }


def _client(company: Company) -> Record:
    return {
        "id": company.id,
        "name": company.name,
        "inactive": False,
        "main_site": company.sites[0].id,
        "domain": company.domain,
    }


def _user(company: Company, number: int) -> Record:
    contact = company.contacts[number]
    return {
        "id": contact.id,
        "name": contact.name,
        "emailaddress": contact.email,
        "phonenumber": contact.phone,
        "inactive": False,
        "client": company.id,
        "site": contact.site_id,
    }


def _asset(company: Company, number: int) -> Record:
    item = company.configurations[number]
    return {
        "id": item.id,
        "inventory_number": item.name,
        "key_field": item.serial,
        "assettype_name": item.type,
        "client": company.id,
        "site": item.site_id,
        "fields": {"IP Address": item.ip_address, "Operating System": item.os},
    }


def _type(board: Board) -> Record:
    """Alerts come at any hour and have the other SLA."""
    return {
        "id": board.id + _TYPE_SHIFT,
        "name": board.name,
        "use": "project" if board.project else "ticket",
        "inactive": board.inactive,
        "sla": _SLAS[1]["id"] if board.key == "alerts" else _SLAS[0]["id"],
    }


def _statuses(board: Board) -> list[Record]:
    return [
        {
            "id": status.id - _STATUS_SHIFT,
            "name": status.name,
            "type": board.id + _TYPE_SHIFT,
            "sequence": status.sort,
            "closed": status.closed,
            "inactive": status.inactive,
            "first": status.default,
            "required": list(status.required),
        }
        for status in board.statuses
    ]


def _priority(sla: object, level: int, name: str) -> Record:
    """Tickets name `priorityid`, which is the same number under several SLAs; the `id` of the row is a GUID."""
    key = int(str(sla)) * 100 + level
    guid = str(uuid.uuid5(uuid.NAMESPACE_OID, f"priority {key}"))
    return {"id": key, "guid": guid, "sla": sla, "priorityid": level, "name": name}


def _ticket(ticket: Ticket, world: World) -> Record:
    board = world.boards_by_id[ticket.board_id]
    level = next(priority.level for priority in world.priorities if priority.id == ticket.priority_id)
    first = ticket.notes[0]
    return {
        "id": ticket.id - TICKET_SHIFT,
        "summary": ticket.summary,
        "details_html": as_html(first.text),
        "type": board.id + _TYPE_SHIFT,
        "status": ticket.status_id - _STATUS_SHIFT,
        "priority": level,
        "client": ticket.company_id,
        "site": ticket.site_id or world.companies_by_id[ticket.company_id].sites[0].id,
        "user": ticket.contact_id,
        "agent": UNASSIGNED if ticket.owner_id is None else _agent_id(ticket.owner_id),
        "assets": list(ticket.configuration_ids),
        "third_party_id_string": "",
        "dateoccurred": stamp(ticket.opened_at),
        "last_update": stamp(ticket.updated_at),
        "lastactiondate": stamp(ticket.notes[-1].created_at),
        "hasbeenclosed": ticket.closed,
        "merged_into": None if ticket.merged_into is None else ticket.merged_into - TICKET_SHIFT,
        "status_locked": ticket.status_locked,
        "no_rights": ticket.no_rights,
    }


def _action(note: Note, ticket: Ticket) -> Record:
    hidden = note.kind is NoteKind.INTERNAL
    return {
        "id": note.id,
        "ticket": ticket.id - TICKET_SHIFT,
        "outcome": PRIVATE_NOTE if hidden else 11,
        "note_html": as_html(note.text),
        "hiddenfromuser": hidden,
        "who": note.author,
        "agent": None if note.member_id is None else _agent_id(note.member_id),
        "user": note.contact_id,
        "timetaken": round(note.minutes / 60, 4),
        "datetime": stamp(note.created_at),
        "system": False,
    }


def as_html(text: str) -> str:
    """A plain text as the web app would store it."""
    parts = [html.escape(part, quote=False).replace("\n", "<br>") for part in text.split("\n\n")]
    return "".join(f"<p>{part}</p>" for part in parts)
