"""What is shown before a write is what the PSA receives, field by field, whatever was chosen.

`./rf bench psa-previews --plans N` plays more random plans on each vendor; here it is one of each kind.
"""

from __future__ import annotations

import os
import random
from collections.abc import Mapping
from typing import Any, cast

import pytest
from sqlalchemy import text

from resolutionflow.psa import repository as psa_repository
from resolutionflow.psa.connections import create_connection
from resolutionflow.psa.providers.contract import FieldValue
from resolutionflow.psa.schemas import WriteKind
from resolutionflow.psa.writeback import service
from resolutionflow.psa.writeback.planning import WriteRequest
from resolutionflow.psa.writeback.rules import PlannedPerson, PlannedTicket
from resolutionflow.services import Services
from resolutionflow.settings import Settings
from tests.psa.contract.calls import STARTED
from tests.psa.contract.harness import Harness, Operation, Scene
from tests.psa.storm.conftest import figures
from tests.psa.support import run_until_settled
from tests.psa.writes import hooked, loaded, make_session, store
from tests.support.world import Person, World

pytestmark = pytest.mark.anyio

KINDS: tuple[WriteKind, ...] = ("resolution", "escalation", "note", "time", "status", "assign", "create")
PLANS = int(os.environ.get("RF_PREVIEW_PLANS", str(len(KINDS))))
WRITES: tuple[Operation, ...] = (
    "add_note",
    "add_time",
    "set_status",
    "create_ticket",
    "assign_primary",
    "assign_additional",
)
PIECES = [
    "**Bold**",
    "- a list\n- of two",
    "«secret:1»",
    "naïve “quotes”",
    "emoji 🖨",
    "שלום",
    "100 % [x] {y}",
    "a\tb",
    "\n\n",
    "`code`",
    "<b>markup</b> &amp;",
    "\\ and / and '",
]
Fields = Mapping[str, FieldValue]


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Nothing hangs here, so a busy machine may take its time."""
    return settings.model_copy(update={"psa_timeout_scale": 1.0})


async def test_random_plans(services: Services, harness: Harness, world: World) -> None:
    scene, engineer = harness.scene(), world.a["engineer"]
    connection = await create_connection(services, world.a.id, name="The PSA", sign_in=harness.sign_in)
    async with services.db.transaction(world.a.id) as session:
        await session.execute(
            text(
                "INSERT INTO psa_member_mappings (id, account_id, connection_id, user_id, member_id, member_name, matched_by)"
                " VALUES (gen_random_uuid(), :account, :connection, :user, :member, 'Somebody', 'manual')"
            ),
            {"account": world.a.id, "connection": connection.id, "user": engineer.id, "member": scene.member},
        )
    fields = 0
    for number in range(PLANS):
        pick = random.Random(number)
        async with services.db.transaction(world.a.id) as session:
            await psa_repository.save_preferences(session, world.a.id, connection.id, _preferences(pick, scene))
        harness.reset()
        person = world.a["engineer2"] if pick.random() < 0.25 else engineer
        request = await _request(pick, services, person, scene, KINDS[number % len(KINDS)])
        fields += await _compare(services, person, harness, request)
    figures(harness.name, {"plans": PLANS, "fields compared": fields, "different": 0})


async def _compare(services: Services, person: Person, harness: Harness, request: WriteRequest) -> int:
    """Gives how many fields were sent."""
    shown: list[Fields] | None = None
    silent = False
    if request.kind in ("resolution", "escalation", "note"):
        preview = await service.preview(services, person.subject, request)
        shown = [{change.field: change.to for change in step.fields} for step in preview.steps if step.fields]
        silent = {step.emails for step in preview.steps} == {"none"}
    harness.control.forget_requests()
    with hooked():
        write_id = await store(services, person, request)
        assert await run_until_settled(services, person.account_id, write_id) in ("done", "partial")
    write = await loaded(services, person, write_id)
    kept = [
        {str(field["field"]): field["to"] for field in step.request_fields}
        for step in write.steps
        if step.request_fields and step.state == "done"
    ]
    assert shown is None or _sorted(shown) == _sorted(kept)
    sent = _sent(harness)
    if request.kind == "create":
        # The devices of a new Autotask ticket follow in requests of their own.
        assert len(sent) >= 1
        assert sent[0].items() <= kept[0].items()
    else:
        assert _sorted(sent) == _sorted(kept)
    assert not silent or harness.control.mail() == []
    return sum(map(len, sent))


def _sent(harness: Harness) -> list[Fields]:
    """Every write, once for each address, without the name of the record, which is part of the address elsewhere."""
    places = {(harness.places[one].method, harness.places[one].path): one for one in WRITES if one in harness.places}
    bodies = [body for operation in places.values() for body in harness.sent(operation)]
    return [{name: value for name, value in body.items() if name != "id"} for body in bodies]


def _sorted(all_fields: list[Fields]) -> list[list[tuple[str, str]]]:
    return sorted(
        sorted((name, repr(value)) for name, value in fields.items() if name != "id") for fields in all_fields
    )


def _preferences(pick: random.Random, scene: Scene) -> dict[str, Any]:
    return {
        "cw_resolution_target": pick.choice(["resolution", "discussion", "both"]),
        "notify_contact": pick.random() < 0.5,
        "note_visibility": pick.choice(["internal", "customer"]),
        "time_entry": pick.choice(["off", "prompt", "auto"]),
        "time_rounding": pick.choice(["15", "30", "exact", "none"]),
        "target_statuses": [
            {"board_id": scene.board, "purpose": purpose, "status_id": pick.choice([scene.status, scene.closed_status])}
            for purpose in ("resolved", "escalated")
        ],
    }


async def _request(
    pick: random.Random, services: Services, person: Person, scene: Scene, kind: WriteKind
) -> WriteRequest:
    words = "x " + " ".join(pick.choices(PIECES, k=pick.randint(1, 6)))
    notify = pick.choice([None, True, False])
    if kind in ("resolution", "escalation", "note"):
        more: dict[str, Any] = {"markdown": words, "visibility": pick.choice([None, "internal", "customer"])}
        # The reference is the session's next one, so that the very text can be shown.
        more["session_id"] = await make_session(services, person)
        if kind != "note":
            more["time_minutes"] = pick.choice([None, 1, 16, 44, 61])
            more["status"] = pick.choice(["target", "keep", "explicit"])
        if more.get("status") == "explicit":
            more["status_id"] = pick.choice([scene.status, scene.closed_status])
        return WriteRequest(kind, scene.ticket, notify=notify, **more)
    if kind == "time":
        minutes = pick.randint(1, 300)
        return WriteRequest(kind, scene.ticket, summary=words, time_minutes=minutes, started_at=STARTED)
    if kind == "status":
        status_id = pick.choice([scene.status, scene.closed_status])
        return WriteRequest(kind, scene.ticket, status="explicit", status_id=status_id, notify=notify)
    if kind == "assign":
        member = PlannedPerson(id=pick.choice([scene.member, scene.other]), name="Somebody")
        return WriteRequest(kind, scene.unowned, person=member)
    ticket = PlannedTicket(
        summary=words.replace("\n", " ").replace("\t", " ")[:100].strip(),
        description=words,
        company_id=scene.company,
        board_id=scene.board,
        contact_id=cast("str | None", pick.choice([None, scene.contact])),
        priority_id=cast("str | None", pick.choice([None, scene.priority])),
        configuration_ids=pick.choice([(), scene.configurations]),
    )
    return WriteRequest(kind, "", ticket=ticket, notify=notify)
