"""Routes of turns (pilot.md 1). A stream holds no transaction: the turn is a job, the browser only watches."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Header, Path, Request
from fastapi.responses import Response
from sqlalchemy.ext.asyncio import AsyncSession

from resolutionflow.auth.deps import DetachedEngineer, Member, Svc, Tx
from resolutionflow.auth.subject import Subject
from resolutionflow.errors import NotFound, RateLimited, responses
from resolutionflow.kit.sse import StreamResponse
from resolutionflow.pilot import control, stream, turns
from resolutionflow.pilot.closing import load_turn
from resolutionflow.pilot.errors import NothingToSend, NotRetryable
from resolutionflow.pilot.keys import TurnKey
from resolutionflow.services import Services
from resolutionflow.sessions import access, repository
from resolutionflow.sessions.errors import AwaitingPickup, NotSessionHandler, SessionClosed, TurnInProgress
from resolutionflow.sessions.turn_schemas import ChatRequest, RetryTurn, SendLane, TurnEvent, TurnOut
from resolutionflow.sessions.uploads.errors import InvalidUpload

router = APIRouter(prefix="/api/v1/ai-sessions/{sid}", tags=["turns"])

HEARTBEAT_SECONDS = 15.0
Sid = Annotated[UUID, Path(description="The session.")]
Tid = Annotated[UUID, Path(description="The turn.")]
Accept = Annotated[
    str, Header(description="application/json waits for the finished turn; anything else streams its events.")
]
STARTS = (NotFound, NotSessionHandler, AwaitingPickup, SessionClosed, TurnInProgress, RateLimited)
STREAMED: dict[int | str, dict[str, Any]] = {
    200: {
        "model": TurnOut,
        "description": "The finished turn, or its events as Server-Sent Events.",
        "content": {"text/event-stream": {}},
    }
}


@router.post(
    "/chat",
    operation_id="chat",
    response_class=Response,
    responses={**responses(*STARTS, InvalidUpload), **STREAMED},
)
async def chat(
    sid: Sid, body: ChatRequest, subject: DetachedEngineer, services: Svc, accept: Accept = "text/event-stream"
) -> Response:
    """Send a message. The turn runs whether or not anybody watches; a repeated `client_turn_id` attaches to the turn it started."""

    async def start(tx: AsyncSession) -> turns.StartedTurn:
        row = await repository.load_for_write(tx, subject, sid)
        return await turns.start_turn(
            tx, services, subject, row, body.message, body.client_turn_id, upload_ids=body.upload_ids
        )

    return await _started(services, subject, sid, start, accept)


@router.post(
    "/lane/send",
    operation_id="send_lane",
    response_class=Response,
    responses={**responses(*STARTS, NothingToSend), **STREAMED},
)
async def send_lane(
    sid: Sid, body: SendLane, subject: DetachedEngineer, services: Svc, accept: Accept = "text/event-stream"
) -> Response:
    """Send the settled lane items as one message."""

    async def start(tx: AsyncSession) -> turns.StartedTurn:
        row = await repository.load_for_write(tx, subject, sid)
        return await control.send_lane(tx, services, subject, row, body.message or "", body.client_turn_id)

    return await _started(services, subject, sid, start, accept)


@router.get("/turns/{tid}", operation_id="get_turn", responses=responses(NotFound))
async def get_turn(sid: Sid, tid: Tid, subject: Member, tx: Tx) -> TurnOut:
    """One turn as it is now."""
    row = await repository.load(tx, subject, sid)
    turn, _ = await load_turn(tx, TurnKey(row.account_id, row.id, tid))
    return turn


@router.get(
    "/turns/{tid}/events",
    operation_id="turn_events",
    response_class=Response,
    responses={
        **responses(NotFound),
        200: {"model": TurnEvent, "content": {"text/event-stream": {}}, "description": "The events of the turn."},
    },
)
async def turn_events(sid: Sid, tid: Tid, request: Request, subject: Member, tx: Tx, services: Svc) -> Response:
    """The events of a turn from its start, or after `Last-Event-ID`, until its closing event."""
    row = await repository.load(tx, subject, sid)
    key = TurnKey(row.account_id, row.id, tid)
    await load_turn(tx, key)
    last = request.headers.get("last-event-id", "")
    after = int(last) if last.isascii() and last.isdecimal() and len(last) < 10 else 0
    return StreamResponse(stream.watch(services, key, after), services.streams, heartbeat=HEARTBEAT_SECONDS)


@router.post(
    "/turns/{tid}/stop", operation_id="stop_turn", responses=responses(NotFound, NotSessionHandler, AwaitingPickup)
)
async def stop_turn(sid: Sid, tid: Tid, subject: DetachedEngineer, services: Svc) -> TurnOut:
    """End the generation; the text so far and complete markers stay. An ended turn is returned unchanged."""
    key = TurnKey(subject.account_id, sid, tid)
    async with services.db.transaction(subject.account_id) as tx:
        asked = await control.request_stop(tx, subject, sid, tid)
    if asked:
        services.bus.signal(stream.stop_channel(tid))
        services.bus.signal(stream.channel(tid))
        await _drain(stream.watch(services, key, 0))
    async with services.db.transaction(subject.account_id) as tx:
        turn, _ = await load_turn(tx, key)
    return turn


@router.post(
    "/turns/{tid}/retry",
    operation_id="retry_turn",
    response_class=Response,
    responses={**responses(*STARTS, NotRetryable), **STREAMED},
)
async def retry_turn(
    sid: Sid, tid: Tid, body: RetryTurn, subject: DetachedEngineer, services: Svc, accept: Accept = "text/event-stream"
) -> Response:
    """Run the message of the latest turn again, when that turn failed or was interrupted."""

    async def start(tx: AsyncSession) -> turns.StartedTurn:
        row = await repository.load(tx, subject, sid, lock=True)
        await load_turn(tx, TurnKey(row.account_id, row.id, tid))
        access.check_writer(row, subject)
        access.check_open(row)
        return await turns.retry_turn(tx, services, subject, row, tid, body.client_turn_id)

    return await _started(services, subject, sid, start, accept)


async def _started(services: Services, subject: Subject, sid: UUID, start: Any, accept: str) -> Response:
    async with services.db.transaction(subject.account_id) as tx:
        started: turns.StartedTurn = await start(tx)
    key = TurnKey(subject.account_id, sid, started.turn_id)
    events = stream.watch(services, key, 0, fresh=not started.repeated)
    if "application/json" not in accept:
        return StreamResponse(events, services.streams, heartbeat=HEARTBEAT_SECONDS)
    await _drain(events)
    async with services.db.transaction(subject.account_id) as tx:
        turn, _ = await load_turn(tx, key)
    return Response(turn.model_dump_json(), media_type="application/json")


async def _drain(events: AsyncIterator[Any]) -> None:
    async for _ in events:
        pass
