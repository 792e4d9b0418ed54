"""How tests and the demo look inside the simulator and act as people in the PSA."""

from __future__ import annotations

from typing import Any

from resolutionflow.demo.connectwise import callbacks, person, render
from resolutionflow.demo.connectwise.call import Call
from resolutionflow.demo.connectwise.state import PERMISSIONS, State
from resolutionflow.demo.simkit.control import Control
from resolutionflow.demo.simkit.records import Record


class ConnectWiseControl(Control[State]):
    """The control interface over ConnectWise's records."""

    rights = PERMISSIONS

    def overview(self) -> Record:
        state = self.sim.state
        tickets = [render.ticket(state, row) for row in state.table("tickets").values()]
        notes = [render.note(state, row) for row in state.table("notes").values()]
        times = [render.time(state, row) for row in state.table("time").values()]
        return {"codebase": state.codebase, "tickets": tickets, "notes": notes, "time": times, "mail": state.mail}

    def ticket(self, number: int) -> Record | None:
        state = self.sim.state
        ticket = state.table("tickets").get(number)
        if ticket is None:
            return None
        mine = {
            name: [row for row in state.table(name).values() if row["ticket"] == ticket["id"]]
            for name in ("notes", "time", "schedule")
        }
        return {
            "ticket": render.ticket(state, ticket),
            "configurations": ticket["configurations"],
            "status_locked": ticket["status_locked"],
            "notes": [render.note(state, row) for row in mine["notes"]],
            "time": [render.time(state, row) for row in mine["time"]],
            "schedule": [render.schedule(state, row) for row in mine["schedule"]],
            "mail": [item for item in state.mail if item["ticket_id"] == ticket["id"]],
        }

    def act(self, body: Any) -> Record:
        """See `person.act`."""
        state, clock = self.sim.state, self.sim.clock
        shown = person.act(Call("POST", "", "", {}, body, forward_only=False, state=state, clock=clock))
        callbacks.announce(self.sim)
        return shown
