"""Sessions over HTTP: create from text, read, patch, status table, list, counts, search."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from resolutionflow.db.session import Database
from resolutionflow.kit.clock import now
from resolutionflow.kit.ids import new_id
from resolutionflow.services import Services
from resolutionflow.sessions.facts.schemas import FactList
from resolutionflow.sessions.fixes.schemas import FixOut
from resolutionflow.sessions.lane.schemas import LaneOut
from resolutionflow.sessions.schemas import MessagePage, SessionDetail
from resolutionflow.sessions.turn_schemas import TurnOut
from tests.factories.sessions import make_fact, make_fix, make_item, make_session, make_turn
from tests.support.api import Api
from tests.support.world import World

pytestmark = pytest.mark.anyio

BASE = "/api/v1/ai-sessions"
STATUSES = ("active", "paused", "escalated", "requesting_escalation", "resolved", "abandoned")


async def share_with_team(db: Database, world: World) -> None:
    async with db.transaction(world.a.id) as tx:
        await tx.execute(
            text(
                "INSERT INTO account_settings (account_id, preferences) VALUES (:a, '{\"team_can_view_sessions\": true}')"
            ),
            {"a": world.a.id},
        )


async def test_create_refusals(api: Api) -> None:
    assert (await api.anonymous().post(BASE, json={})).status_code == 401
    viewer = await api.as_user("viewer").post(BASE, json={"nonsense": 1})
    assert (viewer.status_code, viewer.json()["code"]) == (403, "engineer_required")
    for body in (
        {"message": "a"},
        {"client_turn_id": str(uuid4())},
        {"title": None},
        {"title": "x" * 201},
        {"nonsense": 1},
    ):
        assert (await api.as_user().post(BASE, json=body)).status_code == 422, body
    without = await api.as_user().post(BASE, json={"ticket_id": "48291"})
    assert (without.status_code, without.json()["code"]) == (409, "psa_not_connected")
    assert (await api.as_user().post(BASE, json={"follow_up_of": str(uuid4())})).status_code == 404


async def test_create_from_a_text_starts_its_turn_in_the_same_transaction(api: Api, db: Database, world: World) -> None:
    body = {"message": "Printer offline since Monday.\nOnly on the front desk PC.", "client_turn_id": str(uuid4())}
    answer = await api.as_user().post(BASE, json=body)
    assert answer.status_code == 201
    session, turn_id = answer.json()["session"], answer.json()["turn_id"]
    assert (session["status"], session["title"], session["title_source"], session["state_version"]) == (
        "active", "Printer offline since Monday.", "auto", 0,
    )  # fmt: skip
    assert session["running_turn_id"] == turn_id
    assert [message["content"] for message in session["messages"]["items"]] == [body["message"]]
    assert session["permissions"]["can_write"] is True
    assert session["intake_text"] == body["message"]
    async with db.transaction(world.a.id) as tx:
        jobs = (await tx.execute(text("SELECT count(*) FROM pgqueuer WHERE entrypoint = 'pilot.turn'"))).scalar_one()
    assert jobs == 1


async def test_turns_are_limited_by_the_minute_and_a_refused_start_leaves_nothing(
    api: Api, services: Services, db: Database, world: World
) -> None:
    object.__setattr__(services, "settings", services.settings.model_copy(update={"turns_per_minute": 1}))
    client = api.as_user()
    answers = [
        await client.post(BASE, json={"message": f"Printer {n} is offline", "client_turn_id": str(uuid4())})
        for n in range(2)
    ]
    assert [answer.status_code for answer in answers] == [201, 429]
    assert answers[1].json()["code"] == "rate_limited"
    assert 1 <= int(answers[1].headers["retry-after"]) <= 60
    assert len((await client.get(BASE)).json()["items"]) == 1


async def test_a_repeated_key_creates_one_session(api: Api, db: Database, world: World) -> None:
    client = api.as_user()
    headers = {"idempotency-key": "start-1"}
    first = await client.post(BASE, json={"title": "VPN drops"}, headers=headers)
    second = await client.post(BASE, json={"title": "VPN drops"}, headers=headers)
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json() == second.json()
    other = await client.post(BASE, json={"title": "Other"}, headers=headers)
    assert (other.status_code, other.json()["code"]) == (409, "idempotency_key_reused")
    async with db.transaction(world.a.id) as tx:
        assert (await tx.execute(text("SELECT count(*) FROM ai_sessions"))).scalar_one() == 1


async def test_follow_up_copies_ticket_and_client_of_a_closed_session(api: Api, db: Database, world: World) -> None:
    owner = world.a["engineer"]
    still_open = await make_session(db, owner)
    refused = await api.as_user().post(BASE, json={"follow_up_of": str(still_open)})
    assert (refused.status_code, refused.json()["code"]) == (409, "wrong_session_status")
    closed = await make_session(
        db, owner, status="resolved", client_name="Quillmere Dental", psa_ticket_ref="CW #48291"
    )
    made = (await api.as_user().post(BASE, json={"follow_up_of": str(closed)})).json()["session"]
    assert (made["client_name"], made["ticket_ref"], made["follow_up_of"]) == (
        "Quillmere Dental",
        "CW #48291",
        str(closed),
    )


async def test_reading_follows_role_party_and_preference(api: Api, db: Database, world: World) -> None:
    sid = await make_session(db, world.a["engineer"])
    url = f"{BASE}/{sid}"
    assert (await api.anonymous().get(url)).status_code == 401
    for role, account in (("engineer", "b"), ("owner", "b"), ("engineer2", "a"), ("viewer", "a")):
        refused = await api.as_user(role, account).get(url)
        assert (refused.status_code, refused.json()["code"]) == (404, "not_found"), (role, account)
    reasons = {
        role: (await api.as_user(role).get(url)).json()["permissions"]["reason"]
        for role in ("engineer", "admin", "owner")
    }
    assert reasons == {"engineer": None, "admin": "not_handler", "owner": "not_handler"}
    await share_with_team(db, world)
    assert (await api.as_user("viewer").get(url)).json()["permissions"]["reason"] == "viewer"
    assert (await api.as_user("engineer2").get(url)).json()["permissions"]["reason"] == "not_handler"
    assert (await api.as_user("viewer").get(f"{url}/messages")).status_code == 200


async def test_in_transit_everybody_reads_and_writing_says_pick_up(api: Api, db: Database, world: World) -> None:
    sid = await make_session(db, world.a["engineer"], status="escalated")
    url = f"{BASE}/{sid}"
    assert (await api.as_user("viewer").get(url)).status_code == 200
    assert (await api.as_user("engineer2").get(url)).json()["permissions"]["reason"] == "awaiting_pickup"
    refused = await api.as_user("engineer2").post(f"{url}/facts", json={"text": "a"})
    assert (refused.status_code, refused.json()["code"]) == (409, "awaiting_pickup")
    assert (await api.as_user().post(f"{url}/facts", json={"text": "a"})).status_code == 201


async def test_the_parts_are_the_parts(api: Api, db: Database, world: World) -> None:
    owner = world.a["engineer"]
    sid = await make_session(db, owner)
    await make_turn(db, owner, sid, "finished")
    await make_item(db, owner, sid)
    await make_fact(db, owner, sid)
    fix = await make_fix(db, owner, sid)
    client = api.as_user()
    bare = (await client.get(f"{BASE}/{sid}")).json()
    assert {bare[part] for part in ("messages", "lane", "facts", "fix", "turn") if bare[part] is None} == {None}
    assert bare["counts"] == {"open_questions": 1, "open_checks": 0, "facts": 1, "fixes": 1}
    answer = await client.get(f"{BASE}/{sid}?include=messages,lane,facts,fix,turn")
    whole = SessionDetail.model_validate_json(answer.content)
    assert whole.turn
    assert whole.messages == MessagePage.model_validate_json((await client.get(f"{BASE}/{sid}/messages")).content)
    assert whole.lane == LaneOut.model_validate_json((await client.get(f"{BASE}/{sid}/lane")).content)
    assert whole.facts == FactList.model_validate_json((await client.get(f"{BASE}/{sid}/facts")).content).facts
    assert whole.fix == FixOut.model_validate_json((await client.get(f"{BASE}/{sid}/suggested-fixes/{fix}")).content)
    assert whole.turn == TurnOut.model_validate_json((await client.get(f"{BASE}/{sid}/turns/{whole.turn.id}")).content)
    assert (await client.get(f"{BASE}/{sid}?include=secrets")).status_code == 422


async def test_messages_page_backwards(api: Api, db: Database, world: World) -> None:
    owner = world.a["engineer"]
    sid = await make_session(db, owner)
    for _ in range(5):
        await make_turn(db, owner, sid, "finished")
    url = f"{BASE}/{sid}/messages"
    newest = (await api.as_user().get(url, params={"limit": 2})).json()
    assert ([message["seq"] for message in newest["items"]], newest["has_more"]) == ([4, 5], True)
    first = (await api.as_user().get(url, params={"limit": 3, "before_seq": 4})).json()
    assert ([message["seq"] for message in first["items"]], first["has_more"]) == ([1, 2, 3], False)


async def test_patch_touches_only_what_is_given(api: Api, db: Database, world: World) -> None:
    sid = await make_session(db, world.a["engineer"], client_name="Quillmere Dental")
    url = f"{BASE}/{sid}"
    assert (await api.as_user("admin").patch(url, json={"title": "a"})).status_code == 403
    assert (await api.as_user().patch(url, json={"title": None})).status_code == 422
    assert (await api.as_user().patch(url, json={"title": " "})).status_code == 422
    named = (await api.as_user().patch(url, json={"title": "Front desk printer"})).json()
    assert (named["title"], named["title_source"], named["client_name"], named["state_version"]) == (
        "Front desk printer", "user", "Quillmere Dental", 0,
    )  # fmt: skip
    cleared = (await api.as_user().patch(url, json={"client_name": None})).json()
    assert (cleared["client_name"], cleared["state_version"]) == (None, 1)
    assert (await api.as_user().patch(url, json={"client_name": None})).json()["state_version"] == 1


ALLOWED = {
    "pause": {"active": "paused", "paused": "paused"},
    "resume": {"paused": "active", "active": "active"},
    "abandon": {"active": "abandoned", "paused": "abandoned", "abandoned": "abandoned"},
    "reopen": {"resolved": "active", "abandoned": "active"},
}


@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("act", ALLOWED)
async def test_status_table(api: Api, db: Database, world: World, act: str, status: str) -> None:
    sid = await make_session(db, world.a["engineer"], status=status)
    url = f"{BASE}/{sid}/{act}"
    body = {"reason": "Customer moved away"} if act == "abandon" else None
    refused = await api.as_user("engineer2").post(url, json=body)
    assert refused.status_code in {404, 409}
    answer = await api.as_user().post(url, json=body)
    expected = ALLOWED[act].get(status)
    if expected is None:
        assert (answer.status_code, answer.json()["code"]) == (409, "wrong_session_status")
        assert answer.json()["details"]["status"] == status
        return
    assert (answer.status_code, answer.json()["status"], answer.json()["state_version"]) == (200, expected, 0)
    messages = (await api.as_user().get(f"{BASE}/{sid}/messages")).json()["items"]
    assert len(messages) == (0 if expected == status else 1)


async def test_abandon_waits_for_the_running_turn(api: Api, db: Database, world: World) -> None:
    sid = await make_session(db, world.a["engineer"])
    turn = await make_turn(db, world.a["engineer"], sid, "running")
    answer = await api.as_user().post(f"{BASE}/{sid}/abandon", json={})
    assert (answer.status_code, answer.json()["code"], answer.json()["details"]) == (
        409,
        "turn_in_progress",
        {"turn_id": str(turn)},
    )


async def listed(api: Api, role: str = "engineer", **params: Any) -> list[str]:
    answer = await api.as_user(role).get(BASE, params=params)
    assert answer.status_code == 200, answer.text
    return [item["id"] for item in answer.json()["items"]]


async def test_list_scopes_filters_and_order(api: Api, db: Database, world: World) -> None:
    mine, other = world.a["engineer"], world.a["engineer2"]
    moment = now()
    made = {
        status: str(await make_session(db, mine, status=status, last_activity_at=moment - timedelta(hours=hours)))
        for hours, status in enumerate(STATUSES)
    }
    handled = str(
        await make_session(
            db, other, handler_id=mine.id, last_activity_at=moment - timedelta(days=2), client_name="Marrowby Legal"
        )
    )
    foreign = str(
        await make_session(
            db, other, last_activity_at=moment + timedelta(seconds=1), psa_ticket_id="48291", psa_ticket_ref="CW #48291"
        )
    )
    await make_session(db, world.b["engineer"])
    assert await listed(api) == [*made.values(), handled]
    assert await listed(api, scope="all") == [*made.values(), handled]
    assert await listed(api, "admin", scope="all") == [foreign, *made.values(), handled]
    assert await listed(api, "viewer") == []
    assert await listed(api, "viewer", scope="all") == [made["escalated"], made["requesting_escalation"]]
    assert await listed(api, status="escalated") == [made["escalated"], made["requesting_escalation"]]
    assert await listed(api, group="recent") == [made["resolved"], made["abandoned"]]
    assert await listed(api, group="active", status="resolved") == []
    assert await listed(api, client_name="marrowby legal") == [handled]
    assert await listed(api, "admin", scope="all", ticket="CW #48291") == [foreign]
    assert await listed(api, "admin", scope="all", owner_id=str(other.id)) == [foreign, handled]
    counts = (await api.as_user().get(f"{BASE}/counts")).json()
    assert counts == {"active": 2, "paused": 1, "escalated": 2, "resolved": 1, "abandoned": 1}
    row = (await api.as_user("engineer2").get(BASE)).json()["items"][0]
    assert (row["ticket_ref"], row["can_write"], row["match"], row["owner"]["name"]) == (
        "CW #48291",
        True,
        None,
        "Engineer2 A",
    )


async def test_dates_are_days_of_the_callers_zone(api: Api, db: Database, world: World) -> None:
    from datetime import UTC, datetime

    late = str(await make_session(db, world.a["engineer"], last_activity_at=datetime(2026, 11, 10, 23, 30, tzinfo=UTC)))
    day = {"from": "2026-11-10", "to": "2026-11-10"}
    assert await listed(api, **day) == [late]
    assert await listed(api, **day, tz="Europe/Berlin") == []
    assert await listed(api, **{"from": "2026-11-11", "to": "2026-11-11"}, tz="Europe/Berlin") == [late]
    assert await listed(api, to="9999-12-31") == [late]
    for bad in (
        {"tz": "Mars/Base"},
        {"from": "soon"},
        {"status": "done"},
        {"unknown": "x"},
        {"limit": 101},
        {"q": "a"},
    ):
        answer = await api.as_user().get(BASE, params=bad)
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request"), bad


@pytest.mark.parametrize("sort", ["activity", "created"])
async def test_paging_repeats_and_loses_nothing(api: Api, db: Database, world: World, sort: str) -> None:
    moment = now()
    # Several rows share a moment: the id decides.
    made = {
        str(await make_session(db, world.a["engineer"], last_activity_at=moment - timedelta(minutes=n // 3)))
        for n in range(10)
    }
    seen: list[str] = []
    cursor: str | None = None
    while True:
        page = (
            await api.as_user().get(BASE, params={"limit": 3, "sort": sort, **({"cursor": cursor} if cursor else {})})
        ).json()
        seen += [item["id"] for item in page["items"]]
        await make_session(db, world.a["engineer"], last_activity_at=now())
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert len(seen) == len(set(seen))
    assert made <= set(seen)


async def test_a_cursor_belongs_to_its_filters(api: Api, db: Database, world: World) -> None:
    for _ in range(3):
        await make_session(db, world.a["engineer"])
    cursor = (await api.as_user().get(BASE, params={"limit": 1})).json()["next_cursor"]
    for params in ({"limit": 1, "sort": "created", "cursor": cursor}, {"cursor": "nonsense"}, {"cursor": cursor[:-4]}):
        answer = await api.as_user().get(BASE, params=params)
        assert (answer.status_code, answer.json()["code"]) == (400, "invalid_cursor"), params


async def test_search_finds_words_numbers_and_prefixes_in_scope(api: Api, db: Database, world: World) -> None:
    owner = world.a["engineer"]
    printer = str(
        await make_session(db, owner, title="Printer offline", psa_ticket_id="48291", client_name="Quillmere Dental")
    )
    fact = await make_session(db, owner, title="Slow sign-in")
    await make_fact(db, owner, fact, "The roaming profile is 14 GB.")
    talk = await make_session(db, owner, title="Mail")
    async with db.transaction(world.a.id) as tx:
        from resolutionflow.sessions.models import Message

        tx.add(
            Message(
                id=new_id(),
                account_id=owner.account_id,
                session_id=talk,
                seq=1,
                role="engineer",
                content="Outlook shows 0x800CCC0E",
                meta={},
            )
        )
    await make_session(db, world.a["engineer2"], title="Printer of somebody else")
    await make_session(db, world.b["engineer"], title="Printer of another company")
    assert await listed(api, q="printers") == [printer]
    assert await listed(api, q="48291") == [printer]
    assert await listed(api, q="quillm") == [printer]
    assert await listed(api, q="roaming profile") == [str(fact)]
    assert await listed(api, q="0x800ccc0e") == [str(talk)]
    assert await listed(api, q='"offline printer"') == []
    assert await listed(api, q="printer -offline") == []
    assert set(await listed(api, q="printer or roaming")) == {printer, str(fact)}
    for odd in ("!!", "'; --", '"', "a:* & b", "\\", "or or", "-"):
        await listed(api, q=odd + " ") if len(odd) > 1 else None
    hit = (await api.as_user().get(BASE, params={"q": "printer"})).json()["items"][0]["match"]
    assert (hit["field"], hit["text"]) == ("title", "Printer offline")
    assert [hit["text"][one["start"] : one["end"]] for one in hit["ranges"]] == ["Printer"]


async def test_search_pages_without_repeats(api: Api, db: Database, world: World) -> None:
    made = {str(await make_session(db, world.a["engineer"], title=f"Printer number {n}")) for n in range(7)}
    seen: list[str] = []
    cursor: str | None = None
    while True:
        page = (
            await api.as_user().get(BASE, params={"q": "printer", "limit": 2, **({"cursor": cursor} if cursor else {})})
        ).json()
        seen += [item["id"] for item in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert sorted(seen) == sorted(made)


async def test_a_revoked_sign_in_reads_nothing(api: Api, db: Database, world: World) -> None:
    sid: UUID = await make_session(db, world.a["engineer"])
    async with db.transaction(world.a.id) as tx:
        await tx.execute(
            text("UPDATE auth_sessions SET revoked_at = now() WHERE id = :id"),
            {"id": world.a["engineer"].auth_session_id},
        )
    for url in (BASE, f"{BASE}/{sid}", f"{BASE}?q=printer"):
        assert (await api.as_user().get(url)).status_code == 401
