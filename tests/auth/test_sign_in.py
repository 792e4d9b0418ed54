"""Sign-in, rotation, sign-out: refusals first."""

from __future__ import annotations

import httpx2
import pytest
from tests.support.api import Api
from tests.support.world import PASSWORD, World

pytestmark = pytest.mark.anyio
LOGIN = "/api/v1/auth/login"


async def login(client: httpx2.AsyncClient, email: str, password: str = PASSWORD, **more: object) -> httpx2.Response:
    return await client.post(LOGIN, json={"email": email, "password": password, **more})


async def test_unknown_wrong_and_deactivated_look_alike(api: Api, world: World) -> None:
    client = api.anonymous()
    async with api.app_services.db.system() as session:
        from sqlalchemy import text

        await session.execute(text("UPDATE users SET is_active = false WHERE id = :id"), {"id": world.a["viewer"].id})
    answers = [
        await login(client, "nobody@ashcombe.example"),
        await login(client, world.a["engineer"].email, "wrong password"),
        await login(client, world.a["viewer"].email),
    ]
    bodies = []
    for answer in answers:
        assert answer.status_code == 401
        body = answer.json()
        body.pop("request_id")
        bodies.append(body)
    assert bodies[0] == bodies[1] == bodies[2]
    assert bodies[0]["code"] == "invalid_credentials"
    assert not client.cookies


async def test_anonymous_callers_are_refused(api: Api) -> None:
    answer = await api.anonymous().get("/api/v1/auth/me")
    assert answer.status_code == 401
    assert answer.json()["code"] == "not_authenticated"
    assert set(answer.json()) == {"code", "message", "details", "request_id"}


async def test_five_failures_are_throttled_with_a_countdown_and_another_address_is_not(api: Api, world: World) -> None:
    client = api.anonymous()
    for _ in range(5):
        assert (await login(client, world.a["engineer"].email, "wrong password")).status_code == 401
    refused = await login(client, world.a["engineer"].email)
    assert refused.status_code == 429
    assert refused.json()["code"] == "too_many_attempts"
    assert 0 < int(refused.headers["retry-after"]) <= 900
    assert (await login(client, world.a["admin"].email)).status_code == 200


async def test_browser_gets_http_only_strict_cookies_and_no_token_in_the_body(api: Api, world: World) -> None:
    client = api.anonymous()
    answer = await login(client, world.a["engineer"].email.upper())
    assert answer.status_code == 200
    body = answer.json()
    assert body["access_token"] is None and body["refresh_token"] is None
    assert body["user"]["role"] == "engineer"
    cookies = {header.split("=")[0]: header.lower() for header in answer.headers.get_list("set-cookie")}
    for name in ("rf_access", "rf_refresh"):
        assert "httponly" in cookies[name] and "samesite=strict" in cookies[name]
    assert "httponly" not in cookies["rf_csrf"]
    me = await client.get("/api/v1/auth/me")
    assert me.json()["account"]["name"] == "Ashcombe"


async def test_a_write_with_cookies_needs_the_csrf_header(api: Api, world: World) -> None:
    client = api.anonymous()
    await login(client, world.a["engineer"].email)
    refused = await client.patch("/api/v1/users/me", json={"name": "Mallory"})
    assert refused.status_code == 403
    assert refused.json()["code"] == "csrf_failed"
    token = client.cookies["rf_csrf"]
    foreign = await client.patch(
        "/api/v1/users/me", json={"name": "Mallory"}, headers={"x-csrf-token": "0" * len(token)}
    )
    assert foreign.status_code == 403
    done = await client.patch(
        "/api/v1/users/me", json={"ui_preferences": {"theme": "dark"}}, headers={"x-csrf-token": token}
    )
    assert done.status_code == 200
    assert done.json()["user"]["ui_preferences"] == {"theme": "dark"}


async def test_refresh_rotates_and_a_lost_answer_can_be_repeated(api: Api, world: World) -> None:
    client = api.anonymous()
    first = (await login(client, world.a["engineer"].email, transport="token")).json()["refresh_token"]
    second = (await client.post("/api/v1/auth/refresh", json={"refresh_token": first})).json()["refresh_token"]
    assert second != first
    again = (await client.post("/api/v1/auth/refresh", json={"refresh_token": first})).json()["refresh_token"]
    assert again == second


async def test_reuse_from_another_browser_ends_the_whole_sign_in(api: Api, world: World) -> None:
    client = api.anonymous()
    tokens = (await login(client, world.a["engineer"].email, transport="token")).json()
    second = (await client.post("/api/v1/auth/refresh", json={"refresh_token": tokens["refresh_token"]})).json()
    thief = await client.post(
        "/api/v1/auth/refresh",
        json={"refresh_token": tokens["refresh_token"]},
        headers={"user-agent": "another browser"},
    )
    assert thief.status_code == 401
    assert thief.json()["code"] == "refresh_reused"
    ended = await client.post("/api/v1/auth/refresh", json={"refresh_token": second["refresh_token"]})
    assert ended.status_code == 401
    headers = {"authorization": f"Bearer {second['access_token']}"}
    assert (await api.anonymous().get("/api/v1/auth/me", headers=headers)).status_code == 401


async def test_sign_out_ends_the_access_token_at_once(api: Api, world: World) -> None:
    client = api.anonymous()
    tokens = (await login(client, world.a["engineer"].email, transport="token")).json()
    headers = {"authorization": f"Bearer {tokens['access_token']}"}
    assert (await client.post("/api/v1/auth/logout", headers=headers)).status_code == 204
    assert (await client.get("/api/v1/auth/me", headers=headers)).status_code == 401


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"email": "a@b.example"},
        {"email": "a\u0000@b.example", "password": "x"},
        {"email": "a@b.example", "password": "x", "admin": True},
        {"email": ["a"], "password": {}},
        {"email": "a" * 300, "password": "x"},
    ],
)
async def test_malformed_sign_in_is_422_without_echo(api: Api, body: dict[str, object]) -> None:
    answer = await api.anonymous().post(LOGIN, json=body)
    assert answer.status_code == 422
    assert answer.json()["code"] == "invalid_request"


async def test_text_that_cannot_be_stored_is_named_by_its_field(api: Api) -> None:
    bodies: dict[str, dict[str, object]] = {
        "body.email": {"email": "a\u0000@b.example", "password": "x"},
        "body.email.1.deep": {"email": ["a", {"deep": "\u0000"}], "password": "x"},
        "body": {"email": "a@b.example", "password": "x", "\u0000": 1},
    }
    for field, body in bodies.items():
        answer = await api.anonymous().post(LOGIN, json=body)
        assert answer.status_code == 422
        problem = {"field": field, "problem": "Value error, must not contain NUL characters"}
        assert answer.json()["details"]["problems"] == [problem]
        assert f"check {field}." in answer.json()["message"]


async def test_broken_json_is_422(api: Api) -> None:
    for raw in (b"{", b"\xff\xfe", b'{"email": "\\ud800", "password": "x"}', b"[" * 2000):
        answer = await api.anonymous().post(LOGIN, content=raw, headers={"content-type": "application/json"})
        assert answer.status_code == 422, raw[:20]


async def test_preferences_start_empty_merge_and_refuse(api: Api) -> None:
    url = "/api/v1/accounts/me/preferences"
    assert (await api.anonymous().get(url)).status_code == 401
    admin = api.as_user("admin")
    defaults = {
        "templatize_prompt_enabled": True,
        "team_can_view_sessions": False,
        "share_links_enabled": True,
        "share_link_max_days": 30,
    }
    assert (await admin.get(url)).json() == {"preferences": {}, "effective": defaults}
    refused = await api.as_user("viewer").patch(url, json={"preferences": {"team_can_view_sessions": True}})
    assert refused.status_code == 403
    assert refused.json()["code"] == "admin_required"
    assert (await admin.patch(url, json={"preferences": {"unknown_key": True}})).status_code == 422
    assert (await admin.patch(url, json={"preferences": {"team_can_view_sessions": "yes"}})).status_code == 422
    changed = await admin.patch(url, json={"preferences": {"team_can_view_sessions": True}})
    assert changed.json()["effective"] == {**defaults, "team_can_view_sessions": True}
    assert (await api.as_user("admin", "b").get(url)).json()["effective"] == defaults
    # What engineers may set, both ways; a key above the role takes the whole change with it.
    off, above = {"templatize_prompt_enabled": False}, {"share_links_enabled": False}
    for role, change, code in (("viewer", off, "engineer_required"), ("engineer", {**off, **above}, "admin_required")):
        refused = await api.as_user(role).patch(url, json={"preferences": change})
        assert (refused.status_code, refused.json()["code"]) == (403, code)
    assert (await admin.get(url)).json()["effective"]["templatize_prompt_enabled"] is True
    asked = await api.as_user().patch(url, json={"preferences": off})
    assert asked.json()["effective"] == {**defaults, "team_can_view_sessions": True, **off}
    again = await api.as_user().patch(url, json={"preferences": {"templatize_prompt_enabled": None}})
    assert again.json()["preferences"] == {"team_can_view_sessions": True}
