"""Drafts over HTTP: kept with a decision, reviewed, made templates or turned down (sessions-api.md 7, 9)."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from resolutionflow.db.session import Database
from resolutionflow.errors import AppError
from resolutionflow.jobs import JobContext
from resolutionflow.scripts import drafts, repository
from resolutionflow.scripts.extraction import cut
from resolutionflow.scripts.jobs import extract
from resolutionflow.scripts.parameters import parameter
from resolutionflow.scripts.schemas import AcceptDraft
from resolutionflow.scripts.service import ExtractArgs, KeptScript, keep_draft
from resolutionflow.services import Services
from resolutionflow.sessions.scene import Scene
from tests.factories.sessions import make_fact, make_fix, make_session
from tests.support.api import Api
from tests.support.world import World

pytestmark = pytest.mark.anyio

BASE = "/api/v1/draft-templates"
SCRIPT = "$target = 'WS-0142'\r\nRestart-Service -Name Spooler -ComputerName $target\r\n"
EMPTY: dict[str, Any] = {"parameters": []}


@pytest.fixture
async def sid(db: Database, world: World) -> UUID:
    return await make_session(db, world.a["engineer"])


async def keep(api: Api, db: Database, world: World, sid: UUID, script: str = SCRIPT, **values: Any) -> dict[str, Any]:
    """A draft made by the decision about a new fix; the answer of the decision."""
    fid = await make_fix(db, world.a["engineer"], sid, ai_drafted_script=script, **values)
    url = f"/api/v1/ai-sessions/{sid}/suggested-fixes/{fid}/decision"
    answer = await api.as_user().post(url, json={"decision": "draft_template"})
    assert answer.status_code == 200, answer.text
    return answer.json()


async def propose(services: Services, world: World, draft_id: str) -> None:
    await extract(JobContext(services, 0), ExtractArgs(account_id=world.a.id, draft_id=UUID(draft_id)))


async def category(api: Api) -> str:
    return (await api.as_user("viewer").get("/api/v1/scripts/categories")).json()["items"][0]["id"]


async def form(api: Api, **values: Any) -> dict[str, Any]:
    body = {"name": "Restart the spooler", "category_id": await category(api), "parameters_schema": EMPTY}
    return {**body, **values}


async def test_who_may_see_and_decide(api: Api, db: Database, world: World, sid: UUID) -> None:
    draft = (await keep(api, db, world, sid))["draft_template_id"]
    body = await form(api)
    calls: list[tuple[str, str, Any]] = [
        ("GET", BASE, None),
        ("GET", f"{BASE}/count", None),
        ("GET", f"{BASE}/{draft}", None),
        ("POST", f"{BASE}/{draft}/accept", body),
        ("POST", f"{BASE}/{draft}/reject", None),
    ]
    for method, url, json in calls:
        assert (await api.anonymous().request(method, url, json=json)).status_code == 401
        refused = await api.as_user("viewer").request(method, url, json=json)
        assert (refused.status_code, refused.json()["code"]) == (403, "engineer_required")
    for method, url, json in calls[2:]:
        foreign = await api.as_user("owner", "b").request(method, url, json=json)
        assert (foreign.status_code, foreign.json()["code"]) == (404, "not_found"), foreign.text
        missing = await api.as_user().request(method, url.replace(draft, str(uuid4())), json=json)
        assert missing.status_code == 404
    assert (await api.as_user("owner", "b").get(BASE)).json() == {"items": [], "next_cursor": None}
    assert (await api.as_user("owner", "b").get(f"{BASE}/count")).json() == {"pending": 0}
    # Any engineer of the account, whoever's session it was.
    seen = (await api.as_user("engineer2").get(f"{BASE}/{draft}")).json()
    assert (seen["script_body"], seen["source_user"]["id"]) == (SCRIPT, str(world.a["engineer"].id))
    assert (await api.as_user("engineer2").post(f"{BASE}/{draft}/reject")).status_code == 200


async def test_the_platforms_categories_are_there_and_cannot_be_written(api: Api, db: Database, world: World) -> None:
    assert (await api.anonymous().get("/api/v1/scripts/categories")).status_code == 401
    found = (await api.as_user("viewer").get("/api/v1/scripts/categories")).json()["items"]
    assert {one["slug"] for one in found} >= {"windows", "directory", "network", "general"}
    assert all(one["platform"] for one in found)
    async with db.transaction(world.a.id) as tx:
        changed = await tx.execute(text("UPDATE script_categories SET name = 'taken' RETURNING id"))
        assert changed.first() is None


async def test_a_decision_keeps_one_draft_and_brings_it_up_to_date(
    api: Api, db: Database, world: World, services: Services, sid: UUID
) -> None:
    fid = await make_fix(db, world.a["engineer"], sid, title="Restart it", ai_drafted_script=SCRIPT)
    url = f"/api/v1/ai-sessions/{sid}/suggested-fixes/{fid}/decision"
    first = (await api.as_user().post(url, json={"decision": "draft_template"})).json()
    assert (first["rendered_script"], first["redirect_path"], first["user_decision"]) == (
        SCRIPT,
        None,
        "draft_template",
    )
    assert first["fix"]["applied_at"] is not None
    assert (first["fix"]["status"], first["fix"]["user_decision"]) == ("proposed", "draft_template")
    await propose(services, world, first["draft_template_id"])
    edited = "sudo systemctl restart cups\n"
    again = (await api.as_user().post(url, json={"decision": "draft_template", "edited_script": edited})).json()
    assert again["draft_template_id"] == first["draft_template_id"]
    assert again["fix"]["applied_at"] == first["fix"]["applied_at"]
    draft = (await api.as_user().get(f"{BASE}/{first['draft_template_id']}")).json()
    assert (draft["script_body"], draft["language"], draft["extraction"]) == (edited, "bash", "pending")
    assert (draft["proposed_name"], draft["fix_status"], draft["status"]) == ("Restart it", "proposed", "pending")
    assert (await api.as_user().get(f"{BASE}/count")).json() == {"pending": 1}


async def test_a_fix_without_a_script_keeps_nothing(api: Api, db: Database, world: World, sid: UUID) -> None:
    fid = await make_fix(db, world.a["engineer"], sid, ai_drafted_script=None)
    url = f"/api/v1/ai-sessions/{sid}/suggested-fixes/{fid}/decision"
    answer = await api.as_user().post(url, json={"decision": "draft_template"})
    assert (answer.status_code, answer.json()["code"]) == (400, "script_missing")
    assert (await api.as_user().get(f"{BASE}/count")).json() == {"pending": 0}


async def test_a_password_in_a_script_is_stored_nowhere_and_becomes_a_parameter(
    api: Api, db: Database, world: World, services: Services, sid: UUID
) -> None:
    script = "$pw = ConvertTo-SecureString 'Winter2024!' -AsPlainText -Force\nSet-LocalUser helpdesk -Password $pw\n"
    fid = await make_fix(db, world.a["engineer"], sid)
    url = f"/api/v1/ai-sessions/{sid}/suggested-fixes/{fid}/decision"
    told = (await api.as_user().post(url, json={"decision": "draft_template", "edited_script": script})).json()
    assert told["rendered_script"] == script
    draft_id = told["draft_template_id"]
    await propose(services, world, draft_id)
    draft = (await api.as_user().get(f"{BASE}/{draft_id}")).json()
    (secret,) = draft["proposed_parameters"]["parameters"]
    assert (secret["type"], secret["secret"], secret["default"], draft["extracted"]) == ("password", True, None, {})
    assert "ConvertTo-SecureString {{ pw }} -AsPlainText" in draft["script_body"]
    async with db.transaction(world.a.id) as tx:
        stored = (await tx.execute(text("SELECT d::text FROM draft_templates d"))).scalars().all()
    assert "Winter2024!" not in "".join(stored)
    assert "Winter2024!" not in (await api.as_user().get(BASE)).text
    # Taking the secret out of the parameters does not bring it back.
    left = await api.as_user().post(
        f"{BASE}/{draft_id}/accept", json=await form(api, edited_body=draft["original_body"])
    )
    assert (left.status_code, left.json()["code"]) == (400, "hardcoded_secret")
    literal = await api.as_user().post(f"{BASE}/{draft_id}/accept", json=await form(api, edited_body=script))
    assert (literal.status_code, literal.json()["code"]) == (400, "hardcoded_secret")
    assert "Winter2024!" not in literal.text
    done = await api.as_user().post(
        f"{BASE}/{draft_id}/accept", json=await form(api, parameters_schema=draft["proposed_parameters"])
    )
    assert done.status_code == 201, done.text


async def test_values_of_the_case_are_proposed_and_can_be_put_back(
    api: Api, db: Database, world: World, services: Services, sid: UUID
) -> None:
    await make_fact(db, world.a["engineer"], sid, "The spooler on WS-0142 was stopped.")
    await make_fact(db, world.a["engineer"], sid, "SRV-77 may be slow.", grounding="unverified")
    draft_id = (await keep(api, db, world, sid, SCRIPT + "ping 'SRV-77'\r\n"))["draft_template_id"]
    for _ in range(2):
        await propose(services, world, draft_id)
    draft = (await api.as_user().get(f"{BASE}/{draft_id}")).json()
    assert (draft["extraction"], draft["extraction_method"]) == ("done", "rules")
    assert draft["extracted"] == {"host_name": "WS-0142"}
    assert draft["script_body"].startswith("$target = '{{ host_name }}'\r\n")
    assert "ping 'SRV-77'" in draft["script_body"]
    assert draft["script_body"].replace("{{ host_name }}", "WS-0142") == draft["original_body"]
    assert (draft["risk"], bool(draft["risk_reason"])) == ("changes", True)
    row = (await api.as_user().get(BASE)).json()["items"][0]
    assert (row["parameter_count"], "script_body" in row) == (1, False)


async def test_a_failing_proposal_leaves_the_script_and_no_parameters(
    api: Api, db: Database, world: World, services: Services, sid: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft_id = (await keep(api, db, world, sid))["draft_template_id"]

    def broken(*_args: Any) -> Any:
        raise RecursionError

    with monkeypatch.context() as patch:
        patch.setattr("resolutionflow.scripts.jobs.cut", broken)
        await propose(services, world, draft_id)
    draft = (await api.as_user().get(f"{BASE}/{draft_id}")).json()
    assert (draft["extraction"], draft["extraction_method"], draft["script_body"]) == ("fallback", "none", SCRIPT)
    assert draft["proposed_parameters"] == EMPTY
    assert (await api.as_user().post(f"{BASE}/{draft_id}/accept", json=await form(api))).status_code == 201


async def test_a_job_that_died_half_way_runs_again_with_one_effect(
    api: Api, db: Database, world: World, services: Services, sid: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    await make_fact(db, world.a["engineer"], sid, "The spooler on WS-0142 was stopped.")
    draft_id = (await keep(api, db, world, sid))["draft_template_id"]

    def killed(*_args: Any) -> Any:
        raise asyncio.CancelledError

    with monkeypatch.context() as patch:
        patch.setattr("resolutionflow.scripts.jobs.cut", killed)
        with pytest.raises(asyncio.CancelledError):
            await propose(services, world, draft_id)
    assert (await api.as_user().get(f"{BASE}/{draft_id}")).json()["extraction"] == "pending"
    await propose(services, world, draft_id)
    done = (await api.as_user().get(f"{BASE}/{draft_id}")).json()
    assert (done["extraction"], done["extracted"]) == ("done", {"host_name": "WS-0142"})
    await api.as_user().post(f"{BASE}/{draft_id}/reject")
    await propose(services, world, draft_id)
    await propose(services, world, str(uuid4()))
    assert (await api.as_user().get(f"{BASE}/{draft_id}")).json()["extracted"] == done["extracted"]


async def test_a_script_changed_meanwhile_is_not_overwritten_by_an_older_proposal(
    api: Api, db: Database, world: World, services: Services, sid: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft_id = (await keep(api, db, world, sid))["draft_template_id"]
    newer = "Get-Service -Name Spooler\n"

    async def slow(*_args: Any) -> None:
        async with db.transaction(world.a.id) as tx:
            draft = await repository.draft(tx, world.a.id, UUID(draft_id), lock=True)
            draft.script_body = draft.original_body = newer

    with monkeypatch.context() as patch:
        patch.setattr("resolutionflow.scripts.jobs.ask_model", slow)
        await propose(services, world, draft_id)
    draft = (await api.as_user().get(f"{BASE}/{draft_id}")).json()
    assert (draft["script_body"], draft["extraction"]) == (newer, "pending")


TEXT = parameter("host", "Host", "text")
WRONG: list[tuple[str, dict[str, Any], int, str]] = [
    ("no name", {"name": "  "}, 422, "invalid_request"),
    ("long name", {"name": "x" * 201}, 422, "invalid_request"),
    ("NUL", {"name": "a\x00b"}, 422, "invalid_request"),
    ("unknown field", {"slug": "mine"}, 422, "invalid_request"),
    ("null body", {"edited_body": None}, 422, "invalid_request"),
    ("blank body", {"edited_body": " \n"}, 422, "invalid_request"),
    ("long body", {"edited_body": "x" * 50_001}, 422, "invalid_request"),
    ("long description", {"description": "x" * 2001}, 422, "invalid_request"),
    ("a map", {"parameters_schema": {"host": {}}}, 422, "invalid_request"),
    ("category", {"category_id": str(uuid4())}, 400, "invalid_category"),
    (
        "parameter",
        {"parameters_schema": {"parameters": [{"key": "host", "field_type": "x"}]}},
        400,
        "invalid_parameters",
    ),
    ("no object", {"parameters_schema": {"parameters": ["host", None, 3]}}, 400, "invalid_parameters"),
    ("undeclared", {"edited_body": "Get-Service {{ hsot }}"}, 400, "undeclared_placeholder"),
    ("unused", {"parameters_schema": {"parameters": [TEXT]}}, 400, "unused_parameter"),
    (
        "place",
        {"parameters_schema": {"parameters": [TEXT]}, "edited_body": "iex '{{ host }}'"},
        400,
        "placeholder_context",
    ),
    (
        "comment",
        {
            "parameters_schema": {"parameters": [parameter("pw", "Password", "password", secret=True)]},
            "edited_body": "# {{ pw }}\nGet-Service",
        },
        400,
        "secret_context",
    ),
    ("literal", {"edited_body": "net user helpdesk Winter2024! /add"}, 400, "hardcoded_secret"),
    ("name", {"name": "password: Winter2024!"}, 400, "hardcoded_secret"),
    ("description", {"description": "The password is Winter2024!"}, 400, "hardcoded_secret"),
]


async def test_what_may_not_become_a_template_is_refused_and_changes_nothing(
    api: Api, db: Database, world: World, sid: UUID
) -> None:
    draft_id = (await keep(api, db, world, sid))["draft_template_id"]
    for words, values, status, code in WRONG:
        answer = await api.as_user().post(f"{BASE}/{draft_id}/accept", json=await form(api, **values))
        assert (answer.status_code, answer.json()["code"]) == (status, code), (words, answer.text)
        assert "Winter2024!" not in answer.text
    assert (await api.as_user().get(f"{BASE}/{draft_id}")).json()["status"] == "pending"
    async with db.transaction(world.a.id) as tx:
        assert (await tx.execute(text("SELECT count(*) FROM script_templates"))).scalar_one() == 0


async def test_a_category_of_another_account_does_not_exist(api: Api, db: Database, world: World, sid: UUID) -> None:
    draft_id = (await keep(api, db, world, sid))["draft_template_id"]
    foreign = uuid4()
    async with db.transaction(world.b.id) as tx:
        await tx.execute(
            text("INSERT INTO script_categories (id, account_id, slug, name) VALUES (:id, :account, 'own', 'Own')"),
            {"id": foreign, "account": world.b.id},
        )
    answer = await api.as_user().post(f"{BASE}/{draft_id}/accept", json=await form(api, category_id=str(foreign)))
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_category")
    with pytest.raises(Exception, match="belongs to another account"):
        async with db.transaction(world.a.id) as tx:
            await tx.execute(text("UPDATE draft_templates SET proposed_category_id = :category"), {"category": foreign})


async def test_an_accepted_draft_is_a_template_with_its_origin(api: Api, db: Database, world: World, sid: UUID) -> None:
    kept = await keep(api, db, world, sid, "Get-Service -Name Spooler # {{ ansible }}\n", title="Look")
    url = f"{BASE}/{kept['draft_template_id']}"
    edited = "Get-Service -Name {{ service }} # {{ ansible }}\r\n"
    body = await form(
        api,
        name="Do Something On Target",
        description="  What it does ",
        edited_body=edited,
        parameters_schema={"parameters": [parameter("service", "Service", "text", default="Spooler")]},
    )
    headers = {"Idempotency-Key": str(uuid4())}
    answer = await api.as_user("engineer2").post(f"{url}/accept", json=body, headers=headers)
    assert (answer.status_code, answer.json()["template_slug"]) == (201, "do-something-on-target"), answer.text
    again = await api.as_user("engineer2").post(f"{url}/accept", json=body, headers=headers)
    assert (again.status_code, again.json()) == (201, answer.json())
    draft = (await api.as_user().get(url)).json()
    assert (draft["status"], draft["template_slug"]) == ("accepted", "do-something-on-target")
    assert draft["resolved_by"]["id"] == str(world.a["engineer2"].id)
    for act in ("accept", "reject"):
        late = await api.as_user().post(f"{url}/{act}", json=body if act == "accept" else None)
        assert (late.status_code, late.json()["code"]) == (409, "draft_not_pending")
        assert late.json()["details"]["status"] == "accepted"
    async with db.transaction(world.a.id) as tx:
        row = (
            await tx.execute(
                text(
                    "SELECT t.*, v.body, v.verbatim, v.version FROM script_templates t"
                    " JOIN script_template_versions v ON v.template_id = t.id"
                )
            )
        ).one()
    assert (row.body, row.verbatim, row.version, row.description) == (edited, ["ansible"], 1, "What it does")
    assert (row.scope, row.origin, row.language, row.risk) == ("account", "draft", "powershell", "read_only")
    assert (row.created_by, row.source_user_id) == (world.a["engineer2"].id, world.a["engineer"].id)
    assert row.source_session_id == sid


async def test_names_give_free_slugs_and_hostile_names_harmless_ones(api: Api, db: Database, world: World) -> None:
    names = [
        "Do Something On Target",
        "do-something on TARGET!",
        "../../etc/passwd",
        "'; DROP TABLE x; --",
        "\u202e\u65e5",
    ]
    slugs: list[str] = []
    for name in names:
        sid = await make_session(db, world.a["engineer"])
        draft_id = (await keep(api, db, world, sid, title=name))["draft_template_id"]
        answer = await api.as_user().post(f"{BASE}/{draft_id}/accept", json=await form(api, name=name))
        slugs.append(answer.json()["template_slug"])
    assert slugs == ["do-something-on-target", "do-something-on-target-2", "etc-passwd", "drop-table-x", "script"]


async def test_the_list_shows_what_waits_newest_first_in_pages(api: Api, db: Database, world: World) -> None:
    made: list[str] = []
    sessions: list[UUID] = []
    for number in range(4):
        sessions.append(await make_session(db, world.a["engineer"]))
        made.append((await keep(api, db, world, sessions[-1], title=f"Fix {number}"))["draft_template_id"])
    assert (await api.as_user().post(f"{BASE}/{made[1]}/reject")).json() == {"draft_id": made[1], "status": "rejected"}
    client = api.as_user()
    first = (await client.get(BASE, params={"limit": 2})).json()
    assert [one["id"] for one in first["items"]] == [made[3], made[2]]
    second = (await client.get(BASE, params={"limit": 2, "cursor": first["next_cursor"]})).json()
    assert ([one["id"] for one in second["items"]], second["next_cursor"]) == ([made[0]], None)
    everything = (await client.get(BASE, params={"pending_only": "false"})).json()["items"]
    assert [one["status"] for one in everything] == ["pending", "pending", "rejected", "pending"]
    of_one = (await client.get(BASE, params={"session_id": str(sessions[0])})).json()["items"]
    assert [one["id"] for one in of_one] == [made[0]]
    assert (await client.get(f"{BASE}/count")).json() == {"pending": 3}
    wrong = await client.get(BASE, params={"cursor": first["next_cursor"], "pending_only": "false"})
    assert (wrong.status_code, wrong.json()["code"]) == (400, "invalid_cursor")
    for params in ({"limit": 0}, {"limit": 101}, {"session_id": "x"}, {"pending_only": "perhaps"}):
        assert (await client.get(BASE, params=params)).status_code == 422


async def test_two_who_accept_at_once_make_one_template(own_db: Database, services: Services, world: World) -> None:
    owner = world.a["engineer"]
    ids: list[UUID] = []
    for number in range(2):
        sid = await make_session(own_db, owner)
        fid = await make_fix(own_db, owner, sid)
        async with own_db.transaction(owner.account_id) as tx:
            ids.append(
                await keep_draft(
                    tx, KeptScript(owner.account_id, sid, fid, owner.id, None, f"Fix {number}", "Get-Service\n")
                )
            )
    async with own_db.transaction(owner.account_id) as tx:
        shelf = (await repository.categories(tx))[0].id
    body = AcceptDraft.model_validate(
        {"name": "Same name", "category_id": shelf, "parameters_schema": {"parameters": []}}
    )

    async def accept(draft_id: UUID, person: str) -> str:
        try:
            async with own_db.transaction(owner.account_id) as tx:
                scene = Scene(tx, world.a[person].subject, services)
                return (await drafts.accept(scene, draft_id, body)).template_slug
        except AppError as refusal:
            return refusal.code

    told = await asyncio.gather(
        *(accept(draft_id, person) for draft_id in ids for person in ("engineer", "engineer2", "admin"))
    )
    assert sorted(told) == [*["draft_not_pending"] * 4, "same-name", "same-name-2"]


def test_nothing_is_cut_from_a_script_that_could_not_be_given_back() -> None:
    script = "Write-Output 'a' 'b'"
    made = cut("powershell", script, [])
    assert made is not None
    assert made.body == script
