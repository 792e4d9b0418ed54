"""The one way out of the server to third parties: guarded addresses, no redirects, capped answers, bounded time.

Reads are retried a little, writes are sent exactly once: the caller alone may decide to send one again.
"""

from __future__ import annotations

import random
import ssl
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from functools import lru_cache
from types import TracebackType
from typing import Protocol, Self, cast
from urllib.parse import urlencode

import anyio
import httpcore2
import httpx2
import orjson

from resolutionflow.kit.netguard import (
    Target,
    UrlPolicy,
    UrlRefused,
    check_address,
    check_url,
)

MAX_ANSWER = 10 * 1024 * 1024
_SIGN_IN_HEADERS = frozenset({"authorization", "secret"})
Resolver = Callable[[str, int], Awaitable[Sequence[str]]]


class RequestFailed(Exception):
    """No answer. `sent` is False only when no byte of the request can have reached the other side."""

    def __init__(self, reason: str, *, sent: bool, certificate: bool = False) -> None:
        super().__init__(reason)
        self.sent = sent
        self.certificate = certificate
        """Whether the other side's certificate is what stopped us."""


class AnswerTooLarge(Exception):
    """The answer is over 10 MB. The request itself was handled."""


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds."""

    connect: float = 5.0
    read: float = 15.0
    write: float = 30.0

    def scaled(self, factor: float) -> Timeouts:
        return Timeouts(self.connect * factor, self.read * factor, self.write * factor)


@dataclass(frozen=True, slots=True)
class Answer:
    """A finished answer. Header names are lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> object:
        """The decoded body. Raises ValueError when it is not JSON."""
        return orjson.loads(self.body)

    @property
    def retry_after(self) -> float | None:
        """Seconds of `Retry-After`, None when absent or not a plain number."""
        text = self.headers.get("retry-after", "").strip()
        return float(text) if text.isdigit() else None


async def resolve(host: str, port: int) -> Sequence[str]:
    """All addresses of a name, by the system's resolver."""
    try:
        found = await anyio.getaddrinfo(host, port, type=2)
    except OSError as error:
        raise UrlRefused("unresolved") from error
    return [str(sockaddr[0]) for *_, sockaddr in found]


class _PinningBackend(httpcore2.AsyncNetworkBackend):
    """Resolves a name once, checks every address, and connects to a checked one: no second look-up to rebind."""

    def __init__(self, policy: UrlPolicy, resolver: Resolver) -> None:
        self._policy = policy
        self._resolver = resolver
        self._inner = cast("httpcore2.AsyncNetworkBackend", httpcore2.AnyIOBackend())

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        addresses = await self._checked(host, port)
        error: Exception | None = None
        for address in addresses:
            try:
                return await self._inner.connect_tcp(
                    address,
                    port,
                    timeout=timeout,
                    local_address=local_address,
                    socket_options=socket_options,
                )
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as failed:
                error = failed
        raise error or httpcore2.ConnectError("no address")

    async def _checked(self, host: str, port: int) -> Sequence[str]:
        loopback = self._policy.is_loopback(host)
        found = ["127.0.0.1"] if loopback else await self._resolver(host, port)
        if not found:
            raise UrlRefused("unresolved")
        private_ok = self._policy.lists(host, port)
        return [str(check_address(text, private_ok=private_ok, loopback_ok=loopback)) for text in found]

    async def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        del path, timeout, socket_options
        raise UrlRefused("scheme")

    async def sleep(self, seconds: float) -> None:
        await self._inner.sleep(seconds)


@lru_cache(maxsize=8)
def _tls(ca_bundle: str) -> ssl.SSLContext:
    context = ssl.create_default_context()
    if ca_bundle:
        context.load_verify_locations(cafile=ca_bundle)
    return context


class GuardedTransport(httpx2.AsyncHTTPTransport):
    """The client library's transport over a pool that only connects to checked addresses. Raises `UrlRefused`."""

    def __init__(
        self, policy: UrlPolicy, resolver: Resolver = resolve, ca_bundle: str = "", *, connections: int = 20
    ) -> None:
        # The base class wants a context of its own; ours is shared because building one costs tens of milliseconds.
        super().__init__(verify=_tls(ca_bundle), trust_env=False)
        self._policy = policy
        self._pool = httpcore2.AsyncConnectionPool(
            ssl_context=_tls(ca_bundle),
            max_connections=connections,
            max_keepalive_connections=connections // 2,
            keepalive_expiry=15,
            network_backend=_PinningBackend(policy, resolver),
        )

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        # Only the origin decides; the query may hold any text a person searched for.
        check_url(
            str(request.url.copy_with(path="/", query=None, fragment=None)),
            self._policy,
        )
        return await super().handle_async_request(request)


class Slots(Protocol):
    """Who may send a request now; shared by the clients that talk to the same place."""

    def hold(self, url: str, *, write: bool) -> AbstractAsyncContextManager[None]:
        """Waits for leave to send, and gives it back at the end."""
        ...


@dataclass(frozen=True, slots=True)
class HttpOptions:
    """How a client behaves. `retry_waits` in seconds, one per retry of a read."""

    policy: UrlPolicy = field(default_factory=UrlPolicy)
    timeouts: Timeouts = field(default_factory=Timeouts)
    ca_bundle: str = ""
    retry_waits: tuple[float, ...] = (0.5, 2.0)
    max_retry_after: float = 10.0
    resolver: Resolver = resolve
    max_answer: int = MAX_ANSWER
    slots: Slots | None = None


def _about_certificate(error: BaseException) -> bool:
    found: BaseException | None = error
    while found is not None:
        if isinstance(found, ssl.SSLCertVerificationError):
            return True
        found = found.__cause__ or found.__context__
    return False


class GuardedClient:
    """An HTTP client for third parties. Use as an async context manager; one per task of work, or shared and closed by its owner."""

    def __init__(self, options: HttpOptions) -> None:
        self._options = options
        self.signed_in = False
        """Whether a request that carried a sign-in succeeded."""
        self._client = httpx2.AsyncClient(
            transport=GuardedTransport(options.policy, options.resolver, options.ca_bundle),
            follow_redirects=False,
            trust_env=False,
        )

    async def __aenter__(self) -> Self:
        await self._client.__aenter__()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._client.__aexit__(kind, error, trace)

    async def aclose(self) -> None:
        await self._client.aclose()

    def target(self, url: str) -> Target:
        """Where a URL leads. Raises `UrlRefused`."""
        return check_url(url, self._options.policy)

    async def read(
        self,
        url: str,
        *,
        headers: Mapping[str, str],
        params: Mapping[str, str] | None = None,
        json: object | None = None,
        form: Mapping[str, str] | None = None,
    ) -> Answer:
        """GET; with `json` or `form` a POST that only asks. Retried on connection trouble, 502-504 and a short 429.

        Raises `RequestFailed`, `UrlRefused`, `AnswerTooLarge`.
        """
        waits = iter(self._options.retry_waits)
        method, content = ("GET", None) if json is None else ("POST", orjson.dumps(json))
        if form is not None:
            method, content = "POST", urlencode(form).encode()
            headers = {**headers, "content-type": "application/x-www-form-urlencoded"}
        while True:
            try:
                answer = await self._send(
                    method, url, headers, params, content, self._options.timeouts.read, write=False
                )
                failure = None
                if not self._worth_retrying(answer):
                    return answer
            except RequestFailed as error:
                if error.sent:
                    raise
                answer, failure = None, error
            wait = next(waits, None)
            if wait is None:
                if failure is not None:
                    raise failure
                assert answer is not None
                return answer
            asked = answer.retry_after if answer is not None and answer.status == 429 else None
            jitter = random.uniform(0.8, 1.2)  # noqa: S311 - spreads retries, protects nothing
            await anyio.sleep(max(wait * jitter, asked or 0.0))

    async def write(self, method: str, url: str, *, headers: Mapping[str, str], json: object) -> Answer:
        """POST, PATCH, PUT or DELETE, sent once. `RequestFailed.sent` tells whether it may have arrived."""
        content = None if method == "DELETE" else orjson.dumps(json)
        return await self._send(method, url, headers, None, content, self._options.timeouts.write, write=True)

    def _worth_retrying(self, answer: Answer) -> bool:
        if answer.status == 429:
            return answer.retry_after is not None and answer.retry_after <= self._options.max_retry_after
        return answer.status in (502, 503, 504)

    async def _send(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        params: Mapping[str, str] | None,
        content: bytes | None,
        limit: float,
        *,
        write: bool,
    ) -> Answer:
        if self._options.slots is None:
            return await self._exchange(method, url, headers, params, content, limit)
        async with self._options.slots.hold(url, write=write):
            return await self._exchange(method, url, headers, params, content, limit)

    async def _exchange(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        params: Mapping[str, str] | None,
        content: bytes | None,
        limit: float,
    ) -> Answer:
        sending = {"content-type": "application/json", **headers} if content is not None else dict(headers)
        times = httpx2.Timeout(limit, connect=self._options.timeouts.connect)
        try:
            # The library's limit is between two bytes; this one is for the whole exchange.
            with anyio.fail_after(limit + self._options.timeouts.connect):
                async with self._client.stream(
                    method,
                    url,
                    headers=sending,
                    params=params,
                    content=content,
                    timeout=times,
                ) as response:
                    if 300 <= response.status_code < 400:
                        raise UrlRefused("redirect")
                    body = await self._capped(response)
                    if response.is_success and not _SIGN_IN_HEADERS.isdisjoint(name.lower() for name in headers):
                        self.signed_in = True
                    return Answer(
                        response.status_code,
                        {k.lower(): v for k, v in response.headers.items()},
                        body,
                    )
        except (
            httpx2.ConnectError,
            httpx2.ConnectTimeout,
            httpx2.PoolTimeout,
        ) as error:
            raise RequestFailed("no connection", sent=False, certificate=_about_certificate(error)) from error
        except (httpx2.HTTPError, TimeoutError) as error:
            raise RequestFailed(type(error).__name__, sent=True) from error
        except httpx2.InvalidURL as error:
            raise UrlRefused("malformed") from error

    async def _capped(self, response: httpx2.Response) -> bytes:
        parts = bytearray()
        async for chunk in response.aiter_bytes():
            parts += chunk
            if len(parts) > self._options.max_answer:
                raise AnswerTooLarge
        return bytes(parts)
