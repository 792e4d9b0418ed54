"""`session.changed`: one per transaction, ids and versions only, to readers only."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from resolutionflow.db.session import Database
from resolutionflow.realtime import Audience
from tests.factories.sessions import make_fix, make_item, make_session
from tests.support.api import Api
from tests.support.world import World

pytestmark = pytest.mark.anyio

KEYS = {"session_id", "state_version", "status", "parts", "actor_user_id", "last_activity_at"}


async def events(db: Database, world: World) -> list[Any]:
    async with db.transaction(world.a.id) as tx:
        return list(await tx.execute(text("SELECT kind, payload, audience FROM live_events ORDER BY id")))


@pytest.fixture
async def sid(db: Database, world: World) -> UUID:
    return await make_session(db, world.a["engineer"])


async def test_each_write_sends_one_event_without_content(api: Api, db: Database, world: World, sid: UUID) -> None:
    owner = world.a["engineer"]
    item = await make_item(db, owner, sid)
    fix = await make_fix(db, owner, sid)
    url = f"/api/v1/ai-sessions/{sid}"
    client = api.as_user()
    await client.post(f"{url}/facts", json={"text": "Canary words"})
    await client.post(f"{url}/lane/{item}/answer", json={"answer": "Canary words"})
    await client.post(f"{url}/suggested-fixes/{fix}/decision", json={"decision": "one_off"})
    await client.post(f"{url}/pause")
    await client.post(f"{url}/pause")
    assert (await client.post(f"{url}/facts", json={"text": "canary words"})).status_code == 409
    found = await events(db, world)
    assert [row.kind for row in found] == ["session.changed"] * 4
    assert [set(row.payload["parts"]) for row in found] == [
        {"facts"},
        {"lane"},
        {"fix", "messages"},
        {"session", "messages"},
    ]
    assert all(set(row.payload) == KEYS for row in found)
    assert [row.payload["state_version"] for row in found] == [1, 1, 2, 2]
    assert "anary" not in str([row.payload for row in found])


async def test_the_audience_are_those_who_may_read(api: Api, db: Database, world: World, sid: UUID) -> None:
    await api.as_user().post(f"/api/v1/ai-sessions/{sid}/facts", json={"text": "One"})
    async with db.transaction(world.a.id) as tx:
        await tx.execute(text("UPDATE ai_sessions SET status = 'escalated' WHERE id = :id"), {"id": sid})
    await api.as_user().post(f"/api/v1/ai-sessions/{sid}/facts", json={"text": "Two"})
    private, transit = (Audience.from_json(row.audience) for row in await events(db, world))
    seen = {name: private.admits(person.id, person.role) for name, person in world.a.people.items()}
    assert seen == {"owner": True, "admin": True, "engineer": True, "viewer": False, "engineer2": False}
    assert transit.admits(world.a["viewer"].id, "viewer")
