"""Running a turn: the job behind it (pilot.md 1, steps 5 to 9).

One transaction takes the turn and reads its context, the engine runs without any, one transaction applies what it said. A worker that is
killed in between leaves a running turn: whoever takes the job over starts it again when nothing was shown, else ends it as interrupted.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from resolutionflow.db.base import PLATFORM_ACCOUNT_ID
from resolutionflow.db.driver import DATABASE_AWAY
from resolutionflow.errors import Overloaded
from resolutionflow.flows import service as flows
from resolutionflow.jobs import JobContext, job
from resolutionflow.jobs.registry import WARM_UPS
from resolutionflow.kit.clock import now
from resolutionflow.kit.ids import new_id
from resolutionflow.kit.sse import SseEvent
from resolutionflow.pilot import apply
from resolutionflow.pilot.choose import choose_engine, guide
from resolutionflow.pilot.closing import closing_data, turn_out
from resolutionflow.pilot.context import build_context, masked_ticket
from resolutionflow.pilot.contract import (
    EngineFailed,
    EngineNotice,
    EngineUnavailable,
    PilotEngine,
    SessionView,
    SuggestedFlow,
    TurnContext,
)
from resolutionflow.pilot.intake import Reply, consume
from resolutionflow.pilot.keys import TurnKey
from resolutionflow.pilot.markers import tidy_display
from resolutionflow.pilot.redaction import curtain
from resolutionflow.pilot.rows import PilotMessage, store_end, take_turn
from resolutionflow.pilot.stream import channel
from resolutionflow.pilot.turns import JOB, TurnArgs
from resolutionflow.pilot.writer import LostTurnError, TurnWriter, forget_events, store_events
from resolutionflow.services import Services
from resolutionflow.sessions import events, naming, repository
from resolutionflow.sessions.context import SessionParts, session_parts
from resolutionflow.sessions.models import AiSession, Turn
from resolutionflow.sessions.protect import Protector

INTERRUPTED = "Interrupted on the server. Nothing you typed is lost."
FAILED = "The answer could not be finished. Nothing you typed is lost, and nothing was changed."
TOO_LONG = "The answer took too long and was ended. Nothing you typed is lost."
RAW_DAYS = 30
log = structlog.get_logger(__name__)


# A database that is away for ten minutes must not cost a turn; once it is back, nobody waits longer than five seconds.
RETRIES = (0.5, 1.0, 1.0, 2.0, *([5.0] * 150))


@job(JOB, TurnArgs, timeout=400.0, retries=RETRIES, waits=True)
async def run_turn(ctx: JobContext, args: TurnArgs) -> None:
    """Run one turn. Safe to run twice: an ended turn stays as it is."""
    key = TurnKey(args.account_id, args.session_id, args.turn_id)
    run = str(new_id())
    try:
        taken = await _take(ctx.services, key, run)
    except (*DATABASE_AWAY, Overloaded):
        raise
    except Exception:
        # Whatever is wrong with what is stored, the engineer gets an end to the turn instead of a wait without one.
        log.exception("turn_not_started", turn_id=str(key.turn_id))
        await _fail(ctx.services, key)
        return
    if taken is None:
        return
    writer = TurnWriter(ctx.services, key, run, last_event_id=taken.last_event_id)
    closing: SseEvent | None = None
    try:
        closing = await _answer(ctx.services, key, run, writer, taken)
    except LostTurnError:
        log.warning("turn_lost", turn_id=str(key.turn_id))
    except asyncio.CancelledError:
        # The worker is being stopped: what was shown is kept, and the turn is ended for the watchers of this process.
        try:
            closing = await asyncio.shield(_give_back(ctx.services, key, run, writer))
        except (*DATABASE_AWAY, Overloaded):
            # Without a database nothing can be given back; the turn is taken over as after a kill.
            log.warning("turn_not_given_back", turn_id=str(key.turn_id))
        raise
    finally:
        writer.close(closing)


async def warm_up(services: Services) -> None:
    """Read the platform's flows and build the engine's tables, so that the first turn is as quick as the next."""
    async with services.db.transaction(PLATFORM_ACCOUNT_ID) as tx:
        known = await flows.published(tx)
    context = TurnContext(session=SessionView(title=""), message="The first words", flows=known)
    await asyncio.to_thread(lambda: (guide().suggested_flows(context), curtain.warm_up()))


WARM_UPS.append(warm_up)


@dataclass(frozen=True, slots=True)
class Taken:
    """A turn that is ours. `stored` = the session as it was at `activity`, its last activity then; `known` = the digests of its secrets."""

    context: TurnContext
    engine: PilotEngine
    last_event_id: int
    stored: SessionParts
    activity: datetime
    known: Mapping[str, int]


async def _take(services: Services, key: TurnKey, run: str) -> Taken | None:
    """Make the turn ours and read its context; None when there is nothing to run."""
    taken = await _take_or_end(services, key, run)
    if taken is None:
        services.bus.signal(channel(key.turn_id))
    return taken


async def _take_or_end(services: Services, key: TurnKey, run: str) -> Taken | None:
    # Lost with the database's machine, the turn is queued again, and nobody saw a word of it: the first is stored for good.
    async with services.db.transaction(key.account_id, lasting=False) as tx:
        locked = await repository.lock_turn_to_run(tx, key.account_id, key.session_id, key.turn_id)
        if locked is None or locked[1].status not in {"queued", "running"}:
            return None
        row, turn, settings = locked
        if turn.status == "running" and turn.first_delta_at is not None:
            turn.error_code, turn.error_text, turn.retryable = "interrupted", INTERRUPTED, True
            await _keep_partial(tx, services, row, turn, turn.text_so_far)
            await end_turn(tx, row, turn, "interrupted")
            await events.changed(tx, row, "messages", "turn", actor_id=None, turn_id=turn.id)
            return None
        engine = await choose_engine(tx, services, row, turn, settings)
        begun = 0 if turn.started_at is None else await last_event_id(tx, turn)
        stored, known = await take_turn(tx, row, turn, engine=engine.name, run=run)
        context = await build_context(tx, services.files, row, turn, stored, known)
        if engine.name == "llm":
            # What is kept of the ticket is as the PSA had it: what leaves for a model is masked with the session's numbers.
            context = masked_ticket(context, lambda words: Protector.of(services).text(row, words))
        return Taken(context, engine, begun, stored, row.last_activity_at, Protector.of(services).known(row))


async def _locked(tx: AsyncSession, key: TurnKey) -> tuple[AiSession, Turn] | None:
    return await repository.lock_turn(tx, key.account_id, key.session_id, key.turn_id)


def _is_ours(turn: Turn, run: str) -> bool:
    return turn.status == "running" and turn.markers.get("run") == run


async def last_event_id(tx: AsyncSession, turn: Turn) -> int:
    """The id of the newest stored event of a turn, 0 at first."""
    last = await tx.execute(
        text(
            "SELECT COALESCE(max(event_id), 0) FROM ai_session_turn_events WHERE account_id = :account AND turn_id = :turn"
        ),
        {"account": turn.account_id, "turn": turn.id},
    )
    return int(last.scalar_one())


async def end_turn(tx: AsyncSession, row: AiSession, turn: Turn, status: str) -> SseEvent:
    """Close a turn nobody writes any more in `tx`: status and closing event (its watchers read it after the commit)."""
    closing = closed(row, turn, status, await last_event_id(tx, turn) + 1)
    await store_events(tx, TurnKey(row.account_id, row.id, turn.id), [(int(closing.id), closing.event, closing.data)])
    return closing


def closed(row: AiSession, turn: Turn, status: str, event_id: int) -> SseEvent:
    """Set the end of a turn, and make its closing event."""
    turn.status = status
    turn.finished_at = now()
    kind, data = closing_data(turn_out(turn), row.state_version)
    return SseEvent(kind, data, str(event_id))


async def _fail(services: Services, key: TurnKey) -> None:
    """End a turn whose context could not even be built."""
    async with services.db.transaction(key.account_id) as tx:
        locked = await _locked(tx, key)
        if locked is None or locked[1].status not in {"queued", "running"}:
            return
        row, turn = locked
        turn.error_code, turn.error_text, turn.retryable = "turn_failed", FAILED, True
        await end_turn(tx, row, turn, "failed")
        await events.changed(tx, row, "turn", actor_id=None, turn_id=turn.id)
    services.bus.signal(channel(key.turn_id))


async def _answer(services: Services, key: TurnKey, run: str, writer: TurnWriter, taken: Taken) -> SseEvent:
    protector = Protector.of(services)
    reply = Reply()
    context, engine = taken.context, taken.engine
    model = engine.model
    writer.emit(
        "turn.started",
        {"turn_id": str(key.turn_id), "engine": engine.name, "model": model.model if model else None},
    )
    status, problem = "finished", None
    limit = asyncio.timeout(services.settings.turn_total_timeout)
    asked = engine
    try:
        async with limit:
            pace = services.settings.guide_chunk_delay
            try:
                behind = protector.curtain(key.account_id, taken.known)
                stopped = await consume(engine, context, writer, reply, curtain=behind, pace=pace)
            except EngineUnavailable as reason:
                # Nothing was said yet: the Guide answers instead, and the engineer is told why.
                reply.notice(writer, EngineNotice("engine_fallback", f"Answered by the Guide: {reason}."))
                engine = guide()
                behind = protector.curtain(key.account_id, taken.known)
                stopped = await consume(engine, context, writer, reply, curtain=behind, pace=pace)
        status = "stopped" if stopped else "finished"
    except EngineFailed as error:
        status, problem = "failed", (error.code, str(error))
    except Exception as error:
        if isinstance(error, TimeoutError) and limit.expired():
            status, problem = "failed", ("engine_timeout", TOO_LONG)
        else:
            # An engine is a plug-in: whatever it raises ends its own turn, with the trace in the log, and nothing else.
            log.exception("engine_failed", turn_id=str(key.turn_id), engine=engine.name)
            status, problem = "failed", ("engine_failed", FAILED)
    await writer.quiesce()
    usage = {
        "engine_ms": round((time.perf_counter() - reply.started) * 1000, 1),
        "first_delta_ms": reply.first_delta_ms,
        **asked.usage(),
    }
    # Nobody waits for these but the end of the turn: they are looked for when everything is said.
    suggested = engine.suggested_flows(context)
    return await _finish(services, key, run, writer, taken, engine, suggested, reply, status, problem, usage)


async def _finish(
    services: Services,
    key: TurnKey,
    run: str,
    writer: TurnWriter,
    taken: Taken,
    engine: PilotEngine,
    suggested: tuple[SuggestedFlow, ...],
    reply: Reply,
    status: str,
    problem: tuple[str, str] | None,
    usage: dict[str, Any],
) -> SseEvent:
    """Apply and close in one transaction. Raises `LostTurnError` when the turn is no longer this worker's."""
    async with services.db.transaction(key.account_id) as tx:
        locked = await _locked(tx, key)
        if locked is None or not _is_ours(locked[1], run):
            raise LostTurnError
        row, turn = locked
        # `store_end` writes the turn.
        tx.expunge(turn)
        waiting = writer.take()
        protector = Protector.of(services)
        raw = "".join(reply.raw).replace("\x00", "")
        safe = protector.text(row, raw)
        shown = protector.text(row, tidy_display("".join(reply.shown)))
        parts: set[events.Part] = {"messages", "turn"}
        counts: dict[str, int] = {}
        said: PilotMessage | None = None
        if problem is None:
            # A lane item may have been answered meanwhile: a fact rests on what stands there now.
            same = row.last_activity_at == taken.activity
            stored = taken.stored if same else await session_parts(tx, row, turn)
            with repository.counted_on_row(tx):
                applied = await apply.apply_reply(tx, services, row, turn, reply.markers, shown, stored)
            waiting += [(writer.next_id(), kind, data) for kind, data in applied.events]
            parts |= applied.parts
            counts = applied.counts
            turn.text_so_far = shown
            said = applied.reply
            turn.reply_message_id = said.id if said else None
            if engine.name == "llm" and not taken.context.history:
                await naming.name_later(tx, row, turn.user_id)
            turn.notices = [*turn.notices, *applied.notices]
        else:
            turn.error_code, turn.error_text = problem
            turn.retryable = True
            await _keep_partial(tx, services, row, turn, writer.text)
        turn.notices = [*turn.notices, *reply.notices]
        turn.markers = counts
        turn.usage = usage
        _signed(turn, engine)
        turn.first_delta_at = turn.first_delta_at or writer.first_at
        turn.suggested_flows = [{"slug": flow.slug, "name": flow.name} for flow in suggested]
        turn.state_version_after = row.state_version
        closing = closed(row, turn, status, writer.next_id())
        await tx.flush()
        expires = now() + timedelta(days=RAW_DAYS)
        last = (int(closing.id), closing.event, closing.data)
        if safe != raw:
            # What was streamed said a secret: later readers get the closing event, which holds the masked text.
            await forget_events(tx, key)
        told = [*waiting, last] if safe == raw else [last]
        await store_end(tx, row, turn, reply=said, events=told, raw=safe, expires=expires)
        await events.changed(tx, row, *sorted(parts), actor_id=None, turn_id=turn.id)
    for event_id, kind, data in waiting if safe == raw else ():
        writer.show(event_id, kind, data)
    return closing


async def _keep_partial(tx: AsyncSession, services: Services, row: AiSession, turn: Turn, said: str) -> None:
    """Keep the text of a turn that ends badly, without secrets: neither in its events."""
    turn.text_so_far = Protector.of(services).text(row, said)
    if turn.text_so_far != said:
        await forget_events(tx, TurnKey(row.account_id, row.id, turn.id))
    await apply.store_partial_reply(tx, row, turn)


def _signed(turn: Turn, engine: PilotEngine) -> None:
    """Write down who answered."""
    model = engine.model
    turn.engine = engine.name
    turn.provider, turn.model = (model.provider, model.model[:128]) if model else (None, None)


async def _give_back(services: Services, key: TurnKey, run: str, writer: TurnWriter) -> SseEvent | None:
    """The worker stops in the middle: nothing shown = the job runs again elsewhere; something shown = interrupted."""
    await writer.quiesce()
    async with services.db.transaction(key.account_id) as tx:
        locked = await _locked(tx, key)
        if locked is None or not _is_ours(locked[1], run):
            return None
        row, turn = locked
        await store_events(tx, key, writer.take())
        if turn.first_delta_at is None:
            turn.text_so_far = writer.text
            turn.status = "queued"
            return None
        turn.error_code, turn.error_text, turn.retryable = "interrupted", INTERRUPTED, True
        await _keep_partial(tx, services, row, turn, writer.text)
        closing = await end_turn(tx, row, turn, "interrupted")
        await events.changed(tx, row, "messages", "turn", actor_id=None, turn_id=turn.id)
        return closing
