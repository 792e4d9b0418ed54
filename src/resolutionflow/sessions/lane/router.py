"""Routes of the task lane."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query

from resolutionflow.auth.idempotency import IdempotentRoute
from resolutionflow.errors import InvalidRequest, NotFound, responses
from resolutionflow.sessions.errors import (
    AwaitingPickup,
    NotSessionHandler,
    SessionClosed,
)
from resolutionflow.sessions.lane import service
from resolutionflow.sessions.lane.errors import (
    AlreadySettled,
    InvalidOption,
    NoSeparators,
    NothingToRun,
    WrongKind,
)
from resolutionflow.sessions.lane.schemas import (
    Answer,
    CombinedOutput,
    LaneItemResult,
    LaneOut,
    Output,
    OutputsResult,
    RunScript,
    RunShell,
    Skip,
)
from resolutionflow.sessions.scene import Reading, Writing

router = APIRouter(prefix="/api/v1/ai-sessions/{sid}/lane", tags=["lane"], route_class=IdempotentRoute)

Sid = Annotated[UUID, Path(description="The session.")]
ItemId = Annotated[UUID, Path(description="The question or check.")]
WRITE = (NotFound, NotSessionHandler, AwaitingPickup, SessionClosed)


@router.get("", operation_id="get_lane", responses=responses(NotFound))
async def get_lane(sid: Sid, scene: Reading) -> LaneOut:
    """Questions and checks by position, retired ones included."""
    return await service.get_lane(scene, sid)


@router.post(
    "/{iid}/answer",
    operation_id="answer_question",
    responses=responses(*WRITE, WrongKind, InvalidOption),
)
async def answer(sid: Sid, iid: ItemId, body: Answer, scene: Writing) -> LaneItemResult:
    """Answer a question, from any state; a new answer replaces the old one."""
    return await service.answer(scene, sid, iid, body)


@router.post(
    "/{iid}/output",
    operation_id="record_output",
    responses=responses(*WRITE, WrongKind, InvalidRequest),
)
async def record_output(sid: Sid, iid: ItemId, body: Output, scene: Writing) -> LaneItemResult:
    """Record what a check printed, from any state."""
    return await service.output(scene, sid, iid, body)


@router.post(
    "/{iid}/skip",
    operation_id="skip_lane_item",
    responses=responses(*WRITE, AlreadySettled),
)
async def skip(sid: Sid, iid: ItemId, body: Skip, scene: Writing) -> LaneItemResult:
    """Skip an open or retired item."""
    return await service.skip(scene, sid, iid, body)


@router.post("/{iid}/reopen", operation_id="reopen_lane_item", responses=responses(*WRITE))
async def reopen(sid: Sid, iid: ItemId, scene: Writing) -> LaneItemResult:
    """Open an item again; its answer and output are cleared. Brings a retired item back."""
    return await service.reopen(scene, sid, iid)


@router.get(
    "/run-script",
    operation_id="get_run_script",
    responses=responses(NotFound, NothingToRun),
)
async def run_script(
    sid: Sid,
    scene: Reading,
    shell: Annotated[RunShell, Query(description="The shell the script is for.")],
    ids: Annotated[
        list[UUID],
        Query(
            max_length=100,
            description="Checks to take in although they are not read-only.",
        ),
    ] = [],  # noqa: B006  FastAPI copies defaults
) -> RunScript:
    """One script of the open checks' commands, for the engineer to run."""
    return await service.run_script(scene, sid, shell, ids)


@router.post("/outputs", operation_id="record_outputs", responses=responses(*WRITE, NoSeparators))
async def record_outputs(sid: Sid, body: CombinedOutput, scene: Writing) -> OutputsResult:
    """Split the output of the combined script over its checks."""
    return await service.outputs(scene, sid, body)
