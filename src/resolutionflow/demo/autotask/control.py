"""How tests and the demo look inside the simulator and act as people in the PSA."""

from __future__ import annotations

from typing import Any, cast

from resolutionflow.demo.autotask import person, picks
from resolutionflow.demo.autotask.call import Call
from resolutionflow.demo.autotask.limits import Limits
from resolutionflow.demo.autotask.query import shown
from resolutionflow.demo.autotask.state import PERMISSIONS, State
from resolutionflow.demo.simkit.control import Control
from resolutionflow.demo.simkit.errors import ControlError
from resolutionflow.demo.simkit.records import Record
from resolutionflow.demo.simkit.sim import Sim

_PARTS = {
    "notes": "TicketNotes",
    "time": "TimeEntries",
    "secondary": "TicketSecondaryResources",
    "devices": "TicketAdditionalConfigurationItems",
}


class AutotaskControl(Control[State]):
    """The control interface over Autotask's records."""

    rights = PERMISSIONS

    def __init__(self, sim: Sim[State], limits: Limits, lists: picks.Lists) -> None:
        super().__init__(sim)
        self._limits = limits
        self._lists = lists

    def overview(self) -> Record:
        """`threads` is the most that was under way at once, by endpoint; `used` the calls of the last hour."""
        state = self.sim.state
        names = {"tickets": "Tickets", **_PARTS, "webhooks": "TicketWebhooks", "note_webhooks": "TicketNoteWebhooks"}
        return {
            "zone": state.zone,
            "threads": dict(self._limits.highest),
            "used": self._limits.used(),
            **{name: [shown(row) for row in state.rows(table)] for name, table in names.items()},
            "mail": state.mail,
        }

    def ticket(self, number: int) -> Record | None:
        state = self.sim.state
        ticket = state.table("Tickets").get(number)
        if ticket is None:
            return None
        return {
            "ticket": shown(ticket),
            "status_locked": ticket["_locked"],
            **{
                name: [shown(row) for row in state.rows(table) if row["ticketID"] == number]
                for name, table in _PARTS.items()
            },
            "mail": [item for item in state.mail if item["ticket_id"] == number],
        }

    def act(self, body: Any) -> Record:
        """See `person.act`; and `{action: spend, calls}`: other integrations use up the hour."""
        data = cast("Record", body) if isinstance(body, dict) else {}
        if data.get("action") == "spend":
            calls = data.get("calls")
            if isinstance(calls, bool) or not isinstance(calls, int) or not 0 <= calls <= self._limits.hourly:
                raise ControlError("calls must be a number within the hour's threshold.")
            self._limits.reset()
            self._limits.spend(calls)
            return {"used": self._limits.used()}
        state, sim = self.sim.state, self.sim
        return person.act(Call("POST", "", "", {}, data, state, sim.clock, self._lists, sim.deliveries))
