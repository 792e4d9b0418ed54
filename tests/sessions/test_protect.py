"""A secret is nowhere: not in answers, not in any table; only the reply to the request that sent a script returns it."""

from __future__ import annotations

from uuid import UUID

import pytest
from sqlalchemy import text

from resolutionflow.db.session import Database
from tests.factories.sessions import make_fix, make_item, make_session
from tests.support.api import Api
from tests.support.world import World

pytestmark = pytest.mark.anyio

SECRET = "Kx9-invented-Pw!77"


async def everything(db: Database, world: World) -> str:
    tables = (
        "ai_sessions", "ai_session_messages", "ai_session_turns", "session_lane_items", "session_facts", "session_suggested_fixes",
        "session_fix_events", "session_document_drafts", "session_documents",
    )  # fmt: skip
    async with db.transaction(world.a.id) as tx:
        found = [
            (await tx.execute(text(f"SELECT string_agg(t::text, ' ') FROM {table} t"))).scalar_one() or ""
            for table in tables
        ]
        found += list(
            (await tx.execute(text("SELECT coalesce(convert_from(body, 'UTF8'), '') FROM idempotency_keys"))).scalars()
        )
    return "\n".join(found)


@pytest.fixture
async def sid(db: Database, world: World) -> UUID:
    return await make_session(db, world.a["engineer"])


async def test_secrets_are_masked_with_one_number_per_secret(api: Api, db: Database, world: World, sid: UUID) -> None:
    owner = world.a["engineer"]
    client = api.as_user()
    url = f"/api/v1/ai-sessions/{sid}"
    fix = await make_fix(db, owner, sid)
    check = await make_item(db, owner, sid, "check", "Show the task", command="schtasks /query", shell="cmd")
    fact = (await client.post(f"{url}/facts", json={"text": f"The task used password={SECRET} since May."})).json()
    assert SECRET not in fact["text"]
    assert "«secret:1»" in fact["text"]
    output = (await client.post(f"{url}/lane/{check}/output", json={"output": f"User svc\npassword={SECRET}\n"})).json()
    assert "«secret:1»" in output["item"]["output"]
    script = f'$p = ConvertTo-SecureString "{SECRET}" -AsPlainText -Force\n'
    decided = (
        await client.post(
            f"{url}/suggested-fixes/{fix}/decision", json={"decision": "one_off", "edited_script": script}
        )
    ).json()
    assert decided["rendered_script"] == script
    assert SECRET not in decided["fix"]["edited_script"]
    again = (await client.post(f"{url}/suggested-fixes/{fix}/decision", json={"decision": "one_off"})).json()
    assert "«secret:1»" in again["rendered_script"]
    draft = await client.put(
        f"{url}/document-drafts/resolution_note",
        json={"markdown": f"Set password={SECRET} again.", "base_state_version": 1, "version": 0},
    )
    assert SECRET not in draft.text
    assert SECRET not in await everything(db, world)
