"""How tests and the demo look inside the simulator and act as people in the PSA."""

from __future__ import annotations

from typing import Any

from resolutionflow.demo.halopsa import person, render
from resolutionflow.demo.halopsa.call import Call
from resolutionflow.demo.halopsa.state import PERMISSIONS, State
from resolutionflow.demo.simkit.control import Control
from resolutionflow.demo.simkit.records import Record


class HaloControl(Control[State]):
    """The control interface over HaloPSA's records."""

    rights = PERMISSIONS

    def overview(self) -> Record:
        state = self.sim.state
        tickets = [render.ticket(state, row) for row in state.rows("tickets")]
        return {"tickets": tickets, "mail": state.mail}

    def ticket(self, number: int) -> Record | None:
        state = self.sim.state
        ticket = state.table("tickets").get(number)
        if ticket is None:
            return None
        actions = state.actions_of(ticket)
        return {
            "ticket": render.ticket(state, ticket),
            "status_locked": ticket["status_locked"],
            "hidden": ticket["no_rights"],
            "actions": [render.action(state, row) for row in actions if not row["system"]],
            "log": [render.action(state, row) for row in actions if row["system"]],
            "mail": [item for item in state.mail if item["ticket_id"] == number],
        }

    def act(self, body: Any) -> Record:
        """See `person.act`."""
        return person.act(Call("POST", "", {}, body, self.sim.state, self.sim.clock, self.sim.deliveries))
