"""The demo workspace over HTTP: who may be tried, and the way back to the first state while it is in use."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import httpx2
import pytest

from resolutionflow.db.session import DatabaseUrls
from resolutionflow.demo import others
from resolutionflow.demo.connectwise import SimServer
from resolutionflow.demo.seed import seed_demo, start_others
from resolutionflow.settings import Settings
from tests.pilot.conftest import ScriptedEngine, engine
from tests.support.live import Live, read_events, running
from tests.support.world import WORLD

pytestmark = pytest.mark.anyio

__all__ = ["engine"]
OWNER, KIT = "maren.holt@kestrelford.example", "kit.tarrow@kestrelford.example"
RESET = "/api/v1/demo/reset"
TICKET = 48285


@pytest.fixture
async def demo(own_urls: DatabaseUrls, settings: Settings) -> AsyncIterator[Live]:
    """The product with its simulator, before the workspace is made."""
    with SimServer() as sim:
        changes = {"demo": True, "demo_simulator_url": sim.url}
        async with running(own_urls, settings.model_copy(update=changes), WORLD) as live:
            yield live


@contextlib.asynccontextmanager
async def signed_in(demo: Live, email: str) -> AsyncIterator[httpx2.AsyncClient]:
    async with httpx2.AsyncClient(base_url=demo.url, timeout=20, trust_env=False) as client:
        shown = (await client.get("/api/v1/auth/demo")).json()
        body = {"email": email, "password": shown["password"], "transport": "token"}
        tokens = (await client.post("/api/v1/auth/login", json=body)).json()
        client.headers["authorization"] = f"Bearer {tokens['access_token']}"
        yield client


async def in_simulator(demo: Live, method: str, path: str, body: Any = None) -> Any:
    async with httpx2.AsyncClient(base_url=demo.services.settings.demo_simulator_url, trust_env=False) as control:
        return (await control.request(method, f"/__sim{path}", json=body)).json()


async def ticket_status(demo: Live) -> str:
    return (await in_simulator(demo, "GET", f"/state?ticket_id={TICKET}"))["ticket"]["status"]["name"]


async def test_six_people_may_be_tried_with_what_they_are_good_for(demo: Live) -> None:
    async with httpx2.AsyncClient(base_url=demo.url, trust_env=False) as anonymous:
        assert (await anonymous.get("/api/v1/auth/demo")).json()["code"] == "not_found"
        assert await seed_demo(demo.services) is True
        assert await seed_demo(demo.services) is False
        shown = (await anonymous.get("/api/v1/auth/demo")).json()
    assert next(user["email"] for user in shown["users"]) == shown["email"] == KIT
    assert sorted(user["role"] for user in shown["users"]) == [
        "admin", "engineer", "engineer", "engineer", "owner", "viewer",
    ]  # fmt: skip
    for user in shown["users"]:
        assert set(user) == {"email", "name", "role", "job", "good_for"}
        assert user["job"] and user["good_for"]
        async with signed_in(demo, user["email"]) as client:
            me = (await client.get("/api/v1/auth/me")).json()
            assert (me["user"]["name"], me["user"]["role"]) == (user["name"], user["role"])


async def test_reset_is_for_the_owner_of_the_demo_alone(demo: Live) -> None:
    await seed_demo(demo.services)
    async with (
        httpx2.AsyncClient(base_url=demo.url, trust_env=False) as anonymous,
        signed_in(demo, "tobin.marsh@kestrelford.example") as admin,
        demo.client("owner") as real,
    ):
        assert (await anonymous.post(RESET)).status_code == 401
        refused = await admin.post(RESET)
        assert (refused.status_code, refused.json()["code"]) == (403, "owner_required")
        kept = (await real.post("/api/v1/ai-sessions", json={"title": "Real work"})).json()["session"]["id"]
        elsewhere = await real.post(RESET)
        assert (elsewhere.status_code, elsewhere.json()["code"]) == (404, "not_found")
        async with signed_in(demo, OWNER) as owner:
            assert (await owner.post(RESET)).status_code == 204
        assert (await real.get(f"/api/v1/ai-sessions/{kept}")).json()["title"] == "Real work"


async def test_reset_in_the_middle_of_work(demo: Live, engine: ScriptedEngine) -> None:
    await seed_demo(demo.services)
    first_status = await ticket_status(demo)
    engine.chunks = ["Looking. ", None, "Done."]
    async with signed_in(demo, OWNER) as owner, signed_in(demo, KIT) as kit:
        preferences = {"preferences": {"team_can_view_sessions": True}}
        assert (await owner.patch("/api/v1/accounts/me/preferences", json=preferences)).status_code == 200
        body = {"ticket_id": str(TICKET), "message": "Locked out again", "client_turn_id": str(uuid4())}
        started = (await kit.post("/api/v1/ai-sessions", json=body)).json()
        session = f"/api/v1/ai-sessions/{started['session']['id']}"
        await in_simulator(demo, "POST", "/person", {
            "action": "status", "ticket_id": TICKET, "status": "In progress", "member": "tmarsh",
        })  # fmt: skip
        assert await ticket_status(demo) != first_status

        async with asyncio.timeout(20), kit.stream("GET", "/api/v1/events/stream") as stream:
            seen = read_events(stream)
            assert (await anext(seen)).kind == "ready"
            async with kit.stream("GET", f"{session}/turns/{started['turn_id']}/events") as turn:
                async for event in read_events(turn):
                    if event.kind == "delta":
                        break
            # Two presses at once do it twice, one after the other.
            answers = await asyncio.gather(owner.post(RESET), owner.post(RESET))
            assert [answer.status_code for answer in answers] == [204, 204]
            async for event in seen:
                if event.kind == "workspace.reset":
                    break
        engine.go.set()

        # Everybody is still signed in, and what was done is gone: here, in the settings, in the PSA.
        assert (await owner.get("/api/v1/auth/me")).status_code == 200
        assert (await kit.get(session)).json()["code"] == "not_found"
        assert (await owner.get("/api/v1/ai-sessions?scope=all")).json()["items"] == []
        assert (await owner.get("/api/v1/accounts/me/preferences")).json()["preferences"] == {}
        assert await ticket_status(demo) == first_status
        # The PSA is connected anew, and work goes on.
        engine.chunks = ["Looking again."]
        again = (await kit.post("/api/v1/ai-sessions", json={**body, "client_turn_id": str(uuid4())})).json()
        session = f"/api/v1/ai-sessions/{again['session']['id']}"
        async with asyncio.timeout(20), kit.stream("GET", f"{session}/turns/{again['turn_id']}/events") as turn:
            kinds = [event.kind async for event in read_events(turn)]
        assert kinds[-1] == "turn.finished"


async def test_another_simulated_psa_is_one_press_away_and_there_after_a_restart(demo: Live) -> None:
    await seed_demo(demo.services)
    async with signed_in(demo, KIT) as engineer:
        refused = await engineer.post("/api/v1/demo/psa", json={"provider": "halopsa"})
        assert (refused.status_code, refused.json()["code"]) == (403, "admin_required")
    psa = "/api/v1/integrations/psa"
    try:
        async with signed_in(demo, OWNER) as owner:
            for provider, ref in (("halopsa", "HALO #"), ("autotask", "AT T")):
                answer = await owner.post("/api/v1/demo/psa", json={"provider": provider})
                assert answer.status_code == 204, answer.text
                assert (await owner.get(f"{psa}/status")).json()["provider"] == provider
                tickets = (await owner.get(f"{psa}/tickets")).json()
                assert tickets["items"][0]["ref"].startswith(ref), tickets
                mapped = (await owner.get(f"{psa}/member-mappings")).json()["items"]
                assert len([row for row in mapped if row["member"]]) == 6
            await others.stop()
            await start_others(demo.services)
            again = await owner.post("/api/v1/demo/psa", json={"provider": "halopsa"})
            assert again.status_code == 204, again.text
            assert (await owner.get(f"{psa}/tickets")).json()["items"]
            shown = (await owner.get(f"{psa}/connections")).json()["items"]
            assert [row["provider"] for row in shown if row["is_active"]] == ["halopsa"]
            assert len(shown) == 3
    finally:
        await others.stop()
