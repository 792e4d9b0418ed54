"""A secret put in anywhere is nowhere: in no table, no log line, no model request, no note, no later answer."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import httpx2
import pytest
from tests.pilot.hostile.test_sample import LANE, finished
from tests.pilot.llm.support import Case, answering
from tests.psa.support import Sim
from tests.psa.test_tickets_api import desk_ticket
from tests.sessions.test_uploads_api import SMALL
from tests.support.traces import dumped

from resolutionflow.psa.connections import create_connection

pytestmark = pytest.mark.anyio


@dataclass
class Planted:
    """Secrets by the place they were put in; `stored` are those the account keeps, recognisable by nothing but themselves."""

    stored: tuple[str, ...]
    values: dict[str, str] = field(default_factory=dict)

    def __call__(self, place: str, *, limit: int = 0) -> str:
        """A text with a password, a token, a key and the stored secrets, all but the last of this place alone."""
        mark = uuid4().hex
        secrets = [f"Pw!{mark[:12]}#Zq", f"ghp_{(mark + mark)[:36]}", f"AKIA{mark[:16].upper()}"]
        self.values |= {f"{place} {number}": secret for number, secret in enumerate(secrets)}
        said = f"password={secrets[0]} token {secrets[1]} key {secrets[2]} and {' also '.join(self.stored)} end"
        return said[:limit] if limit else said

    def found_in(self, text: str) -> list[str]:
        """The places whose secrets stand in `text`."""
        known = {**self.values, **{f"stored {number}": value for number, value in enumerate(self.stored)}}
        return sorted(place for place, secret in known.items() if secret.casefold() in text.casefold())


async def ok(answer: httpx2.Response) -> Any:
    assert answer.is_success, answer.text
    return answer.json() if answer.content else None


async def test_a_secret_is_nowhere(log: io.StringIO, case: Case, sim: Sim, superuser_dsn: str) -> None:
    account = case.live.world.a.id
    await case.use("anthropic")
    await create_connection(case.live.services, account, name="ConnectWise", sign_in=sim.sign_in)
    planted = Planted((sim.sign_in.secrets["private_key"], case.models.script.key))
    # The model hands on whatever it was told, and says the stored secrets, too.
    echo = planted("a reply of the model").replace('"', "")
    case.models.script.default = answering(
        f'{echo} [PROMOTE]{{"source_type": "ai_synthesis", "source_ref": null, "text": "{echo}", "summary": "{echo[:60]}",'
        f' "evidence": "x"}}[/PROMOTE][SUGGEST_FIX]{{"title": "{echo[:150]}", "description": "{echo}", "confidence": 90,'
        f' "ai_drafted_script": "$p = \'{echo}\'"}}[/SUGGEST_FIX][QUESTIONS][{{"text": "{echo}", "context": "{echo}"}}][/QUESTIONS]'
        f'[ACTIONS][{{"label": "{echo[:140]}", "command": "echo {echo}", "description": "{echo}", "shell": "cmd"}}][/ACTIONS]'
    )
    ticket_id = await desk_ticket(sim)
    sim.person("reply", ticket_id, text=planted("a note of the ticket"))
    async with case.live.client() as client:
        await _work(client, planted, ticket_id)
        await _ends(client, planted)
        await client.get("/api/v1/ai-sessions", params={"q": planted("a search", limit=190)})
        await client.get("/api/v1/integrations/psa/tickets", params={"q": planted("a search of tickets", limit=90)})
        for picker in ("companies", "contacts"):
            await client.get(
                f"/api/v1/integrations/psa/{picker}", params={"q": planted(f"a search of {picker}", limit=90)}
            )
        files = {"file": (planted("the name of a file"), SMALL, "image/png")}
        await ok(await client.post("/api/v1/uploads", files=files))
        await client.patch("/api/v1/users/me", json={"ui_preferences": {"theme": planted("a preference")}})
        await client.post(
            "/api/v1/auth/login",
            json={"email": "engineer@ashcombe.example", "password": planted("a sign-in", limit=60)},
        )
        for path in ("ai-sessions?scope=all", "integrations/psa/writes"):
            assert planted.found_in((await client.get(f"/api/v1/{path}")).text) == []
    tables = await dumped(superuser_dsn, case.live.services.db.urls.app.split("?")[0].rsplit("/", 1)[1])
    assert {"pgqueuer", "psa_cache", "psa_writes", "ai_session_turn_raw", "idempotency_keys"} <= set(tables)
    assert {name: found for name, text in tables.items() if (found := planted.found_in(text))} == {}
    assert '"event":"request"' in log.getvalue()
    assert planted.found_in(log.getvalue()) == []
    sent = "\n".join(request.text for request in case.models.requests)
    assert "\\u00absecret:" in sent or "«secret:" in sent
    assert planted.found_in(sent) == []
    written = [request for request in sim.requests() if request["method"] != "GET"]
    assert any("/notes" in request["path"] for request in written)
    assert planted.found_in(str(written)) == []


async def _work(client: httpx2.AsyncClient, planted: Planted, ticket_id: str) -> None:
    """A session from a ticket to its resolution, with a secret in every field a person can type into."""
    made = await ok(
        await client.post(
            "/api/v1/ai-sessions",
            json={
                "ticket_id": ticket_id, "title": planted("a title", limit=180), "message": planted("the first message"),
                "client_turn_id": str(uuid4()),
            },
            headers={"idempotency-key": "start"},
        )
    )  # fmt: skip
    sid = made["session"]["id"]
    url = f"/api/v1/ai-sessions/{sid}"
    await finished(client, sid, made["turn_id"])
    lane = await ok(await client.get(f"{url}/lane"))
    question, check = lane["questions"][0]["id"], lane["checks"][0]["id"]
    await ok(await client.post(f"{url}/lane/{question}/answer", json={"answer": planted("an answer")}))
    await ok(await client.post(f"{url}/lane/{check}/output", json={"output": planted("an output")}))
    combined = f"=== RF:CHECK 1 {check.replace('-', '')[-12:]} ===\n{planted('a combined output')}\n=== RF:END ===\n"
    await ok(await client.post(f"{url}/lane/outputs", json={"text": f"{planted('text around it')}\n{combined}"}))
    await ok(await client.post(f"{url}/lane/{question}/reopen"))
    await ok(await client.post(f"{url}/lane/{question}/skip", json={"reason": planted("a reason to skip", limit=290)}))
    await ok(
        await client.post(
            f"{url}/lane/send",
            json={"client_turn_id": str(uuid4()), "message": planted("words beside the lane")},
            headers=LANE,
        )
    )
    key = {"idempotency-key": "note"}
    note = {"text": planted("a fact"), "summary": planted("a summary", limit=190)}
    fact = await ok(await client.post(f"{url}/facts", json=note, headers=key))
    await ok(await client.patch(f"{url}/facts/{fact['id']}", json={"text": planted("an edited fact")}))
    raw = {"source_type": "ai_synthesis", "raw_input": f"The disk has 3 GB free. {planted('a promotion')}"}
    assert (await client.post(f"{url}/facts/promote", json=raw)).status_code in {201, 409}
    known = {"problem_summary": planted("a problem"), "client_name": planted("a client", limit=250)}
    await ok(await client.patch(url, json=known))
    await _fix(client, planted, url)
    await _documents(client, planted, url, ticket_id)
    whole = await client.get(f"{url}?include=messages,lane,facts,fix,turn")
    assert planted.found_in(whole.text) == []


async def _fix(client: httpx2.AsyncClient, planted: Planted, url: str) -> None:
    fix = (await ok(await client.get(f"{url}/suggested-fixes/active")))["id"]
    script = {
        "ai_drafted_script": planted("an attached script"),
        "ai_drafted_parameters": {"a": planted("a parameter")},
    }
    await ok(await client.patch(f"{url}/suggested-fixes/{fix}/script", json=script))
    sent = {
        "decision": "one_off", "edited_script": planted("an edited script"),
        "parameters_used": {"user": {"deep": [planted("a parameter used")]}},
    }  # fmt: skip
    decided = await ok(await client.post(f"{url}/suggested-fixes/{fix}/decision", json=sent))
    # The one exception: the reply to the request that sent it.
    assert decided["rendered_script"] == sent["edited_script"]
    assert planted.found_in(str(decided["fix"])) == []
    outcome = {"outcome": "applied_partial", "notes": planted("notes of an outcome", limit=480)}
    await ok(await client.patch(f"{url}/suggested-fixes/{fix}/outcome", json=outcome))
    await ok(await client.patch(f"{url}/suggested-fixes/{fix}/outcome", json={"outcome": "applied_success"}))


async def _documents(client: httpx2.AsyncClient, planted: Planted, url: str, ticket_id: str) -> None:
    draft = {"markdown": planted("a draft"), "base_state_version": 0, "version": 0}
    await ok(await client.put(f"{url}/document-drafts/resolution_note", json=draft))
    await ok(await client.post(f"{url}/resolution-note/preview", json={}))
    await ok(await client.post(f"{url}/escalation-package/preview", json={}))
    note = {"audience": "status_update", "note": planted("a note for an update", limit=480)}
    told = await client.post(f"{url}/updates/preview", json=note)
    assert planted.found_in((await ok(told))["markdown"]) == []
    update = {"audience": "email_draft", "markdown": planted("an update"), "subject": planted("a subject", limit=140)}
    await ok(await client.post(f"{url}/updates", json=update))
    posted = {"audience": "status_update", "markdown": planted("a posted update"), "visibility": "internal"}
    await ok(await client.post(f"{url}/updates", json=posted, headers={"idempotency-key": "update"}))
    await ok(await client.post(f"{url}/shares", json={"label": planted("the label of a link", limit=95)}))
    by_hand = {"text": planted("a note by hand"), "visibility": "internal", "notify": False}
    await ok(await client.post(f"/api/v1/integrations/psa/tickets/{ticket_id}/notes", json=by_hand))
    shown = {"kind": "resolution", "markdown": planted("a preview")}
    assert planted.found_in((await client.post(f"{url}/psa-writes/preview", json=shown)).text) == []
    final = {
        "markdown": f"## Resolution\n\n{planted('the note')}", "summary": planted("the summary of the note", limit=480),
        "acknowledge": ["unsupported_sentences", "ticket_changed"],
    }  # fmt: skip
    await ok(await client.post(f"{url}/resolution-note/post", json=final))


async def _ends(client: httpx2.AsyncClient, planted: Planted) -> None:
    """A session resolved here, one given up, and requests that are refused."""
    here = (await ok(await client.post("/api/v1/ai-sessions", json={"title": "Here"})))["session"]["id"]
    note = {
        "markdown": planted("a note kept here"), "summary": planted("its summary", limit=480),
        "acknowledge": ["unsupported_sentences"],
    }  # fmt: skip
    await ok(await client.post(f"/api/v1/ai-sessions/{here}/resolution-note/post", json=note))
    left = (await ok(await client.post("/api/v1/ai-sessions", json={"title": "Left"})))["session"]["id"]
    reason = {"reason": planted("a reason to give up", limit=480)}
    await ok(await client.post(f"/api/v1/ai-sessions/{left}/abandon", json=reason))
    refused = await client.post(f"/api/v1/ai-sessions/{left}/facts", json={"text": planted("a fact too late")})
    assert refused.status_code == 409
    unreadable = await client.post(f"/api/v1/ai-sessions/{left}/facts", json={"txt": planted("a wrong field")})
    assert unreadable.status_code == 422
    assert planted.found_in(unreadable.text + refused.text) == []
