"""The ledger of model calls: nothing is spent beyond the budget by more than one call, people are told once, sums are the rows'."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from resolutionflow.accounts.ai.sink import USED_UP, DatabaseSink
from resolutionflow.db.session import Database
from resolutionflow.jobs.housekeeping import sweep
from resolutionflow.kit.clock import now
from resolutionflow.kit.sse import Streams
from resolutionflow.llm.contract import (
    BudgetExhausted,
    Caller,
    CallIntent,
    CallOutcome,
    CallRecord,
    CallSink,
    DocsUse,
    ModelPrice,
    Reservation,
    Usage,
)
from resolutionflow.llm.ledger import month_of
from resolutionflow.realtime.hub import Hub
from resolutionflow.services import Services
from resolutionflow.settings import Settings
from tests.accounts.support import PATH, put
from tests.support.api import Api
from tests.support.database import SilentBus
from tests.support.world import World

pytestmark = pytest.mark.anyio
PRICE = ModelPrice(Decimal(3), Decimal(15), cache_read=Decimal("0.3"))


def intent(account_id: UUID, *, cost: str | None = "1", **more: Any) -> CallIntent:
    caller = Caller(account_id, more.pop("user_id", None))
    estimated = None if cost is None else Decimal(cost)
    return CallIntent(
        caller, more.pop("action", "chat"), "standard", "anthropic", "large-1", 100, 100, estimated, **more
    )


def record(
    asked: CallIntent, usage: Usage, *, price: ModelPrice | None = PRICE, outcome: CallOutcome = "ok"
) -> CallRecord:
    return CallRecord(
        asked.caller, asked.action, asked.provider, asked.model, asked.tier, usage, outcome,
        started_at=now(), total_ms=120.4, first_token_ms=30.2, cost=usage.cost(price), docs=DocsUse(available=True),
    )  # fmt: skip


async def call(sink: CallSink, asked: CallIntent, usage: Usage, **more: Any) -> None:
    room = await sink.reserve(asked)
    assert isinstance(room, Reservation)
    await sink.settle(room, record(asked, usage, **more))


async def rows(services: Services, query: str) -> list[Any]:
    async with services.db.system() as session:
        return list(await session.execute(text(query)))


async def test_twenty_calls_at_once_overshoot_by_one_at_most(
    own_db: Database, settings: Settings, world: World
) -> None:
    bus = SilentBus()
    services = Services(settings=settings, db=own_db, bus=bus, hub=Hub(own_db, bus), streams=Streams())
    async with own_db.transaction(world.a.id) as tx:
        await tx.execute(
            text("INSERT INTO ai_settings (account_id, monthly_budget_usd) VALUES (:a, 2.5)"), {"a": world.a.id}
        )
    sink = DatabaseSink(services, "own")
    asked = intent(world.a.id)
    answers = await asyncio.gather(*(sink.reserve(asked) for _ in range(20)))
    taken = [answer for answer in answers if isinstance(answer, Reservation)]
    assert len(taken) == 3
    assert {answer.text for answer in answers if isinstance(answer, BudgetExhausted)} == {USED_UP}
    # The calls were cheaper than feared: what they did not use is free again.
    cheap = record(asked, Usage(input=100_000))
    await asyncio.gather(*(sink.settle(room, cheap) for room in taken))
    assert isinstance(await sink.reserve(asked), Reservation)


async def test_a_call_without_a_budget_is_written_down_before_it_is_made(
    api: Api, services: Services, world: World
) -> None:
    asked = intent(world.a.id, cost="0.25", user_id=world.a.people["engineer"].id)
    room = await DatabaseSink(services, "own").reserve(asked)
    assert isinstance(room, Reservation)
    found = await rows(
        services,
        "SELECT id, account_id, user_id, source, model, outcome, reserved_usd, expires_at > now() AS open FROM ai_calls",
    )
    assert [tuple(row) for row in found] == [
        (room.id, world.a.id, world.a.people["engineer"].id, "own", "large-1", "running", Decimal("0.25"), True)
    ]
    # A budget set meanwhile counts what runs already.
    await put(api.as_user("admin"), monthly_budget_usd=0.2)
    assert isinstance(await DatabaseSink(services, "own").reserve(asked), BudgetExhausted)


async def test_a_call_without_a_price_is_counted_as_unpriced_never_as_free(
    api: Api, services: Services, world: World
) -> None:
    await put(api.as_user("admin"), monthly_budget_usd=1)
    sink = DatabaseSink(services, "own")
    asked = intent(world.a.id, cost=None)
    await call(sink, asked, Usage(input=10, output=5), price=None)
    await call(sink, asked, Usage(), price=None, outcome="unreachable")
    budget = (await api.as_user("engineer").get(PATH)).json()["budget"]
    assert (budget["spent_usd"], budget["unpriced_calls"], budget["state"]) == (0, 1, "ok")


async def test_a_reservation_of_a_dead_process_runs_out(api: Api, services: Services, world: World) -> None:
    await put(api.as_user("admin"), monthly_budget_usd=1)
    sink = DatabaseSink(services, "own")
    asked = intent(world.a.id)
    room = await sink.reserve(asked)
    assert isinstance(room, Reservation)
    assert isinstance(await sink.reserve(asked), BudgetExhausted)
    await rows(
        services, "UPDATE ai_calls SET expires_at = now() - interval '1 second' WHERE outcome = 'running' RETURNING 1"
    )
    assert isinstance(await sink.reserve(asked), Reservation)
    await sweep(services.db)
    assert sorted(row.outcome for row in await rows(services, "SELECT outcome FROM ai_calls")) == [
        "lost",
        "over_budget",
        "running",
    ]
    # It lived after all: what it used is written down.
    await sink.settle(room, record(asked, Usage(input=1_000_000)))
    total = (await api.as_user("admin").get(f"{PATH}/usage")).json()["total"]
    assert (total["cost_usd"], total["calls"], total["fallbacks"]) == (3, 2, 1)


async def test_settling_twice_counts_once(services: Services, world: World) -> None:
    sink = DatabaseSink(services, "own")
    asked = intent(world.a.id)
    room = await sink.reserve(asked)
    assert isinstance(room, Reservation)
    for used in (1_000_000, 2_000_000):
        await sink.settle(room, record(asked, Usage(input=used)))
    assert [row.cost_usd for row in await rows(services, "SELECT cost_usd FROM ai_calls")] == [3]


async def test_admins_are_told_once_a_month_that_it_runs_out_and_once_that_it_has(
    api: Api, services: Services, world: World
) -> None:
    await put(api.as_user("admin"), monthly_budget_usd=10)
    sink = DatabaseSink(services, "own")
    asked = intent(world.a.id)
    for used in (2_000_000, 800_000, 100_000):
        await call(sink, asked, Usage(input=used))
    assert (await api.as_user("admin").get(PATH)).json()["budget"]["state"] == "warning"
    await call(sink, asked, Usage(input=900_000))
    for _ in range(3):
        assert isinstance(await sink.reserve(asked), BudgetExhausted)
    told = await rows(
        services, "SELECT payload->>'state' AS state, audience FROM live_events WHERE kind = 'ai.budget' ORDER BY id"
    )
    assert [row.state for row in told] == ["warning", "exhausted"]
    assert all(row.audience["admins"] and not row.audience["everyone"] for row in told)
    budget = (await api.as_user("admin").get(PATH)).json()["budget"]
    assert (budget["state"], budget["left_usd"], budget["percent"]) == ("exhausted", 0, 114)
    # A page that was open before people were told saves all the same.
    assert (await put(api.as_user("admin"), monthly_budget_usd=50, version=1)).status_code == 200
    assert isinstance(await sink.reserve(asked), Reservation)


async def test_running_calls_alone_alarm_nobody(api: Api, services: Services, world: World) -> None:
    await put(api.as_user("admin"), monthly_budget_usd=1)
    sink = DatabaseSink(services, "own")
    assert isinstance(await sink.reserve(intent(world.a.id)), Reservation)
    assert isinstance(await sink.reserve(intent(world.a.id)), BudgetExhausted)
    assert await rows(services, "SELECT 1 FROM live_events WHERE kind = 'ai.budget'") == []


async def test_the_operators_limit_holds_for_their_model_only(services: Services, world: World) -> None:
    limited = replace(services, settings=services.settings.model_copy(update={"llm_monthly_budget_usd": Decimal(1)}))
    await call(DatabaseSink(limited, "own"), intent(world.a.id), Usage(input=1_000_000))
    platform = DatabaseSink(limited, "platform")
    await call(platform, intent(world.a.id), Usage(input=1_000_000))
    assert isinstance(await platform.reserve(intent(world.a.id)), BudgetExhausted)
    assert isinstance(await DatabaseSink(limited, "own").reserve(intent(world.a.id)), Reservation)
    assert isinstance(await platform.reserve(intent(world.b.id)), Reservation)


async def test_a_new_month_starts_at_nothing(api: Api, services: Services, world: World) -> None:
    await put(api.as_user("admin"), monthly_budget_usd=1)
    sink = DatabaseSink(services, "own")
    await call(sink, intent(world.a.id), Usage(input=1_000_000))
    assert isinstance(await sink.reserve(intent(world.a.id)), BudgetExhausted)
    before = now().replace(day=1) - timedelta(days=3)
    await move_to(services, before)
    assert isinstance(await sink.reserve(intent(world.a.id)), Reservation)
    old = (await api.as_user("admin").get(f"{PATH}/usage", params={"month": month_of(before)})).json()
    assert (old["total"]["cost_usd"], old["budget"]["spent_usd"]) == (3, 3)


async def move_to(services: Services, moment: datetime) -> None:
    async with services.db.system() as session:
        await session.execute(text("UPDATE ai_calls SET created_at = :at"), {"at": moment})


async def test_usage_is_refused_to_viewers_and_by_person_to_engineers(api: Api) -> None:
    assert (await api.as_user("viewer").get(f"{PATH}/usage")).status_code == 403
    answer = await api.as_user("engineer").get(f"{PATH}/usage", params={"group_by": "user"})
    assert (answer.status_code, answer.json()["code"]) == (403, "admin_required")
    for query in ({"month": "2026-13"}, {"month": "then"}, {"group_by": "mood"}):
        assert (await api.as_user("admin").get(f"{PATH}/usage", params=query)).status_code == 422


async def test_usage_is_the_sum_of_the_calls_however_it_is_grouped(api: Api, services: Services, world: World) -> None:
    sink = DatabaseSink(services, "own")
    kit = world.a["engineer"].id
    await call(sink, intent(world.a.id, user_id=kit), Usage(input=100, output=20, cache_read=300, cache_write=100))
    await call(sink, intent(world.a.id, action="title"), Usage(input=1_000_000, output=10))
    await call(sink, intent(world.a.id, user_id=kit), Usage(), outcome="key_refused")
    await call(DatabaseSink(services, "own"), intent(world.b.id), Usage(input=9))
    client = api.as_user("admin")
    total = None
    for group_by in ("day", "action", "model", "user", "session"):
        answer = (await client.get(f"{PATH}/usage", params={"group_by": group_by})).json()
        total = total or answer["total"]
        assert answer["total"] == total
        for name in ("calls", "input_tokens", "output_tokens", "unpriced_calls", "fallbacks"):
            assert sum(item[name] for item in answer["items"]) == total[name], (group_by, name)
        assert sum(item["cost_usd"] for item in answer["items"]) == pytest.approx(total["cost_usd"])
    assert total is not None
    assert (total["calls"], total["input_tokens"], total["output_tokens"], total["fallbacks"]) == (3, 1_000_500, 30, 1)
    assert total["cost_usd"] == pytest.approx(3.00114)
    people = (await client.get(f"{PATH}/usage", params={"group_by": "user"})).json()["items"]
    assert {item["label"]: item["calls"] for item in people} == {"Nobody: background work": 1, "Engineer A": 2}
    actions = (await client.get(f"{PATH}/usage", params={"group_by": "action"})).json()["items"]
    assert [(item["key"], item["cached_share"]) for item in actions] == [("title", 0), ("chat", 0.6)]


async def test_titles_of_sessions_are_for_those_who_may_read_them(api: Api, services: Services, world: World) -> None:
    owner = api.as_user("engineer")
    start = {
        "title": "Printer is on fire",
        "message": "Smoke",
        "client_turn_id": "00000000-0000-4000-8000-0000000000c1",
    }
    sid = UUID((await owner.post("/api/v1/ai-sessions", json=start)).json()["session"]["id"])
    sink = DatabaseSink(services, "own")
    asked = replace(intent(world.a.id), caller=Caller(world.a.id, world.a["engineer"].id, sid))
    await call(sink, asked, Usage(input=10))
    await call(sink, intent(world.a.id), Usage(input=10))

    async def labels(role: str) -> dict[str | None, str]:
        answer = await api.as_user(role).get(f"{PATH}/usage", params={"group_by": "session"})
        return {item["key"]: item["label"] for item in answer.json()["items"]}

    assert await labels("admin") == {str(sid): "Printer is on fire", None: "Outside of sessions"}
    assert await labels("engineer") == {str(sid): "Printer is on fire", None: "Outside of sessions"}
    hidden = await api.as_user("engineer2").get(f"{PATH}/usage", params={"group_by": "session"})
    assert str(sid) not in hidden.text
    assert {item["label"] for item in hidden.json()["items"]} == {"Outside of sessions", "Sessions of others"}
