"""Search: its grammar, who finds what, where a hit stands, pages that repeat and lose nothing."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from resolutionflow.db.session import Database
from resolutionflow.kit.clock import now
from resolutionflow.kit.ids import new_id
from resolutionflow.sessions.models import Message
from tests.factories.sessions import make_fact, make_fix, make_session, session_row
from tests.support.api import Api
from tests.support.world import World

pytestmark = pytest.mark.anyio

BASE = "/api/v1/ai-sessions"

GRAMMAR = [
    ("printers", "Printer offline", True),
    ("offline printer", "Printer offline", True),
    ('"offline printer"', "Printer offline", False),
    ('"printer offline"', "Printer offline", True),
    ('"printers offline"', "Printer offline", False),
    ("printer -offline", "Printer offline", False),
    ("printer -offline", "Printers gone offlines", False),
    ('printer -"gone offline"', "Printer offline, gone", True),
    ("toner or printer", "Printer offline", True),
    ("printer offline or toner", "Toner low", True),
    ("printer toner or paper", "Printer offline", False),
    ("offline print", "Printer offline", True),
    ("print offline", "Printer offline", False),
    ("off printer", "Printer offline", True),
    ("off", "Printer offline", True),
    ("the printer is", "Printer offline", True),
    ("down", "Server down", True),
    ("0x800ccc0e", "Outlook shows 0x800CCC0E", True),
    ("0x800ccc", "Outlook shows 0x800CCC0E", True),
    ("running", "The service runs", True),
    ('"running"', "The service runs", False),
    ("DC-01", "Cannot reach DC-01 any more", True),
    ("-offline", "Printer slow", True),
    ("!!", "Printer offline", False),
]


@pytest.mark.parametrize(("typed", "written", "found"), GRAMMAR)
async def test_grammar(db: Database, world: World, typed: str, written: str, found: bool) -> None:
    statement = text("SELECT rf_text_search(:account, :written) @@ rf_search_query(:typed)")
    async with db.transaction(world.a.id) as tx:
        values = {"account": world.a.id, "written": written, "typed": typed}
        assert (await tx.execute(statement, values)).scalar_one() is found


async def found(api: Api, role: str = "engineer", **params: Any) -> list[str]:
    answer = await api.as_user(role).get(BASE, params=params)
    assert answer.status_code == 200, answer.text
    return [item["id"] for item in answer.json()["items"]]


async def say(db: Database, world: World, sid: Any, words: str, **values: Any) -> None:
    async with db.transaction(world.a.id) as tx:
        number = (await tx.execute(text("SELECT count(*) + 1 FROM ai_session_messages"))).scalar_one()
        row = {"id": new_id(), "account_id": world.a.id, "session_id": sid, "seq": number, "role": "engineer"}
        tx.add(Message(**{**row, "content": words, "meta": {}, **values}))


async def test_a_hit_says_where_it_stands(api: Api, db: Database, world: World) -> None:
    owner = world.a["engineer"]
    sid = await make_session(
        db,
        owner,
        title="Mail",
        problem_summary="Nothing arrives",
        client_name="Quillmere Dental",
        psa_ticket_id="48291",
    )
    await say(db, world, sid, "Outlook shows 0x800CCC0E when it \ue000 sends \ue001 mail.")
    await say(db, world, sid, "Paused by somebody", role="system", kind="paused")
    await make_fact(db, owner, sid, "The roaming profile is 14 GB.")
    await make_fact(db, owner, sid, "Withdrawn kestrel", deleted_at=now(), deleted_by=owner.id)
    await make_fix(db, owner, sid, "Rebuild the mail index")
    expected = {
        "mails": ("title", "Mail"),
        "arrives": ("problem", "arrives"),
        "quillm": ("client", "Quillmere"),
        "CW #48291": ("ticket", "48291"),
        "0x800ccc0e": ("message", "0x800CCC0E"),
        "sends": ("message", "sends"),
        "roaming": ("fact", "roaming"),
        "rebuilding": ("fix", "Rebuild"),
    }
    for q, (field, marked) in expected.items():
        items = (await api.as_user().get(BASE, params={"q": q})).json()["items"]
        assert [item["id"] for item in items] == [str(sid)], q
        item = items[0]
        hit = item["match"]
        assert hit["field"] == field, q
        assert [hit["text"][one["start"] : one["end"]] for one in hit["ranges"]] == [marked], q
        assert not {"\ue000", "\ue001"} & set(hit["text"])
    for nothing in ("paused", "kestrel", "account", "ACC", str(world.a.id)):
        assert await found(api, q=nothing) == [], nothing


async def test_everybody_finds_what_they_may_read(api: Api, db: Database, world: World) -> None:
    mine, other = world.a["engineer"], world.a["engineer2"]
    made = {
        "own": await make_session(db, mine, title="Kestrel one"),
        "handled": await make_session(db, other, title="Kestrel two", handler_id=mine.id),
        "sent to me": await make_session(db, other, title="Kestrel three", escalated_to_id=mine.id),
        "in transit": await make_session(db, other, title="Kestrel four", status="requesting_escalation"),
        "foreign": await make_session(db, other, title="Kestrel five"),
    }
    private = await make_session(db, other, title="Talk")
    await say(db, world, private, "A kestrel on the roof")
    await make_session(db, world.b["engineer"], title="Kestrel of another company")
    ids = {name: str(sid) for name, sid in made.items()} | {"private": str(private)}
    everything = set(ids.values())
    reach = everything - {ids["foreign"], ids["private"]}
    assert set(await found(api, q="kestrel")) == {ids["own"], ids["handled"]}
    assert set(await found(api, q="kestrel", scope="all")) == reach
    assert await found(api, "viewer", q="kestrel") == []
    assert await found(api, "viewer", q="kestrel", scope="all") == [ids["in transit"]]
    for role in ("admin", "owner"):
        assert set(await found(api, role, q="kestrel", scope="all")) == everything
        assert await found(api, role, q="kestrel") == []
    shared = await api.as_user("admin").patch(
        "/api/v1/accounts/me/preferences", json={"preferences": {"team_can_view_sessions": True}}
    )
    assert shared.status_code == 200
    assert set(await found(api, "viewer", q="kestrel", scope="all")) == everything
    assert set(await found(api, "engineer", q="kestrel")) == {ids["own"], ids["handled"]}


async def test_filters_hold_in_a_search(api: Api, db: Database, world: World) -> None:
    mine, other = world.a["engineer"], world.a["engineer2"]
    old = now() - timedelta(days=40)
    done = str(await make_session(db, mine, title="Kestrel", status="resolved", client_name="Marrowby Legal"))
    past = str(
        await make_session(
            db, other, title="Kestrel", last_activity_at=old, psa_ticket_id="77", psa_ticket_ref="CW #77"
        )
    )
    every = {"q": "kestrel", "scope": "all"}
    assert await found(api, "admin", **every, status="resolved") == [done]
    assert await found(api, "admin", **every, group="active") == [past]
    assert await found(api, "admin", **every, client_name="marrowby legal") == [done]
    assert await found(api, "admin", **every, owner_id=str(other.id)) == [past]
    assert await found(api, "admin", **every, ticket="CW #77") == [past]
    assert await found(api, "admin", **every, to=(now() - timedelta(days=30)).date().isoformat()) == [past]
    for bad in ({"q": "a"}, {"q": " a "}, {"q": "kestrel", "cursor": "nonsense"}, {"q": "kestrel", "status": "done"}):
        assert (await api.as_user().get(BASE, params=bad)).status_code in {400, 422}, bad


async def pages(api: Api, between: Any, **params: Any) -> list[str]:
    seen: list[str] = []
    cursor: str | None = None
    while True:
        more = {"cursor": cursor} if cursor else {}
        answer = await api.as_user().get(BASE, params={**params, **more})
        assert answer.status_code == 200, answer.text
        seen += [item["id"] for item in answer.json()["items"]]
        cursor = answer.json()["next_cursor"]
        if cursor is None:
            return seen
        await between()


async def test_pages_under_inserts_repeat_and_lose_nothing_past_the_first_tier(
    api: Api, db: Database, world: World
) -> None:
    owner = world.a["engineer"]
    rows = [session_row(owner, title="Kestrel " * (1 + n % 3)) for n in range(460)]
    async with db.transaction(world.a.id) as tx:
        tx.add_all(rows)

    async def arrive() -> None:
        later = now() + timedelta(minutes=5)
        await make_session(db, owner, title="Kestrel kestrel kestrel kestrel", created_at=later)
        await say(db, world, rows[0].id, "kestrel kestrel kestrel", created_at=later)

    seen = await pages(api, arrive, q="kestrel", limit=90)
    assert len(seen) == len(set(seen)) == len(rows)
    assert set(seen) == {str(row.id) for row in rows}


async def test_a_rare_word_is_found_behind_many_newer_sessions(api: Api, db: Database, world: World) -> None:
    owner = world.a["engineer"]
    rare = [str(await make_session(db, owner, title=f"Merganser {n}")) for n in range(3)]
    async with db.transaction(world.a.id) as tx:
        tx.add_all([session_row(owner, title="Kestrel") for _ in range(450)])
    assert sorted(await pages(api, _nothing, q="merganser", limit=2)) == rare
    assert sorted(await found(api, q="merganser -kestrel or merganser")) == rare


async def test_no_hit_is_lost_however_often_and_wherever_it_stands(api: Api, db: Database, world: World) -> None:
    # In none of the newest few, in one of them and rarely behind, in every twentieth, in one of ten and never in the oldest.
    places = {
        "godwit": {290, 5},
        "dunlin": {449, 300, 0},
        "plover": set(range(9, 450, 20)),
        "avocet": set(range(200, 450, 10)),
    }
    rows = []
    for place in range(450):
        words = [word for word, where in places.items() if place in where]
        rows.append(session_row(world.a["engineer"], title=" ".join(["Kestrel", *words])))
    async with db.transaction(world.a.id) as tx:
        tx.add_all(rows)
    order = sorted(str(row.id) for row in rows)
    for word, where in places.items():
        assert sorted(await pages(api, _nothing, q=word, limit=30)) == [order[place] for place in sorted(where)]


async def _nothing() -> None:
    pass


async def test_a_cursor_of_a_search_belongs_to_its_words(api: Api, db: Database, world: World) -> None:
    for _ in range(3):
        await make_session(db, world.a["engineer"], title="Kestrel")
    cursor = (await api.as_user().get(BASE, params={"q": "kestrel", "limit": 1})).json()["next_cursor"]
    for params in ({"q": "kestrels", "cursor": cursor}, {"cursor": cursor}, {"q": "kestrel", "cursor": cursor[:-4]}):
        answer = await api.as_user().get(BASE, params=params)
        assert (answer.status_code, answer.json()["code"]) == (400, "invalid_cursor"), params
