"""The task lane over HTTP and as a reply changes it (sessions-api.md 5)."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest

from resolutionflow.db.session import Database
from resolutionflow.pilot.markers import Action, Actions, Question, Questions
from resolutionflow.services import Services
from resolutionflow.sessions import repository
from resolutionflow.sessions.lane import service
from resolutionflow.sessions.lane.models import LaneItem
from resolutionflow.sessions.protect import Protector
from tests.factories.sessions import make_item, make_session, make_turn
from tests.support.api import Api
from tests.support.world import World

pytestmark = pytest.mark.anyio


@pytest.fixture
async def sid(db: Database, world: World) -> UUID:
    return await make_session(db, world.a["engineer"])


async def lane(api: Api, sid: UUID) -> dict[str, dict[str, object]]:
    answer = (await api.as_user().get(f"/api/v1/ai-sessions/{sid}/lane")).json()
    return {item["text"]: item for item in [*answer["questions"], *answer["checks"]]}


async def reply(
    db: Database, services: Services, world: World, sid: UUID, *questions: str, checks: tuple[str, ...] = ()
) -> list[LaneItem]:
    """A reply of the pilot with these lane items; gives the lane after it."""
    turn = await make_turn(db, world.a["engineer"], sid, "finished")
    async with db.transaction(world.a.id) as tx:
        row = await repository.find(tx, world.a.id, sid, lock=True)
        assert row is not None
        return await service.apply_block(
            tx,
            row,
            questions=Questions(tuple(Question(text, options=("Yes", "No")) for text in questions))
            if questions
            else None,
            actions=Actions(tuple(Action(text, "look", "ipconfig /all", "powershell") for text in checks))
            if checks
            else None,
            protector=Protector.of(services),
            turn_id=turn,
        )


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"answer": "a", "unknown": True},
        {"answer": " "},
        {"option_index": -1},
        {"option_index": True},
        {"unknown": False},
        {"answer": None},
    ],
)
async def test_an_answer_is_exactly_one_thing(
    api: Api, db: Database, world: World, sid: UUID, body: dict[str, object]
) -> None:
    item = await make_item(db, world.a["engineer"], sid)
    answer = await api.as_user().post(f"/api/v1/ai-sessions/{sid}/lane/{item}/answer", json=body)
    assert answer.status_code == 422, answer.text


async def test_answers_overwrite_each_other(api: Api, db: Database, world: World, sid: UUID) -> None:
    item = await make_item(db, world.a["engineer"], sid, options=["Yes", "No"])
    url = f"/api/v1/ai-sessions/{sid}/lane/{item}/answer"
    client = api.as_user()
    beyond = await client.post(url, json={"option_index": 2})
    assert (beyond.status_code, beyond.json()["code"]) == (400, "invalid_option")
    chosen = (await client.post(url, json={"option_index": 1})).json()["item"]
    assert (chosen["state"], chosen["answer"], chosen["answer_kind"], chosen["option_index"]) == (
        "answered",
        "No",
        "option",
        1,
    )
    unknown = (await client.post(url, json={"unknown": True})).json()["item"]
    assert (unknown["answer"], unknown["answer_kind"], unknown["option_index"]) == (None, "unknown", None)
    typed = (await client.post(url, json={"answer": " since Monday "})).json()
    assert (typed["item"]["answer"], typed["state_version"]) == ("since Monday", 0)
    wrong = await client.post(url.replace("answer", "output"), json={"output": "a"})
    assert (wrong.status_code, wrong.json()["code"]) == (400, "wrong_kind")


async def test_outputs_keep_their_white_space(api: Api, db: Database, world: World, sid: UUID) -> None:
    owner = world.a["engineer"]
    check = await make_item(db, owner, sid, "check", "Show addresses", command="ipconfig", shell="cmd")
    by_hand = await make_item(db, owner, sid, "check", "Look at the lamp")
    client = api.as_user()
    url = f"/api/v1/ai-sessions/{sid}/lane"
    assert (await client.post(f"{url}/{check}/output", json={"output": "  "})).status_code == 422
    assert (await client.post(f"{url}/{check}/output", json={"output": "x" * 10_001})).status_code == 422
    done = (await client.post(f"{url}/{check}/output", json={"output": "  a\r\n   b\n"})).json()["item"]
    assert (done["state"], done["output"]) == ("done", "  a\r\n   b\n")
    assert (await client.post(f"{url}/{by_hand}/output", json={"output": ""})).json()["item"]["state"] == "done"


async def test_skip_and_reopen(api: Api, db: Database, world: World, sid: UUID) -> None:
    owner = world.a["engineer"]
    item = await make_item(db, owner, sid)
    retired = await make_item(db, owner, sid, text="Is it the only one?", state="retired")
    url = f"/api/v1/ai-sessions/{sid}/lane"
    client = api.as_user()
    assert (await client.post(f"{url}/{item}/skip", json={"reason": "asked by phone"})).json()["item"][
        "skip_reason"
    ] == "asked by phone"
    again = await client.post(f"{url}/{item}/skip", json={})
    assert (again.status_code, again.json()["code"]) == (409, "already_settled")
    opened = (await client.post(f"{url}/{item}/reopen")).json()["item"]
    assert (opened["state"], opened["skip_reason"], opened["settled_at"]) == ("open", None, None)
    assert (await client.post(f"{url}/{retired}/reopen")).json()["item"]["state"] == "open"


async def test_a_reply_keeps_ids_retires_and_reopens(
    api: Api, db: Database, services: Services, world: World, sid: UUID
) -> None:
    assert await reply(db, services, world, sid, "Since when?", "Only one device?", checks=("Show addresses",))
    first = await lane(api, sid)
    assert first["Show addresses"]["command_risk"] == "read_only"
    url = f"/api/v1/ai-sessions/{sid}/lane/{first['Since when?']['id']}/answer"
    await api.as_user().post(url, json={"answer": "Monday"})
    await reply(db, services, world, sid, "Since when?", "Which floor?")
    second = await lane(api, sid)
    assert second["Since when?"]["id"] == first["Since when?"]["id"]
    assert (second["Since when?"]["state"], second["Since when?"]["answer"]) == ("answered", "Monday")
    assert second["Only one device?"]["state"] == "retired"
    assert second["Show addresses"]["state"] == "retired"
    await reply(db, services, world, sid)
    assert await lane(api, sid) == second
    await reply(db, services, world, sid, "Only one device?")
    third = await lane(api, sid)
    assert third["Only one device?"]["state"] == "open"
    assert third["Only one device?"]["id"] == first["Only one device?"]["id"]


async def test_run_script_leaves_out_with_reasons(api: Api, db: Database, world: World, sid: UUID) -> None:
    owner = world.a["engineer"]

    async def check(text: str, command: str | None, shell: str | None, risk: str | None, state: str = "open") -> str:
        return str(
            await make_item(db, owner, sid, "check", text, command=command, shell=shell, command_risk=risk, state=state)
        )

    reads = await check("Services", "Get-Service Spooler", "powershell", "read_only")
    changes = await check("Flush", "Clear-DnsClientCache", "powershell", "changes")
    by_hand = await check("Lamp", None, None, None)
    shell = await check("Uptime", "uptime", "bash", "read_only")
    router = await check("Routes", "show ip route", "network", "read_only")
    await check("Old", "Get-Date", "powershell", "read_only", "done")
    url = f"/api/v1/ai-sessions/{sid}/lane/run-script"
    answer = (await api.as_user("admin").get(url, params={"shell": "powershell"})).json()
    assert [item["id"] for item in answer["items"]] == [reads]
    assert f"=== RF:CHECK 1 {reads[-12:]} ===" in answer["script"]
    assert "Clear-DnsClientCache" not in answer["script"]
    assert {one["id"]: one["reason"] for one in answer["left_out"]} == {
        changes: "not_read_only",
        by_hand: "no_command",
        shell: "other_shell",
        router: "not_combinable",
    }
    named = (await api.as_user().get(url, params={"shell": "powershell", "ids": changes})).json()
    assert [item["id"] for item in named["items"]] == [reads, changes]
    nothing = await api.as_user().get(url, params={"shell": "cmd"})
    assert (nothing.status_code, nothing.json()["code"]) == (409, "nothing_to_run")


async def test_combined_output_goes_to_its_checks(api: Api, db: Database, world: World, sid: UUID) -> None:
    owner = world.a["engineer"]
    ids = [
        str(await make_item(db, owner, sid, "check", f"Check {n}", command=f"c{n}", shell="cmd", position=n))
        for n in range(4)
    ]
    long = "y" * 50_000
    text = "\r\n".join(
        [
            "prompt text",
            f"=== RF:CHECK 1 {ids[0][-12:]} ===", "", "  first", "", f"=== RF:CHECK 2 {ids[1][-12:]} ===",
            "=== RF:CHECK 9 ffffffffffff ===", "nobody", f"=== RF:CHECK 3 {ids[2][-12:]} ===", long, "=== RF:END ===",
        ]
    )  # fmt: skip
    url = f"/api/v1/ai-sessions/{sid}/lane/outputs"
    nothing = await api.as_user().post(url, json={"text": "just text"})
    assert (nothing.status_code, nothing.json()["code"]) == (400, "no_separators")
    answer = (await api.as_user().post(url, json={"text": text})).json()
    recorded = {item["text"]: item for item in answer["recorded"]}
    assert (recorded["Check 0"]["output"], recorded["Check 0"]["state"]) == ("  first", "done")
    assert (recorded["Check 1"]["output"], recorded["Check 1"]["state"]) == ("", "done")
    assert recorded["Check 2"]["output_cut"] is True
    assert len(recorded["Check 2"]["output"]) <= 10_000
    assert answer["missing"] == [ids[3]]
    assert "prompt text" in answer["rest"]
    assert "nobody" in answer["rest"]


async def test_there_must_be_something_to_send(api: Api, db: Database, world: World, sid: UUID) -> None:
    await make_item(db, world.a["engineer"], sid)
    body = {"client_turn_id": str(uuid4()), "message": "Only this"}
    answer = await api.as_user().post(f"/api/v1/ai-sessions/{sid}/lane/send", json=body)
    assert (answer.status_code, answer.json()["code"]) == (400, "nothing_to_send")
    assert (await api.as_user().get(f"/api/v1/ai-sessions/{sid}/messages")).json()["items"] == []
