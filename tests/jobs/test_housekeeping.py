"""What has outlived its time goes by itself, and a late reader of a turn still learns how it ended."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import uuid4

import httpx2
import pytest
from sqlalchemy import text
from tests.factories.sessions import make_session
from tests.support.live import Live, read_events

from resolutionflow.settings import Settings

pytestmark = pytest.mark.anyio


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"housekeeping_seconds": 0.1})


async def counted(live: Live, table: str) -> int:
    async with live.services.db.transaction(live.world.a.id) as tx:
        return int((await tx.execute(text(f"SELECT count(*) FROM {table}"))).scalar_one())


async def ask(client: httpx2.AsyncClient, sid: Any) -> dict[str, Any]:
    body = {"message": "Outlook keeps asking for a password", "client_turn_id": str(uuid4())}
    answer = await client.post(f"/api/v1/ai-sessions/{sid}/chat", json=body, headers={"accept": "application/json"})
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_events_and_raw_output_of_a_turn_go_when_their_time_is_over(live: Live) -> None:
    sid = await make_session(live.services.db, live.world.a["engineer"])
    async with live.client() as client:
        first = await ask(client, sid)
        kept = await counted(live, "ai_session_turn_events")
        assert kept > 0 and await counted(live, "ai_session_turn_raw") == 1
        async with live.services.db.system() as tx:
            await tx.execute(text("UPDATE ai_session_turn_events SET created_at = now() - interval '61 minutes'"))
            await tx.execute(text("UPDATE ai_session_turn_raw SET expires_at = now() - interval '1 second'"))
        second = await ask(client, sid)
        async with asyncio.timeout(15):
            while await counted(live, "ai_session_turn_raw") != 1:
                await asyncio.sleep(0.05)
        async with live.services.db.transaction(live.world.a.id) as tx:
            turns = {
                str(one) for one in (await tx.execute(text("SELECT turn_id FROM ai_session_turn_events"))).scalars()
            }
        assert turns == {second["id"]}
        url = f"/api/v1/ai-sessions/{sid}/turns/{first['id']}/events"
        async with client.stream("GET", url) as response:
            told = [event async for event in read_events(response)]
        assert [event.kind for event in told] == ["turn.finished"]
        assert told[0].data["turn"]["id"] == first["id"]
        again = (await client.get(f"/api/v1/ai-sessions/{sid}/messages")).json()["items"]
        assert [one["role"] for one in again] == ["engineer", "pilot", "engineer", "pilot"]
