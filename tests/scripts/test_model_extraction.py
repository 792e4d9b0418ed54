"""Parameters named by a model over the wire: the code cuts, and a useless reply leaves it to the rules."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import orjson
import pytest

from resolutionflow.demo.models import ModelServer, Reply
from resolutionflow.kit.ids import new_id
from resolutionflow.settings import Settings
from tests.factories.sessions import make_fix
from tests.pilot.llm.support import Case
from tests.support.live import Live

pytestmark = pytest.mark.anyio
SCRIPT = "$user = 'kim.lee'\nUnlock-ADAccount -Identity $user\nGet-EventLog -Newest 20\n$pw = 'x'\n# Winter\n"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"llm_retry_wait": 0.01, "llm_first_token_timeout": 3.0})


@pytest.fixture
async def case(live: Live) -> AsyncIterator[Case]:
    with ModelServer() as models:
        started = Case(live, models, new_id())
        await started.new_session()
        yield started


def reply(*entries: Any) -> Reply:
    return Reply(text=f"```json\n{orjson.dumps(entries).decode()}\n```")


async def proposed(case: Case) -> dict[str, Any]:
    """The draft of a new fix, once its parameters were looked for."""
    owner = case.live.world.a["engineer"]
    await case.new_session()
    fid = await make_fix(case.live.services.db, owner, case.sid, ai_drafted_script=SCRIPT)
    async with case.live.client() as client:
        url = f"/api/v1/ai-sessions/{case.sid}/suggested-fixes/{fid}/decision"
        told = (await client.post(url, json={"decision": "draft_template"})).json()
        async with asyncio.timeout(15):
            while True:
                draft = (await client.get(f"/api/v1/draft-templates/{told['draft_template_id']}")).json()
                if draft["extraction"] != "pending":
                    return draft
                await asyncio.sleep(0.02)


async def test_the_model_names_and_the_code_cuts(case: Case) -> None:
    await case.use("anthropic")
    named = {
        "key": "UserName",
        "label": "User",
        "type": "text",
        "value": "kim.lee",
        "line": 1,
        "inferred_from": "ticket",
    }
    case.models.script.queue(
        reply(
            named,
            {"key": "newest", "label": "", "type": "number", "value": 20, "line": 3},
            {"key": "invented", "type": "text", "value": "sam", "line": 1},
            {"key": "command", "type": "text", "value": "Unlock-ADAccount", "line": 2},
            "nonsense",
        )
    )
    draft = await proposed(case)
    assert (draft["extraction"], draft["extraction_method"]) == ("done", "model")
    assert draft["extracted"] == {"user_name": "kim.lee", "newest": "20"}
    assert draft["script_body"].startswith("$user = '{{ user_name }}'\nUnlock-ADAccount -Identity $user\n")
    assert [(one["label"], one["type"], one["help"]) for one in draft["proposed_parameters"]["parameters"]] == [
        ("User", "text", "Taken from ticket."),
        ("Newest", "number", ""),
    ]
    sent = case.models.requests[0]
    assert sent.body["model"] == "large-1"
    assert "1: $user = 'kim.lee'" in sent.text
    assert (await case.calls())[0]["action"] == "template_extraction"
    case.models.script.queue(Reply(text="I would rather not."))
    useless = await proposed(case)
    assert (useless["extraction"], useless["extraction_method"], useless["script_body"]) == ("done", "rules", SCRIPT)
    case.models.script.queue(Reply(status=401))
    failing = await proposed(case)
    assert (failing["extraction_method"], failing["proposed_parameters"]) == ("rules", {"parameters": []})
