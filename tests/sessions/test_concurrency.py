"""What must hold when several people and replies write one session at once."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from resolutionflow.db.session import Database
from resolutionflow.errors import AppError
from resolutionflow.pilot.markers import SuggestFix
from resolutionflow.services import Services
from resolutionflow.sessions import repository, status
from resolutionflow.sessions.fixes import service as fixes
from resolutionflow.sessions.fixes.schemas import Decision, Outcome
from resolutionflow.sessions.lane import service as lane
from resolutionflow.sessions.lane.schemas import Answer
from resolutionflow.sessions.protect import Protector
from resolutionflow.sessions.scene import Scene
from tests.factories.sessions import make_fix, make_item, make_session
from tests.support.world import World

pytestmark = pytest.mark.anyio


class Stage:
    """One session and the engineer who works it, each act in a transaction of its own."""

    def __init__(self, db: Database, services: Services, world: World, sid: UUID) -> None:
        self.db, self.services, self.owner, self.sid = db, services, world.a["engineer"], sid

    async def act(self, what: Any, *args: Any) -> str:
        try:
            async with self.db.transaction(self.owner.account_id) as tx:
                await what(Scene(tx, self.owner.subject, self.services), self.sid, *args)
        except AppError as refusal:
            return refusal.code
        return "ok"

    async def suggest(self, number: int) -> str:
        async with self.db.transaction(self.owner.account_id) as tx:
            row = await repository.find(tx, self.owner.account_id, self.sid, lock=True)
            assert row is not None
            marker = SuggestFix(f"Fix {number}", "Do it", 70)
            await fixes.suggest(tx, row, marker, protector=Protector.of(self.services), turn_id=None)
        return "ok"

    async def value(self, sql: str) -> Any:
        async with self.db.transaction(self.owner.account_id) as tx:
            return (await tx.execute(text(sql), {"sid": self.sid})).scalar_one()


async def test_never_two_active_fixes(own_db: Database, services: Services, world: World) -> None:
    owner = world.a["engineer"]
    sid = await make_session(own_db, owner)
    from resolutionflow.kit.clock import now

    old = [await make_fix(own_db, owner, sid, f"Old {n}", superseded_at=now()) for n in range(4)]
    current = await make_fix(own_db, owner, sid, "Current")
    stage = Stage(own_db, services, world, sid)
    acts = [stage.suggest(n) for n in range(6)]
    acts += [stage.act(fixes.restore, fid) for fid in old for _ in range(2)]
    acts += [stage.act(fixes.decide, fid, Decision(decision="dismissed")) for fid in (current, *old)]
    acts += [stage.act(fixes.outcome, current, Outcome(outcome="applied_success"))]
    results = await asyncio.gather(*acts)
    assert set(results) <= {"ok", "fix_is_active", "fix_superseded", "fix_terminal", "fix_succeeded"}
    assert (
        await stage.value(
            "SELECT count(*) FROM session_suggested_fixes WHERE session_id = :sid AND superseded_at IS NULL"
        )
        <= 1
    )
    done = results.count("ok")
    assert await stage.value("SELECT state_version FROM ai_sessions WHERE id = :sid") == done
    assert await stage.value("SELECT count(*) FROM ai_session_messages WHERE session_id = :sid") == await stage.value(
        "SELECT max(seq) FROM ai_session_messages WHERE session_id = :sid"
    )


async def test_one_decision_counts_when_two_people_press_at_once(
    own_db: Database, services: Services, world: World
) -> None:
    sid = await make_session(own_db, world.a["engineer"])
    fid = await make_fix(own_db, world.a["engineer"], sid)
    stage = Stage(own_db, services, world, sid)
    results = await asyncio.gather(
        stage.act(fixes.outcome, fid, Outcome(outcome="applied_success")),
        stage.act(fixes.outcome, fid, Outcome(outcome="applied_failed")),
    )
    assert sorted(results) == ["fix_terminal", "ok"]


async def test_parallel_status_changes_leave_one_message_each(
    own_db: Database, services: Services, world: World
) -> None:
    sid = await make_session(own_db, world.a["engineer"])
    stage = Stage(own_db, services, world, sid)
    assert await asyncio.gather(*(stage.act(status.pause) for _ in range(8))) == ["ok"] * 8
    assert await stage.value("SELECT count(*) FROM ai_session_messages WHERE session_id = :sid") == 1


async def test_parallel_answers_do_not_lose_each_other(own_db: Database, services: Services, world: World) -> None:
    owner = world.a["engineer"]
    sid = await make_session(own_db, owner)
    items = [await make_item(own_db, owner, sid, text=f"Question {n}") for n in range(10)]
    stage = Stage(own_db, services, world, sid)
    results = await asyncio.gather(*(stage.act(lane.answer, item, Answer(answer="yes")) for item in items))
    assert results == ["ok"] * 10
    assert (
        await stage.value("SELECT count(*) FROM session_lane_items WHERE session_id = :sid AND state = 'answered'")
        == 10
    )
