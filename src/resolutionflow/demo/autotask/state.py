"""What the simulated service remembers: one table per entity, rows as the API shows them. Keys with `_` before them are never shown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar, Final

from resolutionflow.demo.simkit.clock import SimClock, stamp
from resolutionflow.demo.simkit.records import Record
from resolutionflow.demo.simkit.state import SimState

TICKETS: Final = "Service Desk: Tickets"
NOTES: Final = "Service Desk: Ticket notes"
TIME: Final = "Service Desk: Time entries"
FILES: Final = "Service Desk: Ticket attachments"
COMPANIES: Final = "CRM: Organizations"
CONTACTS: Final = "CRM: Contacts"
DEVICES: Final = "CRM: Configuration items"
PEOPLE: Final = "Admin: Resources"
CODES: Final = "Admin: Billing codes"
WEBHOOKS: Final = "Webhooks"
IMPERSONATION: Final = "Impersonation"
#: The rights the security level of an API user can lack.
PERMISSIONS: Final = (
    TICKETS,
    NOTES,
    TIME,
    FILES,
    COMPANIES,
    CONTACTS,
    DEVICES,
    PEOPLE,
    CODES,
    WEBHOOKS,
    IMPERSONATION,
)
#: Workflow rules that mail the contact about a customer-visible note, and about a completed ticket.
SWITCHES: Final = {"workflow_mails_notes": False, "workflow_mails_complete": False}


@dataclass
class State(SimState):
    """`zone` is the part of the address that a move changes, `sequence` counts the webhooks sent."""

    tickets: ClassVar[str] = "Tickets"

    zone: int = 4
    sequence: int = 0

    def touch(
        self, ticket: Record, clock: SimClock, *, resource: int | None = None, contact: int | None = None
    ) -> None:
        """Move `lastActivityDate`: always forward, also twice within one second."""
        now = clock.stamp()
        if now <= ticket["lastActivityDate"]:
            now = stamp(datetime.fromisoformat(ticket["lastActivityDate"]) + timedelta(seconds=1))
        ticket["lastActivityDate"] = now
        ticket["lastActivityResourceID"] = resource
        ticket["lastActivityPersonType"] = 2 if contact else 1

    def api_user(self) -> Record:
        """The resource whose keys are used."""
        return next(row for row in self.rows("Resources") if row["licenseType"] == 7)
