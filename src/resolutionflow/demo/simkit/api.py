"""The simulated API over ASGI: the log, faults, lost replies, errors. Sign-in and grammar are the vendor's."""

from __future__ import annotations

import asyncio
import time
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Generic

import orjson
from starlette.requests import ClientDisconnect, Request
from starlette.types import Receive, Scope, Send

from resolutionflow.demo.simkit.errors import Refusal
from resolutionflow.demo.simkit.faults import LET_THROUGH, Fault, FaultKind
from resolutionflow.demo.simkit.records import Record
from resolutionflow.demo.simkit.server import DROP_EXTENSION
from resolutionflow.demo.simkit.sim import Sim
from resolutionflow.demo.simkit.state import AnyState

_BODY_LIMIT: Final = 10 * 1024 * 1024
_LONGEST_HOLD: Final = 600.0
_BAD_GATEWAY: Final = "<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>"


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes over the wire."""

    status: int
    body: bytes
    media_type: str = "application/json; charset=utf-8"
    headers: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Exchange:
    """A request with the channels of its connection."""

    request: Request
    scope: Scope
    receive: Receive
    send: Send


@dataclass(slots=True)
class Work:
    """One request to answer. `entry` is its line of the log; the vendor adds the read body and unknown keys to it.

    `ignore_status`: a change of status is answered as if done and not done.
    """

    request: Request
    raw: bytes
    entry: Record
    ignore_status: bool = False

    @property
    def path(self) -> str:
        return str(self.request.scope["path"])


class Api(ABC, Generic[AnyState]):
    """The ASGI application for everything but `/__sim`."""

    def __init__(self, sim: Sim[AnyState]) -> None:
        self.sim = sim
        self._late: set[asyncio.Task[None]] = set()

    @abstractmethod
    def handle(self, work: Work) -> Answer:
        """Do what is asked, in one go. Raises `Refusal`, and then has changed nothing."""

    @abstractmethod
    def trouble(self, fault: Fault) -> Refusal:
        """A fault of the kinds 401, 403, 404, 409, 429, 500, 503 in the vendor's words."""

    @abstractmethod
    def too_large(self) -> Refusal:
        """The refusal of a body over 10 MB."""

    def resource(self, path: str) -> str:
        """The path as faults and the log name it."""
        return path

    def logged(self, request: Request) -> Record:
        """What the log says beyond the common."""
        del request
        return {}

    def strike(self, fault: Fault) -> None:
        """Let a fault of this vendor alone happen: the codebase or the zone moves, tokens expire."""

    def writes(self, request: Request) -> bool:
        """Whether the state has to be kept after this request."""
        return request.method != "GET"

    def refused(self, problem: Refusal) -> Answer:
        """A refusal as it goes over the wire."""
        return Answer(problem.status, orjson.dumps(problem.body()))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        resource = self.resource(str(scope["path"]))
        fault = self.sim.faults.pick(request.method, resource)
        entry = self._entry(request, resource, fault)
        try:
            await self._respond(Exchange(request, scope, receive, send), entry, fault)
        finally:
            if entry["ended"] is None:
                entry["ended"] = time.monotonic()

    async def _respond(self, exchange: Exchange, entry: Record, fault: Fault | None) -> None:
        request, send = exchange.request, exchange.send
        try:
            raw = await self._body(request)
        except ClientDisconnect:
            return
        except Refusal as problem:
            await _send(send, entry, self.refused(problem))
            return
        if fault is not None and fault.kind is FaultKind.LATENCY:
            await asyncio.sleep(float(fault.args.get("ms", 0)) / 1000 + fault.seconds(0))
        answer = self._answer(Work(request, raw, entry), fault)
        if answer is not None:
            await _send(send, entry, answer)
            return
        entry["status"] = None
        drop = fault is not None and fault.kind is not FaultKind.TIMEOUT
        await _cut(exchange.scope, exchange.receive, drop=drop)

    def _entry(self, request: Request, resource: str, fault: Fault | None) -> Record:
        self.sim.number += 1
        entry: Record = {
            "n": self.sim.number,
            "at": self.sim.clock.now().isoformat(),
            "began": time.monotonic(),
            "ended": None,
            "method": request.method,
            "path": resource,
            "query": dict(request.query_params),
            **self.logged(request),
            "body": None,
            "status": None,
            "fault": fault.kind.value if fault else None,
            "unknown_keys": [],
        }
        self.sim.requests.append(entry)
        return entry

    async def _body(self, request: Request) -> bytes:
        parts: list[bytes] = []
        size = 0
        async for part in request.stream():
            size += len(part)
            if size > _BODY_LIMIT:
                raise self.too_large()
            parts.append(part)
        return b"".join(parts)

    def _answer(self, work: Work, fault: Fault | None) -> Answer | None:
        """What to send; None = nothing at all."""
        if fault is None:
            return self._run(work)
        if fault.kind in LET_THROUGH:
            self.strike(fault)
            work.ignore_status = fault.kind is FaultKind.STATUS_IGNORED
            return self._run(work)
        return self._instead(fault) or self._after_commit(work, fault)

    def _instead(self, fault: Fault) -> Answer | None:
        """What is answered in place of doing anything; None for the faults that come after the work."""
        if fault.kind is FaultKind.BAD_GATEWAY_HTML:
            return Answer(502, _BAD_GATEWAY.encode(), "text/html")
        if fault.kind not in _TROUBLE:
            return None
        answer = self.refused(self.trouble(fault))
        wait = fault.args.get("retry_after")
        headers = {} if wait is None else {"retry-after": str(wait)}
        return Answer(answer.status, answer.body, answer.media_type, {**(answer.headers or {}), **headers})

    def _after_commit(self, work: Work, fault: Fault) -> Answer | None:
        """Faults that come after the work, or let it happen out of sight."""
        if fault.kind is FaultKind.COMMIT_LATE:
            task = asyncio.create_task(self._later(fault.seconds(5), work))
            self._late.add(task)
            task.add_done_callback(self._late.discard)
            return None
        if fault.kind is FaultKind.TIMEOUT and not fault.args.get("commit"):
            return None
        answer = self._run(work)
        if fault.kind is FaultKind.TRUNCATED_JSON:
            return Answer(answer.status, answer.body[: max(1, len(answer.body) // 2)], headers=answer.headers)
        if fault.kind is FaultKind.WRONG_SHAPE:
            return Answer(answer.status, b'"unexpected"', headers=answer.headers)
        return None

    async def _later(self, seconds: float, work: Work) -> None:
        await asyncio.sleep(seconds)
        work.entry["committed_late"] = self._run(work).status

    def _run(self, work: Work) -> Answer:
        try:
            answer = self.handle(work)
        except Refusal as problem:
            return self.refused(problem)
        if self.writes(work.request):
            self.sim.save()
        return answer


_TROUBLE: Final = frozenset(
    {
        FaultKind.UNAUTHORIZED,
        FaultKind.FORBIDDEN,
        FaultKind.NOT_FOUND,
        FaultKind.CONFLICT,
        FaultKind.TOO_MANY,
        FaultKind.ERROR,
        FaultKind.UNAVAILABLE,
    }
)


async def _send(send: Send, entry: Record, answer: Answer) -> None:
    # Before the last byte leaves: whoever has the answer may send the next request at once.
    entry["status"], entry["ended"] = answer.status, time.monotonic()
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
