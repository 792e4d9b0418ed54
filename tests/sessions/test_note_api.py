"""The resolution note: preview, drafts, resolving without a PSA (sessions-api.md 8)."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from resolutionflow.db.session import Database, DatabaseUrls
from resolutionflow.kit.clock import now
from resolutionflow.kit.sse import Streams
from resolutionflow.realtime.bus import Bus
from resolutionflow.realtime.hub import Hub
from resolutionflow.services import Services
from resolutionflow.sessions.completion import default_summary
from resolutionflow.sessions.documents.errors import DocumentFailed
from resolutionflow.sessions.documents.preview import NOTE as NOTE_SORT
from resolutionflow.sessions.documents.preview import preview_note
from resolutionflow.sessions.documents.sentences import Document
from resolutionflow.sessions.documents.source import DocumentSource
from resolutionflow.sessions.documents.writer import write_resolution_note
from resolutionflow.settings import Settings
from tests.factories.sessions import make_fact, make_fix, make_session, make_turn
from tests.support.api import Api
from tests.support.world import World

pytestmark = pytest.mark.anyio

BASE = "/api/v1/ai-sessions"
NOTE = "## Problem\n\nThe printer was offline.\n\n## Resolution\n\nThe spooler was restarted."


async def solved(db: Database, world: World, **values: Any) -> UUID:
    owner = world.a["engineer"]
    sid = await make_session(db, owner, problem_summary="The printer was offline.", **values)
    await make_fact(db, owner, sid, "The spooler was stopped.")
    await make_fix(db, owner, sid, "Restart the spooler", status="applied_success", applied_at=now(), verified_at=now())
    return sid


async def preview(api: Api, sid: UUID, **body: Any) -> dict[str, Any]:
    answer = await api.as_user().post(f"{BASE}/{sid}/resolution-note/preview", json=body)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def post(api: Api, sid: UUID, markdown: str = NOTE, **body: Any) -> Any:
    return await api.as_user().post(f"{BASE}/{sid}/resolution-note/post", json={"markdown": markdown, **body})


async def acknowledged(api: Api, sid: UUID, markdown: str = NOTE, **body: Any) -> Any:
    return await post(api, sid, markdown, acknowledge=["unsupported_sentences"], **body)


async def test_preview_says_what_it_rests_on_and_is_written_once(api: Api, db: Database, world: World) -> None:
    sid = await solved(db, world)
    doubtful = await make_fact(
        db, world.a["engineer"], sid, "The driver is from 2019.", source_type="ai_synthesis", grounding="unverified"
    )
    first = await preview(api, sid)
    assert (first["from_cache"], first["engine"], first["state_version"], first["target_ticket_ref"]) == (
        False,
        "builtin",
        0,
        None,
    )
    assert all(heading in first["markdown"] for heading in ("Problem", "What we confirmed", "Root cause", "Resolution"))
    cited = [one for one in first["sentences"] if one["fact_ids"]]
    assert any("spooler was stopped" in first["markdown"][one["start"] : one["end"]].lower() for one in cited)
    assert "2019" not in first["markdown"]
    assert first["left_out"]["unverified_facts"] == [{"id": str(doubtful), "text": "The driver is from 2019."}]
    second = await preview(api, sid)
    assert (second["from_cache"], second["markdown"]) == (True, first["markdown"])
    assert (await preview(api, sid, force=True))["from_cache"] is False
    await api.as_user().post(f"{BASE}/{sid}/facts", json={"text": "The queue held 42 jobs."})
    fresh = await preview(api, sid)
    assert (fresh["from_cache"], fresh["state_version"], "42" in fresh["markdown"]) == (False, 1, True)


async def test_an_edited_note_survives_and_a_second_tab_is_told(api: Api, db: Database, world: World) -> None:
    sid = await solved(db, world)
    url = f"{BASE}/{sid}/document-drafts/resolution_note"
    client = api.as_user()
    body = {"markdown": "  mine\n", "base_state_version": 0, "version": 0}
    saved = (await client.put(url, json=body)).json()
    assert (saved["version"], saved["markdown"]) == (1, "  mine\n")
    assert (await preview(api, sid, force=True))["draft"] == saved
    late = await client.put(url, json={**body, "markdown": "old tab"})
    assert (late.status_code, late.json()["code"], late.json()["details"]["current"]["markdown"]) == (
        409,
        "version_conflict",
        "  mine\n",
    )
    assert (await client.put(url, json={**body, "version": 1, "markdown": "again"})).json()["version"] == 2
    assert (await client.delete(url)).status_code == 204
    assert (await preview(api, sid))["draft"] is None
    for bad in ({**body, "markdown": "   "}, {**body, "version": -1}, {"markdown": "a"}):
        assert (await client.put(url, json=bad)).status_code == 422


async def test_resolving_here_stores_note_summary_and_status(api: Api, db: Database, world: World) -> None:
    sid = await solved(db, world)
    await api.as_user().put(
        f"{BASE}/{sid}/document-drafts/resolution_note", json={"markdown": "x", "base_state_version": 0, "version": 0}
    )
    generated = (await preview(api, sid))["markdown"]
    answer = await post(api, sid, f"\n{generated}\n\n", state_version=0)
    assert answer.status_code == 200, answer.text
    assert answer.json() == {
        "outcome": "resolved_local", "write_id": None, "session_status": "resolved", "external_id": None, "posted_at": None,
        "verified_status_id": None, "verified_status_name": None, "skipped": [],
    }  # fmt: skip
    session = (await api.as_user().get(f"{BASE}/{sid}")).json()
    assert (session["status"], session["resolution_note_markdown"], session["state_version"]) == (
        "resolved",
        generated.strip(),
        0,
    )
    assert session["resolution_summary"] == default_summary(generated)
    assert session["resolution_note_posted_at"] is None
    assert (await preview(api, sid))["draft"] is None
    again = await post(api, sid)
    assert (again.status_code, again.json()["code"]) == (409, "wrong_session_status")


async def test_resolving_from_every_status(api: Api, db: Database, world: World) -> None:
    found: dict[str, object] = {}
    for status in ("active", "paused", "escalated", "requesting_escalation", "resolved", "abandoned"):
        answer = await acknowledged(api, await solved(db, world, status=status))
        told = answer.json()
        found[status] = told["session_status"] if answer.status_code == 200 else (told["code"], told["details"])
    allowed = ["active", "paused", "escalated", "requesting_escalation"]
    refused = {
        status: ("wrong_session_status", {"status": status, "allowed": allowed}) for status in ("resolved", "abandoned")
    }
    assert found == {**dict.fromkeys(allowed, "resolved"), **refused}


async def test_a_repeated_key_resolves_once(api: Api, db: Database, world: World) -> None:
    sid = await solved(db, world)
    body = {"markdown": NOTE, "acknowledge": ["unsupported_sentences"]}
    url, headers = f"{BASE}/{sid}/resolution-note/post", {"idempotency-key": "resolve-1"}
    first = await api.as_user().post(url, json=body, headers=headers)
    second = await api.as_user().post(url, json=body, headers=headers)
    assert (first.status_code, second.status_code) == (200, 200)
    assert first.json() == second.json()


async def test_the_checks_come_in_order(api: Api, db: Database, world: World) -> None:
    owner = world.a["engineer"]
    sid = await make_session(db, owner, problem_summary="The printer was offline.")
    fix = await make_fix(db, owner, sid, applied_at=now())
    for bad in ("", "   \n", "x" * 20_001):
        assert (await post(api, sid, bad)).status_code == 422
    assert (await post(api, sid, revision="not one of ours")).status_code == 422
    turn = await make_turn(db, owner, sid, "running")
    invented = "SRV-INVENTED-77 was rebooted at 10.9.8.7."
    running = await post(api, sid, invented, state_version=9)
    assert (running.status_code, running.json()["code"]) == (409, "turn_in_progress")
    async with db.transaction(owner.account_id) as tx:
        await tx.execute(text("UPDATE ai_session_turns SET status = 'finished' WHERE id = :id"), {"id": turn})
    stale = await post(api, sid, invented, state_version=9)
    assert (stale.status_code, stale.json()["code"], stale.json()["details"]) == (
        409,
        "state_changed",
        {"state_version": 0},
    )
    open_fix = await post(api, sid, invented, state_version=0)
    assert (open_fix.status_code, open_fix.json()["code"], open_fix.json()["details"]) == (
        409,
        "outcome_needed",
        {"fix_id": str(fix)},
    )
    await api.as_user().patch(f"{BASE}/{sid}/suggested-fixes/{fix}/outcome", json={"outcome": "applied_success"})
    unproven = await post(api, sid, invented, state_version=1)
    assert (unproven.status_code, unproven.json()["code"]) == (409, "unsupported_sentences")
    sentences = unproven.json()["details"]["sentences"]
    assert [(one["text"], one["mark"]) for one in sentences] == [(invented, "unknown_detail")]
    assert (await acknowledged(api, sid, invented, state_version=1)).status_code == 200


@pytest.mark.parametrize(
    ("markdown", "summary"),
    [
        ("# Problem\n\n- The printer was offline.\nMore", "The printer was offline."),
        ("\n\n1. Restarted it", "Restarted it"),
        ("- [x] Done", "Done"),
        ("## Only headings\n---\n", None),
        ("a" * 600, "a" * 500),
    ],
)
async def test_default_summary(markdown: str, summary: str | None) -> None:
    assert default_summary(markdown) == summary


def process(urls: DatabaseUrls, settings: Settings) -> Services:
    """Services of one server process on its own pool."""
    db, bus = Database(urls, pool_size=6), Bus(urls.app)
    return Services(settings=settings, db=db, bus=bus, hub=Hub(db, bus), streams=Streams())


async def test_twenty_parallel_previews_on_two_servers_write_once(
    own_urls: DatabaseUrls, settings: Settings, world: World
) -> None:
    servers = [process(own_urls, settings), process(own_urls, settings)]
    written: list[int] = []

    def slow(source: DocumentSource) -> Document:
        written.append(1)
        return write_resolution_note(source)

    try:
        for server in servers:
            await server.bus.start()
        sid = await solved(servers[0].db, world)
        subject = world.a["engineer"].subject
        answers = await asyncio.gather(
            *(
                preview_note(
                    servers[n % 2].db, servers[n % 2], subject, sid, force=False, sort=replace(NOTE_SORT, write=slow)
                )
                for n in range(20)
            )
        )
    finally:
        for server in servers:
            await server.bus.stop()
            await server.db.close()
    assert len(written) == 1
    assert len({answer.markdown for answer in answers}) == 1
    assert sorted(answer.from_cache for answer in answers) == [False] + [True] * 19


async def test_a_dead_writer_is_taken_over_and_a_failed_one_tried_again(
    api: Api, db: Database, services: Services, world: World
) -> None:
    sid = await solved(db, world)
    subject = world.a["engineer"].subject

    def broken(_source: DocumentSource) -> Document:
        raise RuntimeError

    with pytest.raises(DocumentFailed):
        await preview_note(db, services, subject, sid, force=False, sort=replace(NOTE_SORT, write=broken))
    assert (await preview(api, sid))["from_cache"] is False
    async with db.transaction(world.a.id) as tx:
        await tx.execute(
            text("UPDATE session_documents SET status = 'generating', heartbeat_at = :then"),
            {"then": now() - timedelta(seconds=31)},
        )
    assert (await preview(api, sid))["from_cache"] is False
