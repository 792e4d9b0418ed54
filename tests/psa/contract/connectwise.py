"""ConnectWise in the contract suite."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, ClassVar

from resolutionflow.demo.connectwise import SimServer
from resolutionflow.demo.world import load
from resolutionflow.psa.connections import SignIn
from resolutionflow.psa.providers.connectwise import CONNECTWISE
from resolutionflow.psa.providers.contract import ProviderName
from resolutionflow.psa.providers.vendor import Vendor
from tests.psa.contract.harness import Harness, Operation, Place, Scene, StoredNote, StoredTicket, StoredTime
from tests.psa.support import Sim, changed_sign_in

_TICKETS = "Service Desk: Service Tickets"
_TABLES = "System: Table Setup"
_SCHEDULE = "Service Desk: Resource Scheduling"


class ConnectWiseHarness(Harness):
    name: ClassVar[ProviderName] = "connectwise"
    vendor: ClassVar[Vendor] = CONNECTWISE
    places: ClassVar[Mapping[Operation, Place]] = {
        "get_ticket": Place("GET", "/service/tickets/*", _TICKETS),
        "search_tickets": Place("GET", "/service/tickets", _TICKETS),
        "list_notes": Place("GET", "/service/tickets/*otes", _TICKETS),
        "list_configuration_refs": Place("GET", "/service/tickets/*/configurations", _TICKETS),
        "list_assignees": Place("GET", "/schedule/entries", _SCHEDULE),
        "list_time": Place("GET", "/time/entries", "Time & Expense: Time Entry"),
        "list_attachments": Place("GET", "/system/documents", _TICKETS),
        "list_boards": Place("GET", "/service/boards", _TABLES),
        "list_statuses": Place("GET", "/service/boards/*/statuses", _TABLES),
        "list_priorities": Place("GET", "/service/priorities", _TABLES),
        # Without its right the open list of names is read, so no right guards it.
        "list_members": Place("GET", "/system/*members"),
        "search_companies": Place("GET", "/company/companies", "Companies: Company Maintenance"),
        "search_contacts": Place("GET", "/company/contacts", "Companies: Contacts"),
        "add_note": Place("POST", "/service/tickets/*/notes", _TICKETS),
        "set_status": Place("PATCH", "/service/tickets/*", _TICKETS),
        "add_time": Place("POST", "/time/entries", "Time & Expense: Time Entry"),
        "create_ticket": Place("POST", "/service/tickets", _TICKETS),
        "assign_primary": Place("PATCH", "/service/tickets/*", _TICKETS),
        "assign_additional": Place("POST", "/schedule/entries", _SCHEDULE),
        "unassign_primary": Place("PATCH", "/service/tickets/*", _TICKETS),
        "unassign_additional": Place("DELETE", "/schedule/entries/*", _SCHEDULE),
    }

    def __init__(self) -> None:
        self.world = load(datetime.now(UTC))
        self.server = SimServer(self.world).start()
        self.sim = Sim(self.server)
        self.control = self.sim

    @classmethod
    def start(cls) -> ConnectWiseHarness:
        return cls()

    def stop(self) -> None:
        self.control.close()
        self.server.stop()

    @property
    def sign_in(self) -> SignIn:
        return self.sim.sign_in

    def wrong_sign_ins(self) -> Mapping[str, SignIn]:
        return {
            "company_id": changed_sign_in(self.sign_in, company_id="nobody"),
            "client_id": changed_sign_in(self.sign_in, client_id="11111111-1111-4111-8111-111111111111"),
            "public_key": changed_sign_in(self.sign_in, public_key="NotTheKey00"),
            "private_key": changed_sign_in(self.sign_in, private_key="not-the-secret"),
        }

    def scene(self) -> Scene:
        tickets = {str(ticket.id): ticket for ticket in self.world.tickets}
        ticket, helped = tickets["48251"], tickets["48267"]
        desk = self.world.boards_by_id[ticket.board_id]
        statuses = {status.name: str(status.id) for status in desk.statuses}
        client = next(company for company in self.world.companies if company.id == ticket.company_id)
        members = {member.login: str(member.id) for member in self.world.members}
        return Scene(
            ticket=str(ticket.id),
            unowned="48253",
            helped=str(helped.id),
            busy="48273",
            hidden=next(str(one.id) for one in self.world.tickets if one.no_rights),
            merged=next(str(one.id) for one in self.world.tickets if one.merged_into),
            board=str(desk.id),
            status=statuses["Assigned"],
            closed_status=statuses["Resolved"],
            foreign_status=str(helped.status_id),
            company=str(client.id),
            company_name=client.name,
            contact=str(ticket.contact_id),
            priority=str(ticket.priority_id),
            configurations=tuple(str(item.id) for item in client.configurations[:2]),
            member=members["mholt"],
            other=members["plindqvist"],
            login="mholt",
        )

    def tickets(self) -> Sequence[StoredTicket]:
        return [_ticket(row) for row in self.control.all()["tickets"]]

    def stored(self, ticket_id: str) -> StoredTicket:
        state = self.control.ticket(ticket_id)
        return replace(
            _ticket(state["ticket"]),
            additional=tuple(str(entry["member"]["id"]) for entry in state["schedule"]),
            configurations=tuple(str(number) for number in state["configurations"]),
        )

    def notes(self, ticket_id: str) -> Sequence[StoredNote]:
        """Notes of time entries are among those of the ticket."""
        state = self.control.ticket(ticket_id)
        timed = [row for row in state["time"] if row.get("notes") or row.get("internalNotes")]
        return [
            *(_note(row) for row in state["notes"]),
            *(StoredNote(str(row["id"]), row.get("notes") or row["internalNotes"], "internal", None) for row in timed),
        ]

    def times(self, ticket_id: str) -> Sequence[StoredTime]:
        return [
            StoredTime(
                str(row["id"]),
                round(row["actualHours"] * 60),
                row.get("internalNotes") or row.get("notes") or "",
                str(row["member"]["id"]),
            )
            for row in self.control.ticket(ticket_id)["time"]
        ]

    def reply(self, ticket_id: str, text: str) -> None:
        self.control.person("reply", ticket_id, text=text)


def _ticket(row: dict[str, Any]) -> StoredTicket:
    return StoredTicket(
        id=str(row["id"]),
        summary=row["summary"],
        board=str(row["board"]["id"]),
        status=str(row["status"]["id"]),
        priority=str(row["priority"]["id"]),
        company=str(row["company"]["id"]),
        contact=str(row["contact"]["id"]) if "contact" in row else None,
        owner=str(row["owner"]["id"]) if "owner" in row else None,
        additional=(),
        closed=row["closedFlag"],
        reference=row.get("externalXRef", ""),
    )


def _note(row: dict[str, Any]) -> StoredNote:
    hidden = row["internalAnalysisFlag"] and not row["detailDescriptionFlag"] and not row["resolutionFlag"]
    return StoredNote(
        str(row["id"]),
        row["text"],
        "internal" if hidden else "customer",
        str(row["member"]["id"]) if "member" in row else None,
    )
