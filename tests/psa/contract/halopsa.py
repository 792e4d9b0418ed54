"""HaloPSA in the contract suite."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, ClassVar

from resolutionflow.demo.halopsa import SimServer
from resolutionflow.demo.world import load
from resolutionflow.psa.connections import SignIn
from resolutionflow.psa.providers.contract import FieldValue, ProviderName
from resolutionflow.psa.providers.halopsa import HALOPSA
from resolutionflow.psa.providers.vendor import Vendor
from tests.psa.contract.harness import Harness, Operation, Place, Scene, StoredNote, StoredTicket, StoredTime
from tests.psa.support import Control, changed_sign_in

_READ, _EDIT = "read:tickets", "edit:tickets"


class HaloHarness(Harness):
    name: ClassVar[ProviderName] = "halopsa"
    vendor: ClassVar[Vendor] = HALOPSA
    places: ClassVar[Mapping[Operation, Place]] = {
        "get_ticket": Place("GET", "/Tickets/*", _READ),
        "search_tickets": Place("GET", "/Tickets", _READ),
        "list_notes": Place("GET", "/Actions", _READ),
        "list_configuration_refs": Place("GET", "/Asset", "read:assets"),
        "list_assignees": Place("GET", "/Tickets/*", _READ),
        "list_time": Place("GET", "/Actions", _READ),
        "list_attachments": Place("GET", "/Attachment", _READ),
        "list_boards": Place("GET", "/TicketType", _READ),
        "list_statuses": Place("GET", "/Status", _READ),
        "list_priorities": Place("GET", "/Priority", _READ),
        "list_members": Place("GET", "/Agent", _READ),
        "list_outcomes": Place("GET", "/Outcome", _READ),
        "search_companies": Place("GET", "/Client", "read:customers"),
        "search_contacts": Place("GET", "/Users", "read:customers"),
        "add_note": Place("POST", "/Actions", _EDIT),
        "set_status": Place("POST", "/Tickets", _EDIT),
        "add_time": Place("POST", "/Actions", _EDIT),
        "create_ticket": Place("POST", "/Tickets", _EDIT),
        "assign_primary": Place("POST", "/Tickets", _EDIT),
        "unassign_primary": Place("POST", "/Tickets", _EDIT),
    }

    def __init__(self) -> None:
        self.server = SimServer(load(datetime.now(UTC))).start()
        self.control = Control(self.server.control_url)

    @classmethod
    def start(cls) -> HaloHarness:
        return cls()

    def stop(self) -> None:
        self.control.close()
        self.server.stop()

    @property
    def sign_in(self) -> SignIn:
        known = self.server.credentials
        config = {"site": self.server.url, "tenant": known.tenant, "client_id": known.client_id}
        return SignIn("halopsa", config, {"client_secret": known.client_secret})

    def wrong_sign_ins(self) -> Mapping[str, SignIn]:
        return {
            "tenant": changed_sign_in(self.sign_in, tenant="nobody"),
            "client_id": changed_sign_in(self.sign_in, client_id="11111111-1111-4111-8111-111111111111"),
            "client_secret": changed_sign_in(self.sign_in, client_secret="not-the-secret"),
        }

    def scene(self) -> Scene:
        """The same tickets as the other vendors', under this one's numbers."""
        everything = {str(row["id"]): row for row in self.control.all()["tickets"]}
        ticket = everything["2052"]
        return Scene(
            ticket="2052",
            unowned="2054",
            helped=None,
            busy="2074",
            hidden=next(number for number in everything if self.control.ticket(number)["hidden"]),
            merged=next(number for number, row in everything.items() if row["merged_into_id"]),
            board=str(ticket["tickettype_id"]),
            status="32",
            closed_status="38",
            foreign_status=str(everything["2068"]["status_id"]),
            company=str(ticket["client_id"]),
            company_name=ticket["client_name"],
            contact=str(ticket["user_id"]),
            priority=str(ticket["priority_id"]),
            configurations=tuple(str(asset["id"]) for asset in ticket["assets"]),
            member="21",
            other="22",
            login="maren.holt@kestrelford.example",
        )

    def tickets(self) -> Sequence[StoredTicket]:
        return [_ticket(row) for row in self.control.all()["tickets"]]

    def stored(self, ticket_id: str) -> StoredTicket:
        return _ticket(self.control.ticket(ticket_id)["ticket"])

    def notes(self, ticket_id: str) -> Sequence[StoredNote]:
        """Entries of time are among them; the PSA's own lines are not."""
        return [_note(row) for row in self.control.ticket(ticket_id)["actions"]]

    def times(self, ticket_id: str) -> Sequence[StoredTime]:
        timed = [(row, round(row["timetaken"] * 60)) for row in self.control.ticket(ticket_id)["actions"]]
        return [
            StoredTime(str(row["id"]), minutes, row["note_html"], str(row["who_agentid"]))
            for row, minutes in timed
            if minutes
        ]

    def reply(self, ticket_id: str, text: str) -> None:
        self.control.person("reply", ticket_id, text=text)

    def sent(self, operation: Operation) -> list[dict[str, FieldValue]]:
        """Without the name of the ticket, which stands in the body here and in the address elsewhere."""
        return [
            {name: value for name, value in fields.items() if name not in ("id", "ticket_id")}
            for fields in super().sent(operation)
        ]


def _ticket(row: dict[str, Any]) -> StoredTicket:
    return StoredTicket(
        id=str(row["id"]),
        summary=row["summary"],
        board=str(row["tickettype_id"]),
        status=str(row["status_id"]),
        priority=str(row["priority_id"]),
        company=str(row["client_id"]),
        contact=str(row["user_id"]) if row["user_id"] else None,
        owner=str(row["agent_id"]) if row["agent_id"] != 1 else None,
        additional=(),
        closed=row["hasbeenclosed"],
        reference=row["third_party_id_string"],
        configurations=tuple(str(asset["id"]) for asset in row["assets"]),
    )


def _note(row: dict[str, Any]) -> StoredNote:
    visibility = "internal" if row["hiddenfromuser"] else "customer"
    return StoredNote(str(row["id"]), row["note_html"], visibility, str(row["who_agentid"]) or None)
