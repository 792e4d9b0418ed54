"""`/__sim`: how tests and the demo look inside the simulator, break it, and act as people in the PSA."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from resolutionflow.demo.connectwise import person, render
from resolutionflow.demo.connectwise.call import Call
from resolutionflow.demo.connectwise.errors import SimError
from resolutionflow.demo.connectwise.faults import FaultError
from resolutionflow.demo.connectwise.query import Record
from resolutionflow.demo.connectwise.sim import Sim
from resolutionflow.demo.connectwise.state import PERMISSIONS

Answer = Callable[[Request, Any], Any]


def routes(sim: Sim) -> list[Route]:
    """The control interface as routes below `/__sim`."""
    control = _Control(sim)
    made: list[tuple[str, list[str], Answer]] = [
        ("/reset", ["POST"], control.reset),
        ("/state", ["GET"], control.state),
        ("/requests", ["GET", "DELETE"], control.requests),
        ("/faults", ["GET", "POST", "PUT", "DELETE"], control.faults),
        ("/clock", ["GET", "POST"], control.clock),
        ("/permissions", ["GET", "POST", "PUT"], control.permissions),
        ("/person", ["POST"], control.person),
        ("/mail", ["GET", "DELETE"], control.mail),
    ]
    return [Route(path, _endpoint(answer), methods=methods) for path, methods, answer in made]


def _endpoint(answer: Answer) -> Callable[[Request], Any]:
    async def respond(request: Request) -> Response:
        if "origin" in request.headers:
            return _json(403, {"message": "The control interface does not answer web pages."})
        raw = await request.body()
        try:
            return _json(200, answer(request, orjson.loads(raw) if raw else None))
        except (SimError, FaultError, orjson.JSONDecodeError) as problem:
            return _json(400, {"message": str(problem)})

    return respond


def _json(status: int, body: Any) -> Response:
    return Response(orjson.dumps(body, option=orjson.OPT_NON_STR_KEYS), status, media_type="application/json")


class _Control:
    def __init__(self, sim: Sim) -> None:
        self._sim = sim

    def reset(self, _request: Request, _body: Any) -> Record:
        self._sim.reset()
        return {"tickets": len(self._sim.state.table("tickets"))}

    def state(self, request: Request, _body: Any) -> Record:
        """All records as the API shows them, or with `?ticket_id=` one ticket with everything on it."""
        state = self._sim.state
        wanted = request.query_params.get("ticket_id")
        if wanted is None:
            tickets = [render.ticket(state, row) for row in state.table("tickets").values()]
            notes = [render.note(state, row) for row in state.table("notes").values()]
            times = [render.time(state, row) for row in state.table("time").values()]
            return {"codebase": state.codebase, "tickets": tickets, "notes": notes, "time": times, "mail": state.mail}
        ticket = state.table("tickets").get(int(wanted) if wanted.isdecimal() and len(wanted) < 12 else -1)
        if ticket is None:
            raise SimError(404, "NotFound", f"Ticket {wanted[:20]} not found.")
        mine = {
            name: [row for row in state.table(name).values() if row["ticket"] == ticket["id"]]
            for name in ("notes", "time", "schedule")
        }
        return {
            "ticket": render.ticket(state, ticket),
            "status_locked": ticket["status_locked"],
            "notes": [render.note(state, row) for row in mine["notes"]],
            "time": [render.time(state, row) for row in mine["time"]],
            "schedule": [render.schedule(state, row) for row in mine["schedule"]],
            "mail": [item for item in state.mail if item["ticket_id"] == ticket["id"]],
        }

    def requests(self, request: Request, _body: Any) -> Record:
        if request.method == "DELETE":
            self._sim.requests.clear()
        return {"requests": list(self._sim.requests)}

    def faults(self, request: Request, body: Any) -> Record:
        """POST adds one or a list, PUT replaces all, DELETE clears."""
        if request.method == "POST":
            self._sim.faults.add(body)
        elif request.method in ("PUT", "DELETE"):
            self._sim.faults.replace(body if request.method == "PUT" and body is not None else [])
        return {"faults": [fault.shown() for fault in self._sim.faults.items]}

    def clock(self, request: Request, body: Any) -> Record:
        """`{now: ISO or null}` fixes or frees the clock, `{advance_seconds: N}` moves it."""
        if request.method == "POST":
            data = _mapping(body, {"now", "advance_seconds"})
            if "now" in data:
                self._sim.clock.reset()
                self._sim.clock.fixed = None if data["now"] is None else _moment(data["now"])
            step = data.get("advance_seconds", 0)
            if isinstance(step, bool) or not isinstance(step, (int, float)) or abs(step) > 3_200_000_000:
                raise SimError(400, "Invalid", "advance_seconds must be a number.")
            self._sim.clock.offset += timedelta(seconds=step)
        return {"now": self._sim.clock.now().isoformat(), "fixed": self._sim.clock.fixed is not None}

    def permissions(self, request: Request, body: Any) -> Record:
        """POST `{deny: [...], allow: [...]}` changes rights, PUT `{denied: [...]}` sets them."""
        state = self._sim.state
        if request.method == "PUT":
            state.denied = _rights(_mapping(body, {"denied"}).get("denied"))
        elif request.method == "POST":
            data = _mapping(body, {"deny", "allow"})
            state.denied = (state.denied | _rights(data.get("deny"))) - _rights(data.get("allow"))
        if request.method != "GET":
            self._sim.save()
        return {"permissions": {name: name not in state.denied for name in PERMISSIONS}}

    def person(self, _request: Request, body: Any) -> Record:
        """Act as someone in the PSA; see `person.act`."""
        call = Call("POST", "", "", {}, body, forward_only=False, state=self._sim.state, clock=self._sim.clock)
        shown = person.act(call)
        self._sim.save()
        return shown

    def mail(self, request: Request, _body: Any) -> Record:
        if request.method == "DELETE":
            self._sim.state.mail.clear()
            self._sim.save()
        return {"mail": self._sim.state.mail}


def _mapping(body: Any, known: set[str]) -> Record:
    if not isinstance(body, dict) or not set(cast("Record", body)) <= known:
        raise SimError(400, "Invalid", f"An object with {', '.join(sorted(known))} is expected.")
    return cast("Record", body)


def _rights(value: Any) -> set[str]:
    given: object = value or []
    names = cast("list[Any]", given) if isinstance(given, list) else [None]
    if any(name not in PERMISSIONS for name in names):
        raise SimError(400, "Invalid", f"Rights are: {', '.join(PERMISSIONS)}.")
    return set(cast("list[str]", names))


def _moment(value: Any) -> datetime:
    try:
        moment = datetime.fromisoformat(value)
    except (TypeError, ValueError) as problem:
        raise SimError(400, "Invalid", "now must be an ISO time or null.") from problem
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
