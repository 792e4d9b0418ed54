"""Calls from the PSA: refusals first, then what a proven one does, once."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
from dataclasses import replace
from typing import Any
from uuid import uuid4

import httpx2
import orjson
import pytest
from sqlalchemy import text

from resolutionflow.db.session import DatabaseUrls
from resolutionflow.psa import webhooks
from resolutionflow.psa.connections import create_connection
from resolutionflow.psa.repository import Connection
from resolutionflow.services import Services
from resolutionflow.settings import Settings
from tests.psa.support import Sim
from tests.psa.test_tickets_api import P
from tests.support.api import Api
from tests.support.live import read_events, running
from tests.support.world import World

pytestmark = pytest.mark.anyio


async def test_who_may_have_the_psa_call(api: Api, connection: Connection, sim: Sim) -> None:
    path = f"{P}/connections/{connection.id}/webhook"
    for method in ("PUT", "DELETE"):
        assert (await api.anonymous().request(method, path)).status_code == 401
        refused = await api.as_user().request(method, path)
        assert (refused.status_code, refused.json()["code"]) == (403, "admin_required")
        stranger = await api.as_user("admin", "b").request(method, path)
        assert (stranger.status_code, stranger.json()["code"]) == (404, "not_found")
    assert sim.requests("POST", "/system/callbacks") == []


async def registered(api: Api, connection: Connection, sim: Sim) -> str:
    """The path the PSA was given, after an admin asked for calls."""
    sim.forget_requests()
    answer = await api.as_user("admin").put(f"{P}/connections/{connection.id}/webhook")
    assert answer.status_code == 204, answer.text
    url = sim.requests("POST", "/system/callbacks")[0]["body"]["url"]
    return str(httpx2.URL(url).path)


async def delivery(sim: Sim) -> tuple[bytes, dict[str, str]]:
    """What the PSA sends about a reply on a ticket, signed by itself."""
    sim.person("reply", "48251", text="It happened again.")
    sent = sim.deliveries()[-1]
    body = str(sent["body"]).encode()
    async with httpx2.AsyncClient(trust_env=False) as http:
        key = (await http.get(orjson.loads(body)["Metadata"]["key_url"])).json()["signing_key"]
    digest = hmac.new(hashlib.sha256(key.encode()).digest(), body, hashlib.sha256).digest()
    return body, {"x-content-signature": base64.b64encode(digest).decode()}


async def told(services: Services) -> list[Any]:
    async with services.db.system() as session:
        rows = await session.execute(text("SELECT payload FROM live_events WHERE kind = 'ticket.changed'"))
        return [row.payload for row in rows]


async def test_only_a_signed_call_with_its_token_is_believed_and_only_once(
    api: Api, services: Services, connection: Connection, sim: Sim
) -> None:
    path = await registered(api, connection, sim)
    body, headers = await delivery(sim)
    psa = api.anonymous()
    wrong_token = path[:-4] + ("aaaa" if not path.endswith("aaaa") else "bbbb")
    for other in (wrong_token, f"{P}/hooks/{uuid4()}/{path.rsplit('/', 1)[1]}"):
        refused = await psa.post(other, content=body, headers=headers)
        assert (refused.status_code, refused.json()["code"]) == (404, "not_found")
    for forged in ({}, {"x-content-signature": "AAAA"}):
        refused = await psa.post(path, content=body, headers=forged)
        assert (refused.status_code, refused.json()["code"]) == (401, "hook_not_proven")
    changed = await psa.post(path, content=body.replace(b"48251", b"48252"), headers=headers)
    assert changed.status_code == 401
    big = await psa.post(path, content=b"x" * (webhooks.MOST_BYTES + 1), headers=headers)
    assert (big.status_code, big.json()["code"]) == (413, "hook_too_large")
    assert await told(services) == []
    for _ in range(3):
        assert (await psa.post(path, content=body, headers=headers)).status_code == 200
    assert await told(services) == [{"connection_id": str(connection.id), "ticket_id": "48251"}]


async def test_a_registration_that_was_given_up_takes_no_more_calls(
    api: Api, services: Services, connection: Connection, sim: Sim
) -> None:
    first = await registered(api, connection, sim)
    body, headers = await delivery(sim)
    second = await registered(api, connection, sim)
    assert (await api.anonymous().post(first, content=body, headers=headers)).status_code == 404
    assert len(sim.requests("DELETE", "/system/callbacks")) == 1
    gone = await api.as_user("admin").delete(f"{P}/connections/{connection.id}/webhook")
    assert gone.status_code == 204
    assert (await api.anonymous().post(second, content=body, headers=headers)).status_code == 404
    again = await api.as_user("admin").delete(f"{P}/connections/{connection.id}/webhook")
    assert again.status_code == 204
    assert await told(services) == []


async def webhook(api: Api) -> dict[str, Any]:
    items = (await api.as_user("admin").get(f"{P}/connections")).json()["items"]
    return items[0]["webhook"]


async def test_admins_see_the_registration_and_its_last_call_but_nothing_that_proves_one(
    api: Api, services: Services, connection: Connection, sim: Sim
) -> None:
    before = await webhook(api)
    assert (before["registered"], before["reachable"], before["last_call_at"]) == (False, True, None)
    path = await registered(api, connection, sim)
    seen = await webhook(api)
    assert seen["registered"]
    assert seen["registered_at"]
    assert seen["last_call_at"] is None
    assert seen["url"].endswith(f"/hooks/{connection.id}/...")
    assert path.rsplit("/", 1)[1] not in str(seen)
    body, headers = await delivery(sim)
    assert (await api.anonymous().post(path, content=body, headers={})).status_code == 401
    assert (await webhook(api))["last_call_at"] is None
    assert (await api.anonymous().post(path, content=body, headers=headers)).status_code == 200
    first = (await webhook(api))["last_call_at"]
    assert (await webhook(api))["moved"] is False
    assert first
    assert (await api.anonymous().post(path, content=body, headers=headers)).status_code == 200
    assert (await webhook(api))["last_call_at"] == first, "kept to the minute"
    await api.as_user("admin").delete(f"{P}/connections/{connection.id}/webhook")
    assert (await webhook(api))["registered"] is False
    log = await api.as_user("admin").get("/api/v1/accounts/me/audit?resource_type=psa_connection")
    acts = [item["action"] for item in log.json()["items"] if "webhook" in item["action"]]
    assert acts == ["psa.webhook_removed", "psa.webhook_registered"]


async def test_a_server_only_its_own_machine_can_reach_registers_nothing(
    api: Api, services: Services, connection: Connection, sim: Sim
) -> None:
    async with services.db.system() as session:
        await session.execute(text("UPDATE psa_connections SET api_base = 'https://api-na.psa.example/v1'"))
        await session.commit()
    assert (await webhook(api))["reachable"] is False
    sim.forget_requests()
    refused = await api.as_user("admin").put(f"{P}/connections/{connection.id}/webhook")
    assert (refused.status_code, refused.json()["code"]) == (409, "hook_unreachable")
    assert sim.requests() == []


@pytest.mark.parametrize(
    ("ours", "theirs", "reached"),
    [
        ("https://flow.msp.example", "https://api-na.psa.example", True),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8101", True),
        ("http://127.0.0.1:8080", "https://api-na.psa.example", False),
        ("http://localhost:8080", "https://api-na.psa.example", False),
        ("http://[::1]:8080", "https://api-na.psa.example", False),
        ("http://0.0.0.0:8080", "https://api-na.psa.example", False),
        ("https://10.1.2.3", "https://psa.inside.example", True),
    ],
)
def test_where_the_psa_can_call_us(ours: str, theirs: str, reached: bool) -> None:
    assert webhooks.reachable(ours, theirs) is reached


async def test_a_removed_connection_takes_its_registration_along(api: Api, connection: Connection, sim: Sim) -> None:
    await registered(api, connection, sim)
    removed = await api.as_user("owner").delete(f"{P}/connections/{connection.id}")
    assert removed.status_code == 204, removed.text
    assert len(sim.requests("DELETE", "/system/callbacks")) == 1


async def test_a_reply_in_the_psa_reaches_open_pages_within_two_seconds(
    own_urls: DatabaseUrls, settings: Settings, world: World, sim: Sim
) -> None:
    async with running(own_urls, settings, world, worker=False) as live:
        reachable = replace(live.services, settings=settings.model_copy(update={"base_url": live.url}))
        connection = await create_connection(live.services, world.a.id, name="ConnectWise", sign_in=sim.sign_in)
        await webhooks.register(reachable, world.a["admin"].subject, connection.id)
        heard: asyncio.Queue[Any] = asyncio.Queue()
        ready = asyncio.Event()

        async def watch() -> None:
            async with live.client("viewer") as client, client.stream("GET", "/api/v1/events/stream") as response:
                async for event in read_events(response):
                    ready.set()
                    if event.kind == "ticket.changed":
                        heard.put_nowait(event.data)

        watching = asyncio.create_task(watch())
        async with asyncio.timeout(15):
            await ready.wait()
        sim.person("reply", "48251", text="It happened again.")
        async with asyncio.timeout(2):
            assert (await heard.get())["ticket_id"] == "48251"
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)
