"""What every family of model servers is turned into: parts of a stream, and errors with one meaning each."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass
from typing import Final, Protocol, TypeAlias

import httpx2

from resolutionflow.kit.netguard import UrlPolicy, UrlRefused
from resolutionflow.llm.contract import LlmConfig, ModelRequest, StopReason, Usage
from resolutionflow.llm.errors import (
    AddressNotAllowed,
    BadModelRequest,
    CutOff,
    KeyRefused,
    LlmError,
    OverLimit,
    ProviderOverloaded,
    TimedOut,
    Unreachable,
)
from resolutionflow.llm.lines import Lines

NO_KEY: Final = "not-needed"
"""Sent where a server asks for no key, because the client libraries insist on one."""


@dataclass(frozen=True, slots=True)
class Delta:
    """The next piece of the answer."""

    text: str


@dataclass(frozen=True, slots=True)
class Busy:
    """The model works without writing: it thinks, or uses the documentation tool named."""

    tool: str | None = None


@dataclass(frozen=True, slots=True)
class Counted:
    """Tokens so far; each replaces the one before."""

    usage: Usage


@dataclass(frozen=True, slots=True)
class Ended:
    """The model stopped by itself. A stream without one was cut off."""

    reason: StopReason


Part: TypeAlias = Delta | Busy | Counted | Ended


@dataclass(frozen=True, slots=True)
class Ask:
    """One attempt: the request with everything settled that depends on account and attempt."""

    config: LlmConfig
    request: ModelRequest
    model: str
    docs: bool
    lines: Lines
    policy: UrlPolicy
    timeout: httpx2.Timeout


class Provider(Protocol):
    """A module of this package. `answer` raises `LlmError` and nothing else for what the other side does."""

    def answer(self, ask: Ask) -> AsyncGenerator[Part]: ...


def error_for_status(status: int, message: str, *, headers: Mapping[str, str] | None = None) -> LlmError:
    """What an answer with this status means."""
    wait = retry_after(headers or {})
    if status in {401, 403}:
        return KeyRefused(message, status=status)
    if status in {402, 429}:
        return OverLimit(message, status=status, retry_after=wait)
    if status in {408, 504}:
        return TimedOut(message, status=status)
    if status >= 500:
        return ProviderOverloaded(message, status=status, retry_after=wait)
    return BadModelRequest(message, status=status)


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds the other side asks to wait, when it says so as a number."""
    text = headers.get("retry-after", "").strip()
    try:
        seconds = float(text)
    except ValueError:
        return None
    return seconds if 0 <= seconds < 86_400 else None


def error_for_transport(error: BaseException) -> LlmError:
    """What a failure below HTTP means; looks for its root, because the client libraries wrap it."""
    for cause in _causes(error):
        if isinstance(cause, UrlRefused):
            return AddressNotAllowed(str(cause))
        if isinstance(cause, httpx2.ConnectTimeout):
            return Unreachable("The connection was not accepted in time.")
        if isinstance(cause, httpx2.TimeoutException):
            return TimedOut(type(cause).__name__)
        if isinstance(cause, httpx2.ConnectError):
            return Unreachable(str(cause))
        if isinstance(cause, httpx2.RemoteProtocolError | httpx2.ReadError | httpx2.WriteError):
            return CutOff(str(cause))
    return Unreachable(type(error).__name__)


def _causes(error: BaseException) -> list[BaseException]:
    chain: list[BaseException] = []
    current: BaseException | None = error
    while current is not None and current not in chain:
        chain.append(current)
        current = current.__cause__ or current.__context__
    return chain
