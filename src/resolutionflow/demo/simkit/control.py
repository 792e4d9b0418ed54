"""`/__sim`: how tests and the demo look inside a simulator, break it, and act as people in the PSA."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar, Generic, cast

import orjson
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route

from resolutionflow.demo.simkit.api import Api
from resolutionflow.demo.simkit.errors import ControlError, Refusal
from resolutionflow.demo.simkit.records import Record
from resolutionflow.demo.simkit.sim import Sim
from resolutionflow.demo.simkit.state import AnyState

_Answer = Callable[[Request, Any], Any]


class Control(ABC, Generic[AnyState]):
    """The control interface. A vendor says what its rights are, how records look, and what people can do."""

    #: The rights an API user can lack, by the names people see in the PSA.
    rights: ClassVar[tuple[str, ...]]

    def __init__(self, sim: Sim[AnyState]) -> None:
        self.sim = sim

    @abstractmethod
    def overview(self) -> Record:
        """All records as the API shows them."""

    @abstractmethod
    def ticket(self, number: int) -> Record | None:
        """One ticket with everything on it, `mail` among it."""

    @abstractmethod
    def act(self, body: Any) -> Record:
        """Be someone in the PSA. Raises `Refusal`, `ControlError`."""

    def routes(self) -> list[Route]:
        """Below `/__sim`."""
        made: list[tuple[str, list[str], _Answer]] = [
            ("/reset", ["POST"], self._reset),
            ("/state", ["GET"], self._state),
            ("/requests", ["GET", "DELETE"], self._requests),
            ("/faults", ["GET", "POST", "PUT", "DELETE"], self._faults),
            ("/clock", ["GET", "POST"], self._clock),
            ("/permissions", ["GET", "POST", "PUT"], self._permissions),
            ("/switches", ["GET", "POST"], self._switches),
            ("/person", ["POST"], self._person),
            ("/mail", ["GET", "DELETE"], self._mail),
            ("/deliveries", ["GET", "DELETE"], self._deliveries),
        ]
        return [Route(path, _endpoint(answer), methods=methods) for path, methods, answer in made]

    def _reset(self, _request: Request, _body: Any) -> Record:
        self.sim.reset()
        return {"tickets": len(self.sim.state.table(self.sim.state.tickets))}

    def _state(self, request: Request, _body: Any) -> Record:
        """Everything, or with `?ticket_id=` one ticket."""
        wanted = request.query_params.get("ticket_id")
        if wanted is None:
            return self.overview()
        found = self.ticket(int(wanted) if wanted.isdecimal() and len(wanted) < 12 else -1)
        if found is None:
            raise ControlError(f"Ticket {wanted[:20]} not found.")
        return found

    def _requests(self, request: Request, _body: Any) -> Record:
        """The log; with `?after=` what came after that number. `began` and `ended` are seconds of the simulator's own stopwatch."""
        if request.method == "DELETE":
            self.sim.requests.clear()
        after = request.query_params.get("after", "0")
        last = int(after) if after.isdecimal() and len(after) < 12 else 0
        return {"requests": [entry for entry in self.sim.requests if entry["n"] > last]}

    def _faults(self, request: Request, body: Any) -> Record:
        """POST adds one or a list, PUT replaces all, DELETE clears."""
        if request.method == "POST":
            self.sim.faults.add(body)
        elif request.method in ("PUT", "DELETE"):
            self.sim.faults.replace(body if request.method == "PUT" and body is not None else [])
        return {"faults": [fault.shown() for fault in self.sim.faults.items]}

    def _clock(self, request: Request, body: Any) -> Record:
        """`{now: ISO or null}` fixes or frees the clock, `{advance_seconds: N}` moves it."""
        clock = self.sim.clock
        if request.method == "POST":
            data = mapping(body, {"now", "advance_seconds"})
            if "now" in data:
                clock.reset()
                clock.fixed = None if data["now"] is None else _moment(data["now"])
            step = data.get("advance_seconds", 0)
            if isinstance(step, bool) or not isinstance(step, (int, float)) or abs(step) > 3_200_000_000:
                raise ControlError("advance_seconds must be a number.")
            clock.offset += timedelta(seconds=step)
        return {"now": clock.now().isoformat(), "fixed": clock.fixed is not None}

    def _permissions(self, request: Request, body: Any) -> Record:
        """POST `{deny: [...], allow: [...]}` changes rights, PUT `{denied: [...]}` sets them."""
        state = self.sim.state
        if request.method == "PUT":
            state.denied = self._named(mapping(body, {"denied"}).get("denied"))
        elif request.method == "POST":
            data = mapping(body, {"deny", "allow"})
            state.denied = (state.denied | self._named(data.get("deny"))) - self._named(data.get("allow"))
        if request.method != "GET":
            self.sim.save()
        return {"permissions": {name: name not in state.denied for name in self.rights}}

    def _named(self, value: Any) -> set[str]:
        given: object = value or []
        names = cast("list[Any]", given) if isinstance(given, list) else [None]
        if any(name not in self.rights for name in names):
            raise ControlError(f"Rights are: {', '.join(self.rights)}.")
        return set(cast("list[str]", names))

    def _switches(self, request: Request, body: Any) -> Record:
        """POST `{name: true or false}` turns the vendor's ways."""
        known = self.sim.state.switches
        if request.method == "POST":
            data = mapping(body, set(known))
            if not all(isinstance(value, bool) for value in data.values()):
                raise ControlError("A switch is true or false.")
            known.update(cast("dict[str, bool]", data))
            self.sim.save()
        return {"switches": known}

    def _person(self, _request: Request, body: Any) -> Record:
        shown = self.act(body)
        self.sim.save()
        return shown

    def _mail(self, request: Request, _body: Any) -> Record:
        if request.method == "DELETE":
            self.sim.state.mail.clear()
            self.sim.save()
        return {"mail": self.sim.state.mail}

    def _deliveries(self, request: Request, _body: Any) -> Record:
        if request.method == "DELETE":
            self.sim.deliveries.log.clear()
        return {"deliveries": list(self.sim.deliveries.log)}


def sim_app(api: Api[AnyState], control: Control[AnyState]) -> Starlette:
    """A simulator as an ASGI application. Cutting connections needs the server of `server.py`."""
    return Starlette(routes=[Mount("/__sim", routes=control.routes()), Mount("/", app=api)])


def mapping(body: Any, known: set[str]) -> Record:
    """A control request's object, refused when it has other keys."""
    if not isinstance(body, dict) or not set(cast("Record", body)) <= known:
        raise ControlError(f"An object with {', '.join(sorted(known))} is expected.")
    return cast("Record", body)


def _endpoint(answer: _Answer) -> Callable[[Request], Any]:
    async def respond(request: Request) -> Response:
        if "origin" in request.headers:
            return _json(403, {"message": "The control interface does not answer web pages."})
        raw = await request.body()
        try:
            return _json(200, answer(request, orjson.loads(raw) if raw else None))
        except (Refusal, ControlError, orjson.JSONDecodeError) as problem:
            return _json(400, {"message": str(problem)})

    return respond


def _json(status: int, body: Any) -> Response:
    return Response(orjson.dumps(body, option=orjson.OPT_NON_STR_KEYS), status, media_type="application/json")


def _moment(value: Any) -> datetime:
    try:
        moment = datetime.fromisoformat(value)
    except (TypeError, ValueError) as problem:
        raise ControlError("now must be an ISO time or null.") from problem
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
