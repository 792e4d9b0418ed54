"""Rules of suggested fixes (sessions-api.md 7). Every write holds the session row, so two can never be active."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from resolutionflow.kit.clock import now
from resolutionflow.kit.ids import new_id
from resolutionflow.pilot.markers import FixOutcome, SuggestFix
from resolutionflow.scripts import service as scripts
from resolutionflow.sessions import access, events, messages
from resolutionflow.sessions import repository as sessions
from resolutionflow.sessions.facts import hypotheses
from resolutionflow.sessions.fixes import repository, rules
from resolutionflow.sessions.fixes.errors import (
    NoActiveFix,
    NotesRequired,
    ScriptMissing,
)
from resolutionflow.sessions.fixes.models import Fix
from resolutionflow.sessions.fixes.schemas import (
    AttachScript,
    Decision,
    DecisionResult,
    FixDetail,
    FixEventOut,
    FixList,
    FixOut,
    Outcome,
)
from resolutionflow.sessions.fixes.schemas import FixOutcome as FixOutcomeWord
from resolutionflow.sessions.models import AiSession
from resolutionflow.sessions.protect import Protector
from resolutionflow.sessions.scene import Scene

OUTCOME_WORDS = {
    "applied_success": "it worked",
    "applied_failed": "it did not work",
    "applied_partial": "it helped partly",
    "dismissed": "it was dismissed",
}


async def list_fixes(scene: Scene, sid: UUID) -> FixList:
    """The history, newest first."""
    row = await sessions.load(scene.tx, scene.subject, sid)
    found = await repository.of_session(scene.tx, row)
    return FixList(fixes=[await repository.view(scene.tx, fix) for fix in found])


async def active_fix(scene: Scene, sid: UUID) -> FixOut:
    """The current fix, else `NoActiveFix`."""
    row = await sessions.load(scene.tx, scene.subject, sid)
    fix = await repository.active(scene.tx, row)
    if fix is None:
        raise NoActiveFix
    return await repository.view(scene.tx, fix)


async def get_fix(scene: Scene, sid: UUID, fid: UUID) -> FixDetail:
    """One fix with its events."""
    row = await sessions.load(scene.tx, scene.subject, sid)
    fix = await repository.find(scene.tx, row, fid)
    view = await repository.view(scene.tx, fix)
    life = [FixEventOut.model_validate(event) for event in await repository.events_of(scene.tx, fix)]
    return FixDetail(**{name: getattr(view, name) for name in FixOut.model_fields}, events=life)


async def decide(scene: Scene, sid: UUID, fid: UUID, body: Decision) -> DecisionResult:
    """Take a script path, or dismiss. +1."""
    row, fix = await _writable(scene, sid, fid)
    dismiss = body.decision == "dismissed"
    rules.check_decision(fix, dismiss=dismiss)
    before = fix.status
    script: str | None = None
    if dismiss:
        fix.status, fix.superseded_at = "dismissed", now()
        fix.ai_outcome_proposal = None
    else:
        script = _take_script(scene, row, fix, body)
    fix.user_decision, fix.decided_at, fix.decided_by = (
        body.decision,
        now(),
        scene.subject.user_id,
    )
    await repository.add_event(
        scene.tx,
        fix,
        "decision",
        actor_id=scene.subject.user_id,
        from_status=before,
        detail={"decision": body.decision},
    )
    if not dismiss and fix.applied_at is None:
        await _stamp_applied(scene, row, fix)
    draft_id = await _keep_draft(scene, row, fix) if body.decision == "draft_template" else None
    await sessions.bump(scene.tx, row)
    return DecisionResult(
        id=fix.id,
        user_decision=body.decision,
        rendered_script=script,
        draft_template_id=draft_id,
        redirect_path=None,
        fix=await _written(scene, row, fix),
    )


def _take_script(scene: Scene, row: AiSession, fix: Fix, body: Decision) -> str:
    """The script to run, exactly as given; what is stored of it is masked. Raises `ScriptMissing`."""
    script = body.edited_script or fix.edited_script or fix.ai_drafted_script
    if script is None:
        raise ScriptMissing
    protector = Protector.of(scene.services)
    if body.edited_script is not None:
        fix.edited_script = protector.text(row, body.edited_script)
    if body.parameters_used is not None:
        fix.parameters_used = protector.values(row, body.parameters_used)
    return script


async def _keep_draft(scene: Scene, row: AiSession, fix: Fix) -> UUID:
    """The fix's script as a draft for the library: the masked one, whatever was sent."""
    await scene.tx.flush()
    return await scripts.keep_draft(
        scene.tx,
        scripts.KeptScript(
            account_id=row.account_id,
            session_id=row.id,
            fix_id=fix.id,
            user_id=scene.subject.user_id,
            ticket_ref=row.psa_ticket_ref,
            name=fix.title,
            script=fix.edited_script or fix.ai_drafted_script or "",
        ),
    )


async def apply(scene: Scene, sid: UUID, fid: UUID) -> FixOut:
    """Stamp `applied_at` (+1); the status stays proposed. Already stamped: unchanged."""
    row, fix = await _writable(scene, sid, fid)
    rules.check_apply(fix)
    if fix.applied_at is not None:
        return await repository.view(scene.tx, fix)
    await _stamp_applied(scene, row, fix)
    await sessions.bump(scene.tx, row)
    return await _written(scene, row, fix)


async def _stamp_applied(scene: Scene, row: AiSession, fix: Fix) -> None:
    fix.applied_at, fix.applied_by = now(), scene.subject.user_id
    await _say(
        scene,
        row,
        fix,
        "fix_applied",
        f"{scene.subject.name} marked \u201c{fix.title}\u201d as applied.",
    )
    await repository.add_event(
        scene.tx,
        fix,
        "applied",
        actor_id=scene.subject.user_id,
        detail={repository.AFTER_SEQ: row.message_count},
    )


async def outcome(scene: Scene, sid: UUID, fid: UUID, body: Outcome) -> FixOut:
    """Record an outcome. +1."""
    row, fix = await _writable(scene, sid, fid)
    notes = Protector.of(scene.services).short(row, body.notes, 500) if body.notes else None
    await record_outcome(scene, row, fix, body.outcome, notes)
    return await _written(scene, row, fix)


async def record_outcome(scene: Scene, row: AiSession, fix: Fix, status: FixOutcomeWord, notes: str | None) -> None:
    """The outcome with its stamps, event, message and +1. `row` is locked. Raises `NotesRequired`, `FixTerminal`."""
    if status == "applied_partial" and not notes:
        raise NotesRequired
    rules.check_outcome(fix)
    before, moment = fix.status, now()
    detail: dict[str, object] = {"outcome": status}
    fix.status, fix.ai_outcome_proposal = status, None
    if status == "dismissed":
        fix.superseded_at = fix.superseded_at or moment
    elif fix.applied_at is None:
        fix.applied_at, fix.applied_by = moment, scene.subject.user_id
        detail[repository.AFTER_SEQ] = row.message_count
    if status in {"applied_success", "applied_failed"}:
        fix.verified_at = moment
    if status == "applied_failed":
        fix.failure_reason = notes
    if status == "applied_partial":
        fix.partial_notes = notes
    if notes and status in {"applied_failed", "applied_partial"}:
        detail["notes"] = notes
    await repository.add_event(
        scene.tx,
        fix,
        "outcome",
        actor_id=scene.subject.user_id,
        from_status=before,
        detail=detail,
    )
    if status == "applied_success":
        await hypotheses.supersede_all(scene.tx, row)
    said = f"{scene.subject.name} recorded for \u201c{fix.title}\u201d: {OUTCOME_WORDS[status]}."
    reason = str(detail["notes"]) if "notes" in detail else None
    await messages.add_system_message(
        scene.tx,
        row,
        "fix_outcome",
        f"{said} {reason}" if reason else said,
        actor_id=scene.subject.user_id,
        meta={"fix_id": str(fix.id), "outcome": status, "reason": reason},
    )
    await sessions.bump(scene.tx, row)


async def resume(scene: Scene, sid: UUID, fid: UUID) -> FixOut:
    """Partly applied -> proposed; stamps and notes stay. +1."""
    row, fix = await _writable(scene, sid, fid)
    rules.check_resume(fix)
    fix.status = "proposed"
    await repository.add_event(
        scene.tx,
        fix,
        "resumed",
        actor_id=scene.subject.user_id,
        from_status="applied_partial",
        detail={repository.AFTER_SEQ: row.message_count},
    )
    await sessions.bump(scene.tx, row)
    return await _written(scene, row, fix)


async def restore(scene: Scene, sid: UUID, fid: UUID) -> FixOut:
    """Bring an earlier fix back in place of the current one, as if newly proposed. +1 once."""
    row, fix = await _writable(scene, sid, fid)
    rules.check_restore(fix)
    before = fix.status
    current = await repository.active(scene.tx, row)
    if current is not None and current.id != fix.id:
        await _supersede(scene.tx, current, by=fix.id, actor_id=scene.subject.user_id)
    if fix.user_decision == "dismissed":
        fix.user_decision = fix.decided_at = fix.decided_by = None
    fix.status = "proposed"
    fix.superseded_at = fix.superseded_by = None
    fix.applied_at = fix.applied_by = fix.verified_at = fix.failure_reason = fix.ai_outcome_proposal = None
    await repository.add_event(scene.tx, fix, "restored", actor_id=scene.subject.user_id, from_status=before)
    await _say(
        scene,
        row,
        fix,
        "fix_restored",
        f"{scene.subject.name} brought \u201c{fix.title}\u201d back.",
    )
    await sessions.bump(scene.tx, row)
    return await _written(scene, row, fix)


async def attach_script(scene: Scene, sid: UUID, fid: UUID, body: AttachScript) -> FixOut:
    """Replace the drafted script and its parameters. +1; nothing is stamped."""
    row, fix = await _writable(scene, sid, fid)
    rules.check_script(fix)
    protector = Protector.of(scene.services)
    fix.ai_drafted_script = protector.text(row, body.ai_drafted_script)
    fix.ai_drafted_parameters = (
        protector.values(row, body.ai_drafted_parameters) if body.ai_drafted_parameters is not None else None
    )
    fix.edited_script = None
    await repository.add_event(scene.tx, fix, "script_attached", actor_id=scene.subject.user_id)
    await sessions.bump(scene.tx, row)
    return await _written(scene, row, fix)


async def clear_proposal(scene: Scene, sid: UUID, fid: UUID) -> FixOut:
    """Turn the pilot's outcome down; no +1. Nothing proposed: unchanged."""
    row, fix = await _writable(scene, sid, fid)
    if fix.ai_outcome_proposal is None:
        return await repository.view(scene.tx, fix)
    detail = {"proposal": fix.ai_outcome_proposal}
    fix.ai_outcome_proposal = None
    await repository.add_event(scene.tx, fix, "proposal_cleared", actor_id=scene.subject.user_id, detail=detail)
    await sessions.touch(scene.tx, row)
    return await _written(scene, row, fix)


async def _supersede(tx: AsyncSession, fix: Fix, *, by: UUID, actor_id: UUID | None) -> None:
    fix.superseded_at, fix.superseded_by = now(), by
    await repository.add_event(tx, fix, "superseded", actor_id=actor_id, detail={"by": str(by)})


async def suggest(
    tx: AsyncSession,
    row: AiSession,
    marker: SuggestFix,
    *,
    protector: Protector,
    turn_id: UUID | None,
) -> Fix:
    """Store the fix of a reply; it replaces the active one. +1, and a system message naming what it replaced. No event."""
    current = await repository.active(tx, row)
    fix = Fix(
        id=new_id(),
        account_id=row.account_id,
        session_id=row.id,
        turn_id=turn_id,
        title=protector.short(row, marker.title, 200),
        description=protector.short(row, marker.description, 10_000),
        confidence_pct=marker.confidence,
        ai_drafted_script=protector.text(row, marker.ai_drafted_script) if marker.ai_drafted_script else None,
        ai_drafted_parameters=protector.values(row, marker.parameters()) or None,
        status="proposed",
        updated_at=now(),
    )
    if current is not None:
        # The link to the new fix follows once it exists; two active ones never do.
        current.superseded_at = now()
        await tx.flush()
    tx.add(fix)
    await tx.flush()
    await repository.add_event(tx, fix, "created", actor_id=None)
    if current is not None:
        await _supersede(tx, current, by=fix.id, actor_id=None)
        tried = "did not work" if current.status == "applied_failed" else "not tried"
        tried = {"applied_success": "worked", "applied_partial": "helped partly"}.get(current.status, tried)
        if current.status == "proposed" and current.applied_at is not None:
            tried = "applied, outcome not recorded"
        await messages.add_system_message(
            tx,
            row,
            "fix_replaced",
            f"Replaced: {current.title} - {tried}",
            actor_id=None,
            meta={"fix_id": str(current.id), "outcome": current.status},
        )
    await sessions.bump(tx, row)
    return fix


async def set_outcome_proposal(
    tx: AsyncSession,
    row: AiSession,
    marker: FixOutcome,
    *,
    protector: Protector,
    message_id: UUID | None,
    not_of_turn: UUID | None,
) -> Fix | None:
    """
    Keep an outcome the pilot read; only a person records it. No +1, no event.

    None (to be dropped) unless it names a fix of this session without an outcome that is older than the turn `not_of_turn`.
    """
    fix = next(
        (one for one in await repository.of_session(tx, row) if one.id == marker.fix_id),
        None,
    )
    if fix is None or fix.status in rules.TERMINAL or (not_of_turn is not None and fix.turn_id == not_of_turn):
        return None
    fix.ai_outcome_proposal = {
        "fix_id": str(fix.id),
        "outcome": marker.outcome,
        "reason": protector.short(row, marker.reason, 500),
        "message_id": str(message_id) if message_id else None,
    }
    await repository.add_event(tx, fix, "proposal_set", actor_id=None, detail={"outcome": marker.outcome})
    return fix


async def _writable(scene: Scene, sid: UUID, fid: UUID) -> tuple[AiSession, Fix]:
    row = await sessions.load(scene.tx, scene.subject, sid, lock=True)
    fix = await repository.find(scene.tx, row, fid)
    access.check_writer(row, scene.subject)
    access.check_open(row)
    return row, fix


async def _say(scene: Scene, row: AiSession, fix: Fix, kind: messages.MessageKind, text: str) -> None:
    await messages.add_system_message(
        scene.tx,
        row,
        kind,
        text,
        actor_id=scene.subject.user_id,
        meta={"fix_id": str(fix.id)},
    )


async def _written(scene: Scene, row: AiSession, fix: Fix) -> FixOut:
    await scene.tx.flush()
    await events.changed(scene.tx, row, "fix", "messages", actor_id=scene.subject.user_id)
    return await repository.view(scene.tx, fix)
