"""The people of an account over HTTP."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import text

from resolutionflow.db.session import Database
from tests.support.api import Api
from tests.support.world import World

pytestmark = pytest.mark.anyio

URL = "/api/v1/accounts/me/members"


async def members(api: Api, role: str, account: str = "a", **params: Any) -> list[dict[str, Any]]:
    answer = await api.as_user(role, account).get(URL, params=params)
    assert answer.status_code == 200, answer.text
    return answer.json()["items"]


async def test_members_are_those_of_the_account_by_name(api: Api, db: Database, world: World) -> None:
    assert (await api.anonymous().get(URL)).status_code == 401
    assert (await api.as_user().get(URL, params={"search": "x" * 101})).status_code == 422
    seen = await members(api, "viewer")
    assert [one["name"] for one in seen] == ["Admin A", "Engineer A", "Engineer2 A", "Owner A", "Viewer A"]
    assert {one["email"] for one in seen} == {None}
    assert [one["email"] for one in await members(api, "admin", search="ADMIN")] == [world.a["admin"].email]
    assert [one["name"] for one in await members(api, "engineer", "b", search="engineer2")] == ["Engineer2 B"]
    assert await members(api, "engineer", search="%") == []
    async with db.transaction(world.a.id) as tx:
        await tx.execute(text("UPDATE users SET is_active = false WHERE id = :id"), {"id": world.a["viewer"].id})
    assert "Viewer A" not in [one["name"] for one in await members(api, "engineer")]
    gone = [one for one in await members(api, "engineer", include_inactive=True) if not one["is_active"]]
    assert [one["name"] for one in gone] == ["Viewer A"]
