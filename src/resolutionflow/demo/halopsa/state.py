"""What the simulated HaloPSA remembers. Records are kept with plain ids and rendered on reading."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from resolutionflow.demo.simkit.clock import SimClock, stamp
from resolutionflow.demo.simkit.records import Record
from resolutionflow.demo.simkit.state import SimState

READ: Final = "read:tickets"
EDIT: Final = "edit:tickets"
CUSTOMERS: Final = "read:customers"
ASSETS: Final = "read:assets"
ADMIN: Final = "admin"
#: The scopes an application can lack, by the names people see in the PSA.
PERMISSIONS: Final = (READ, EDIT, CUSTOMERS, ASSETS, ADMIN)

#: `wrapped`: a single record stands inside an object. `unassigned`: the agent "Unassigned" is listed when asked for.
#: `closed_flag`: a status says whether it closes. `impersonation`: an action is shown as written by the agent it names.
#: `batched_hooks`: a webhook brings a list of events.
SWITCHES: Final = {
    "wrapped": False,
    "unassigned": True,
    "closed_flag": True,
    "impersonation": True,
    "batched_hooks": False,
}
UNASSIGNED: Final = 1


@dataclass
class State(SimState):
    """`api_agent` is the agent the application works as."""

    api_agent: int = 0

    def touch(self, ticket: Record, clock: SimClock) -> None:
        """Move the ticket's `last_update`: always forward, also twice within one second."""
        now = clock.stamp()
        if now <= ticket["last_update"]:
            now = stamp(datetime.fromisoformat(ticket["last_update"]) + timedelta(seconds=1))
        ticket["last_update"] = now

    def log(self, ticket: Record, clock: SimClock, text: str) -> None:
        """The PSA's own line among the actions; lists leave it out with `excludesys`."""
        number = self.new_id()
        self.table("actions")[number] = {
            "id": number,
            "ticket": ticket["id"],
            "outcome": None,
            "note_html": text,
            "hiddenfromuser": True,
            "who": "System",
            "agent": None,
            "user": None,
            "timetaken": 0.0,
            "datetime": clock.stamp(),
            "system": True,
        }

    def actions_of(self, ticket: Record) -> list[Record]:
        """Newest first, as the PSA lists them."""
        mine = [row for row in self.table("actions").values() if row["ticket"] == ticket["id"]]
        return sorted(mine, key=lambda row: (row["datetime"], row["id"]), reverse=True)
