"""One pure ASGI layer around everything: request id, security headers, body limit, access log, last-resort error answer."""

from __future__ import annotations

import time
from functools import lru_cache
from ipaddress import ip_address
from typing import Any

import orjson
import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from resolutionflow.http.logs import log_request
from resolutionflow.kit.ids import new_id
from resolutionflow.kit.origin import ORIGIN, Origin

MAX_BODY = 12 * 1024 * 1024
SECURITY_HEADERS: tuple[tuple[bytes, bytes], ...] = (
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), microphone=(), geolocation=()"),
)
CSP_POLICY = (
    b"default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self';"
    b" connect-src 'self'; object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'"
)
CSP = (b"content-security-policy", CSP_POLICY)
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
QUIET = frozenset({"/healthz", "/readyz"})
log = structlog.get_logger("resolutionflow.access")


class Envelope:
    """Outermost layer of the application."""

    def __init__(self, app: ASGIApp, build: str = "") -> None:
        """`build` names the web app that is served now: an open page of another one then knows that it is old."""
        self._app = app
        self._build = build.encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = str(new_id())
        scope.setdefault("state", {})["request_id"] = request_id
        ORIGIN.set(_origin(scope, request_id))
        answer = _Answer(send, request_id, self._build)
        started = time.perf_counter()
        try:
            await self._app(scope, _limited(receive), answer.send)
        except _TooLarge:
            await answer.refuse(413, "request_too_large", "The request is over 12 MiB. Send less at a time.")
        except Exception as error:
            log.exception(
                "request_failed", path=_loggable(scope["path"]), request_id=request_id, error=type(error).__name__
            )
            text = "Something went wrong on the server. Nothing was changed. Try again, and report the request id if it stays."
            await answer.refuse(500, "internal_error", text)
        finally:
            if scope["path"] not in QUIET:
                _log(scope, answer.status, time.perf_counter() - started, request_id)


def _origin(scope: Scope, request_id: str) -> Origin:
    client = scope.get("client")
    agent = next((value for name, value in scope["headers"] if name == b"user-agent"), b"")
    return Origin(
        request_id, _address(client[0]) if client else None, agent[:200].decode("utf-8", "replace").replace("\x00", "")
    )


@lru_cache(maxsize=1024)
def _address(told: str) -> str | None:
    """An IP address in its usual form; None for what is none."""
    try:
        return str(ip_address(told))
    except ValueError:
        return None


class _Answer:
    """Adds our headers to the answer and remembers its status (0 = not started)."""

    def __init__(self, send: Send, request_id: str, build: bytes) -> None:
        self._send = send
        self._build = build
        self._request_id = request_id
        self.status = 0

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers = message.setdefault("headers", [])
            given = {name for name, _ in headers}
            headers.extend(header for header in SECURITY_HEADERS if header[0] not in given)
            headers.append((b"x-request-id", self._request_id.encode()))
            if self._build:
                headers.append((b"x-rf-build", self._build))
            if CSP[0] not in given:
                headers.append(CSP)
        await self._send(message)

    async def refuse(self, status: int, code: str, message: str) -> None:
        """Answer with an error of our own, unless the answer has begun."""
        if not self.status:
            await _plain(self.send, status, code, message, self._request_id)


def _limited(receive: Receive) -> Receive:
    seen = 0

    async def receive_limited() -> Message:
        nonlocal seen
        message = await receive()
        if message["type"] == "http.request":
            seen += len(message.get("body", b""))
            if seen > MAX_BODY:
                raise _TooLarge
        return message

    return receive_limited


class _TooLarge(Exception):
    pass


def _loggable(path: str) -> str:
    # What follows is a token: whoever reads the log could open the link.
    head, shared, _ = path.partition("/shared/")
    return f"{head[:80]}{shared}..." if shared else path[:120]


def _log(scope: Scope, status: int, seconds: float, request_id: str) -> None:
    state: dict[str, Any] = scope.get("state", {})
    subject = state.get("subject")
    said: dict[str, Any] = {
        "method": scope["method"],
        "status": status,
        "ms": round(seconds * 1000, 1),
        "request_id": request_id,
        "account_id": str(subject.account_id) if subject else None,
        "user_id": str(subject.user_id) if subject else None,
    }
    path = getattr(scope.get("route"), "path", None)
    if path and scope["method"] in METHODS:
        log_request({**said, "route": path})
    else:
        # Words of the caller's, which may be anything.
        log.info("request", route=path or _loggable(scope["path"]), **said)


async def _plain(send: Send, status: int, code: str, message: str, request_id: str) -> None:
    body = orjson.dumps({"code": code, "message": message, "details": None, "request_id": request_id})
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
