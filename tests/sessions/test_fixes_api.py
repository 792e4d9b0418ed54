"""Suggested fixes over HTTP: what each act does from each status (sessions-api.md 7)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from resolutionflow.db.session import Database
from resolutionflow.kit.clock import now
from tests.factories.sessions import make_fix, make_session, make_turn
from tests.support.api import Api
from tests.support.world import World

pytestmark = pytest.mark.anyio

EARLIER = timedelta(hours=1)
STATES: dict[str, dict[str, Any]] = {
    "proposed": {},
    "verifying": {"applied_at": True},
    "partial": {"status": "applied_partial", "applied_at": True, "partial_notes": "Two of five printers"},
    "success": {"status": "applied_success", "applied_at": True, "verified_at": True},
    "failed": {"status": "applied_failed", "applied_at": True, "verified_at": True, "failure_reason": "Still offline"},
    "dismissed": {"status": "dismissed", "superseded_at": True, "user_decision": "dismissed"},
    "replaced": {"superseded_at": True},
    "replaced_partial": {
        "status": "applied_partial",
        "applied_at": True,
        "superseded_at": True,
        "partial_notes": "Some",
    },
}


@pytest.fixture
async def sid(db: Database, world: World) -> UUID:
    return await make_session(db, world.a["engineer"])


async def fix_in(db: Database, world: World, sid: UUID, state: str) -> UUID:
    stamps = {key: (now() - EARLIER if value is True else value) for key, value in STATES[state].items()}
    return await make_fix(db, world.a["engineer"], sid, **stamps)


async def version(api: Api, sid: UUID) -> int:
    return (await api.as_user().get(f"/api/v1/ai-sessions/{sid}")).json()["state_version"]


async def act(api: Api, sid: UUID, fid: UUID, name: str) -> Any:
    url = f"/api/v1/ai-sessions/{sid}/suggested-fixes/{fid}"
    client = api.as_user()
    match name:
        case "one_off" | "draft_template" | "dismissed":
            return await client.post(f"{url}/decision", json={"decision": name})
        case "apply" | "resume" | "restore":
            return await client.post(f"{url}/{name}")
        case "script":
            return await client.patch(f"{url}/script", json={"ai_drafted_script": "Get-Service Spooler"})
        case "clear":
            return await client.delete(f"{url}/ai-outcome-proposal")
        case "outcome dismissed":
            return await client.patch(f"{url}/outcome", json={"outcome": "dismissed"})
        case _:
            outcome, _, notes = name.partition(":")
            body = {"outcome": outcome} | ({"notes": notes} if notes else {})
            return await client.patch(f"{url}/outcome", json=body)


STATED: dict[str, tuple[str, ...]] = {
    # What each act gives, in the order of STATES; "ok" and "same" are 200, "same" without +1.
    "one_off": ("ok", "ok", "fix_parked", *("fix_terminal",) * 3, "fix_superseded", "fix_superseded"),
    "draft_template": ("ok", "ok", "fix_parked", *("fix_terminal",) * 3, "fix_superseded", "fix_superseded"),
    "dismissed": ("ok", "ok", "ok", *("fix_terminal",) * 3, "fix_superseded", "fix_superseded"),
    "apply": ("ok", "same", *("fix_not_proposed",) * 3, *("fix_superseded",) * 3),
    "applied_success": ("ok", "ok", "ok", *("fix_terminal",) * 3, "ok", "ok"),
    "applied_failed:No change": ("ok", "ok", "ok", *("fix_terminal",) * 3, "ok", "ok"),
    "applied_partial:Three of five": ("ok", "ok", "ok", *("fix_terminal",) * 3, "ok", "ok"),
    "applied_partial": ("notes_required",) * 8,
    "outcome dismissed": ("ok", "ok", "ok", *("fix_terminal",) * 3, "ok", "ok"),
    "resume": ("fix_not_partial", "fix_not_partial", "ok", *("fix_not_partial",) * 5),
    "restore": (*("fix_is_active",) * 4, "ok", "ok", "ok", "ok"),
    "script": ("ok", "ok", "ok", "fix_terminal", "fix_terminal", *("fix_superseded",) * 3),
    "clear": ("same",) * 8,
}
STAMPS = ("applied_at", "verified_at", "superseded_at")


def after(state: str, name: str) -> dict[str, Any]:
    """What the fix says of itself once `name` was done in `state`; stamps only as set or not."""
    fix: dict[str, Any] = {"status": "proposed", "partial_notes": None, "failure_reason": None, **STATES[state]}
    fix = {key: fix.get(key) for key in ("status", "partial_notes", "failure_reason")} | {
        stamp: bool(fix.get(stamp)) for stamp in STAMPS
    }
    match name:
        case "one_off" | "draft_template" | "apply":
            return fix | {"applied_at": True}
        case "dismissed" | "outcome dismissed":
            return fix | {"status": "dismissed", "superseded_at": True}
        case "applied_success":
            return fix | {"status": name, "applied_at": True, "verified_at": True}
        case "applied_failed:No change":
            known = {"status": "applied_failed", "applied_at": True, "verified_at": True, "failure_reason": "No change"}
            return fix | known
        case "applied_partial:Three of five":
            return fix | {"status": "applied_partial", "applied_at": True, "partial_notes": "Three of five"}
        case "resume":
            return fix | {"status": "proposed"}
        case "restore":
            return fix | {"status": "proposed", "failure_reason": None} | dict.fromkeys(STAMPS, False)
        case _:
            return fix


async def test_every_act_from_every_status(api: Api, db: Database, world: World) -> None:
    wrong: dict[str, object] = {}
    for index, state in enumerate(STATES):
        for name, row in STATED.items():
            expected = row[index]
            sid = await make_session(db, world.a["engineer"])
            answer = await act(api, sid, await fix_in(db, world, sid, state), name)
            if expected not in {"ok", "same"}:
                seen: object = (answer.json().get("code"), await version(api, sid))
                stated: object = (expected, 0)
            else:
                said = answer.json().get("fix") or answer.json()
                seen = {key: bool(said[key]) if key in STAMPS else said[key] for key in after(state, name)}
                stated = after(state, name)
                plus = await version(api, sid)
                if plus != (expected == "ok"):
                    wrong[f"{state}, {name}: +{plus}"] = expected
            if seen != stated:
                wrong[f"{state}, {name}"] = seen
    assert wrong == {}


async def test_one_off_returns_the_exact_script_and_starts_verifying(
    api: Api, db: Database, world: World, sid: UUID
) -> None:
    fid = await fix_in(db, world, sid, "proposed")
    url = f"/api/v1/ai-sessions/{sid}/suggested-fixes/{fid}"
    sent = "  Restart-Service Spooler -Force\n"
    answer = (await api.as_user().post(f"{url}/decision", json={"decision": "one_off", "edited_script": sent})).json()
    assert answer["rendered_script"] == sent
    assert answer["fix"]["edited_script"] == sent
    assert answer["fix"]["applied_at"] is not None
    again = (await api.as_user().post(f"{url}/decision", json={"decision": "one_off"})).json()
    assert again["rendered_script"] == sent
    kinds = [event["kind"] for event in (await api.as_user().get(url)).json()["events"]]
    assert kinds == ["decision", "applied", "decision"]


async def test_without_a_script_nothing_is_stored(api: Api, db: Database, world: World, sid: UUID) -> None:
    fid = await make_fix(db, world.a["engineer"], sid, ai_drafted_script=None)
    answer = await act(api, sid, fid, "one_off")
    assert (answer.status_code, answer.json()["code"]) == (400, "script_missing")
    assert (await api.as_user().get(f"/api/v1/ai-sessions/{sid}/suggested-fixes/active")).json()["applied_at"] is None


async def test_apply_twice_raises_the_version_once(api: Api, db: Database, world: World, sid: UUID) -> None:
    fid = await fix_in(db, world, sid, "proposed")
    first = (await act(api, sid, fid, "apply")).json()
    second = (await act(api, sid, fid, "apply")).json()
    assert first["applied_at"] == second["applied_at"]
    assert await version(api, sid) == 1


async def test_messages_are_counted_since_apply_and_resume(api: Api, db: Database, world: World, sid: UUID) -> None:
    owner = world.a["engineer"]
    fid = await fix_in(db, world, sid, "proposed")
    await make_turn(db, owner, sid, "finished")
    assert (await act(api, sid, fid, "apply")).json()["messages_since_apply"] == 0
    await make_turn(db, owner, sid, "finished")
    await make_turn(db, owner, sid, "finished")
    whole = (await api.as_user().get(f"/api/v1/ai-sessions/{sid}?include=fix")).json()
    assert whole["fix"]["messages_since_apply"] == 2
    partial = (await act(api, sid, fid, "applied_partial:Two of five")).json()
    assert partial["verified_at"] is None
    resumed = (await act(api, sid, fid, "resume")).json()
    assert (resumed["messages_since_apply"], resumed["partial_notes"]) == (0, "Two of five")
    done = (await act(api, sid, fid, "applied_success")).json()
    assert (done["applied_at"], done["partial_notes"]) == (resumed["applied_at"], "Two of five")


@pytest.mark.parametrize("way", ["decision", "outcome"])
async def test_dismissed_both_ways_and_restored(api: Api, db: Database, world: World, sid: UUID, way: str) -> None:
    fid = await fix_in(db, world, sid, "proposed")
    url = f"/api/v1/ai-sessions/{sid}/suggested-fixes"
    if way == "decision":
        await act(api, sid, fid, "dismissed")
    else:
        await api.as_user().patch(f"{url}/{fid}/outcome", json={"outcome": "dismissed"})
    gone = await api.as_user().get(f"{url}/active")
    assert (gone.status_code, gone.json()["code"]) == (404, "no_active_fix")
    back = (await act(api, sid, fid, "restore")).json()
    assert (back["status"], back["user_decision"], back["superseded_at"]) == ("proposed", None, None)
    assert (await api.as_user().get(f"{url}/active")).json()["id"] == str(fid)


async def test_restore_replaces_the_current_fix(api: Api, db: Database, world: World, sid: UUID) -> None:
    old = await fix_in(db, world, sid, "replaced")
    current = await fix_in(db, world, sid, "verifying")
    assert (await act(api, sid, old, "restore")).status_code == 200
    listed = {
        fix["id"]: fix
        for fix in (await api.as_user().get(f"/api/v1/ai-sessions/{sid}/suggested-fixes")).json()["fixes"]
    }
    assert listed[str(current)]["superseded_by"] == str(old)
    assert listed[str(old)]["superseded_at"] is None
    assert await version(api, sid) == 1


async def test_a_success_cannot_be_restored(api: Api, db: Database, world: World, sid: UUID) -> None:
    fid = await make_fix(db, world.a["engineer"], sid, status="applied_success", superseded_at=now(), applied_at=now())
    answer = await act(api, sid, fid, "restore")
    assert (answer.status_code, answer.json()["code"]) == (409, "fix_succeeded")


async def test_clearing_a_proposal_is_idempotent_and_keeps_the_version(
    api: Api, db: Database, world: World, sid: UUID
) -> None:
    fid = await make_fix(db, world.a["engineer"], sid, applied_at=now())
    proposal = {"fix_id": str(fid), "outcome": "success", "reason": "it prints again", "message_id": None}
    async with db.transaction(world.a.id) as tx:
        from resolutionflow.sessions.fixes.models import Fix

        (await tx.get_one(Fix, fid)).ai_outcome_proposal = proposal
    active = (await api.as_user().get(f"/api/v1/ai-sessions/{sid}/suggested-fixes/active")).json()
    assert active["ai_outcome_proposal"] == proposal
    for _ in range(2):
        cleared = await act(api, sid, fid, "clear")
        assert (cleared.status_code, cleared.json()["ai_outcome_proposal"]) == (200, None)
    assert await version(api, sid) == 0


@pytest.mark.parametrize(
    "body",
    [
        {"decision": "build_template"},
        {"decision": "one_off", "edited_script": "   "},
        {"decision": "one_off", "edited_script": None},
        {"decision": "one_off", "parameters_used": {str(n): n for n in range(101)}},
        {"decision": "one_off", "parameters_used": {"a": "x" * 40_000}},
    ],
)
async def test_unreadable_decisions_are_422(
    api: Api, db: Database, world: World, sid: UUID, body: dict[str, object]
) -> None:
    fid = await fix_in(db, world, sid, "proposed")
    answer = await api.as_user().post(f"/api/v1/ai-sessions/{sid}/suggested-fixes/{fid}/decision", json=body)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request")


@pytest.mark.parametrize(
    ("state", "shown"),
    [
        ("proposed", "proposed"),
        ("verifying", "verifying"),
        ("partial", "applied_partial"),
        ("success", "applied_success"),
        ("failed", "applied_failed"),
        ("replaced", None),
    ],
)
async def test_a_list_row_tells_where_the_fix_stands(
    api: Api, db: Database, world: World, sid: UUID, state: str, shown: str | None
) -> None:
    await fix_in(db, world, sid, state)
    rows = (await api.as_user().get("/api/v1/ai-sessions")).json()["items"]
    assert [row["fix_status"] for row in rows if row["id"] == str(sid)] == [shown]
