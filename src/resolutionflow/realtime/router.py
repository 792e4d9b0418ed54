"""The one live stream of a browser (escalations.md 3)."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator

from fastapi import APIRouter, Request
from fastapi.responses import Response

from resolutionflow.auth.deps import Claims, DetachedMember, Svc, load_subject
from resolutionflow.auth.subject import Subject
from resolutionflow.errors import AppError, NotAuthenticated, responses
from resolutionflow.kit.clock import now
from resolutionflow.kit.sse import SseEvent, StreamResponse
from resolutionflow.realtime.events import LiveEvent
from resolutionflow.realtime.hub import Subscription, events_after
from resolutionflow.services import Services

router = APIRouter(prefix="/api/v1", tags=["live"])

HEARTBEAT_SECONDS = 25.0
RECHECK_SECONDS = 30.0


@router.get(
    "/events/stream",
    operation_id="live_stream",
    description="Live events of what the caller may see, as Server-Sent Events. Resume with Last-Event-ID.",
    response_class=Response,
    responses={**responses(NotAuthenticated), 200: {"content": {"text/event-stream": {"schema": {"type": "string"}}}}},
)
async def stream(request: Request, subject: DetachedMember, svc: Svc) -> StreamResponse:
    last = request.headers.get("last-event-id", "")
    last_id = int(last) if last.isdecimal() and len(last) < 19 else None
    return StreamResponse(_events(svc, subject, last_id), svc.streams, heartbeat=HEARTBEAT_SECONDS)


async def _events(svc: Services, subject: Subject, last_id: int | None) -> AsyncIterator[SseEvent]:
    subscription = Subscription(subject.account_id, subject.user_id, subject.role)
    end = svc.hub.subscribe(subscription)
    try:
        missed = await events_after(svc.db, subscription, last_id) if last_id is not None else []
        yield SseEvent(
            "ready",
            {"user_id": subject.user_id, "server_time": now(), "resumed": last_id is not None and missed is not None},
        )
        if missed is None:
            yield SseEvent("resync", {"reason": "too_old", "dropped": 0})
        for live in missed or ():
            yield _as_event(live)
        async for item in _live(svc, subject, subscription):
            yield item
    finally:
        end()


async def _live(svc: Services, subject: Subject, subscription: Subscription) -> AsyncIterator[SseEvent]:
    checked = time.monotonic()
    closing = asyncio.ensure_future(svc.streams.closing.wait())
    waiting = closing
    try:
        while True:
            waiting = asyncio.ensure_future(subscription.wake.wait())
            left = max(0.0, checked + RECHECK_SECONDS - time.monotonic())
            await asyncio.wait({waiting, closing}, timeout=left, return_when=asyncio.FIRST_COMPLETED)
            waiting.cancel()
            subscription.wake.clear()
            if closing.done():
                subscription.close("server_shutdown")
            if not subscription.closed and time.monotonic() - checked >= RECHECK_SECONDS:
                checked = time.monotonic()
                await _recheck(svc, subject, subscription)
            while subscription.queue and not subscription.closed:
                yield _as_event(subscription.queue.popleft())
            if subscription.closed:
                yield SseEvent("closed", {"reason": subscription.closed})
                return
            if subscription.resync:
                yield SseEvent("resync", {"reason": subscription.resync, "dropped": subscription.dropped})
                subscription.resync, subscription.dropped = "", 0
    finally:
        closing.cancel()
        waiting.cancel()


async def _recheck(svc: Services, subject: Subject, subscription: Subscription) -> None:
    try:
        async with svc.db.transaction(subject.account_id) as session:
            current = await load_subject(session, Claims(subject.account_id, subject.user_id, subject.auth_session_id))
    except NotAuthenticated:
        subscription.close("signed_out")
        return
    except (AppError, OSError):
        return
    if current.role != subject.role:
        subscription.close("access_changed")


def _as_event(live: LiveEvent) -> SseEvent:
    return SseEvent(live.kind, live.payload, str(live.id))
