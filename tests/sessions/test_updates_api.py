"""Updates to ticket and customer, the escalation package, and facts taken back after a post (sessions-api.md 8)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from resolutionflow.db.session import Database
from resolutionflow.kit.clock import now
from resolutionflow.services import Services
from resolutionflow.sessions.documents.sentences import PACKAGE_SECTIONS
from tests.factories.sessions import make_fact, make_fix, make_item, make_session
from tests.psa.support import Sim
from tests.psa.test_tickets_api import desk_ticket
from tests.support.api import Api
from tests.support.world import World

pytestmark = pytest.mark.anyio

BASE = "/api/v1/ai-sessions"
TEXT = "The spooler was stopped. We restart it now."


async def working(db: Database, world: World, **values: Any) -> UUID:
    """A session in the middle of the work."""
    owner = world.a["engineer"]
    sid = await make_session(db, owner, problem_summary="The printer at the front desk is offline.", **values)
    await make_fact(db, owner, sid, "The spooler was stopped.")
    await make_item(db, owner, sid, text="Is the cable in?", position=1)
    await make_item(
        db, owner, sid, "check", "Read the service state", position=2, state="done", output="Stopped  Spooler"
    )
    await make_item(db, owner, sid, "check", "Read the event log", position=3)
    await make_fix(db, owner, sid, "Restart the spooler", confidence_pct=82)
    return sid


async def preview(api: Api, sid: UUID, audience: str, **body: Any) -> dict[str, Any]:
    answer = await api.as_user().post(f"{BASE}/{sid}/updates/preview", json={"audience": audience, **body})
    assert answer.status_code == 200, answer.text
    return answer.json()


async def share(api: Api, sid: UUID, audience: str = "status_update", **body: Any) -> Any:
    headers = body.pop("headers", {})
    json = {"audience": audience, "markdown": TEXT, **body}
    return await api.as_user().post(f"{BASE}/{sid}/updates", json=json, headers=headers)


async def updates(api: Api, sid: UUID) -> list[dict[str, Any]]:
    return (await api.as_user().get(f"{BASE}/{sid}/updates")).json()["items"]


async def test_three_audiences_say_what_is_recorded(api: Api, db: Database, world: World) -> None:
    sid = await working(db, world)
    status = await preview(api, sid, "status_update", note="The password is Winter2026!x")
    assert 2 <= status["markdown"].count(". ") + 1 <= 5
    for words in ("The spooler was stopped", "“Restart the spooler”", "read the event log"):
        assert words in status["markdown"]
    assert "Winter2026" not in status["markdown"]
    mail = await preview(api, sid, "email_draft")
    assert (mail["subject"], mail["markdown"].startswith("Hello,")) == (
        "Update: Printer offline at the front desk",
        True,
    )
    assert "1. Is the cable in?" in mail["markdown"]
    request = await preview(api, sid, "request_info")
    assert "1. Is the cable in?" in request["markdown"]
    assert all(world.a["engineer"].name not in one["markdown"] for one in (status, mail, request))
    assert await updates(api, sid) == []
    session = (await api.as_user().get(f"{BASE}/{sid}")).json()
    assert (session["state_version"], session["status"]) == (0, "active")


async def test_an_update_without_a_ticket_is_kept_and_its_draft_goes(api: Api, db: Database, world: World) -> None:
    sid = await working(db, world)
    draft = {"markdown": "mine", "base_state_version": 0, "version": 0}
    assert (await api.as_user().put(f"{BASE}/{sid}/document-drafts/status_update", json=draft)).status_code == 200
    assert (await preview(api, sid, "status_update"))["draft"]["markdown"] == "mine"
    for bad, status, code in (
        ({"audience": "email_draft", "visibility": "customer"}, 400, "not_postable"),
        ({"visibility": "internal"}, 409, "no_ticket"),
        ({"markdown": "  "}, 422, "invalid_request"),
        ({"subject": "x" * 151}, 422, "invalid_request"),
    ):
        refused = await share(api, sid, **bad)
        assert (refused.status_code, refused.json()["code"]) == (status, code)
    kept = await share(api, sid, headers={"Idempotency-Key": "k"})
    again = await share(api, sid, headers={"Idempotency-Key": "k"})
    assert (kept.status_code, again.json()["id"]) == (201, kept.json()["id"])
    mail = await share(api, sid, "email_draft", subject="Update", markdown="Token ghp_0123456789abcdefghijABCDEFGHIJ01")
    assert "ghp_" not in mail.json()["markdown"]
    assert [one["audience"] for one in await updates(api, sid)] == ["email_draft", "status_update"]
    assert (kept.json()["visibility"], kept.json()["posted_at"], kept.json()["write_state"]) == (None, None, None)
    assert (await preview(api, sid, "status_update"))["draft"] is None
    assert (await api.as_user().get(f"{BASE}/{sid}")).json()["state_version"] == 0


@pytest.mark.usefixtures("outbox", "connection")
async def test_posting_writes_one_note_as_previewed(api: Api, db: Database, world: World, sim: Sim) -> None:
    ticket_id = await desk_ticket(sim)
    sid = UUID((await api.as_user().post(BASE, json={"ticket_id": ticket_id})).json()["session"]["id"])
    fact = await make_fact(db, world.a["engineer"], sid, "The spooler was stopped.")
    before = sim.ticket(ticket_id)["ticket"]["status"]["name"]
    ask = {"kind": "note", "markdown": TEXT, "options": {"visibility": "customer"}}
    shown = (await api.as_user().post(f"{BASE}/{sid}/psa-writes/preview", json=ask)).json()
    assert [(step["step"], step["visibility"]) for step in shown["steps"]] == [("note", "customer")]
    key = {"Idempotency-Key": "one"}
    posted = await share(api, sid, visibility="customer", revision=shown["revision"], headers=key)
    assert posted.status_code == 201, posted.text
    body = posted.json()
    assert (body["write_state"], body["visibility"], body["withdrawn_facts"]) == ("done", "customer", [])
    assert body["external_id"]
    assert body["posted_at"]
    again = await share(api, sid, visibility="customer", revision=shown["revision"], headers=key)
    assert again.json()["id"] == body["id"]
    second = await share(api, sid, visibility="internal", markdown="A second one.")
    assert second.json()["psa_write_id"] != body["psa_write_id"]
    notes = sim.notes_with(ticket_id, "RF-")
    assert len(notes) == 2
    assert any(shown["rendered"].split() == note["text"].split() for note in notes)
    assert sim.ticket(ticket_id)["ticket"]["status"]["name"] == before
    session = (await api.as_user().get(f"{BASE}/{sid}", params={"include": "messages"})).json()
    assert session["status"] == "active"
    told = [one["content"] for one in session["messages"]["items"] if one["kind"] == "update_posted"]
    assert told == [
        f"An update is on ticket CW #{ticket_id}. The customer can see it.",
        f"An update is on ticket CW #{ticket_id}. Only your team can see it.",
    ]
    await api.as_user().delete(f"{BASE}/{sid}/facts/{fact}")
    flagged = {one["visibility"]: one["withdrawn_facts"] for one in await updates(api, sid)}
    assert flagged == {"customer": [{"id": str(fact), "text": "The spooler was stopped."}], "internal": []}


@pytest.mark.usefixtures("outbox", "connection")
async def test_another_clients_name_is_held_back(api: Api, db: Database, world: World, sim: Sim) -> None:
    ticket_id = await desk_ticket(sim)
    sid = UUID((await api.as_user().post(BASE, json={"ticket_id": ticket_id})).json()["session"]["id"])
    own = sim.ticket(ticket_id)["ticket"]["company"]["name"]
    shown = await api.as_user().get("/api/v1/integrations/psa/companies", params={"q": "a"})
    other = next(one["name"] for one in shown.json()["items"] if one["name"] != own and len(one["name"]) > 4)
    refused = await share(api, sid, visibility="customer", markdown=f"As at {other}.")
    assert (refused.status_code, refused.json()["code"]) == (409, "leak_suspected"), refused.text
    company = sim.ticket(ticket_id)["ticket"]["company"]["name"]
    theirs = "BCB-FW01 (203.0.113.61)" if not company.startswith("Brindlecroft") else "ELV-FW01 (203.0.113.80)"
    host = await share(api, sid, visibility="customer", markdown=f"The tunnel to {theirs} was down.")
    found = host.json()["details"]["found"]
    assert [(one["kind"], one["text"]) for one in found] == [("host", theirs[:8]), ("address", theirs[10:-1])]
    assert all(one["company"] not in (company, "") for one in found)
    assert (await updates(api, sid), sim.notes_with(ticket_id, "RF-")) == ([], [])


async def test_the_package_has_five_sections_and_rests_on_facts(api: Api, db: Database, world: World) -> None:
    sid = await working(db, world)
    owner = world.a["engineer"]
    await make_fix(
        db, owner, sid, "Swap the cable", status="applied_failed", failure_reason="still offline", superseded_at=now()
    )
    url = f"{BASE}/{sid}/escalation-package/preview"
    first = (await api.as_user().post(url, json={})).json()
    headings = [line[3:] for line in first["markdown"].splitlines() if line.startswith("## ")]
    assert (tuple(headings), first["kind"]) == (PACKAGE_SECTIONS, "escalation_package")
    for words in (
        "Read the service state: Stopped Spooler.",
        "“Swap the cable” was applied; it did not solve the problem and is ruled out.",
        "The findings point to what “Restart the spooler” corrects, at 82 %.",
        "Apply “Restart the spooler”.",
        "To answer: is the cable in?",
    ):
        assert words in first["markdown"], first["markdown"]
    assert owner.name not in first["markdown"]
    assert first["marks"] == []
    cited = {first["markdown"][one["start"] : one["end"]] for one in first["sentences"] if one["fact_ids"]}
    assert "The spooler was stopped." in cited
    second = (await api.as_user("admin").post(url, json={})).json()
    assert (second["from_cache"], second["markdown"]) == (True, first["markdown"])
    assert (await api.as_user().post(url, json={"force": True})).json()["from_cache"] is False
    # The note of the same state is a text of its own.
    assert (await api.as_user().post(f"{BASE}/{sid}/resolution-note/preview", json={})).json()["from_cache"] is False
    await make_fact(db, owner, sid, "The queue held 42 jobs.")
    draft = f"{BASE}/{sid}/document-drafts/escalation_package"
    body = {"markdown": "mine", "base_state_version": 0, "version": 0}
    assert (await api.as_user().put(draft, json=body)).json()["version"] == 1
    late = await api.as_user().put(draft, json=body)
    assert (late.status_code, late.json()["code"]) == (409, "version_conflict")
    assert (await api.as_user().post(url, json={"force": True})).json()["draft"]["markdown"] == "mine"


async def test_an_empty_package_says_so(api: Api, db: Database, world: World) -> None:
    sid = await make_session(db, world.a["engineer"], title=None, intake_content={})
    text = (await api.as_user().post(f"{BASE}/{sid}/escalation-package/preview", json={})).json()["markdown"]
    for words in (
        "The problem was not described.",
        "Nothing has been confirmed beyond the description of the problem.",
        "No check with a result and no fix has been recorded yet.",
        "The root cause has not been isolated.",
        "No next step has been recorded.",
    ):
        assert words in text


async def test_a_fact_taken_back_flags_the_note_that_rests_on_it(api: Api, db: Database, world: World) -> None:
    sid = await working(db, world)
    owner = world.a["engineer"]
    other = await make_fact(db, owner, sid, "The driver is from 2019.")
    url = f"{BASE}/{sid}/resolution-note"
    note = (await api.as_user().post(f"{url}/preview", json={})).json()["markdown"]
    note = note.replace("- The driver is from 2019.\n", "")
    done = await api.as_user().post(f"{url}/post", json={"markdown": note, "acknowledge": ["unsupported_sentences"]})
    assert done.json()["outcome"] == "resolved_local", done.text
    session = (await api.as_user().post(f"{BASE}/{sid}/reopen")).json()
    assert session["resolution_note_withdrawn"] == []
    facts = (await api.as_user().get(f"{BASE}/{sid}/facts")).json()["facts"]
    spooler = next(one["id"] for one in facts if "spooler" in one["text"])
    await api.as_user().delete(f"{BASE}/{sid}/facts/{other}")
    assert (await api.as_user().get(f"{BASE}/{sid}")).json()["resolution_note_withdrawn"] == []
    await api.as_user().delete(f"{BASE}/{sid}/facts/{spooler}")
    session = (await api.as_user().get(f"{BASE}/{sid}")).json()
    assert session["resolution_note_withdrawn"] == [{"id": spooler, "text": "The spooler was stopped."}]


@pytest.mark.parametrize(
    ("setting", "path", "body"),
    [
        ("previews_per_minute", "updates/preview", {"audience": "status_update"}),
        ("previews_per_minute", "resolution-note/preview", {}),
        ("previews_per_minute", "escalation-package/preview", {}),
        (
            "promotions_per_minute",
            "facts/promote",
            {"source_type": "ai_synthesis", "raw_input": "The fan of {n} was loud."},
        ),
    ],
)
async def test_what_costs_is_limited_by_the_minute(
    api: Api, db: Database, services: Services, world: World, setting: str, path: str, body: dict[str, Any]
) -> None:
    object.__setattr__(services, "settings", services.settings.model_copy(update={setting: 1}))
    sid = await make_session(db, world.a["engineer"])
    answers = []
    for n in range(2):
        filled = {key: value.replace("{n}", f"PC-{n}") for key, value in body.items()}
        answers.append(await api.as_user().post(f"{BASE}/{sid}/{path}", json=filled))
    assert answers[0].status_code in {200, 201}, answers[0].text
    assert (answers[1].status_code, answers[1].json()["code"]) == (429, "rate_limited")
    assert 1 <= int(answers[1].headers["retry-after"]) <= 60
