"""Model settings over HTTP: who may, what is refused, what becomes of the key."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import text

from resolutionflow.accounts.ai import service
from resolutionflow.services import Services
from resolutionflow.settings import Settings
from tests.accounts.support import KEY, PATH, put
from tests.support.api import Api
from tests.support.world import World

pytestmark = pytest.mark.anyio


async def test_viewers_read_nothing_and_engineers_change_nothing(api: Api) -> None:
    answer = await api.as_user("viewer").get(PATH)
    assert (answer.status_code, answer.json()["code"]) == (403, "engineer_required")
    for role in ("viewer", "engineer"):
        answer = await put(api.as_user(role))
        assert (answer.status_code, answer.json()["code"]) == (403, "admin_required")
    assert (await api.as_user("engineer").get(PATH)).json()["version"] == 0


async def test_another_account_sees_its_own_settings_only(api: Api) -> None:
    await put(api.as_user("admin"), api_key=KEY)
    other = (await api.as_user("owner", "b").get(PATH)).json()
    assert (other["mode"], other["provider"], other["key_set"], other["version"]) == ("guide", None, False, 0)


@pytest.mark.parametrize(
    "wrong",
    [
        {"mode": "magic"},
        {"provider": "acme"},
        {"model_standard": "two words"},
        {"monthly_budget_usd": -1},
        {"warn_percent": 0},
        {"prices": [{"model": "m", "input": -1, "output": 1}]},
        {"prices": [{"model": "m", "input": 1}]},
        {"version": -1},
        {"api_key": ""},
        {"surprise": 1},
    ],
)
async def test_malformed_settings_are_refused_whole(api: Api, wrong: dict[str, Any]) -> None:
    client = api.as_user("admin")
    assert (await put(client, **wrong)).status_code == 422
    assert (await client.get(PATH)).json()["version"] == 0


@pytest.mark.parametrize(
    "url",
    [
        "http://models.example/v1",
        "https://10.0.0.1/v1",
        "https://169.254.169.254/latest",
        "https://[::1]/v1",
        "https://0x7f.1/v1",
        "https://user:pw@models.example/v1",
        "https://models.example:8443/v1",
        "https://models/v1",
        "file:///etc/passwd",
        "http://127.0.0.2:9/v1",
    ],
)
async def test_an_address_against_the_rules_is_refused(api: Api, url: str) -> None:
    client = api.as_user("admin")
    answer = await put(client, base_url=url, api_key=KEY)
    assert (answer.status_code, answer.json()["code"]) == (400, "base_url_not_allowed")
    assert answer.json()["details"]["rule"]
    assert (await client.get(PATH)).json()["version"] == 0


async def test_a_loopback_server_is_for_an_installation_nobody_else_reaches(
    api: Api, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = await put(api.as_user("admin"), base_url="http://127.0.0.1:9/v1/")
    assert answer.json()["base_url"] == "http://127.0.0.1:9/v1"
    open_to_all = services.settings.model_copy(update={"loopback_only": False})
    with pytest.raises(Exception, match="https"):
        service.clean_base_url(open_to_all, "http://127.0.0.1:9/v1")


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"provider": "anthropic", "base_url": None}, "key_required"),
        ({"provider": "google", "base_url": None, "api_key": None}, "key_required"),
        ({"provider": None}, "model_required"),
        ({"model_standard": None}, "model_required"),
        ({"base_url": None}, "base_url_not_allowed"),
        ({"mode": "platform"}, "platform_unavailable"),
    ],
)
async def test_incomplete_settings_are_refused_with_what_is_missing(api: Api, wrong: dict[str, Any], code: str) -> None:
    client = api.as_user("admin")
    answer = await put(client, **wrong)
    assert (answer.status_code, answer.json()["code"]) == (400, code)
    assert (await client.get(PATH)).json()["version"] == 0


async def test_an_older_page_does_not_overwrite_a_newer_one(api: Api) -> None:
    client = api.as_user("admin")
    assert (await put(client)).json()["version"] == 1
    answer = await put(client, model_fast="other")
    assert (answer.status_code, answer.json()["code"]) == (409, "version_conflict")
    assert answer.json()["details"] == {"version": 1}
    assert (await client.get(PATH)).json()["model_fast"] == "small-1"


async def test_the_key_is_kept_deleted_and_dropped_but_never_answered(api: Api) -> None:
    client = api.as_user("admin")
    stored = await put(client, api_key=KEY)
    assert (stored.json()["key_set"], stored.json()["key_hint"]) == (True, "wxyz")
    kept = await put(client, model_fast="other", version=1)
    assert kept.json()["key_set"]
    moved = await put(client, base_url="https://elsewhere.example/v1", version=2)
    assert (moved.json()["key_set"], moved.json()["key_hint"]) == (False, None)
    again = await put(client, api_key=KEY, version=3)
    assert again.json()["key_set"]
    deleted = await put(client, api_key=None, version=4)
    assert not deleted.json()["key_set"]
    swapped = await put(client, api_key=KEY, version=5)
    other = await put(client, provider="anthropic", base_url=None, mode="guide", version=6)
    assert not other.json()["key_set"]
    for answer in (stored, kept, moved, again, deleted, swapped, other):
        assert KEY not in answer.text
        assert "api_key" not in answer.json()


async def test_engineers_see_the_model_but_neither_hint_nor_problem(api: Api, services: Services, world: World) -> None:
    await put(api.as_user("admin"), api_key=KEY)
    await service.note_problem(
        services, world.a.id, "key_refused", words=f"Wrong key {KEY}, sk-i****wxyz.", model="large-1"
    )
    seen = (await api.as_user("engineer").get(PATH)).json()
    assert (seen["model_standard"], seen["key_set"], seen["key_hint"], seen["problem"]) == ("large-1", True, None, None)
    told = (await api.as_user("owner").get(PATH)).json()
    assert told["problem"]["words"] == "Wrong key [key], [key]"
    assert told["problem"]["kind"] == "key_refused"


async def test_the_key_stands_nowhere_in_clear(
    api: Api, services: Services, world: World, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    await put(api.as_user("admin"), api_key=KEY)
    async with services.db.system() as session:
        dump = "".join(
            [
                str((await session.execute(text(f"SELECT json_agg(t) FROM {table} t"))).scalar())
                for table in ("ai_settings", "live_events", "rate_counters")
            ]
        )
    assert "ai.settings.changed" in dump
    config = await service.engine_config(services, world.a.id)
    assert config is not None
    assert config.api_key == KEY
    written = capsys.readouterr()
    assert KEY not in dump + repr(config) + caplog.text + written.out + written.err


async def test_a_copied_key_does_not_open_in_another_account(api: Api, services: Services, world: World) -> None:
    await put(api.as_user("admin"), api_key=KEY)
    await put(api.as_user("admin", "b"), api_key="sk-another-one-0123456789")
    async with services.db.system() as session:
        await session.execute(
            text(
                "UPDATE ai_settings SET api_key_encrypted = (SELECT api_key_encrypted FROM ai_settings WHERE account_id = :a)"
                " WHERE account_id = :b"
            ),
            {"a": world.a.id, "b": world.b.id},
        )
    config = await service.engine_config(services, world.b.id)
    assert config is not None
    assert config.api_key is None


async def test_the_guide_answers_until_a_model_is_chosen(api: Api, services: Services, world: World) -> None:
    assert await service.engine_config(services, world.a.id) is None
    assert (await api.as_user("engineer").get(PATH)).json()["engine"] == "guide"
    assert (await put(api.as_user("admin"), mode="guide")).json()["engine"] == "guide"
    assert await service.engine_config(services, world.a.id) is None
    assert (await put(api.as_user("admin"), version=1)).json()["engine"] == "llm"
    config = await service.engine_config(services, world.a.id)
    assert config is not None
    assert (config.model("fast"), config.model("standard")) == ("small-1", "large-1")


def platform(settings: Settings, **more: Any) -> Settings:
    changes = {
        "llm_provider": "anthropic",
        "llm_model_standard": "claude-sonnet-4-5",
        "llm_api_key": "sk-operators-own",
    }
    return Settings.model_validate({**settings.model_dump(), **changes, **more})


async def test_the_operators_model_is_the_default_where_there_is_one(
    services: Services, settings: Settings, world: World
) -> None:
    offered = platform(settings)
    async with services.db.transaction(world.a.id) as tx:
        engine = await service.engine_of(tx, offered, world.a.id)
    assert engine.source == "platform"
    assert engine.config is not None
    assert (engine.config.model_fast, engine.config.api_key) == ("claude-sonnet-4-5", "sk-operators-own")
    assert "sk-operators-own" not in repr(offered) + repr(engine)
    assert not service.platform_available(platform(settings, llm_api_key=""))


async def test_prices_are_the_accounts_own_then_the_vendors_list_at_its_own_address(api: Api) -> None:
    client = api.as_user("admin")
    own = {"model_standard": "claude-sonnet-4-5-20250929", "model_fast": "claude-haiku-4-5", "prices": []}
    vendor = (await put(client, provider="anthropic", base_url=None, api_key=KEY, **own)).json()
    assert {price["model"]: (price["input"], price["own"]) for price in vendor["prices"]} == {
        "claude-haiku-4-5": (1, False),
        "claude-sonnet-4-5-20250929": (3, False),
    }
    assert vendor["unpriced_models"] == []
    dearer = {**own, "prices": [{"model": "claude-haiku-4-5", "input": 2, "output": 9}]}
    mine = (await put(client, provider="anthropic", base_url=None, version=1, **dearer)).json()
    assert [(price["input"], price["own"]) for price in mine["prices"] if price["model"] == "claude-haiku-4-5"] == [
        (2, True)
    ]
    elsewhere = (await put(client, version=2, **own)).json()
    assert elsewhere["unpriced_models"] == ["claude-haiku-4-5", "claude-sonnet-4-5-20250929"]
