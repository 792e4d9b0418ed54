"""Autotask in the contract suite."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, ClassVar

from resolutionflow.demo.autotask import SimServer
from resolutionflow.demo.autotask.limits import HOURLY
from resolutionflow.demo.autotask.picks import COMPLETE, PRIORITIES, queue_of
from resolutionflow.demo.autotask.seed import company_id, resource_id, ticket_id
from resolutionflow.demo.world import load
from resolutionflow.psa.connections import SignIn
from resolutionflow.psa.providers.autotask import AUTOTASK
from resolutionflow.psa.providers.contract import FieldValue, ProviderName
from resolutionflow.psa.providers.vendor import Vendor
from tests.psa.contract.harness import Harness, Operation, Place, Scene, StoredNote, StoredTicket, StoredTime
from tests.psa.support import Control, changed_sign_in

_TICKETS = "Service Desk: Tickets"
_NOTES = "Service Desk: Ticket notes"
_TIME = "Service Desk: Time entries"


class AutotaskHarness(Harness):
    name: ClassVar[ProviderName] = "autotask"
    vendor: ClassVar[Vendor] = AUTOTASK
    places: ClassVar[Mapping[Operation, Place]] = {
        "get_ticket": Place("GET", "Tickets/*", _TICKETS),
        "search_tickets": Place("POST", "Tickets/query", _TICKETS),
        "list_notes": Place("POST", "TicketNotes/query", _NOTES),
        "list_configuration_refs": Place("POST", "TicketAdditionalConfigurationItems/query", _TICKETS),
        "list_assignees": Place("POST", "TicketSecondaryResources/query", _TICKETS),
        "list_time": Place("POST", "TimeEntries/query", _TIME),
        "list_attachments": Place("GET", "Tickets/*/Attachments", "Service Desk: Ticket attachments"),
        "list_boards": Place("GET", "Tickets/entityInformation/fields", _TICKETS),
        "list_statuses": Place("GET", "Tickets/entityInformation/fields", _TICKETS),
        "list_priorities": Place("GET", "Tickets/entityInformation/fields", _TICKETS),
        "list_members": Place("POST", "Resources/query", "Admin: Resources"),
        "search_companies": Place("POST", "Companies/query", "CRM: Organizations"),
        "search_contacts": Place("POST", "Contacts/query", "CRM: Contacts"),
        "add_note": Place("POST", "Tickets/*/Notes", _NOTES),
        "set_status": Place("PATCH", "Tickets", _TICKETS),
        "add_time": Place("POST", "TimeEntries", _TIME),
        "create_ticket": Place("POST", "Tickets", _TICKETS),
        "assign_primary": Place("PATCH", "Tickets", _TICKETS),
        "assign_additional": Place("POST", "Tickets/*/SecondaryResources", _TICKETS),
        "unassign_primary": Place("PATCH", "Tickets", _TICKETS),
        "unassign_additional": Place("DELETE", "Tickets/*/SecondaryResources/*", _TICKETS),
    }

    def __init__(self, hourly: int = HOURLY) -> None:
        self.world = load(datetime.now(UTC))
        self.server = SimServer(self.world, hourly=hourly).start()
        self.control = Control(self.server.control_url)

    @classmethod
    def start(cls) -> AutotaskHarness:
        return cls()

    def stop(self) -> None:
        self.control.close()
        self.server.stop()

    @property
    def sign_in(self) -> SignIn:
        known = self.server.credentials
        return SignIn(
            "autotask",
            {"username": known.username, "site": self.server.url},
            {"secret": known.secret, "integration_code": known.integration_code},
        )

    def wrong_sign_ins(self) -> Mapping[str, SignIn]:
        return {
            "username": changed_sign_in(self.sign_in, username="nobody@kestrelford.example"),
            "secret": changed_sign_in(self.sign_in, secret="not-the-secret"),
            "integration_code": changed_sign_in(self.sign_in, integration_code="NOTTHECODE"),
        }

    def scene(self) -> Scene:
        tickets = {ticket.id: ticket for ticket in self.world.tickets}
        ticket = tickets[48251]
        client = self.world.companies_by_id[ticket.company_id]
        level = next(one.level for one in self.world.priorities if one.id == ticket.priority_id)
        members = {member.login: str(resource_id(member.id)) for member in self.world.members}
        return Scene(
            ticket=str(ticket_id(48251)),
            unowned=str(ticket_id(48253)),
            helped=str(ticket_id(48267)),
            busy=str(ticket_id(48273)),
            hidden=next(str(ticket_id(one.id)) for one in self.world.tickets if one.no_rights),
            merged=None,
            board=str(queue_of(ticket.board_id)),
            status=self._status("Assigned"),
            closed_status=str(COMPLETE),
            foreign_status=None,
            company=str(company_id(client.id)),
            company_name=client.name,
            contact=str(ticket.contact_id),
            priority=str(PRIORITIES[level]),
            configurations=tuple(str(item.id) for item in client.configurations[:2]),
            member=members["mholt"],
            other=members["plindqvist"],
            login="mholt",
        )

    def _status(self, name: str) -> str:
        """One that another ticket of the demo world has."""
        statuses = {status.id: status.name for board in self.world.boards for status in board.statuses}
        like = next(one.id for one in self.world.tickets if statuses[one.status_id] == name and not one.no_rights)
        return str(self.control.ticket(str(ticket_id(like)))["ticket"]["status"])

    def tickets(self) -> Sequence[StoredTicket]:
        return [_ticket(row) for row in self.control.all()["tickets"]]

    def stored(self, ticket_id: str) -> StoredTicket:
        state = self.control.ticket(ticket_id)
        found = _ticket(state["ticket"])
        more = tuple(str(row["configurationItemID"]) for row in state["devices"])
        return replace(
            found,
            additional=tuple(str(row["resourceID"]) for row in state["secondary"]),
            configurations=(*found.configurations, *more),
        )

    def notes(self, ticket_id: str) -> Sequence[StoredNote]:
        """What time entries say is among the notes of the ticket."""
        state = self.control.ticket(ticket_id)
        return [
            *(_note(row) for row in state["notes"]),
            *(
                StoredNote(f"time-{row['id']}-{visibility}", row[key], visibility, str(row["resourceID"]))
                for row in state["time"]
                for key, visibility in (("summaryNotes", "customer"), ("internalNotes", "internal"))
                if row[key]
            ),
        ]

    def times(self, ticket_id: str) -> Sequence[StoredTime]:
        return [
            StoredTime(str(row["id"]), round(row["hoursWorked"] * 60), row["internalNotes"], str(row["resourceID"]))
            for row in self.control.ticket(ticket_id)["time"]
        ]

    def reply(self, ticket_id: str, text: str) -> None:
        self.control.person("reply", ticket_id, text=text)

    def sent(self, operation: Operation) -> list[dict[str, FieldValue]]:
        """Whom a note stands for goes beside its body."""
        found = super().sent(operation)
        for fields, request in zip(found, self.requests(operation), strict=True):
            if request["acting_as"] is not None:
                fields["ImpersonationResourceId"] = int(request["acting_as"])
        return found


def _ticket(row: dict[str, Any]) -> StoredTicket:
    def text(key: str) -> str | None:
        return None if row[key] is None else str(row[key])

    return StoredTicket(
        id=str(row["id"]),
        summary=row["title"],
        board=str(row["queueID"]),
        status=str(row["status"]),
        priority=str(row["priority"]),
        company=str(row["companyID"]),
        contact=text("contactID"),
        owner=text("assignedResourceID"),
        additional=(),
        closed=row["status"] == COMPLETE,
        reference=row["externalID"],
        configurations=() if row["configurationItemID"] is None else (str(row["configurationItemID"]),),
    )


def _note(row: dict[str, Any]) -> StoredNote:
    member = row["creatorResourceID"]
    return StoredNote(
        str(row["id"]),
        row["description"],
        "internal" if row["publish"] == 2 else "customer",
        str(member) if member else None,
    )
