"""The first account of an installation: refusals first, then one winner, once."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx2
import pytest
from sqlalchemy import text

from resolutionflow.accounts.welcome.errors import AlreadyWelcomed
from resolutionflow.accounts.welcome.schemas import FirstAccountIn
from resolutionflow.accounts.welcome.service import TRIES_AN_HOUR, Caller, issue_link, make, make_from_command
from resolutionflow.audit.service import verify
from resolutionflow.auth.service import Client, SignIn
from resolutionflow.db.session import Database
from resolutionflow.settings import Settings
from tests.support.api import Api

pytestmark = pytest.mark.anyio
WELCOME = "/api/v1/auth/welcome"
HERE = {"host": "127.0.0.1:8080"}
BODY = {
    "account_name": "Oakmere IT",
    "name": "Rin Halloway",
    "email": "Rin@oakmere.example",
    "password": "seven quiet herons",
}


async def empty(db: Database) -> None:
    """As a new installation: what is there belongs to the demo."""
    async with db.system() as tx:
        await tx.execute(text("UPDATE accounts SET is_demo = true"))


async def post(client: httpx2.AsyncClient, *, headers: dict[str, str] | None = None, **changes: object) -> Any:
    return await client.post(WELCOME, json={**BODY, **changes}, headers=HERE if headers is None else headers)


async def real_accounts(db: Database) -> list[str]:
    async with db.system() as tx:
        return list((await tx.execute(text("SELECT name FROM accounts WHERE NOT is_demo"))).scalars())


async def test_with_a_real_account_there_is_no_welcome_whoever_asks(api: Api) -> None:
    client = api.anonymous()
    for answer in (await client.get(WELCOME, headers=HERE), await post(client), await post(api.as_user("owner"))):
        assert answer.status_code == 404
        assert answer.json()["code"] == "not_found"
    assert await issue_link(api.app_services.db) is None
    with pytest.raises(AlreadyWelcomed):
        await make_from_command(api.app_services.db, api.app_services.settings, FirstAccountIn.model_validate(BODY))


@pytest.mark.parametrize(
    "headers",
    [
        {"host": "flow.oakmere.example"},
        {"host": "127.0.0.1.oakmere.example"},
        {**HERE, "x-forwarded-for": "203.0.113.9"},
        {**HERE, "forwarded": "for=203.0.113.9"},
    ],
)
async def test_a_caller_from_elsewhere_needs_the_link(api: Api, headers: dict[str, str]) -> None:
    """A proxy on the machine speaks for others; a foreign name may have been pointed at it."""
    db = api.app_services.db
    await empty(db)
    client = api.anonymous()
    assert (await client.get(WELCOME, headers=headers)).json() == {"ready": False}
    link = await issue_link(db)
    for wrong in (None, "", "x" * 43):
        answer = await post(client, headers=headers, link=wrong)
        assert answer.status_code == 403
        assert answer.json()["code"] == "welcome_link_needed"
    assert not await real_accounts(db)
    assert (await client.get(WELCOME, headers={**headers, "x-welcome-link": link})).json() == {"ready": True}


async def test_an_old_and_a_replaced_link_do_not_work(api: Api) -> None:
    db, client = api.app_services.db, api.anonymous()
    await empty(db)
    replaced, newest = await issue_link(db), await issue_link(db)
    assert (await post(client, headers={}, link=replaced)).status_code == 403
    async with db.system() as tx:
        await tx.execute(text("UPDATE welcome_links SET expires_at = now() - interval '1 second'"))
    assert (await post(client, headers={}, link=newest)).status_code == 403
    assert not await real_accounts(db)


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"password": "elevenchars"}, 400, "too_short"),
        ({"password": "x y" * 50}, 400, "too_long"),
        ({"password": "Passw0rd-2026!"}, 400, "common"),
        ({"password": "rin@oakmere.example"}, 400, "about_you"),
        ({"password": "Rin  Halloway!"}, 400, "about_you"),
        ({"email": "owner@ASHCOMBE.example"}, 409, "email_in_use"),
        ({"email": "no address"}, 422, "invalid_request"),
        ({"account_name": "  "}, 422, "invalid_request"),
        ({"name": "\u0000"}, 422, "invalid_request"),
        ({"is_super_admin": True}, 422, "invalid_request"),
    ],
)
async def test_what_is_refused_says_why_and_stores_nothing(
    api: Api, changes: dict[str, object], status: int, code: str
) -> None:
    db, client = api.app_services.db, api.anonymous()
    await empty(db)
    answer = await post(client, **changes)
    assert answer.status_code == status
    body = answer.json()
    assert code == (body["details"]["reason"] if status == 400 else body["code"])
    assert status != 400 or body["code"] == "weak_password"
    assert not client.cookies
    assert not await real_accounts(db)


async def test_too_many_tries_are_told_when_to_come_back(api: Api) -> None:
    await empty(api.app_services.db)
    client = api.anonymous()
    for _ in range(TRIES_AN_HOUR):
        assert (await post(client, headers={})).status_code == 403
    refused = await post(client)
    assert refused.status_code == 429
    assert 0 < int(refused.headers["retry-after"]) <= 3600


async def test_the_first_account_is_made_signed_in_recorded_and_the_only_one(api: Api) -> None:
    db, settings = api.app_services.db, api.app_services.settings
    await empty(db)
    link = await issue_link(db)
    client = api.anonymous()
    answer = await post(client, headers={"host": "flow.oakmere.example"}, link=link)
    assert answer.status_code == 201, answer.text
    assert answer.json()["access_token"] is None
    me = (await client.get("/api/v1/auth/me")).json()
    assert me["user"]["role"] == "owner"
    assert me["user"]["is_super_admin"] is True
    assert me["user"]["email"] == BODY["email"]
    assert me["account"]["name"] == "Oakmere IT"
    assert me["account"]["is_demo"] is False

    again = api.anonymous()
    assert (await again.get(WELCOME, headers=HERE)).status_code == 404
    assert (await post(again, link=link, email="other@oakmere.example")).status_code == 404
    signed = await again.post("/api/v1/auth/login", json={"email": "rin@OAKMERE.example", "password": BODY["password"]})
    assert signed.status_code == 200

    events = (await client.get("/api/v1/accounts/me/audit")).json()["items"]
    assert [event["action"] for event in events] == ["account.create"]
    assert BODY["password"] not in str(events)
    async with db.system() as tx:
        kept = (await tx.execute(text("SELECT display_code, owner_id FROM accounts WHERE NOT is_demo"))).one()
        account = me["account"]["id"]
        assert (await verify(tx, settings, account)).first_bad_seq is None
        assert (await tx.execute(text("SELECT count(*) FROM welcome_links"))).scalar_one() == 0
    assert len(kept.display_code) == 8
    assert str(kept.owner_id) == me["user"]["id"]


async def test_of_several_welcomes_at_once_one_wins(own_db: Database, settings: Settings) -> None:
    await empty(own_db)
    caller = Caller(Client(ip="127.0.0.1", user_agent="test"), None, trusted=True)

    def one(number: int) -> FirstAccountIn:
        return FirstAccountIn.model_validate({**BODY, "email": f"rin{number}@oakmere.example"})

    ended = await asyncio.gather(
        *(make(own_db, settings, one(number), caller) for number in range(3)),
        make_from_command(own_db, settings, one(9)),
        return_exceptions=True,
    )
    lost = [end for end in ended if isinstance(end, AlreadyWelcomed)]
    assert len(lost) == 3
    assert len([end for end in ended if not isinstance(end, BaseException)]) == 1
    assert all(isinstance(end, (SignIn, AlreadyWelcomed)) for end in ended[:3])
    assert await real_accounts(own_db) == ["Oakmere IT"]
