"""The API over ASGI: discovery, sign-in, headers. Everything else is in the handlers."""

from __future__ import annotations

import base64
import binascii
import hmac
import re
from collections.abc import Mapping
from typing import Any, Final

import orjson
from starlette.requests import Request

from resolutionflow.demo.connectwise import callbacks
from resolutionflow.demo.connectwise.call import Call, Reply
from resolutionflow.demo.connectwise.errors import SimError, forbidden, unauthorized
from resolutionflow.demo.connectwise.routes import VERSION, handle
from resolutionflow.demo.connectwise.sim import Credentials
from resolutionflow.demo.connectwise.state import State
from resolutionflow.demo.connectwise.tickets import RIGHT
from resolutionflow.demo.simkit.api import Answer, Api, Work
from resolutionflow.demo.simkit.errors import Refusal
from resolutionflow.demo.simkit.faults import Fault, FaultKind
from resolutionflow.demo.simkit.records import Record
from resolutionflow.demo.simkit.sim import Sim

_PATH: Final = re.compile(r"/(?P<codebase>[^/]+/)apis/3\.0(?P<resource>/.*)")
_DISCOVERY: Final = re.compile(r"/login/companyinfo/([^/]+)")
_ACCEPTED: Final = re.compile(r"\*/\*|application/(json|\*|vnd\.connectwise\.com\+json)\b", re.IGNORECASE)
_PLAIN_ERRORS: Final[Mapping[FaultKind, SimError]] = {
    FaultKind.UNAUTHORIZED: unauthorized("The request was not authorized."),
    FaultKind.NOT_FOUND: SimError(404, "NotFound", "The resource does not exist."),
    FaultKind.CONFLICT: SimError(409, "Conflict", "The record is being changed by someone else."),
    FaultKind.TOO_MANY: SimError(429, "TooManyRequests", "Too many requests. Try again later."),
    FaultKind.ERROR: SimError(500, "InternalServerError", "An unexpected error occurred."),
    FaultKind.UNAVAILABLE: SimError(503, "ServiceUnavailable", "The service is temporarily unavailable."),
}


class ConnectWiseApi(Api[State]):
    """Everything but `/__sim`."""

    def __init__(self, sim: Sim[State], credentials: Credentials) -> None:
        super().__init__(sim)
        self._credentials = credentials

    def resource(self, path: str) -> str:
        """The part after `/apis/3.0`."""
        found = _PATH.fullmatch(path)
        return found["resource"] if found else path

    def logged(self, request: Request) -> Record:
        return {
            "client_id": request.headers.get("clientid"),
            "accept": request.headers.get("accept"),
            "signed_in": "authorization" in request.headers,
        }

    def trouble(self, fault: Fault) -> Refusal:
        if fault.kind is FaultKind.FORBIDDEN:
            return forbidden(str(fault.args.get("permission") or RIGHT))
        return _PLAIN_ERRORS[fault.kind]

    def too_large(self) -> Refusal:
        return SimError(413, "PayloadTooLarge", "The request is too large.")

    def strike(self, fault: Fault) -> None:
        if fault.kind is FaultKind.MOVE_CODEBASE:
            state = self.sim.state
            state.codebase = str(fault.args.get("codebase") or _next_codebase(state.codebase))
            self.sim.save()

    def handle(self, work: Work) -> Answer:
        discovery = _DISCOVERY.fullmatch(work.path)
        if discovery:
            return self._company_info(work.request, discovery[1])
        if key := callbacks.KEY_PATH.fullmatch(work.path):
            return Answer(200, orjson.dumps(callbacks.key(self.sim.state, key[1])))
        reply = self._call(work)
        callbacks.announce(self.sim)
        body = b"" if reply.body is None else orjson.dumps(reply.body)
        return Answer(reply.status, body, headers={"api-current-version": VERSION, **reply.headers})

    def _call(self, work: Work) -> Reply:
        request = work.request
        found = _PATH.fullmatch(work.path)
        if found is None or found["codebase"] != self.sim.state.codebase:
            raise SimError(404, "NotFound", "The resource does not exist.")
        if found["resource"] != "/system/info":
            _authorise(request, self._credentials)
        if not _ACCEPTED.search(request.headers.get("accept", "*/*")):
            raise SimError(406, "NotAcceptable", "Only JSON is available.")
        if "\x00" in "".join((found["resource"], *request.query_params.values())):
            raise SimError(400, "InvalidParameter", "A NUL character is not allowed.")
        call = Call(
            method=request.method,
            path=found["resource"],
            url=str(request.url.replace(query="")),
            query=dict(request.query_params),
            body=_json(work.raw),
            forward_only=request.headers.get("pagination-type", "").lower() == "forward-only",
            state=self.sim.state,
            clock=self.sim.clock,
            ignore_status=work.ignore_status,
        )
        work.entry["body"] = call.body
        work.entry["unknown_keys"] = call.unknown_keys
        return handle(call)

    def _company_info(self, request: Request, company: str) -> Answer:
        """Discovery, open to everyone. An unknown company is `null`."""
        if request.method != "GET":
            raise SimError(405, "MethodNotAllowed", "Only GET is supported here.")
        if company.lower() != self._credentials.company_id.lower():
            return Answer(200, b"null")
        shown = {
            "CompanyName": "Kestrelford IT",
            "Codebase": self.sim.state.codebase,
            "VersionCode": f"v{VERSION}",
            "VersionNumber": f"v{VERSION}.1",
            "CompanyID": self._credentials.company_id,
            "IsCloud": True,
            "SiteUrl": request.url.netloc,
        }
        return Answer(200, orjson.dumps(shown))


def _next_codebase(current: str) -> str:
    found = re.fullmatch(r"(.*_)(\d+)/", current)
    return f"{found[1]}{int(found[2]) + 1}/" if found else "v2025_2/"


def _json(raw: bytes) -> Any:
    if not raw:
        return None
    try:
        return orjson.loads(raw)
    except orjson.JSONDecodeError as problem:
        raise SimError(400, "InvalidObject", "The body is not valid JSON.") from problem


def _authorise(request: Request, wanted: Credentials) -> None:
    scheme, _, value = request.headers.get("authorization", "").partition(" ")
    try:
        given = base64.b64decode(value, validate=True) if scheme.lower() == "basic" else b""
    except (binascii.Error, ValueError):
        given = b""
    expected = f"{wanted.company_id}+{wanted.public_key}:{wanted.private_key}".encode()
    if not hmac.compare_digest(given, expected):
        raise unauthorized("The credentials are not valid.")
    if not hmac.compare_digest(request.headers.get("clientid", "").lower().encode(), wanted.client_id.lower().encode()):
        raise unauthorized("A valid clientId header is required.")
