"""Connections over HTTP: refused first, tested before stored, old keys kept when new ones fail, removed only by the owner."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import text

from resolutionflow.psa.repository import Connection
from resolutionflow.psa.writeback.planning import WriteRequest
from resolutionflow.services import Services
from tests.psa.support import Sim
from tests.psa.writes import store
from tests.support.api import Api
from tests.support.world import World

pytestmark = pytest.mark.anyio
P = "/api/v1/integrations/psa"
TICKET = "48250"
NOTE = WriteRequest(kind="note", ticket_id=TICKET, markdown="Checked the line.", visibility="internal")


def body(sim: Sim, **changed: str) -> dict[str, Any]:
    known = sim.sign_in_with(**changed)
    return {"provider": known.provider, "config": dict(known.config), "secrets": dict(known.secrets)}


async def only(api: Api) -> dict[str, Any]:
    items = (await api.as_user("admin").get(f"{P}/connections")).json()["items"]
    assert len(items) == 1
    return items[0]


async def test_only_admins_see_and_test_connections(api: Api, connection: Connection, sim: Sim) -> None:
    for path in ("connections", "vendors"):
        assert (await api.anonymous().get(f"{P}/{path}")).status_code == 401
        assert (await api.as_user("engineer").get(f"{P}/{path}")).json()["code"] == "admin_required"
    refused = await api.as_user("engineer").post(f"{P}/connections/test", json=body(sim))
    assert (refused.status_code, refused.json()["code"]) == (403, "admin_required")
    removing = await api.as_user("admin").delete(f"{P}/connections/{connection.id}")
    assert (removing.status_code, removing.json()["code"]) == (403, "owner_required")
    assert sim.requests() == []


async def test_a_foreign_connection_does_not_exist(api: Api, connection: Connection, sim: Sim) -> None:
    theirs = api.as_user("owner", "b")
    assert (await theirs.get(f"{P}/connections")).json() == {"items": []}
    own = f"{P}/connections/{connection.id}"
    for answer in (
        await theirs.patch(own, json={"version": 1, "name": "mine now"}),
        await theirs.post(f"{own}/check"),
        await theirs.post(f"{own}/rotate", json={"secrets": dict(sim.sign_in.secrets)}),
        await theirs.delete(own),
    ):
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert (await only(api))["name"] == "ConnectWise"


@pytest.mark.parametrize(
    ("changed", "check"),
    [
        ({"private_key": "wrong-but-well-formed"}, "sign_in"),
        ({"company_id": "no-such-company"}, "discovery"),
        ({"client_id": "not-a-uuid"}, "client_id"),
        ({"site": "psa-that-is-nowhere.invalid"}, "resolve"),
    ],
)
async def test_a_wrong_sign_in_is_refused_with_the_check_named(
    api: Api, sim: Sim, changed: dict[str, str], check: str
) -> None:
    answer = await api.as_user("admin").post(f"{P}/connections", json=body(sim, **changed))
    assert (answer.status_code, answer.json()["code"]) == (400, "psa_test_failed"), answer.text
    failed = [item for item in answer.json()["details"]["checks"] if not item["ok"]]
    assert [item["check"] for item in failed] == [check]
    assert failed[0]["detail"]
    assert (await api.as_user("admin").get(f"{P}/connections")).json() == {"items": []}
    assert (await api.as_user("viewer").get(f"{P}/status")).json()["connected"] is False


async def test_a_hostile_address_is_refused_naming_the_rule(api: Api, sim: Sim) -> None:
    for site, rule in (("10.0.0.1", "ip_literal"), ("psa.example:8443", "port"), ("localhost", "host")):
        answer = await api.as_user("admin").post(f"{P}/connections/test", json=body(sim, site=site))
        assert (answer.status_code, answer.json()["code"]) == (400, "psa_url_refused")
        assert answer.json()["details"] == {"rule": rule}
    assert sim.requests() == []


async def test_testing_stores_nothing_and_is_limited(api: Api, sim: Sim) -> None:
    sim.deny("Companies: Contacts")
    admin = api.as_user("admin")
    first = (await admin.post(f"{P}/connections/test", json=body(sim))).json()
    assert first["ok"] is True
    assert [item["permission"] for item in first["checks"] if item["ok"] is False] == ["Companies: Contacts (inquire)"]
    assert [item["check"] for item in first["checks"]][:4] == ["resolve", "tls", "discovery", "sign_in"]
    assert (await admin.get(f"{P}/connections")).json() == {"items": []}
    bad = body(sim, client_id="x")
    answers = [await admin.post(f"{P}/connections/test", json=bad) for _ in range(10)]
    assert [answer.status_code for answer in answers] == [400] * 9 + [429]
    assert int(answers[-1].headers["retry-after"]) > 0


async def test_connect_list_rename_and_turn_off(api: Api, sim: Sim) -> None:
    sim.deny("Companies: Configurations")
    admin = api.as_user("admin")
    made = await admin.post(f"{P}/connections", json={**body(sim), "name": "Our PSA"})
    assert made.status_code == 201, made.text
    out = made.json()
    assert (out["name"], out["status"], out["is_active"]) == ("Our PSA", "permission_missing", True)
    assert out["key_hint"] == sim.sign_in.secrets["public_key"][-4:]
    assert out["config"]["client_id"] == f"...{sim.sign_in.config['client_id'][-4:]}"
    assert {item["ok"] for item in out["checks"] if item["check"].startswith("write_")} == {None}
    for secret in sim.sign_in.secrets.values():
        assert secret not in made.text + (await admin.get(f"{P}/connections")).text
    path = f"{P}/connections/{out['id']}"
    stale = await admin.patch(path, json={"version": out["version"] + 1, "name": "late"})
    assert (stale.status_code, stale.json()["code"]) == (409, "version_conflict")
    off = await admin.patch(path, json={"version": out["version"], "name": "Renamed", "is_active": False})
    assert (off.json()["name"], off.json()["status"], off.json()["is_active"]) == ("Renamed", "disabled", False)
    tickets = await admin.get(f"{P}/tickets")
    assert (tickets.status_code, tickets.json()["code"]) == (409, "psa_not_connected")
    on = await admin.patch(path, json={"version": off.json()["version"], "is_active": True})
    assert (on.json()["is_active"], on.json()["status"]) == (True, "untested")
    assert (await admin.get(f"{P}/tickets")).status_code == 200
    assert (await only(api))["status"] == "permission_missing"


async def test_a_changed_place_needs_all_secrets_again(api: Api, connection: Connection, sim: Sim) -> None:
    admin, path = api.as_user("admin"), f"{P}/connections/{connection.id}"
    for changed in ({"company_id": "elsewhere"}, {"site": "psa.example"}):
        refused = await admin.patch(path, json={"version": 1, "config": changed})
        assert (refused.status_code, refused.json()["code"]) == (400, "secrets_required")
    assert sim.requests() == []
    secrets = dict(sim.sign_in.secrets)
    failed = await admin.patch(path, json={"version": 1, "config": {"company_id": "elsewhere"}, "secrets": secrets})
    assert (failed.status_code, failed.json()["code"]) == (400, "psa_test_failed")
    assert (await only(api))["config"]["company_id"] == sim.sign_in.config["company_id"]


async def test_old_keys_stay_when_new_ones_fail(api: Api, connection: Connection, sim: Sim) -> None:
    admin, path = api.as_user("admin"), f"{P}/connections/{connection.id}/rotate"
    wrong = {**sim.sign_in.secrets, "private_key": "wrong-but-well-formed"}
    failed = await admin.post(path, json={"secrets": wrong})
    assert (failed.status_code, failed.json()["code"]) == (400, "psa_test_failed")
    assert (await admin.get(f"{P}/tickets/{TICKET}")).status_code == 200
    done = await admin.post(path, json={"secrets": dict(sim.sign_in.secrets)})
    assert (done.status_code, done.json()["status"]) == (200, "ok")


async def test_a_refused_sign_in_pauses_what_waits_tells_once_and_goes_on_after_a_check(
    api: Api, services: Services, connection: Connection, sim: Sim, world: World
) -> None:
    engineer = api.as_user("engineer")
    await store(services, world.a["engineer"], NOTE)
    sim.fault("401", times=0)
    for _ in range(2):
        assert (await engineer.get(f"{P}/tickets/{TICKET}")).json()["code"] == "psa_auth_failed"
    assert (await only(api))["status"] == "auth_failed"
    writes = (await engineer.get(f"{P}/writes")).json()["items"]
    assert [(write["state"], write["problem"]["kind"]) for write in writes] == [("blocked", "auth")]
    async with services.db.transaction(world.a.id) as session:
        told = await session.execute(
            text(
                "SELECT count(*) FROM psa_activity WHERE kind = 'connection_status' AND detail->>'status' = 'auth_failed'"
            )
        )
        assert told.scalar_one() == 1
    sim.clear_faults()
    checked = await api.as_user("admin").post(f"{P}/connections/{connection.id}/check")
    assert checked.json()["status"] == "ok"
    assert [write["state"] for write in (await engineer.get(f"{P}/writes")).json()["items"]] == ["queued"]


async def test_open_writes_stop_a_removal_until_they_are_given_up(
    api: Api, services: Services, connection: Connection, sim: Sim, world: World
) -> None:
    await store(services, world.a["engineer"], NOTE)
    owner, path = api.as_user("owner"), f"{P}/connections/{connection.id}"
    refused = await owner.delete(path)
    assert (refused.status_code, refused.json()["code"]) == (409, "psa_writes_open")
    assert refused.json()["details"] == {"count": 1}
    assert (await owner.delete(f"{path}?abandon_writes=true")).status_code == 204
    assert (await owner.get(f"{P}/connections")).json() == {"items": []}
    write = (await owner.get(f"{P}/writes")).json()["items"][0]
    assert (write["state"], write["ticket_ref"]) == ("cancelled", f"CW #{TICKET}")
    async with services.db.transaction(world.a.id) as session:
        for table in ("psa_member_mappings", "psa_cache", "psa_settings", "psa_connections"):
            assert (await session.execute(text(f"SELECT count(*) FROM {table}"))).scalar_one() == 0


async def test_what_admins_do_is_recorded_without_a_secret(api: Api, sim: Sim) -> None:
    admin = api.as_user("admin")
    made = (await admin.post(f"{P}/connections", json=body(sim))).json()
    await admin.post(f"{P}/connections/{made['id']}/rotate", json={"secrets": dict(sim.sign_in.secrets)})
    await admin.post(f"{P}/connections/{made['id']}/rotate", json={"secrets": {}})
    assert (await api.as_user("engineer").get("/api/v1/accounts/me/audit")).json()["code"] == "admin_required"
    log = await admin.get("/api/v1/accounts/me/audit?resource_type=psa_connection")
    assert [item["action"] for item in log.json()["items"]] == ["psa.connection_rotated", "psa.connection_created"]
    assert {item["actor_name"] for item in log.json()["items"]} == {api.world.a["admin"].name}
    for secret in sim.sign_in.secrets.values():
        assert secret not in log.text
    assert (await api.as_user("admin", "b").get("/api/v1/accounts/me/audit")).json()["items"] == []
