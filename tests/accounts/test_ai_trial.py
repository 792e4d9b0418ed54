"""Trying the model settings against a real server over the wire."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import text

from resolutionflow.demo.models import ModelServer, Reply
from resolutionflow.services import Services
from tests.accounts.support import KEY, PATH, put
from tests.support.api import Api

pytestmark = pytest.mark.anyio


@pytest.fixture(scope="module")
def running() -> Iterator[ModelServer]:
    with ModelServer(key=KEY) as server:
        yield server


@pytest.fixture
def models(running: ModelServer) -> ModelServer:
    running.script.reset()
    return running


def asked(models: ModelServer, **more: Any) -> dict[str, Any]:
    return {
        "provider": "openai_compatible",
        "base_url": models.base_url("openai_compatible"),
        "api_key": KEY,
        "model_standard": "large-1",
        "model_fast": "small-1",
        **more,
    }


async def test_only_admins_test_and_only_what_there_is(api: Api, models: ModelServer) -> None:
    for role in ("viewer", "engineer"):
        answer = await api.as_user(role).post(f"{PATH}/test", json=asked(models))
        assert (answer.status_code, answer.json()["code"]) == (403, "admin_required")
    client = api.as_user("admin")
    answer = await client.post(f"{PATH}/test")
    assert (answer.status_code, answer.json()["code"]) == (400, "nothing_to_test")
    answer = await client.post(f"{PATH}/test", json=asked(models, base_url="https://10.1.2.3/v1"))
    assert (answer.status_code, answer.json()["code"]) == (400, "base_url_not_allowed")
    assert (await client.post(f"{PATH}/test", json=asked(models, model_standard=""))).status_code == 422
    assert models.requests == []


async def test_each_tier_answers_and_is_written_down(api: Api, services: Services, models: ModelServer) -> None:
    models.script.queue(Reply(text="ready"), Reply(text="ready"))
    client = api.as_user("admin")
    items = (await client.post(f"{PATH}/test", json=asked(models))).json()["items"]
    assert [(item["tier"], item["ok"], item["model"], item["provider_message"]) for item in items] == [
        ("standard", True, "large-1", "ready"),
        ("fast", True, "small-1", "ready"),
    ]
    used = (await client.get(f"{PATH}/usage", params={"group_by": "action"})).json()
    assert [(item["key"], item["calls"], item["fallbacks"]) for item in used["items"]] == [("connection_test", 2, 0)]
    assert (await client.get(PATH)).json()["version"] == 0


async def test_a_refused_key_is_told_in_the_providers_words_without_the_key(
    api: Api, services: Services, models: ModelServer, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong = "sk-wrong-0123456789abcdef"
    answer = await api.as_user("admin").post(f"{PATH}/test", json=asked(models, api_key=wrong))
    items = answer.json()["items"]
    assert [item["ok"] for item in items] == [False, False]
    assert all(item["provider_message"] for item in items)
    assert "refused the key" in items[0]["message"]
    written = capsys.readouterr()
    async with services.db.system() as session:
        rows = str((await session.execute(text("SELECT json_agg(t) FROM ai_calls t"))).scalar())
    assert "key_refused" in rows
    assert wrong not in answer.text + rows + written.out + written.err


async def test_the_stored_key_is_used_where_it_belongs_and_nowhere_else(api: Api, models: ModelServer) -> None:
    client = api.as_user("admin")
    base_url = models.base_url("openai_compatible")
    await put(client, base_url=base_url, api_key=KEY)
    stored = (await client.post(f"{PATH}/test")).json()["items"]
    same = (await client.post(f"{PATH}/test", json=asked(models, api_key=None))).json()["items"]
    assert [item["ok"] for item in stored + same] == [True] * 4
    elsewhere = asked(models, api_key=None, base_url=base_url.replace("127.0.0.1", "localhost"))
    moved = (await client.post(f"{PATH}/test", json=elsewhere)).json()["items"]
    assert [item["ok"] for item in moved] == [False, False]


async def test_ten_tests_an_hour(api: Api, models: ModelServer) -> None:
    client = api.as_user("owner")
    for _ in range(10):
        assert (await client.post(f"{PATH}/test")).status_code == 400
    answer = await client.post(f"{PATH}/test", json=asked(models))
    assert (answer.status_code, answer.json()["code"]) == (429, "rate_limited")
    assert 0 < int(answer.headers["retry-after"]) <= 3600
    assert models.requests == []


async def test_a_budget_that_is_used_up_does_not_stop_a_test(api: Api, models: ModelServer) -> None:
    client = api.as_user("admin")
    await put(client, base_url=models.base_url("openai_compatible"), api_key=KEY, monthly_budget_usd=0)
    assert (await client.get(PATH)).json()["budget"]["state"] == "exhausted"
    assert [item["ok"] for item in (await client.post(f"{PATH}/test")).json()["items"]] == [True, True]
