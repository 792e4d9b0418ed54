"""What the simulated PSA remembers: tables of records, rights, mail and its code base.

Tickets, notes, schedule and time entries are kept with plain ids (`board: 11`) and rendered on reading; everything else
is kept as the vendor shows it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from resolutionflow.demo.simkit.clock import SimClock, stamp
from resolutionflow.demo.simkit.records import Record
from resolutionflow.demo.simkit.state import SimState

FIRST_CODEBASE: Final = "v2025_1/"
#: The rights an API member can lack, by the names people see in the PSA.
PERMISSIONS: Final = (
    "Service Desk: Service Tickets",
    "Service Desk: Close Service Tickets",
    "Service Desk: Resource Scheduling",
    "Companies: Company Maintenance",
    "Companies: Contacts",
    "Companies: Configurations",
    "System: Table Setup",
    "System: Member Maintenance",
    "Time & Expense: Time Entry",
)


@dataclass
class State(SimState):
    """`codebase` is the part of the address that changes at upgrades."""

    codebase: str = FIRST_CODEBASE

    def __post_init__(self) -> None:
        self.heard: list[int] = []
        """Tickets that changed and were not told of yet; not kept over a restart."""

    def touch(self, ticket: Record, clock: SimClock, by: str) -> None:
        """Move the ticket's `_info.lastUpdated`: always forward, also twice within one second."""
        now = clock.stamp()
        if now <= ticket["updated"]:
            now = _one_second_later(ticket["updated"])
        ticket["updated"], ticket["updated_by"] = now, by
        self.heard.append(ticket["id"])


def _one_second_later(text: str) -> str:
    return stamp(datetime.fromisoformat(text) + timedelta(seconds=1))
