"""Rules of the task lane (sessions-api.md 5)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from resolutionflow.errors import InvalidRequest
from resolutionflow.kit.clock import now
from resolutionflow.pilot import lane as rules
from resolutionflow.pilot.contract import LaneKind, LaneState, Shell
from resolutionflow.pilot.markers import Actions, Questions
from resolutionflow.sessions import access, events
from resolutionflow.sessions import repository as sessions
from resolutionflow.sessions.facts import service as facts
from resolutionflow.sessions.facts.models import Fact
from resolutionflow.sessions.facts.schemas import FactOut
from resolutionflow.sessions.lane import repository
from resolutionflow.sessions.lane.errors import (
    AlreadySettled,
    InvalidOption,
    NoSeparators,
    NothingToRun,
    WrongKind,
)
from resolutionflow.sessions.lane.models import LaneItem
from resolutionflow.sessions.lane.schemas import (
    Answer,
    CombinedOutput,
    LaneItemOut,
    LaneItemResult,
    LaneOut,
    LeftOut,
    Output,
    OutputsResult,
    RunItem,
    RunScript,
    RunShell,
    Skip,
)
from resolutionflow.sessions.models import AiSession
from resolutionflow.sessions.protect import Protector
from resolutionflow.sessions.scene import Scene

LANE = text("SELECT rf_lane_json(:account, :sid)::text")


async def get_lane(scene: Scene, sid: UUID) -> LaneOut:
    """Questions and checks by position."""
    row = await sessions.load(scene.tx, scene.subject, sid)
    answer = await scene.tx.execute(LANE, {"account": row.account_id, "sid": row.id})
    return LaneOut.model_validate_json(answer.scalar_one())


async def answer(scene: Scene, sid: UUID, iid: UUID, body: Answer) -> LaneItemResult:
    """Answer a question from any state."""
    row, item = await _writable(scene, sid, iid)
    if item.kind != "question":
        raise WrongKind
    if body.option_index is not None:
        if body.option_index >= len(item.options):
            raise InvalidOption
        item.answer, item.answer_kind, item.option_index = (
            item.options[body.option_index],
            "option",
            body.option_index,
        )
    elif body.unknown:
        item.answer, item.answer_kind, item.option_index = None, "unknown", None
    else:
        masked = Protector.of(scene.services).short(row, body.answer or "", 4000)
        item.answer, item.answer_kind, item.option_index = masked, "text", None
    _settle(item, "answered", scene)
    return await _written(scene, row, item)


async def output(scene: Scene, sid: UUID, iid: UUID, body: Output) -> LaneItemResult:
    """Record what a check printed; a check without a command may be done without a word."""
    row, item = await _writable(scene, sid, iid)
    if item.kind != "check":
        raise WrongKind
    if not body.output.strip() and item.command:
        raise InvalidRequest("The output is empty. Paste what the command printed, or skip the check.")
    item.output, item.output_cut = rules.cut_output(Protector.of(scene.services).text(row, body.output))
    _settle(item, "done", scene)
    return await _written(scene, row, item)


async def skip(scene: Scene, sid: UUID, iid: UUID, body: Skip) -> LaneItemResult:
    """Skip an open or retired item."""
    row, item = await _writable(scene, sid, iid)
    if item.state not in {"open", "retired"}:
        raise AlreadySettled
    _settle(item, "skipped", scene)
    item.skip_reason = Protector.of(scene.services).short(row, body.reason, 300) if body.reason else None
    return await _written(scene, row, item)


async def reopen(scene: Scene, sid: UUID, iid: UUID) -> LaneItemResult:
    """Any state to open; answer and output are cleared."""
    row, item = await _writable(scene, sid, iid)
    if item.state == "open":
        return LaneItemResult(
            item=LaneItemOut.model_validate(item),
            affected_facts=[],
            state_version=row.state_version,
        )
    item.state = "open"
    item.answer = item.answer_kind = item.option_index = item.output = item.skip_reason = None
    item.output_cut = False
    item.settled_by = item.settled_at = item.sent_turn_id = None
    return await _written(scene, row, item)


def _settle(item: LaneItem, state: LaneState, scene: Scene) -> None:
    item.state = state
    item.skip_reason = None
    item.settled_by, item.settled_at = scene.subject.user_id, now()
    # What was changed is new to the pilot again.
    item.sent_turn_id = None


async def _writable(scene: Scene, sid: UUID, iid: UUID) -> tuple[AiSession, LaneItem]:
    row = await sessions.load(scene.tx, scene.subject, sid, lock=True)
    item = await repository.find(scene.tx, row, iid)
    access.check_writer(row, scene.subject)
    access.check_open(row)
    return row, item


async def _written(scene: Scene, row: AiSession, item: LaneItem) -> LaneItemResult:
    await scene.tx.flush()
    lost = await facts.recheck(scene.tx, row, item)
    await _announce(scene, row, lost)
    return LaneItemResult(
        item=LaneItemOut.model_validate(item),
        affected_facts=[FactOut.model_validate(fact) for fact in lost],
        state_version=row.state_version,
    )


async def _announce(scene: Scene, row: AiSession, lost: Sequence[Fact]) -> None:
    await sessions.touch(scene.tx, row)
    await events.changed(
        scene.tx,
        row,
        "lane",
        *(("facts",) if lost else ()),
        actor_id=scene.subject.user_id,
    )


async def run_script(scene: Scene, sid: UUID, shell: RunShell, ids: Sequence[UUID]) -> RunScript:
    """One script of the open checks of a shell."""
    row = await sessions.load(scene.tx, scene.subject, sid)
    checks = {item.id: item for item in await repository.of_session(scene.tx, row) if item.kind == "check"}
    built = rules.build_run_script(
        [
            rules.ScriptCheck(
                item.id,
                item.command,
                cast("Shell | None", item.shell),
                cast("LaneState", item.state),
                item.command_risk == "read_only",
            )
            for item in checks.values()
        ],
        shell,
        frozenset(ids),
    )
    left_out = [LeftOut(id=one.id, reason=one.reason.value) for one in built.left_out]
    if not built.items:
        raise NothingToRun(details={"left_out": [one.model_dump(mode="json") for one in left_out]})
    return RunScript(
        script=built.script,
        shell=shell,
        items=[
            RunItem(
                id=item_id,
                number=number,
                code=rules.check_code(item_id),
                label=checks[item_id].text,
            )
            for number, item_id in enumerate(built.items, 1)
        ],
        left_out=left_out,
    )


async def outputs(scene: Scene, sid: UUID, body: CombinedOutput) -> OutputsResult:
    """Give each part of the combined output to its check; all or nothing."""
    row = await sessions.load_for_write(scene.tx, scene.subject, sid)
    checks = {item.id: item for item in await repository.of_session(scene.tx, row) if item.kind == "check"}
    expected = [item.id for item in checks.values() if item.state == "open" and item.command]
    split = rules.split_outputs(Protector.of(scene.services).text(row, body.text), checks, expected)
    if split is None:
        raise NoSeparators
    recorded: list[LaneItem] = []
    for section in split.sections:
        item = checks[section.item_id]
        item.output, item.output_cut = section.output, section.cut
        _settle(item, "done", scene)
        recorded.append(item)
    await scene.tx.flush()
    lost: list[Fact] = []
    for item in recorded:
        lost += await facts.recheck(scene.tx, row, item, bump=False)
    if lost:
        await sessions.bump(scene.tx, row)
    if recorded:
        await _announce(scene, row, lost)
    return OutputsResult(
        recorded=[LaneItemOut.model_validate(item) for item in recorded],
        rest=split.rest,
        missing=list(split.missing),
        affected_facts=[FactOut.model_validate(fact) for fact in lost],
        state_version=row.state_version,
    )


async def apply_block(
    tx: AsyncSession,
    row: AiSession,
    *,
    questions: Questions | None,
    actions: Actions | None,
    protector: Protector,
    turn_id: UUID | None,
) -> list[LaneItem]:
    """Take the lane blocks of a reply in (no event, no +1). Gives the whole lane by position; without a block it stays as it is."""
    items = rules.wanted(questions.items if questions else (), actions.items if actions else ())
    stored = {item.id: item for item in await repository.of_session(tx, row)}
    merge = rules.merge_block(
        [
            rules.ExistingItem(
                item.id,
                cast("LaneKind", item.kind),
                item.match_hash,
                cast("LaneState", item.state),
                item.position,
            )
            for item in stored.values()
        ],
        items,
    )
    for item_id in merge.retired:
        stored[item_id].state = "retired"
    for repeated in merge.repeated:
        item = stored[repeated.id]
        item.state, item.last_turn_id = repeated.state, turn_id
        if repeated.reopened:
            item.skip_reason = item.settled_by = item.settled_at = item.sent_turn_id = None
        if repeated.refresh:
            _word(item, repeated.item, row, protector)
    for position, wanted in merge.created:
        item = LaneItem(
            id=rules.item_id(row.id, wanted.kind, wanted.match_hash),
            account_id=row.account_id,
            session_id=row.id,
            kind=wanted.kind,
            match_hash=wanted.match_hash,
            text=protector.short(row, wanted.text, 500),
            state="open",
            first_turn_id=turn_id,
            last_turn_id=turn_id,
            position=position,
            output_cut=False,
            options=[],
        )
        _word(item, wanted, row, protector)
        tx.add(item)
        stored[item.id] = item
    await tx.flush()
    return sorted(stored.values(), key=lambda item: (item.position, item.id))


def _word(item: LaneItem, wanted: rules.WantedItem, row: AiSession, protector: Protector) -> None:
    """Everything about an item that a new wording may change."""
    note = protector.short(row, wanted.context, 1000) or None
    # Every column is set, so that all new items go to the database in one statement.
    item.context = item.description = item.command = item.shell = item.command_risk = item.risk_reason = None
    if wanted.kind == "question":
        item.context = note
        item.options = [protector.short(row, option, 200) for option in wanted.options[:8]]
        return
    item.description = note
    item.shell = wanted.shell
    item.command = protector.short(row, wanted.command, 8000) if wanted.command else None
    if item.command:
        from resolutionflow.pilot.commands import label

        known = label(wanted.command or "", wanted.shell)
        item.command_risk, item.risk_reason = (
            str(known.risk),
            known.reason[:300] or None,
        )


async def mark_sent(tx: AsyncSession, row: AiSession, turn_id: UUID) -> None:
    """Every settled item not yet sent goes with this turn."""
    for item in await repository.of_session(tx, row):
        if item.state in {"answered", "done", "skipped"} and item.sent_turn_id is None:
            item.sent_turn_id = turn_id
    await tx.flush()
