"""Giving a session to somebody else, and what the one before still hears."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from resolutionflow.db.session import Database
from resolutionflow.realtime import Audience
from resolutionflow.realtime.hub import Subscription
from resolutionflow.services import Services
from tests.factories.sessions import make_session
from tests.support.api import Api
from tests.support.world import World

pytestmark = pytest.mark.anyio


def handler(sid: UUID) -> str:
    return f"/api/v1/ai-sessions/{sid}/handler"


async def events(db: Database, world: World) -> list[Any]:
    async with db.transaction(world.a.id) as tx:
        return list(await tx.execute(text("SELECT payload, audience FROM live_events ORDER BY id")))


async def test_refusals(api: Api, db: Database, world: World) -> None:
    sid = await make_session(db, world.a["engineer"])
    body = {"user_id": str(world.a["engineer2"].id)}
    for client, status, code in (
        (api.anonymous(), 401, "not_authenticated"),
        (api.as_user("viewer"), 403, "admin_required"),
        (api.as_user(), 403, "admin_required"),
        (api.as_user("owner", "b"), 404, "not_found"),
    ):
        answer = await client.put(handler(sid), json=body)
        assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert (await api.as_user("admin").put(handler(sid), json={})).status_code == 422
    async with db.transaction(world.a.id) as tx:
        await tx.execute(text("UPDATE users SET is_active = false WHERE id = :id"), {"id": world.a["engineer2"].id})
    for person in (world.a["viewer"].id, world.b["engineer"].id, uuid4(), world.a["engineer2"].id):
        answer = await api.as_user("admin").put(handler(sid), json={"user_id": str(person)})
        assert (answer.status_code, answer.json()["code"]) == (400, "invalid_user")
    transit = await make_session(db, world.a["engineer"], status="requesting_escalation")
    answer = await api.as_user("admin").put(handler(transit), json={"user_id": str(world.a["admin"].id)})
    assert (answer.status_code, answer.json()["code"]) == (409, "handoff_live")


async def test_an_admin_takes_a_session_and_gives_it_on(api: Api, db: Database, world: World) -> None:
    sid = await make_session(db, world.a["engineer"])
    first, admin = world.a["engineer2"], world.a["admin"]
    assert (await api.as_user("engineer2").get(f"/api/v1/ai-sessions/{sid}")).status_code == 404
    given = await api.as_user("admin").put(handler(sid), json={"user_id": str(first.id)})
    assert (given.status_code, given.json()["handler"]["name"], given.json()["state_version"]) == (
        200,
        "Engineer2 A",
        0,
    )
    again = await api.as_user("admin").put(handler(sid), json={"user_id": str(first.id)})
    assert again.json()["message_count"] == 1
    assert (await api.as_user("engineer2").post(f"/api/v1/ai-sessions/{sid}/pause")).status_code == 200
    taken = (await api.as_user("admin").put(handler(sid), json={"user_id": str(admin.id)})).json()
    assert (taken["handler"]["name"], taken["permissions"]["can_write"]) == ("Admin A", True)
    assert (await api.as_user("engineer2").get(f"/api/v1/ai-sessions/{sid}")).status_code == 404
    back = (await api.as_user("admin").put(handler(sid), json={"user_id": str(world.a["engineer"].id)})).json()
    assert back["handler"] is None
    said = (await api.as_user().get(f"/api/v1/ai-sessions/{sid}/messages")).json()["items"]
    assert [one["content"] for one in said if one["kind"] == "handler_changed"] == [
        "Admin A gave the session to Engineer2 A.",
        "Admin A took the session over.",
        "Admin A gave the session to Engineer A.",
    ]


async def test_the_former_handler_gets_one_last_event(api: Api, db: Database, world: World) -> None:
    sid = await make_session(db, world.a["engineer"], handler_id=world.a["engineer2"].id)
    await api.as_user("admin").put(handler(sid), json={"user_id": str(world.a["admin"].id)})
    await api.as_user().post(f"/api/v1/ai-sessions/{sid}/facts", json={"text": "After"})
    former = world.a["engineer2"]
    heard = [
        row.payload for row in await events(db, world) if Audience.from_json(row.audience).admits(former.id, "engineer")
    ]
    assert [(one["parts"], one["status"], one["session_id"]) for one in heard] == [([], None, str(sid))]


async def test_whoever_still_reads_hears_no_farewell(api: Api, db: Database, world: World) -> None:
    sid = await make_session(db, world.a["engineer"], handler_id=world.a["owner"].id)
    await api.as_user("admin").put(handler(sid), json={"user_id": str(world.a["admin"].id)})
    assert [row.payload["status"] for row in await events(db, world)] == ["active"]


async def test_switching_team_reading_ends_open_streams_and_acts_on_the_next_request(
    api: Api, services: Services, db: Database, world: World
) -> None:
    sid = await make_session(db, world.a["engineer"])
    viewer = world.a["viewer"]
    other = world.b["viewer"]
    streams = [Subscription(one.account_id, one.id, one.role) for one in (viewer, other)]
    ends = [services.hub.subscribe(one) for one in streams]
    client = api.as_user("admin")
    for value, status in ((True, 200), (False, 404)):
        streams[0].closed = ""
        answer = await client.patch(
            "/api/v1/accounts/me/preferences", json={"preferences": {"team_can_view_sessions": value}}
        )
        assert answer.status_code == 200
        assert [one.closed for one in streams] == ["access_changed", ""]
        assert (await api.as_user("viewer").get(f"/api/v1/ai-sessions/{sid}")).status_code == status
    streams[0].closed = ""
    await client.patch("/api/v1/accounts/me/preferences", json={"preferences": {"share_links_enabled": False}})
    assert streams[0].closed == ""
    for end in ends:
        end()
