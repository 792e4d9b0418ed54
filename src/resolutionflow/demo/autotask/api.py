"""The API over ASGI: zone look-up, sign-in, limits, impersonation. Everything else is in the handlers."""

from __future__ import annotations

import asyncio
import hmac
import re
from collections.abc import Mapping
from typing import Any, Final

import orjson
from starlette.requests import Request
from starlette.types import Receive, Scope, Send

from resolutionflow.demo.autotask import picks
from resolutionflow.demo.autotask.call import Call
from resolutionflow.demo.autotask.errors import SimError, forbidden
from resolutionflow.demo.autotask.limits import Limits
from resolutionflow.demo.autotask.routes import handle
from resolutionflow.demo.autotask.sim import Credentials
from resolutionflow.demo.autotask.state import IMPERSONATION, State
from resolutionflow.demo.simkit.api import Answer, Api, Work
from resolutionflow.demo.simkit.errors import Refusal
from resolutionflow.demo.simkit.faults import Fault, FaultKind
from resolutionflow.demo.simkit.records import Record
from resolutionflow.demo.simkit.sim import Sim

_PATH: Final = re.compile(r"/zone(?P<zone>\d+)/atservicesrest/v1\.0/(?P<resource>.*)")
_DISCOVERY: Final = re.compile(r"/atservicesrest/v1\.0/zoneInformation", re.IGNORECASE)
_REFUSED: Final = "resolutionflow.refused"
_PLAIN_ERRORS: Final[Mapping[FaultKind, SimError]] = {
    FaultKind.UNAUTHORIZED: SimError(401, "Unauthorized."),
    FaultKind.NOT_FOUND: SimError(404, "No HTTP resource was found that matches the request URI."),
    FaultKind.CONFLICT: SimError(409, "The record is being changed by someone else."),
    FaultKind.TOO_MANY: SimError(429, "You have exceeded the maximum number of 10000 requests per hour."),
    FaultKind.ERROR: SimError(500, "An unexpected error occurred."),
    FaultKind.UNAVAILABLE: SimError(503, "The service is temporarily unavailable."),
}


class AutotaskApi(Api[State]):
    """Everything but `/__sim`."""

    def __init__(self, sim: Sim[State], credentials: Credentials, limits: Limits, lists: picks.Lists) -> None:
        super().__init__(sim)
        self._credentials = credentials
        self._lists = lists
        self.limits = limits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Count the request in before anything else happens to it: the zone look-up alone is free."""
        found = _PATH.fullmatch(str(scope["path"]))
        if found is None:
            await super().__call__(scope, receive, send)
            return
        endpoint = found["resource"].split("/", 1)[0]
        scope[_REFUSED] = self.limits.enter(endpoint)
        try:
            if delay := self.limits.delay():
                await asyncio.sleep(delay)
            await super().__call__(scope, receive, send)
        finally:
            self.limits.leave(endpoint)

    def resource(self, path: str) -> str:
        """The part after `/v1.0/`."""
        found = _PATH.fullmatch(path)
        return found["resource"] if found else path

    def logged(self, request: Request) -> Record:
        return {
            "integration_code": request.headers.get("apiintegrationcode"),
            "signed_in": "secret" in request.headers,
            "acting_as": request.headers.get("impersonationresourceid"),
        }

    def trouble(self, fault: Fault) -> Refusal:
        if fault.kind is FaultKind.FORBIDDEN:
            return forbidden("do this")
        return _PLAIN_ERRORS[fault.kind]

    def too_large(self) -> Refusal:
        return SimError(413, "The request is too large.")

    def strike(self, fault: Fault) -> None:
        if fault.kind is FaultKind.MOVE_ZONE:
            self.sim.state.zone += 1
            self.sim.save()

    def writes(self, request: Request) -> bool:
        return request.method != "GET" and "/query" not in request.url.path

    def handle(self, work: Work) -> Answer:
        if _DISCOVERY.fullmatch(work.path):
            return _answer(self._zone(work.request))
        refused = work.request.scope.get(_REFUSED)
        if isinstance(refused, SimError):
            raise refused
        found = _PATH.fullmatch(work.path)
        if found is None:
            raise SimError(404, "No HTTP resource was found that matches the request URI.")
        self._authorise(work.request, int(found["zone"]))
        if found["resource"].casefold() == "thresholdinformation":
            return _answer(self._threshold())
        work.entry["body"] = body = _json(work.raw)
        call = Call(
            method=work.request.method,
            path=found["resource"],
            base=f"{_origin(work.request)}/zone{found['zone']}/atservicesrest/v1.0/",
            query=dict(work.request.query_params),
            body=body,
            state=self.sim.state,
            clock=self.sim.clock,
            lists=self._lists,
            deliveries=self.sim.deliveries,
            acting_as=self._impersonated(work.request),
            ignore_status=work.ignore_status,
        )
        work.entry["unknown_keys"] = call.unknown_keys
        return _answer(handle(call).body)

    def _zone(self, request: Request) -> Record:
        """Open to everyone; a user it does not know is an error."""
        if request.method != "GET":
            raise SimError(405, f"The requested resource does not support http method '{request.method}'.")
        user = request.query_params.get("user", "")
        if user.casefold() != self._credentials.username.casefold():
            raise SimError(500, "The specified user could not be resolved to a zone.")
        zone = f"{_origin(request)}/zone{self.sim.state.zone}"
        return {
            "zoneName": f"Simulated {self.sim.state.zone}",
            "url": f"{zone}/atservicesrest/",
            "webUrl": f"{zone}/",
            "ci": 1,
        }

    def _authorise(self, request: Request, zone: int) -> None:
        """A wrong zone refuses the right user too."""
        wanted = self._credentials
        pairs = (
            ("username", wanted.username.casefold()),
            ("secret", wanted.secret),
            ("apiintegrationcode", wanted.integration_code),
        )
        for name, value in pairs:
            given = request.headers.get(name, "")
            given = given.casefold() if name == "username" else given
            if not hmac.compare_digest(given.encode(), value.encode()):
                raise SimError(401, "Unauthorized.")
        if zone != self.sim.state.zone:
            raise SimError(401, "Unauthorized.")

    def _impersonated(self, request: Request) -> Record | None:
        given = request.headers.get("impersonationresourceid")
        if given is None or request.method == "GET":
            return None
        person = self.sim.state.table("Resources").get(int(given) if given.isdecimal() and len(given) < 12 else -1)
        if person is None or not person["isActive"] or IMPERSONATION in self.sim.state.denied:
            raise forbidden("impersonate this resource")
        return person

    def _threshold(self) -> Record:
        return {
            "externalRequestThreshold": self.limits.hourly,
            "requestThresholdTimeframe": 60,
            "currentTimeframeRequestCount": self.limits.used(),
        }


def _origin(request: Request) -> str:
    return f"{request.url.scheme}://{request.url.netloc}"


def _answer(body: Record) -> Answer:
    return Answer(200, orjson.dumps(body))


def _json(raw: bytes) -> Any:
    if not raw:
        return None
    try:
        return orjson.loads(raw)
    except orjson.JSONDecodeError as problem:
        raise SimError(500, "The request body is not valid JSON.") from problem
