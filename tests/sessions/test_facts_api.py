"""Facts over HTTP: refusals first, then the rules of sessions-api.md 6."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from uuid import UUID, uuid4

import pytest
import time_machine

from resolutionflow.db.session import Database
from resolutionflow.errors import RateLimited
from resolutionflow.services import Services
from resolutionflow.sessions.facts import service
from resolutionflow.sessions.facts.schemas import CreateFact, PromoteFact
from resolutionflow.sessions.scene import Scene
from tests.factories.sessions import make_fact, make_item, make_session
from tests.support.api import Api
from tests.support.world import World

pytestmark = pytest.mark.anyio


async def version(api: Api, sid: UUID) -> int:
    return (await api.as_user().get(f"/api/v1/ai-sessions/{sid}")).json()["state_version"]


@pytest.fixture
async def sid(db: Database, world: World) -> UUID:
    return await make_session(db, world.a["engineer"])


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"text": "  "},
        {"text": None},
        {"text": "a", "summary": None},
        {"text": "x" * 2001},
        {"text": "a\x00"},
        {"text": "a", "x": 1},
    ],
)
async def test_unreadable_bodies_are_422(api: Api, sid: UUID, body: dict[str, object]) -> None:
    answer = await api.as_user().post(f"/api/v1/ai-sessions/{sid}/facts", json=body)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request")


async def test_a_note_is_a_person_fact_and_raises_the_version(api: Api, sid: UUID) -> None:
    answer = await api.as_user().post(
        f"/api/v1/ai-sessions/{sid}/facts",
        json={"text": "  The spooler was stopped. ", "summary": "rules in the service"},
    )
    assert answer.status_code == 201
    fact = answer.json()
    assert (fact["text"], fact["source_type"], fact["grounding"], fact["editable"]) == (
        "The spooler was stopped.", "user_note", "person", True,
    )  # fmt: skip
    assert await version(api, sid) == 1
    again = await api.as_user().post(f"/api/v1/ai-sessions/{sid}/facts", json={"text": "the SPOOLER was stopped."})
    assert (again.status_code, again.json()["code"], again.json()["details"]) == (
        409,
        "duplicate_fact",
        {"fact_id": fact["id"]},
    )
    assert await version(api, sid) == 1
    listed = await api.as_user().get(f"/api/v1/ai-sessions/{sid}/facts")
    assert listed.json()["facts"] == [fact]


async def test_patch(api: Api, db: Database, world: World, sid: UUID) -> None:
    owner = world.a["engineer"]
    fact = await make_fact(db, owner, sid, source_type="ai_synthesis", grounding="unverified", source_summary="old")
    item = await make_item(db, owner, sid)
    asked = await make_fact(
        db, owner, sid, "Since Monday.", source_type="question", source_ref=item, grounding="verified"
    )
    url = f"/api/v1/ai-sessions/{sid}/facts"
    client = api.as_user()
    locked = await client.patch(f"{url}/{asked}", json={"text": "Other"})
    assert (locked.status_code, locked.json()["code"]) == (403, "fact_read_only")
    assert (await client.patch(f"{url}/{fact}", json={})).json()["code"] == "nothing_to_change"
    assert (await client.patch(f"{url}/{uuid4()}", json={"text": "a"})).status_code == 404
    assert (await client.patch(f"{url}/{fact}", json={"text": "Since monday."})).json()["code"] == "duplicate_fact"
    same = await client.patch(f"{url}/{fact}", json={"text": "The spooler was stopped."})
    assert (same.status_code, same.json()["grounding"], await version(api, sid)) == (200, "unverified", 0)
    changed = (await client.patch(f"{url}/{fact}", json={"summary": None})).json()
    assert (changed["source_summary"], changed["grounding"], await version(api, sid)) == (None, "person", 1)


async def test_delete_is_once(api: Api, db: Database, world: World, sid: UUID) -> None:
    fact = await make_fact(db, world.a["engineer"], sid)
    url = f"/api/v1/ai-sessions/{sid}/facts"
    assert (await api.as_user().delete(f"{url}/{fact}")).status_code == 204
    assert (await api.as_user().delete(f"{url}/{fact}")).status_code == 404
    assert await version(api, sid) == 1
    # The text is free again.
    assert (await api.as_user().post(url, json={"text": "The spooler was stopped."})).status_code == 201


async def test_confirm(api: Api, db: Database, world: World, sid: UUID) -> None:
    fact = await make_fact(db, world.a["engineer"], sid, source_type="ai_synthesis", grounding="unverified")
    url = f"/api/v1/ai-sessions/{sid}/facts/{fact}/confirm"
    assert (await api.as_user().post(url)).json()["grounding"] == "person"
    assert (await api.as_user().post(url)).json()["grounding"] == "person"
    assert await version(api, sid) == 1


async def test_promote_refuses_in_order(api: Api, db: Database, world: World, sid: UUID) -> None:
    check = await make_item(db, world.a["engineer"], sid, "check", "Ping the gateway")
    other = await make_session(db, world.a["engineer"])
    foreign = await make_item(db, world.a["engineer"], other)
    url = f"/api/v1/ai-sessions/{sid}/facts/promote"
    cases = [
        ({"source_type": "user_note", "proposed_text": "a"}, 422, "invalid_request"),
        (
            {"source_type": "question", "source_ref": str(foreign), "proposed_text": "a", "raw_input": "b"},
            400,
            "exactly_one_text",
        ),
        ({"source_type": "question"}, 400, "exactly_one_text"),
        ({"source_type": "ai_synthesis", "source_ref": str(check), "proposed_text": "a"}, 400, "ref_not_allowed"),
        ({"source_type": "question", "source_ref": str(foreign), "proposed_text": "a"}, 400, "invalid_source_ref"),
        ({"source_type": "question", "source_ref": str(check), "proposed_text": "a"}, 400, "invalid_source_ref"),
        (
            {"source_type": "diagnostic_check", "source_ref": str(check), "raw_input": "I don't know"},
            422,
            "no_fact_in_input",
        ),
        (
            {
                "source_type": "diagnostic_check",
                "source_ref": str(check),
                "raw_input": "System error 5 has occurred.\n\nAccess is denied.",
            },
            422,
            "no_fact_in_input",
        ),
        (
            {
                "source_type": "diagnostic_check",
                "source_ref": str(check),
                "raw_input": "PS C:\\> ping 10.20.0.1\nPS C:\\>",
            },
            422,
            "no_fact_in_input",
        ),
    ]
    for body, status, code in cases:
        answer = await api.as_user().post(url, json=body)
        assert (answer.status_code, answer.json()["code"]) == (status, code), body
    assert await version(api, sid) == 0


async def test_promote_drafts_from_the_output_with_its_quote(api: Api, db: Database, world: World, sid: UUID) -> None:
    output = "Pinging 10.20.0.1 with 32 bytes of data:\nRequest timed out.\nPackets: Sent = 4, Received = 0, Lost = 4 (100% loss)"
    check = await make_item(
        db, world.a["engineer"], sid, "check", "Ping the gateway", command="ping 10.20.0.1", state="done", output=output
    )
    answer = await api.as_user().post(
        f"/api/v1/ai-sessions/{sid}/facts/promote",
        json={
            "source_type": "diagnostic_check",
            "source_ref": str(check),
            "raw_input": output,
            "proposed_summary": "rules out DNS",
        },
    )
    fact = answer.json()
    assert answer.status_code == 201
    assert fact["text"] == "10.20.0.1 did not answer ping."
    evidence = fact["evidence"]
    assert output[evidence["start"] : evidence["end"]] == evidence["quote"]
    assert (fact["grounding"], fact["source_summary"], evidence["lane_item_id"]) == (
        "verified",
        "rules out DNS",
        str(check),
    )
    assert await version(api, sid) == 1


@pytest.mark.parametrize(
    ("command", "output", "text", "quote"),
    [
        (
            "Test-NetConnection vpn.norvane.example -Port 443",
            "ComputerName : vpn.norvane.example RemoteAddress : 203.0.113.44 RemotePort : 443 InterfaceAlias : Ethernet TcpTestSucceeded : False",
            "Port 443 on vpn.norvane.example did not answer.",
            "ComputerName : vpn.norvane.example RemoteAddress : 203.0.113.44 RemotePort : 443 InterfaceAlias : Ethernet TcpTestSucceeded : False",
        ),
        (
            "ipconfig /all",
            "   Host Name . . . . . . . . . . . . : NORV-PC-022\n   DNS Servers . . . . . . . . . . . : 10.20.0.5\n",
            "DNS server is 10.20.0.5.",
            "DNS Servers . . . . . . . . . . . : 10.20.0.5",
        ),
        (
            "sc query spooler",
            "> SERVICE_NAME: spooler\n>         STATE              : 1  STOPPED\n",
            "The service spooler is stopped.",
            "SERVICE_NAME: spooler\n>         STATE              : 1  STOPPED",
        ),
    ],
)
async def test_a_known_output_is_told_in_short_words(
    api: Api, db: Database, world: World, sid: UUID, command: str, output: str, text: str, quote: str
) -> None:
    check = await make_item(
        db, world.a["engineer"], sid, "check", "Look at it", command=command, state="done", output=output
    )
    body = {"source_type": "diagnostic_check", "source_ref": str(check), "raw_input": output}
    fact = (await api.as_user().post(f"/api/v1/ai-sessions/{sid}/facts/promote", json=body)).json()
    assert (fact["text"], fact["evidence"]["quote"], fact["grounding"]) == (text, quote, "verified")
    assert output[fact["evidence"]["start"] : fact["evidence"]["end"]] == quote


async def test_changing_an_answer_makes_its_fact_stale_once(api: Api, db: Database, world: World, sid: UUID) -> None:
    item = await make_item(db, world.a["engineer"], sid)
    lane = f"/api/v1/ai-sessions/{sid}/lane/{item}"
    client = api.as_user()
    await client.post(f"{lane}/answer", json={"answer": "since Monday morning"})
    promote = {"source_type": "question", "source_ref": str(item), "raw_input": "since Monday morning"}
    first = (await client.post(f"/api/v1/ai-sessions/{sid}/facts/promote", json=promote)).json()
    assert (first["grounding"], await version(api, sid)) == ("verified", 1)
    moved = (await client.post(f"{lane}/answer", json={"answer": "I think since Monday morning"})).json()
    assert (moved["affected_facts"], await version(api, sid)) == ([], 1)
    kept = (await client.get(f"/api/v1/ai-sessions/{sid}/facts")).json()["facts"][0]["evidence"]
    assert (kept["start"], kept["stale"]) == (8, False)
    changed = (await client.post(f"{lane}/answer", json={"answer": "since Friday"})).json()
    assert [fact["id"] for fact in changed["affected_facts"]] == [first["id"]]
    assert (changed["affected_facts"][0]["grounding"], changed["affected_facts"][0]["evidence"]["stale"]) == (
        "unverified",
        True,
    )
    assert (changed["state_version"], await version(api, sid)) == (2, 2)
    await client.post(f"/api/v1/ai-sessions/{sid}/facts/promote", json={**promote, "raw_input": "since Friday"})
    facts = (await client.get(f"/api/v1/ai-sessions/{sid}/facts")).json()["facts"]
    assert [fact["evidence"]["quote"] for fact in facts] == ["since Friday"]


async def test_fifty_parallel_notes_raise_the_version_by_fifty(
    own_db: Database, services: Services, world: World
) -> None:
    owner = world.a["engineer"]
    sid = await make_session(own_db, owner)

    async def add(number: int) -> None:
        async with own_db.transaction(owner.account_id) as tx:
            await service.create(Scene(tx, owner.subject, services), sid, CreateFact(text=f"Fact number {number}"))

    await asyncio.gather(*(add(number) for number in range(50)))
    async with own_db.transaction(owner.account_id) as tx:
        row = await service.sessions.find(tx, owner.account_id, sid)
    assert row is not None
    assert row.state_version == 50


async def test_a_repeated_key_writes_once(api: Api, db: Database, world: World, sid: UUID) -> None:
    url, headers = f"/api/v1/ai-sessions/{sid}/facts", {"idempotency-key": "note-1"}
    client = api.as_user()
    first = await client.post(url, json={"text": "Written once"}, headers=headers)
    again = await client.post(url, json={"text": "Written once"}, headers=headers)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert await version(api, sid) == 1
    refused = await client.post(url, json={"text": "Another text"}, headers=headers)
    assert (refused.status_code, refused.json()["code"]) == (409, "idempotency_key_reused")
    # A refusal keeps no key.
    assert (await client.post(url, json={"text": " "}, headers={"idempotency-key": "note-2"})).status_code == 422
    assert (await client.post(url, json={"text": "Second"}, headers={"idempotency-key": "note-2"})).status_code == 201


async def test_drafted_promotions_are_limited(own_db: Database, services: Services, world: World) -> None:
    owner = world.a["engineer"]
    sid = await make_session(own_db, owner)
    strict = replace(services, settings=services.settings.model_copy(update={"promotions_per_minute": 2}))

    async def add(number: int) -> None:
        async with own_db.transaction(owner.account_id) as tx:
            body = PromoteFact(source_type="ai_synthesis", raw_input=f"The queue holds {number} jobs")
            await service.promote(Scene(tx, owner.subject, strict), sid, body)

    with time_machine.travel("2026-11-20T10:00:05+00:00", tick=False):
        await add(1)
        await add(2)
        with pytest.raises(RateLimited) as refusal:
            await add(3)
    assert refusal.value.headers["Retry-After"] == "55"
