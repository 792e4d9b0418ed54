"""The API over ASGI: sign-in, headers, faults, errors. Everything else is in the handlers."""

from __future__ import annotations

import asyncio
import base64
import binascii
import hmac
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import orjson
from starlette.requests import ClientDisconnect, Request
from starlette.types import Receive, Scope, Send

from resolutionflow.demo.connectwise.call import Call, Reply
from resolutionflow.demo.connectwise.errors import SimError, forbidden, unauthorized
from resolutionflow.demo.connectwise.faults import Fault, FaultKind
from resolutionflow.demo.connectwise.query import Record
from resolutionflow.demo.connectwise.routes import VERSION, handle
from resolutionflow.demo.connectwise.sim import Sim
from resolutionflow.demo.connectwise.tickets import RIGHT

#: An ASGI server that offers this extension can cut the connection without an answer.
DROP_EXTENSION: Final = "resolutionflow.drop"

_BODY_LIMIT: Final = 10 * 1024 * 1024
_LONGEST_HOLD: Final = 600.0
_PATH: Final = re.compile(r"/(?P<codebase>[^/]+/)apis/3\.0(?P<resource>/.*)")
_DISCOVERY: Final = re.compile(r"/login/companyinfo/([^/]+)")
_ACCEPTED: Final = re.compile(r"\*/\*|application/(json|\*|vnd\.connectwise\.com\+json)\b", re.IGNORECASE)
_BAD_GATEWAY: Final = "<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>"
_LET_THROUGH: Final = (FaultKind.LATENCY, FaultKind.STATUS_IGNORED, FaultKind.MOVE_CODEBASE)
_PLAIN_ERRORS: Final[Mapping[FaultKind, SimError]] = {
    FaultKind.UNAUTHORIZED: unauthorized("The request was not authorized."),
    FaultKind.NOT_FOUND: SimError(404, "NotFound", "The resource does not exist."),
    FaultKind.CONFLICT: SimError(409, "Conflict", "The record is being changed by someone else."),
    FaultKind.TOO_MANY: SimError(429, "TooManyRequests", "Too many requests. Try again later."),
    FaultKind.ERROR: SimError(500, "InternalServerError", "An unexpected error occurred."),
    FaultKind.UNAVAILABLE: SimError(503, "ServiceUnavailable", "The service is temporarily unavailable."),
}


@dataclass(frozen=True, slots=True)
class _Answer:
    """What goes over the wire."""

    status: int
    body: bytes
    media_type: str = "application/json; charset=utf-8"
    headers: Mapping[str, str] | None = None


class Api:
    """The ASGI application for everything but `/__sim`."""

    def __init__(self, sim: Sim) -> None:
        self._sim = sim
        self._late: set[asyncio.Task[None]] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        path = str(scope["path"])
        found = _PATH.fullmatch(path)
        resource = found["resource"] if found else path
        fault = self._sim.faults.pick(request.method, resource)
        entry = self._logged(request, resource, fault)
        try:
            raw = await _body(request)
        except ClientDisconnect:
            return
        except SimError as problem:
            await _send(send, entry, _refusal(problem))
            return
        if fault is not None and fault.kind is FaultKind.LATENCY:
            await asyncio.sleep(float(fault.args.get("ms", 0)) / 1000 + fault.seconds(0))
        answer = self._answer(request, raw, fault, entry)
        if answer is not None:
            await _send(send, entry, answer)
            return
        entry["status"] = None
        await _cut(scope, receive, drop=fault is not None and fault.kind is not FaultKind.TIMEOUT)

    def _logged(self, request: Request, resource: str, fault: Fault | None) -> Record:
        self._sim.number += 1
        entry: Record = {
            "n": self._sim.number,
            "at": self._sim.clock.now().isoformat(),
            "method": request.method,
            "path": resource,
            "query": dict(request.query_params),
            "client_id": request.headers.get("clientid"),
            "accept": request.headers.get("accept"),
            "signed_in": "authorization" in request.headers,
            "body": None,
            "status": None,
            "fault": fault.kind.value if fault else None,
            "unknown_keys": [],
        }
        self._sim.requests.append(entry)
        return entry

    def _answer(self, request: Request, raw: bytes, fault: Fault | None, entry: Record) -> _Answer | None:
        """What to send; None = nothing at all."""
        kind = fault.kind if fault else None
        if fault is None or kind in _LET_THROUGH:
            if fault is not None and kind is FaultKind.MOVE_CODEBASE:
                self._sim.state.codebase = str(fault.args.get("codebase") or _next_codebase(self._sim.state.codebase))
                self._sim.save()
            return self._run(request, raw, entry, ignore_status=kind is FaultKind.STATUS_IGNORED)
        return _instead(fault) or self._after_commit(request, raw, fault, entry)

    def _after_commit(self, request: Request, raw: bytes, fault: Fault, entry: Record) -> _Answer | None:
        """Faults that come after the work, or let it happen out of sight."""
        if fault.kind is FaultKind.COMMIT_LATE:
            task = asyncio.create_task(self._later(fault.seconds(5), request, raw, entry))
            self._late.add(task)
            task.add_done_callback(self._late.discard)
            return None
        if fault.kind is FaultKind.TIMEOUT and not fault.args.get("commit"):
            return None
        answer = self._run(request, raw, entry)
        if fault.kind is FaultKind.TRUNCATED_JSON:
            return _Answer(answer.status, answer.body[: max(1, len(answer.body) // 2)], headers=answer.headers)
        if fault.kind is FaultKind.WRONG_SHAPE:
            return _Answer(answer.status, b'"unexpected"', headers=answer.headers)
        return None

    async def _later(self, seconds: float, request: Request, raw: bytes, entry: Record) -> None:
        await asyncio.sleep(seconds)
        entry["committed_late"] = self._run(request, raw, entry).status

    def _run(self, request: Request, raw: bytes, entry: Record, *, ignore_status: bool = False) -> _Answer:
        """Do what the request asks, in one go."""
        try:
            discovery = _DISCOVERY.fullmatch(request.scope["path"])
            if discovery:
                return self._company_info(request, discovery[1])
            reply = self._call(request, raw, entry, ignore_status=ignore_status)
        except SimError as problem:
            return _refusal(problem)
        if request.method != "GET":
            self._sim.save()
        body = b"" if reply.body is None else orjson.dumps(reply.body)
        return _Answer(reply.status, body, headers={"api-current-version": VERSION, **reply.headers})

    def _call(self, request: Request, raw: bytes, entry: Record, *, ignore_status: bool) -> Reply:
        found = _PATH.fullmatch(request.scope["path"])
        if found is None or found["codebase"] != self._sim.state.codebase:
            raise SimError(404, "NotFound", "The resource does not exist.")
        if found["resource"] != "/system/info":
            _authorise(request, self._sim)
        if not _ACCEPTED.search(request.headers.get("accept", "*/*")):
            raise SimError(406, "NotAcceptable", "Only JSON is available.")
        if "\x00" in "".join((found["resource"], *request.query_params.values())):
            raise SimError(400, "InvalidParameter", "A NUL character is not allowed.")
        call = Call(
            method=request.method,
            path=found["resource"],
            url=str(request.url.replace(query="")),
            query=dict(request.query_params),
            body=_json(raw),
            forward_only=request.headers.get("pagination-type", "").lower() == "forward-only",
            state=self._sim.state,
            clock=self._sim.clock,
            ignore_status=ignore_status,
        )
        entry["body"] = call.body
        entry["unknown_keys"] = call.unknown_keys
        return handle(call)

    def _company_info(self, request: Request, company: str) -> _Answer:
        """Discovery, open to everyone. An unknown company is `null`."""
        if request.method != "GET":
            raise SimError(405, "MethodNotAllowed", "Only GET is supported here.")
        if company.lower() != self._sim.credentials.company_id.lower():
            return _Answer(200, b"null")
        shown = {
            "CompanyName": "Kestrelford IT",
            "Codebase": self._sim.state.codebase,
            "VersionCode": f"v{VERSION}",
            "VersionNumber": f"v{VERSION}.1",
            "CompanyID": self._sim.credentials.company_id,
            "IsCloud": True,
            "SiteUrl": request.url.netloc,
        }
        return _Answer(200, orjson.dumps(shown))


def _instead(fault: Fault) -> _Answer | None:
    """What is answered in place of doing anything; None for the other kinds."""
    if fault.kind is FaultKind.BAD_GATEWAY_HTML:
        return _Answer(502, _BAD_GATEWAY.encode(), "text/html")
    if fault.kind is FaultKind.FORBIDDEN:
        return _refusal(forbidden(str(fault.args.get("permission") or RIGHT)))
    if fault.kind in _PLAIN_ERRORS:
        wait = fault.args.get("retry_after")
        return _refusal(_PLAIN_ERRORS[fault.kind], {} if wait is None else {"retry-after": str(wait)})
    return None


def _next_codebase(current: str) -> str:
    found = re.fullmatch(r"(.*_)(\d+)/", current)
    return f"{found[1]}{int(found[2]) + 1}/" if found else "v2025_2/"


async def _body(request: Request) -> bytes:
    parts: list[bytes] = []
    size = 0
    async for part in request.stream():
        size += len(part)
        if size > _BODY_LIMIT:
            raise SimError(413, "PayloadTooLarge", "The request is too large.")
        parts.append(part)
    return b"".join(parts)


def _json(raw: bytes) -> Any:
    if not raw:
        return None
    try:
        return orjson.loads(raw)
    except orjson.JSONDecodeError as problem:
        raise SimError(400, "InvalidObject", "The body is not valid JSON.") from problem


def _authorise(request: Request, sim: Sim) -> None:
    wanted = sim.credentials
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


def _refusal(problem: SimError, headers: Mapping[str, str] | None = None) -> _Answer:
    return _Answer(problem.status, orjson.dumps(problem.body()), headers=headers)


async def _send(send: Send, entry: Record, answer: _Answer) -> None:
    entry["status"] = answer.status
    headers = {
        "content-type": answer.media_type,
        "content-length": str(len(answer.body)),
        "cache-control": "no-store",
        **(answer.headers or {}),
    }
    raw = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": answer.status, "headers": raw})
    await send({"type": "http.response.body", "body": answer.body})


async def _cut(scope: Scope, receive: Receive, *, drop: bool) -> None:
    """Answer nothing: cut the connection at once, or hold it until the client gives up."""
    extensions: Mapping[str, Callable[[], None]] = scope.get("extensions") or {}
    cut = extensions.get(DROP_EXTENSION)
    if drop and cut is not None:
        cut()
    waiting: Awaitable[Any] = receive()
    try:
        async with asyncio.timeout(_LONGEST_HOLD):
            while (await waiting)["type"] != "http.disconnect":
                waiting = receive()
    except TimeoutError:
        return
