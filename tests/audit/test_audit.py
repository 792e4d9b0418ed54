"""The audit log: one row in the act's own transaction, chained, and closed to the application."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from tests.support.api import Api
from tests.support.world import WORLD, World

from resolutionflow.audit.service import Act, record, verify
from resolutionflow.db.session import Database, DatabaseUrls
from resolutionflow.settings import Settings

pytestmark = pytest.mark.anyio
A, B = WORLD.a, WORLD.b


@pytest.fixture
async def own(own_urls: DatabaseUrls):
    db = Database(own_urls, pool_size=8)
    yield db
    await db.close()


async def act(db: Database, settings: Settings, name: str, **details: object) -> None:
    async with db.transaction(A.id) as session:
        record(session, settings, A["admin"].subject, Act(name, "thing", details=dict(details)))


async def test_nothing_is_recorded_when_the_act_is_undone(own: Database, settings: Settings) -> None:
    with pytest.raises(ZeroDivisionError):
        async with own.transaction(A.id) as session:
            record(session, settings, A["admin"].subject, Act("x.failed", "thing"))
            raise ZeroDivisionError
    await act(own, settings, "x.done")
    async with own.transaction(A.id) as session:
        assert (await session.execute(text("SELECT seq, action FROM audit_events"))).all() == [(1, "x.done")]


async def test_fifty_writers_leave_no_gap_and_a_changed_row_is_found(own: Database, settings: Settings) -> None:
    await asyncio.gather(*(act(own, settings, "x.done", n=n) for n in range(50)))
    async with own.transaction(A.id) as session:
        assert (await verify(session, settings, A.id)).first_bad_seq is None
        seqs = list((await session.execute(text("SELECT seq FROM audit_events ORDER BY seq"))).scalars())
        assert seqs == list(range(1, 51))
    for change in (
        "UPDATE audit_events SET details = '{\"n\": 99}' WHERE seq = 20",
        "DELETE FROM audit_events WHERE seq = 50",
    ):
        async with own.transaction(A.id) as session:
            with pytest.raises(DBAPIError, match="permission denied"):
                await session.execute(text(change))
            await session.rollback()
    async with own.system() as session:
        await session.execute(text("DELETE FROM audit_events WHERE seq = 50"))
    async with own.transaction(A.id) as session:
        assert (await verify(session, settings, A.id)).first_bad_seq == 50
    async with own.system() as session:
        await session.execute(text("UPDATE audit_events SET details = '{\"n\": 99}' WHERE seq = 20"))
    async with own.transaction(A.id) as session:
        assert (await verify(session, settings, A.id)).first_bad_seq == 20


async def test_the_list_pages_filters_and_verifies(api: Api, world: World) -> None:
    admin = api.as_user("admin")
    for _ in range(3):
        current = (await admin.get("/api/v1/accounts/me/ai")).json()
        change = {"version": current["version"], "mode": "guide", "warn_percent": 60 + current["version"]}
        names = ("provider", "base_url", "model_fast", "model_standard", "ms_learn_enabled", "images_enabled", "prices")
        kept = {"monthly_budget_usd": None, **{name: current[name] for name in names}}
        saved = await admin.put("/api/v1/accounts/me/ai", json={**kept, **change})
        assert saved.status_code == 200, saved.text
    url = "/api/v1/accounts/me/audit"
    first = (await admin.get(f"{url}?limit=2&action=ai.settings_changed")).json()
    rest = (await admin.get(f"{url}?limit=2&action=ai.settings_changed&cursor={first['next_cursor']}")).json()
    seqs = [item["seq"] for item in first["items"] + rest["items"]]
    assert seqs == sorted(seqs, reverse=True)
    assert len(seqs) == 3
    assert rest["next_cursor"] is None
    assert first["items"][0]["request_id"]
    assert first["items"][0]["details"]["warn_percent"] == [61, 62]
    assert (await admin.get(f"{url}?action=other&cursor={first['next_cursor']}")).json()["code"] == "invalid_cursor"
    assert (await admin.get(f"{url}?actor={world.b['admin'].id}")).json()["items"] == []
    assert (await admin.get(f"{url}/verify")).json() == {"ok": True, "rows": 3, "first_bad_seq": None}
    assert (await api.as_user("engineer").get(f"{url}/verify")).json()["code"] == "admin_required"
