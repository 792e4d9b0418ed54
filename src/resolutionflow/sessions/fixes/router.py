"""Routes of suggested fixes."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path

from resolutionflow.auth.idempotency import IdempotentRoute
from resolutionflow.errors import NotFound, responses
from resolutionflow.sessions.errors import (
    AwaitingPickup,
    NotSessionHandler,
    SessionClosed,
)
from resolutionflow.sessions.fixes import service
from resolutionflow.sessions.fixes.errors import (
    FixIsActive,
    FixNotPartial,
    FixNotProposed,
    FixParked,
    FixSucceeded,
    FixSuperseded,
    FixTerminal,
    NoActiveFix,
    NotesRequired,
    ScriptMissing,
)
from resolutionflow.sessions.fixes.schemas import (
    AttachScript,
    Decision,
    DecisionResult,
    FixDetail,
    FixList,
    FixOut,
    Outcome,
)
from resolutionflow.sessions.scene import Reading, Writing, WritingUnkept

router = APIRouter(prefix="/api/v1/ai-sessions/{sid}/suggested-fixes", tags=["fixes"], route_class=IdempotentRoute)

Sid = Annotated[UUID, Path(description="The session.")]
FixId = Annotated[UUID, Path(description="The suggested fix.")]
WRITE = (NotFound, NotSessionHandler, AwaitingPickup, SessionClosed)


@router.get("", operation_id="list_fixes", responses=responses(NotFound))
async def list_fixes(sid: Sid, scene: Reading) -> FixList:
    """Every fix suggested in this session, newest first."""
    return await service.list_fixes(scene, sid)


@router.get("/active", operation_id="get_active_fix", responses=responses(NotFound, NoActiveFix))
async def get_active_fix(sid: Sid, scene: Reading) -> FixOut:
    """The current fix."""
    return await service.active_fix(scene, sid)


@router.get("/{fid}", operation_id="get_fix", responses=responses(NotFound))
async def get_fix(sid: Sid, fid: FixId, scene: Reading) -> FixDetail:
    """One fix with its whole life."""
    return await service.get_fix(scene, sid, fid)


@router.post(
    "/{fid}/decision",
    operation_id="decide_fix",
    responses=responses(*WRITE, FixTerminal, FixSuperseded, FixParked, ScriptMissing),
)
async def decide(sid: Sid, fid: FixId, body: Decision, scene: WritingUnkept) -> DecisionResult:
    """Run the drafted script once, run it and keep it as a draft for the library, or dismiss the fix."""
    return await service.decide(scene, sid, fid, body)


@router.post(
    "/{fid}/apply",
    operation_id="apply_fix",
    responses=responses(*WRITE, FixSuperseded, FixNotProposed),
)
async def apply(sid: Sid, fid: FixId, scene: Writing) -> FixOut:
    """Say that the fix was carried out. Whether it worked is still open."""
    return await service.apply(scene, sid, fid)


@router.patch(
    "/{fid}/outcome",
    operation_id="record_outcome",
    responses=responses(*WRITE, NotesRequired, FixTerminal),
)
async def outcome(sid: Sid, fid: FixId, body: Outcome, scene: Writing) -> FixOut:
    """Record whether the fix worked."""
    return await service.outcome(scene, sid, fid, body)


@router.post(
    "/{fid}/resume",
    operation_id="resume_fix",
    responses=responses(*WRITE, FixNotPartial),
)
async def resume(sid: Sid, fid: FixId, scene: Writing) -> FixOut:
    """Take a partly applied fix up again."""
    return await service.resume(scene, sid, fid)


@router.post(
    "/{fid}/restore",
    operation_id="restore_fix",
    responses=responses(*WRITE, FixIsActive, FixSucceeded),
)
async def restore(sid: Sid, fid: FixId, scene: Writing) -> FixOut:
    """Suggest an earlier fix again in place of the current one."""
    return await service.restore(scene, sid, fid)


@router.patch(
    "/{fid}/script",
    operation_id="attach_script",
    responses=responses(*WRITE, FixSuperseded, FixTerminal),
)
async def attach_script(sid: Sid, fid: FixId, body: AttachScript, scene: Writing) -> FixOut:
    """Replace the script of a fix."""
    return await service.attach_script(scene, sid, fid, body)


@router.delete(
    "/{fid}/ai-outcome-proposal",
    operation_id="clear_outcome_proposal",
    responses=responses(*WRITE),
)
async def clear_proposal(sid: Sid, fid: FixId, scene: Writing) -> FixOut:
    """Turn down the outcome the pilot proposed."""
    return await service.clear_proposal(scene, sid, fid)
