"""Members, settings and activity over HTTP: who may, what is refused, what is kept."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text

from resolutionflow.psa import repository
from resolutionflow.psa.repository import Connection
from resolutionflow.services import Services
from tests.psa.support import Sim
from tests.support.api import Api
from tests.support.world import World

pytestmark = pytest.mark.anyio
P = "/api/v1/integrations/psa"


async def member_ids(api: Api) -> list[str]:
    return [item["id"] for item in (await api.as_user("admin").get(f"{P}/members")).json()["items"]]


async def test_only_admins_map_people(api: Api, connection: Connection, world: World) -> None:
    engineer = api.as_user("engineer")
    item = {"user_id": str(world.a["viewer"].id), "member_id": "1"}
    for answer in (
        await engineer.get(f"{P}/member-mappings"),
        await engineer.put(f"{P}/member-mappings", json={"items": [item]}),
        await engineer.post(f"{P}/member-mappings/auto-match"),
        await engineer.get(f"{P}/settings"),
        await engineer.get(f"{P}/activity"),
        await engineer.get(f"{P}/outcomes"),
    ):
        assert (answer.status_code, answer.json()["code"]) == (403, "admin_required")
    nobody = await api.as_user("admin", "b").get(f"{P}/member-mappings")
    assert (nobody.status_code, nobody.json()["code"]) == (409, "psa_not_connected")
    assert (await engineer.get(f"{P}/member-mappings/me")).json()["member"]["name"] == "Kit Tarrow"
    assert (await api.as_user("viewer").get(f"{P}/member-mappings/me")).json() == {"member": None}


async def test_a_mapping_is_set_whole_or_not_at_all(api: Api, connection: Connection, world: World) -> None:
    admin, people = api.as_user("admin"), world.a
    taken = (await api.as_user("engineer").get(f"{P}/member-mappings/me")).json()["member"]["id"]
    free = next(member for member in await member_ids(api) if member != taken)

    async def put(*pairs: tuple[Any, str | None]) -> Any:
        items = [{"user_id": str(user), "member_id": member} for user, member in pairs]
        return await admin.put(f"{P}/member-mappings", json={"items": items})

    refusals = [
        (await put((uuid4(), free)), 404, "not_found"),
        (await put((world.b["engineer"].id, free)), 404, "not_found"),
        (await put((people["viewer"].id, "999999")), 409, "unknown_member"),
        (await put((people["viewer"].id, taken)), 409, "member_taken"),
        (await put((people["viewer"].id, free), (people["owner"].id, free)), 409, "member_taken"),
        (await put((people["viewer"].id, free), (people["viewer"].id, None)), 422, "invalid_request"),
        (await put((people["viewer"].id, free), (people["owner"].id, taken)), 409, "member_taken"),
    ]
    for answer, status, code in refusals:
        assert (answer.status_code, answer.json()["code"]) == (status, code)
    listed = {row["user_id"]: row for row in (await admin.get(f"{P}/member-mappings")).json()["items"]}
    assert len(listed) == 5
    assert listed[str(people["viewer"].id)]["member"] is None
    swapped = await put((people["engineer"].id, free), (people["viewer"].id, taken))
    rows = {row["user_id"]: row for row in swapped.json()["items"]}
    assert rows[str(people["engineer"].id)]["member"]["id"] == free
    assert (rows[str(people["viewer"].id)]["member"]["id"], rows[str(people["viewer"].id)]["matched_by"]) == (
        taken,
        "manual",
    )
    await put((people["viewer"].id, None))
    assert (await api.as_user("viewer").get(f"{P}/member-mappings/me")).json() == {"member": None}


async def test_matching_by_mail_says_what_came_of_it(
    api: Api, services: Services, connection: Connection, world: World
) -> None:
    async with services.db.system() as session:
        await session.execute(
            text("UPDATE users SET email = 'Owen.Castell@kestrelford.example' WHERE id = :id"),
            {"id": world.a["engineer2"].id},
        )
    answer = await api.as_user("admin").post(f"{P}/member-mappings/auto-match")
    assert answer.json() == {"matched": 1, "unmatched": 3, "ambiguous": 0}
    rows = (await api.as_user("admin").get(f"{P}/member-mappings")).json()["items"]
    assert [row["matched_by"] for row in rows if row["user_id"] == str(world.a["engineer2"].id)] == ["email"]


async def test_settings_are_checked_versioned_and_used(
    api: Api, services: Services, connection: Connection, sim: Sim, world: World
) -> None:
    admin = api.as_user("admin")
    now = (await admin.get(f"{P}/settings")).json()
    assert (now["auto_push"], now["time_rounding"], now["default_resolved"], now["version"]) == (
        "ask",
        "15",
        "Resolved",
        1,
    )
    body = {name: value for name, value in now.items() if name != "provider"}
    boards = [item["id"] for item in (await admin.get(f"{P}/boards")).json()["items"]]
    statuses = (await admin.get(f"{P}/boards/{boards[0]}/statuses")).json()["items"]
    foreign = (await admin.get(f"{P}/boards/{boards[1]}/statuses")).json()["items"][0]["id"]

    def target(status_id: str) -> dict[str, Any]:
        return {**body, "target_statuses": [{"board_id": boards[0], "purpose": "resolved", "status_id": status_id}]}

    wrong = await admin.put(f"{P}/settings", json=target(foreign))
    assert (wrong.status_code, wrong.json()["code"]) == (409, "status_not_on_board")
    odd = await admin.put(f"{P}/settings", json={**body, "time_rounding": "7"})
    assert (odd.status_code, odd.json()["code"]) == (422, "invalid_request")
    saved = await admin.put(
        f"{P}/settings", json={**target(statuses[-1]["id"]), "note_visibility": "internal", "time_entry": "auto"}
    )
    assert (saved.status_code, saved.json()["version"]) == (200, 2), saved.text
    late = await admin.put(f"{P}/settings", json=body)
    assert (late.status_code, late.json()["code"]) == (409, "version_conflict")
    async with services.db.transaction(world.a.id) as session:
        used = await repository.preferences(session, connection.id)
    assert used.note_visibility == "internal"
    assert used.target_statuses[0].status_id == statuses[-1]["id"]
    followed = (await api.as_user("viewer").get(f"{P}/status")).json()["rules"]
    assert followed == {"auto_push": "ask", "time_entry": "auto", "time_rounding": "15", "prompt_on_close": True}
    assert (await api.as_user("viewer", "b").get(f"{P}/status")).json()["rules"] is None
    log = (await admin.get("/api/v1/accounts/me/audit?action=psa.settings_changed")).json()["items"]
    assert log[0]["details"]["note_visibility"] == ["customer", "internal"]


async def test_activity_is_paged_and_of_the_account_alone(api: Api, connection: Connection, sim: Sim) -> None:
    admin = api.as_user("admin")
    for name in ("One", "Two", "Three"):
        version = (await admin.get(f"{P}/connections")).json()["items"][0]["version"]
        await admin.patch(f"{P}/connections/{connection.id}", json={"version": version, "name": name})
    first = (await admin.get(f"{P}/activity?limit=2")).json()
    rest = (await admin.get(f"{P}/activity?limit=50&cursor={first['next_cursor']}")).json()
    everything = (await admin.get(f"{P}/activity")).json()["items"]
    assert first["items"] + rest["items"] == everything
    assert len({item["id"] for item in everything}) == len(everything) == 4
    assert first["items"][0]["actor_name"]
    assert (await admin.get(f"{P}/activity?cursor=nonsense")).json()["code"] == "invalid_cursor"
    assert (await api.as_user("admin", "b").get(f"{P}/activity")).json()["items"] == []
    assert (await admin.get(f"{P}/outcomes")).json() == {"items": [], "problem": None}
