"""Share links: who makes them, what a visitor sees and never sees, and that every dead link looks the same."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from resolutionflow.db.session import Database
from resolutionflow.http.middleware import _loggable  # pyright: ignore[reportPrivateUsage]
from resolutionflow.kit.clock import now
from resolutionflow.kit.ids import new_id
from resolutionflow.sessions.models import Message
from resolutionflow.sessions.shares.schemas import SharedSession
from resolutionflow.sessions.shares.scrub import Scrubber
from tests.factories.sessions import make_fact, make_fix, make_item, make_session
from tests.support.api import Api
from tests.support.world import World

pytestmark = pytest.mark.anyio

PREFERENCES = "/api/v1/accounts/me/preferences"


def shares(sid: UUID) -> str:
    return f"/api/v1/ai-sessions/{sid}/shares"


def public(url: str) -> str:
    return f"/api/v1/shared/sessions/{url.rsplit('/', 1)[1]}"


async def prefer(api: Api, **values: Any) -> None:
    answer = await api.as_user("admin").patch(PREFERENCES, json={"preferences": values})
    assert answer.status_code == 200, answer.text


@pytest.fixture
async def sid(db: Database, world: World) -> UUID:
    return await make_session(
        db, world.a["engineer"], title="Printer offline, CW #48291", status="resolved", resolved_at=now(), psa_ticket_id="48291",
        psa_ticket_ref="CW #48291", psa_company_id="250019", client_name="Quillmere Dental", problem_summary="Nobody can print.",
        resolution_note_markdown="## Problem\nReported by Engineer A.", escalation_package_markdown="INTERNAL PACKAGE",
        resolution_summary="INTERNAL SUMMARY", contact_name="Robin Sample",
    )  # fmt: skip


async def test_refusals_in_order(api: Api, db: Database, world: World, sid: UUID) -> None:
    other = await make_session(db, world.a["engineer2"])
    transit = await make_session(db, world.a["engineer2"], status="escalated")
    bad = {"expires_in_days": 0}
    cases = [
        (api.anonymous(), sid, bad, 401, "not_authenticated"),
        (api.as_user("viewer"), sid, bad, 403, "engineer_required"),
        (api.as_user(), other, bad, 422, "invalid_request"),
        (api.as_user(), other, {"expires_in_days": 31}, 422, "invalid_request"),
        (api.as_user(), other, {"label": " "}, 422, "invalid_request"),
        (api.as_user(), other, {}, 404, "not_found"),
        (api.as_user("owner", "b"), sid, {}, 404, "not_found"),
        (api.as_user(), transit, {}, 409, "awaiting_pickup"),
    ]
    for client, session, body, status, code in cases:
        answer = await client.post(shares(session), json=body)
        assert (answer.status_code, answer.json()["code"]) == (status, code), (session, body)
    await prefer(api, team_can_view_sessions=True)
    for method, url in (("POST", shares(other)), ("GET", shares(other))):
        answer = await api.as_user().request(method, url, **({"json": {}} if method == "POST" else {}))
        assert (answer.status_code, answer.json()["code"]) == (403, "not_session_handler"), method
    assert (await api.as_user().delete(f"{shares(sid)}/{uuid4()}")).status_code == 404
    for value in (0, 366, True, "7"):
        refused = await api.as_user("admin").patch(PREFERENCES, json={"preferences": {"share_link_max_days": value}})
        assert refused.status_code == 422, value
    denied = await api.as_user().patch(PREFERENCES, json={"preferences": {"share_links_enabled": False}})
    assert (denied.status_code, denied.json()["code"]) == (403, "admin_required")


async def test_a_link_is_made_once_listed_and_withdrawn(api: Api, db: Database, world: World, sid: UUID) -> None:
    made = await api.as_user().post(shares(sid), json={"label": "For the customer", "expires_in_days": 3})
    assert made.status_code == 201
    token = made.json()["url"].rsplit("/", 1)[1]
    assert len(token) >= 43
    listed = (await api.as_user("admin").get(shares(sid))).json()
    assert (listed["enabled"], listed["max_days"], len(listed["items"])) == (True, 30, 1)
    assert token not in str(listed)
    item = listed["items"][0]
    assert (item["label"], item["live"], item["view_count"], item["created_by_name"]) == (
        "For the customer", True, 0, "Engineer A",
    )  # fmt: skip
    async with db.transaction(world.a.id) as tx:
        row = (await tx.execute(text("SELECT token_hash, expires_at - created_at FROM session_shares"))).one()
    assert token not in row[0]
    assert row[1] == timedelta(days=3)
    for _ in range(2):
        assert (await api.anonymous().get(public(made.json()["url"]))).status_code == 200
    assert (await api.as_user().get(shares(sid))).json()["items"][0]["view_count"] == 2
    for _ in range(2):
        assert (await api.as_user("admin").delete(f"{shares(sid)}/{item['id']}")).status_code == 204
    assert (await api.anonymous().get(public(made.json()["url"]))).status_code == 404
    assert (await api.as_user().get(shares(sid))).json()["items"][0]["live"] is False
    async with db.transaction(world.a.id) as tx:
        sent = (await tx.execute(text("SELECT payload FROM live_events ORDER BY id"))).scalars().all()
        assert (await tx.execute(text("SELECT state_version FROM ai_sessions"))).scalar_one() == 0
    assert [one["parts"] for one in sent] == [["shares"], ["shares"]]


async def test_ten_live_links_and_the_accounts_longest_life(api: Api, sid: UUID) -> None:
    await prefer(api, share_link_max_days=2)
    for _ in range(10):
        assert (await api.as_user().post(shares(sid), json={})).status_code == 201
    full = await api.as_user().post(shares(sid), json={})
    assert (full.status_code, full.json()["code"], full.json()["details"]) == (409, "share_limit", {"limit": 10})
    items = (await api.as_user().get(shares(sid))).json()["items"]
    assert items[0]["expires_at"][:10] == (now() + timedelta(days=2)).isoformat()[:10]
    await api.as_user().delete(f"{shares(sid)}/{items[0]['id']}")
    assert (await api.as_user().post(shares(sid), json={})).status_code == 201


async def test_dead_links_are_one_answer(api: Api, db: Database, world: World, sid: UUID) -> None:
    urls = [(await api.as_user().post(shares(sid), json={})).json()["url"] for _ in range(4)]
    expired, revoked, suspended, switched_off = urls
    ids = [item["id"] for item in reversed((await api.as_user().get(shares(sid))).json()["items"])]
    async with db.transaction(world.a.id) as tx:
        await tx.execute(text("UPDATE session_shares SET expires_at = now() WHERE id = :id"), {"id": ids[0]})
    await api.as_user().delete(f"{shares(sid)}/{ids[1]}")
    visitor = api.anonymous()
    answers = [await visitor.get(public(url)) for url in (expired, revoked, "/" + "x" * 43, "/nonsense")]
    await prefer(api, share_links_enabled=False)
    refused = await api.as_user().post(shares(sid), json={})
    assert (refused.status_code, refused.json()["code"]) == (403, "sharing_disabled")
    answers.append(await visitor.get(public(switched_off)))
    await prefer(api, share_links_enabled=None)
    assert (await visitor.get(public(switched_off))).status_code == 200
    async with db.system() as tx:
        await tx.execute(text("UPDATE accounts SET status = 'suspended' WHERE id = :id"), {"id": world.a.id})
    answers.append(await visitor.get(public(suspended)))
    seen = set()
    for answer in answers:
        body = {key: value for key, value in answer.json().items() if key != "request_id"}
        headers = {key: value for key, value in answer.headers.items() if key not in {"x-request-id", "content-length"}}
        seen.add((answer.status_code, str(body), str(sorted(headers.items()))))
    assert len(seen) == 1
    assert answers[0].json()["code"] == "share_not_found"


async def test_a_visitor_sees_the_story_and_nobody_in_it(api: Api, db: Database, world: World, sid: UUID) -> None:
    owner = world.a["engineer"]
    await make_fact(
        db, owner, sid, "Spooler stopped on DC-01 (ticket #48291, told by Engineer A, engineer@ashcombe.example)"
    )
    await make_fact(db, owner, sid, "Only suspected", grounding="unverified", source_type="ai_synthesis")
    await make_fact(db, owner, sid, "Withdrawn", deleted_at=now(), deleted_by=owner.id)
    await make_fix(db, owner, sid, "Restart the spooler", status="applied_success", verified_at=now())
    await make_fix(db, owner, sid, "Swap the cable", superseded_at=now())
    await make_item(db, owner, sid, "check", "Look", state="done", output="CANARY OUTPUT")
    async with db.transaction(world.a.id) as tx:
        for number, (role, kind, content) in enumerate(
            [
                ("engineer", "chat", "Nobody can print since 9:00."),
                ("pilot", "chat", "Is the spooler running?"),
                ("engineer", "chat", "Get-Service\n```\nCANARY OUTPUT\n```\n\nIt is stopped."),
                ("system", "handler_changed", "Engineer A gave the session to Engineer2 A."),
            ],
            start=1,
        ):
            tx.add(
                Message(
                    id=new_id(),
                    account_id=world.a.id,
                    session_id=sid,
                    seq=number,
                    role=role,
                    kind=kind,
                    author_id=owner.id if role == "engineer" else None,
                    content=content,
                    meta={},
                )
            )
    short = (await api.as_user().post(shares(sid), json={})).json()["url"]
    long = (await api.as_user().post(shares(sid), json={"include_conversation": True})).json()["url"]
    answer = await api.anonymous().get(public(short))
    shown = SharedSession.model_validate_json(answer.content)
    assert (shown.title, shown.problem, shown.state) == ("Printer offline, [ticket]", "Nobody can print.", "resolved")
    assert [fact.text for fact in shown.facts] == [
        "Spooler stopped on DC-01 (ticket [ticket], told by [name], [e-mail])"
    ]
    assert [(fix.title, fix.outcome) for fix in shown.fixes] == [("Restart the spooler", "worked")]
    assert shown.resolution_markdown == "## Problem\nReported by [name]."
    assert shown.messages is None
    whole = await api.anonymous().get(public(long))
    assert [(one["from_pilot"], one["text"]) for one in whole.json()["messages"]] == [
        (False, "Nobody can print since 9:00."),
        (True, "Is the spooler running?"),
        (False, "Get-Service\n[output left out]\n\nIt is stopped."),
    ]
    for one in (answer, whole):
        assert one.headers["cache-control"] == "no-store"
        assert one.headers["x-robots-tag"] == "noindex, nofollow"
        assert one.headers.get_list("referrer-policy") == ["no-referrer"]
        words = one.text
        for secret in (
            "CANARY", "INTERNAL", "48291", "250019", "Quillmere", "Robin", str(sid), str(world.a.id), owner.name, owner.email,
            "Swap the cable", "Only suspected", "Withdrawn",
        ):  # fmt: skip
            assert secret not in words, secret


async def test_a_visitor_asks_thirty_times_a_minute(api: Api, sid: UUID) -> None:
    url = public((await api.as_user().post(shares(sid), json={})).json()["url"])
    visitor = api.anonymous()
    codes = [(await visitor.get(url if n % 2 else "/api/v1/shared/sessions/guess")).status_code for n in range(31)]
    assert codes.count(429) == 1
    assert codes[-1] == 429
    late = await visitor.get(url)
    assert late.json()["code"] == "rate_limited"
    assert int(late.headers["retry-after"]) >= 1
    assert late.headers["cache-control"] == "no-store"


def test_logs_never_hold_a_token() -> None:
    assert _loggable("/shared/sessions/SECRET") == "/shared/..."
    assert _loggable("/tickets") == "/tickets"


def test_scrubbing_leaves_other_words_alone() -> None:
    scrub = Scrubber.of(["Ann Lee", "Al"], ["482", "CW #482", None])
    assert (
        scrub.clean("Ann  Lee and Annlee saw port 4820 and #482, CW #482.")
        == "[name] and Annlee saw port 4820 and [ticket], [ticket]."
    )
    assert Scrubber.of([], []).clean("x") == "x"
    assert scrub.said("a\n````\n```\nb\n````\nc", from_pilot=False) == "a\n[output left out]\nc"
    assert scrub.said("a\n```\nb\n```", from_pilot=True) == "a\n```\nb\n```"
