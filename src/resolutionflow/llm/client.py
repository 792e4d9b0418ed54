"""Asking a model: the right one for the action, within time limits, with one retry, a reservation before and a record after.

Nothing is sent again once a piece of the answer has been given out. Every call ends in exactly one `CallRecord`, also when the caller
walks away in the middle.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

import httpx2
import structlog

from resolutionflow.kit.clock import now
from resolutionflow.kit.netguard import UrlRefused
from resolutionflow.kit.patience import Patience
from resolutionflow.llm.contract import (
    BudgetExhausted,
    Caller,
    CallIntent,
    CallNotice,
    CallOutcome,
    CallRecord,
    CallSink,
    Completion,
    DocsUse,
    Finished,
    LlmConfig,
    ModelRequest,
    Reservation,
    StopReason,
    StreamEvent,
    TextPiece,
    Usage,
)
from resolutionflow.llm.errors import (
    AddressNotAllowed,
    BadModelRequest,
    LlmError,
    OverBudget,
    OverLimit,
    ProviderOverloaded,
    TimedOut,
    Unreachable,
)
from resolutionflow.llm.lines import Lines
from resolutionflow.llm.providers import loaded
from resolutionflow.llm.providers.base import Ask, Busy, Counted, Delta, Ended, Part
from resolutionflow.llm.tokens import estimate_request, estimate_text
from resolutionflow.llm.urls import check_base_url, url_policy
from resolutionflow.settings import Settings

LONGEST_WAIT: Final = 10.0
"""Seconds of `Retry-After` worth waiting for; a longer one is an answer, not a pause."""
DOCS_UNAVAILABLE: Final = "Microsoft's documentation could not be reached; this answer was made without it."
log = structlog.get_logger(__name__)


@dataclass(slots=True)
class _Call:
    """What is known of a call while it runs."""

    settings: Settings
    lines: Lines
    config: LlmConfig
    request: ModelRequest
    caller: Caller
    model: str
    started_at: datetime
    started: float = field(default_factory=time.perf_counter)
    first_token: float | None = None
    written: int = 0
    usage: Usage = field(default_factory=Usage)
    counted: bool = False
    attempts: int = 0
    docs: DocsUse = field(default_factory=DocsUse)

    @property
    def left(self) -> float:
        return self.settings.llm_total_timeout - (time.perf_counter() - self.started)


async def stream(
    settings: Settings, lines: Lines, config: LlmConfig, request: ModelRequest, *, caller: Caller, sink: CallSink
) -> AsyncGenerator[StreamEvent]:
    """The answer piece by piece, `Finished` last. Raises `LlmError`, and `OverBudget` before anything is sent."""
    call = _Call(settings, lines, config, request, caller, config.model(request.used_tier), now())
    intent = _intent(call)
    reservation = await sink.reserve(intent)
    if isinstance(reservation, BudgetExhausted):
        raise OverBudget(reservation.text)
    outcome: CallOutcome = "cancelled"
    try:
        async with aclosing(_attempts(call)) as events:
            async for event in events:
                if isinstance(event, Finished):
                    # Who has the last event may stop listening.
                    outcome = "ok"
                yield event
    except LlmError as error:
        outcome = error.outcome
        # The provider's words may quote what was sent: they are for the admin who asks, not for a log.
        log.warning("llm_failed", outcome=outcome, status=error.status, provider=config.provider, model=call.model)
        raise
    finally:
        await _settle(call, sink, reservation, outcome)


async def complete(
    settings: Settings, lines: Lines, config: LlmConfig, request: ModelRequest, *, caller: Caller, sink: CallSink
) -> Completion:
    """The whole answer. Raises as `stream`."""
    pieces: list[str] = []
    notices: list[CallNotice] = []
    async with aclosing(stream(settings, lines, config, request, caller=caller, sink=sink)) as events:
        async for event in events:
            match event:
                case TextPiece():
                    pieces.append(event.text)
                case CallNotice():
                    notices.append(event)
                case Finished():
                    return Completion("".join(pieces), event.usage, event.stop_reason, event.model, tuple(notices))
    raise AssertionError("a stream ends with Finished or an error")


async def _attempts(call: _Call) -> AsyncGenerator[StreamEvent]:
    """At most one retry for trouble on the way, and one without the documentation; both before the first piece only."""
    if call.config.base_url:
        try:
            check_base_url(call.settings, call.config.base_url)
        except UrlRefused as refused:
            raise AddressNotAllowed(str(refused)) from refused
    docs = call.request.use_docs and call.config.ms_learn and call.config.provider == "anthropic"
    call.docs = DocsUse(available=docs)
    retried = False
    while True:
        call.attempts += 1
        try:
            async with aclosing(_attempt(call, docs=call.docs.available and not call.docs.fallback)) as events:
                async for event in events:
                    yield event
        except LlmError as error:
            error.shown = call.written > 0
            if error.shown:
                raise
            if call.docs.available and not call.docs.fallback and _is_about_docs(error):
                call.docs = replace(call.docs, fallback=True)
                yield CallNotice("docs_unavailable", DOCS_UNAVAILABLE)
                continue
            if retried or not await _pause(call, error):
                raise
            retried = True
        else:
            return


async def _attempt(call: _Call, *, docs: bool) -> AsyncGenerator[StreamEvent]:
    settings = call.settings
    slowest = max(settings.llm_first_token_timeout, settings.llm_idle_timeout)
    timeout = httpx2.Timeout(slowest + 5, connect=settings.llm_connect_timeout)
    provider = await loaded(call.config.provider)
    ask = Ask(call.config, call.request, call.model, docs, call.lines, url_policy(settings), timeout)
    reason: StopReason = "other"
    async with aclosing(_timed(call, provider.answer(ask))) as parts:
        async for part in parts:
            match part:
                case Delta():
                    if not part.text:
                        continue
                    if call.first_token is None:
                        call.first_token = time.perf_counter() - call.started
                    call.written += len(part.text)
                    yield TextPiece(part.text)
                case Busy():
                    if part.tool is not None:
                        call.docs = replace(call.docs, tools=(*call.docs.tools, part.tool))
                case Counted():
                    call.usage, call.counted = part.usage, True
                case Ended():
                    reason = part.reason
    if not call.counted:
        call.usage = _estimated(call)
    yield Finished(call.usage, reason, call.model, call.docs)


async def _timed(call: _Call, parts: AsyncGenerator[Part]) -> AsyncGenerator[Part]:
    """The parts, each within its time: until the first sign of life, then from one to the next, and all of them together."""
    patience = Patience()
    limit = call.settings.llm_first_token_timeout
    async with aclosing(parts):
        try:
            while True:
                patience.begin(max(0.0, min(limit, call.left)))
                part = await anext(parts, None)
                patience.end()
                if part is None:
                    return
                if isinstance(part, Delta | Busy):
                    limit = call.settings.llm_idle_timeout
                yield part
        except asyncio.CancelledError:
            if patience.is_over():
                raise TimedOut("No answer in time.") from None
            raise
        except UrlRefused as refused:
            raise AddressNotAllowed(str(refused)) from refused
        finally:
            patience.close()


async def _pause(call: _Call, error: LlmError) -> bool:
    """Wait before the one retry; False when it is not worth it."""
    if not isinstance(error, Unreachable | OverLimit | ProviderOverloaded):
        return False
    wait = call.settings.llm_retry_wait if error.retry_after is None else error.retry_after
    if wait > min(LONGEST_WAIT, call.left):
        return False
    await asyncio.sleep(wait)
    return True


def _is_about_docs(error: LlmError) -> bool:
    return isinstance(error, BadModelRequest | ProviderOverloaded) and "mcp" in error.provider_message.lower()


def _intent(call: _Call) -> CallIntent:
    estimated = estimate_request(call.request)
    price = call.config.prices.get(call.model)
    worst = Usage(input=estimated, output=call.request.max_tokens).cost(price)
    return CallIntent(
        call.caller,
        call.request.action,
        call.request.used_tier,
        call.config.provider,
        call.model,
        estimated,
        call.request.max_tokens,
        worst,
    )


def _estimated(call: _Call) -> Usage:
    """What the call must have used, when the server did not say."""
    return Usage(input=estimate_request(call.request), output=estimate_text(call.written))


async def _settle(call: _Call, sink: CallSink, reservation: Reservation, outcome: CallOutcome) -> None:
    if call.written and not call.counted:
        call.usage = _estimated(call)
    elif call.written and outcome != "ok":
        call.usage = replace(call.usage, output=max(call.usage.output, estimate_text(call.written)))
    record = CallRecord(
        caller=call.caller,
        action=call.request.action,
        provider=call.config.provider,
        model=call.model,
        tier=call.request.used_tier,
        usage=call.usage,
        outcome=outcome,
        started_at=call.started_at,
        total_ms=round((time.perf_counter() - call.started) * 1000, 1),
        first_token_ms=None if call.first_token is None else round(call.first_token * 1000, 1),
        cost=call.usage.cost(call.config.prices.get(call.model)),
        docs=call.docs,
        attempts=call.attempts,
    )
    _log(record)
    # A caller that walks away cancels this task: the record is written all the same.
    settling = asyncio.ensure_future(sink.settle(reservation, record))
    try:
        await asyncio.shield(settling)
    except asyncio.CancelledError:
        with contextlib.suppress(Exception):
            await settling
        raise
    except Exception:
        # A reservation nobody settled runs out by itself; the answer is not lost over its bookkeeping.
        log.exception("llm_call_not_recorded", action=record.action)


def _log(record: CallRecord) -> None:
    log.info(
        "llm_call",
        account_id=str(record.caller.account_id),
        user_id=str(record.caller.user_id),
        session_id=str(record.caller.session_id),
        action=record.action,
        provider=record.provider,
        model=record.model,
        tier=record.tier,
        input_tokens=record.usage.input,
        output_tokens=record.usage.output,
        cache_read_tokens=record.usage.cache_read,
        cache_write_tokens=record.usage.cache_write,
        first_token_ms=record.first_token_ms,
        total_ms=record.total_ms,
        mcp_available=record.docs.available,
        mcp_invoked=record.docs.invoked,
        mcp_tools=list(record.docs.tools),
        mcp_fallback=record.docs.fallback,
        attempts=record.attempts,
        outcome=record.outcome,
        cost=None if record.cost is None else str(record.cost),
    )
