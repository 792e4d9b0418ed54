"""Every route below a session: who is refused, with what, and in which order; then success.

A route without a row here fails, so that none is added without saying who may call it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal
from uuid import UUID, uuid4

import httpx2
import pytest
from sqlalchemy import text

from resolutionflow.app import openapi_document
from resolutionflow.db.session import Database
from resolutionflow.kit.clock import now
from resolutionflow.kit.ids import new_id
from resolutionflow.psa.repository import Connection
from resolutionflow.sessions.shares.models import SessionShare
from tests.factories.sessions import add_turn, make_fact, make_fix, make_item, make_session
from tests.psa.support import Sim
from tests.psa.test_tickets_api import desk_ticket
from tests.support.api import Api
from tests.support.world import World

pytestmark = pytest.mark.anyio

ROOT = "/api/v1/ai-sessions/{sid}"
OPERATIONS: dict[str, tuple[str, str, dict[str, Any]]] = {
    operation["operationId"]: (method, path, operation)
    for path, item in openapi_document()["paths"].items()
    if path.startswith(ROOT)
    for method, operation in item.items()
}
Who = Literal["reader", "writer", "writer_or_admin", "admin"]
CHILDREN = ("iid", "fact_id", "fid", "tid", "share_id")


@dataclass(frozen=True, slots=True)
class Stage:
    """A session of the first engineer with one of everything."""

    sid: UUID
    question: UUID
    check: UUID
    fact: UUID
    fix: UUID
    old_fix: UUID
    turn: UUID
    client_turn_id: UUID
    share: UUID
    world: World
    ticket_id: str = "1"

    def child(self, name: str, row: Row) -> UUID:
        match name:
            case "iid":
                return self.check if row.on == "check" else self.question
            case "fact_id":
                return self.fact
            case "fid":
                return self.old_fix if row.on == "old_fix" else self.fix
            case "tid":
                return self.turn
            case _:
                return self.share


def _nothing(_: Stage) -> Any:
    return None


@dataclass(frozen=True, slots=True)
class Row:
    """`session` and `fix`: the state a success needs. `on`: which child the path names."""

    who: Who
    body: Callable[[Stage], Any] = _nothing
    success: int = 200
    on: str = ""
    session: str = "active"
    fix: dict[str, Any] = field(default_factory=dict[str, Any])
    linked: bool = False
    query: str = ""


NOTE = "## Resolution\n\nThe spooler was restarted."
TABLE: dict[str, Row] = {
    "get_session": Row("reader"),
    "patch_session": Row("writer", lambda _: {"title": "Front desk printer"}),
    "set_handler": Row("admin", lambda stage: {"user_id": str(stage.world.a["engineer2"].id)}),
    "pause_session": Row("writer"),
    "resume_session": Row("writer", session="paused"),
    "abandon_session": Row("writer", lambda _: {}),
    "reopen_session": Row("writer", session="resolved"),
    "list_messages": Row("reader"),
    "link_ticket": Row("writer", lambda stage: {"ticket_id": stage.ticket_id}),
    "unlink_ticket": Row("writer"),
    "get_lane": Row("reader"),
    "answer_question": Row("writer", lambda _: {"answer": "Since Monday"}),
    "record_output": Row("writer", lambda _: {"output": "Stopped"}, on="check"),
    "skip_lane_item": Row("writer", lambda _: {}),
    "reopen_lane_item": Row("writer"),
    "get_run_script": Row("reader", query="?shell=powershell"),
    "record_outputs": Row("writer", lambda stage: {"text": f"=== RF:CHECK 1 {stage.check.hex[-12:]} ===\nStopped\n"}),
    "list_facts": Row("reader"),
    "create_fact": Row("writer", lambda _: {"text": "The queue held 40 jobs."}, success=201),
    "promote_fact": Row(
        "writer",
        lambda stage: {"source_type": "question", "source_ref": str(stage.question), "proposed_text": "Since Monday."},
        success=201,
    ),
    "patch_fact": Row("writer", lambda _: {"text": "The spooler had stopped."}),
    "delete_fact": Row("writer", success=204),
    "confirm_fact": Row("writer"),
    "list_hypotheses": Row("reader"),
    "list_fixes": Row("reader"),
    "get_active_fix": Row("reader"),
    "get_fix": Row("reader"),
    "decide_fix": Row("writer", lambda _: {"decision": "one_off"}),
    "apply_fix": Row("writer"),
    "record_outcome": Row("writer", lambda _: {"outcome": "applied_success"}),
    "resume_fix": Row("writer", fix={"status": "applied_partial", "partial_notes": "Three of five"}),
    "restore_fix": Row("writer", on="old_fix"),
    "attach_script": Row("writer", lambda _: {"ai_drafted_script": "Get-Service Spooler"}),
    "clear_outcome_proposal": Row("writer"),
    "preview_resolution_note": Row("writer", lambda _: {}),
    "preview_escalation_package": Row("writer_or_admin", lambda _: {}),
    "save_draft": Row("writer", lambda _: {"markdown": "Mine", "base_state_version": 0, "version": 0}),
    "delete_draft": Row("writer", success=204),
    "preview_psa_write": Row("writer", lambda _: {"kind": "resolution", "markdown": NOTE}, linked=True),
    "post_resolution_note": Row("writer", lambda _: {"markdown": NOTE, "acknowledge": ["unsupported_sentences"]}),
    "preview_update": Row("writer", lambda _: {"audience": "status_update"}),
    "create_update": Row("writer", lambda _: {"audience": "status_update", "markdown": "Still on it."}, success=201),
    "list_updates": Row("reader"),
    "create_share": Row("writer_or_admin", lambda _: {}, success=201),
    "list_shares": Row("writer_or_admin"),
    "revoke_share": Row("writer_or_admin", success=204),
    # A known `client_turn_id` replays its turn: what running one does is shown by the tests of turns.
    "chat": Row("writer", lambda stage: {"message": "It still fails.", "client_turn_id": str(stage.client_turn_id)}),
    "send_lane": Row("writer", lambda stage: {"client_turn_id": str(stage.client_turn_id)}),
    "get_turn": Row("reader"),
    "turn_events": Row("reader"),
    "stop_turn": Row("writer"),
    "retry_turn": Row("writer", lambda stage: {"client_turn_id": str(stage.client_turn_id)}),
}


async def staged(db: Database, world: World, row: Row | None = None, **values: Any) -> Stage:
    owner = world.a["engineer"]
    values = {"status": row.session if row else "active", **values}
    sid = await make_session(db, owner, **values)
    async with db.transaction(owner.account_id) as tx:
        turn = await add_turn(tx, owner, sid, "finished")
        turn.finished_at = now()
        share = SessionShare(
            id=new_id(), account_id=owner.account_id, session_id=sid, token_hash=uuid4().hex * 2, created_by=owner.id,
            expires_at=now(), include_conversation=False,
        )  # fmt: skip
        tx.add(share)
        await tx.flush()
    old_fix = await make_fix(db, owner, sid, "Reinstall the driver", superseded_at=now())
    return Stage(
        sid=sid,
        question=await make_item(db, owner, sid),
        check=await make_item(
            db, owner, sid, "check", "Spooler", command="Get-Service Spooler", shell="powershell", command_risk="read_only"
        ),
        fact=await make_fact(db, owner, sid, grounding="unverified"),
        fix=await make_fix(db, owner, sid, **(row.fix if row else {})),
        old_fix=old_fix,
        turn=turn.id,
        client_turn_id=turn.client_turn_id,
        share=share.id,
        world=world,
    )  # fmt: skip


async def call(
    client: httpx2.AsyncClient, name: str, stage: Stage, *, sid: UUID | None = None, children: Stage | None = None,
    body: Any = None,
) -> httpx2.Response:  # fmt: skip
    """`children`: whose children the path names; `body`: instead of the row's own."""
    method, path, _ = OPERATIONS[name]
    row = TABLE[name]
    url = path.replace("{sid}", str(sid or stage.sid)).replace("{kind}", "resolution_note") + row.query
    for child in CHILDREN:
        url = url.replace(f"{{{child}}}", str((children or stage).child(child, row)))
    sent = row.body(stage) if body is None else body
    headers = {"accept": "application/json"} if name in {"chat", "send_lane", "retry_turn"} else {}
    return await client.request(method, url, headers=headers, **({"json": sent} if sent is not None else {}))


def told(answer: httpx2.Response) -> tuple[int, str | None]:
    return answer.status_code, answer.json().get("code") if answer.content else None


def below_a_child(name: str) -> bool:
    return any(f"{{{child}}}" in OPERATIONS[name][1] for child in CHILDREN)


def test_every_route_of_a_session_has_a_row() -> None:
    assert set(OPERATIONS) == set(TABLE)


async def test_refusals_come_in_their_order(api: Api, db: Database, world: World) -> None:
    """401, 403 by role, 422, 404 for strangers, 404 for another session's child."""
    stage, other = await staged(db, world), await staged(db, world)
    anonymous, viewer, stranger = api.anonymous(), api.as_user("viewer"), api.as_user("owner", "b")
    outsider = api.as_user("engineer2")
    nonsense = {"nonsense": 1}
    wrong: dict[str, object] = {}
    for name, row in TABLE.items():
        unreadable = nonsense if "requestBody" in OPERATIONS[name][2] else None
        missing = (404, "not_found")
        # `list_shares` is asked by the same people as the writes of links.
        role_refused = (403, "admin_required") if row.who == "admin" else (403, "engineer_required")
        expected = [
            (anonymous, unreadable, (401, "not_authenticated")),
            (viewer, unreadable, missing if row.who == "reader" else role_refused),
            (stranger, None, missing),
            (outsider, None, role_refused if row.who == "admin" else missing),
        ]
        if unreadable is not None:
            expected.append((stranger, unreadable, (422, "invalid_request")))
        found = [told(await call(client, name, stage, body=body)) for client, body, _ in expected]
        if found != [answer for _, _, answer in expected]:
            wrong[name] = found
        if below_a_child(name):
            crossed = told(await call(api.as_user(), name, stage, children=other))
            if crossed != missing:
                wrong[f"{name} of another session"] = crossed
    assert wrong == {}
    untouched = (await api.as_user().get(f"/api/v1/ai-sessions/{stage.sid}?include=messages,lane,facts,fix")).json()
    assert (untouched["status"], untouched["state_version"], len(untouched["messages"]["items"])) == ("active", 0, 1)


async def test_whoever_only_reads_is_told_so_before_the_status(api: Api, db: Database, world: World) -> None:
    """With `team_can_view_sessions` a viewer and a colleague read everything and write nothing; admins take over first."""
    async with db.transaction(world.a.id) as tx:
        await tx.execute(
            text("INSERT INTO account_settings (account_id, preferences) VALUES (:a, CAST(:p AS jsonb))"),
            {"a": world.a.id, "p": '{"team_can_view_sessions": true}'},
        )
    stage, closed = await staged(db, world), await staged(db, world, status="abandoned")
    viewer, colleague, admin = api.as_user("viewer"), api.as_user("engineer2"), api.as_user("admin")
    wrong: dict[str, object] = {}
    for name, row in TABLE.items():
        if row.who == "admin":
            continue
        if row.who == "reader":
            found = [(await call(client, name, stage)).status_code for client in (viewer, colleague, admin)]
            expected: Any = [200, 200, 200]
        else:
            refused = (403, "not_session_handler")
            found = [
                told(await call(viewer, name, stage)),
                told(await call(colleague, name, stage)),
                told(await call(colleague, name, closed)),
            ]
            expected = [(403, "engineer_required"), refused, refused]
            if row.who == "writer":
                found.append(told(await call(admin, name, stage)))
                expected.append(refused)
            if below_a_child(name):
                found.append(told(await call(colleague, name, stage, children=closed)))
                expected.append((404, "not_found"))
        if found != expected:
            wrong[name] = found
    assert wrong == {}


@pytest.mark.parametrize("status", ["escalated", "requesting_escalation"])
async def test_in_transit_everybody_reads_and_only_its_people_write(
    api: Api, db: Database, world: World, status: str
) -> None:
    stage = await staged(db, world, status=status)
    viewer, colleague, admin = api.as_user("viewer"), api.as_user("engineer2"), api.as_user("admin")
    wrong: dict[str, object] = {}
    for name, row in TABLE.items():
        match row.who:
            case "reader":
                found: Any = (await call(viewer, name, stage)).status_code
                expected: Any = 200
            case "admin":
                found, expected = told(await call(admin, name, stage)), (409, "handoff_live")
            case _:
                found, expected = told(await call(colleague, name, stage)), (409, "awaiting_pickup")
        if found != expected:
            wrong[name] = found
    assert wrong == {}


async def test_the_right_person_succeeds(
    api: Api, db: Database, world: World, connection: Connection, sim: Sim
) -> None:
    wrong: dict[str, object] = {}
    ticket_id = await desk_ticket(sim)
    for name, row in TABLE.items():
        linked = {"psa_connection_id": connection.id, "psa_ticket_id": ticket_id, "psa_ticket_ref": f"CW #{ticket_id}"}
        stage = await staged(db, world, row, **(linked if row.linked else {}))
        object.__setattr__(stage, "ticket_id", ticket_id)
        answer = await call(api.as_user("admin" if row.who == "admin" else "engineer"), name, stage)
        if answer.status_code != row.success:
            wrong[name] = (answer.status_code, answer.text)
        if row.linked or name == "link_ticket":
            await api.as_user().delete(f"/api/v1/ai-sessions/{stage.sid}/ticket")
        if row.who == "writer_or_admin":
            again = await call(api.as_user("admin"), name, await staged(db, world, row))
            if again.status_code != row.success:
                wrong[f"{name} by an admin"] = (again.status_code, again.text)
    assert wrong == {}
    await _no_event_tells_what_was_written(db, world)


async def _no_event_tells_what_was_written(db: Database, world: World) -> None:
    """Every write above has sent its events by now: ids, versions and states only."""
    async with db.transaction(world.a.id) as tx:
        events = list(await tx.execute(text("SELECT kind, payload FROM live_events WHERE kind = 'session.changed'")))
    assert {part for event in events for part in event.payload["parts"]} >= {
        "session", "messages", "lane", "facts", "fix", "documents", "updates", "shares",
    }  # fmt: skip
    said = " ".join(str(list(event.payload.values())) for event in events).casefold()
    words = ("printer", "spooler", "monday", "stopped", "queue", "driver", "mine", "still on it", "engineer")
    assert [word for word in words if word in said] == []


async def test_a_closed_session_is_read_and_not_written(api: Api, db: Database, world: World) -> None:
    """The status comes last; what a closed session still allows is named here."""
    allowed = {
        "abandoned": {
            "patch_session", "set_handler", "abandon_session", "reopen_session", "create_share", "list_shares",
            "revoke_share", "stop_turn",
        },
    }  # fmt: skip
    allowed["resolved"] = allowed["abandoned"] - {"abandon_session"} | {
        "preview_resolution_note", "preview_escalation_package", "save_draft", "delete_draft", "preview_update",
    }  # fmt: skip
    statuses = {"pause_session", "resume_session", "abandon_session", "reopen_session", "post_resolution_note"}
    wrong: dict[str, object] = {}
    for status, names in allowed.items():
        untouched = await staged(db, world, status=status)
        for name, row in TABLE.items():
            permitted = row.who == "reader" or name in names
            stage = await staged(db, world, status=status) if name in names else untouched
            answer = await call(api.as_user("admin" if row.who == "admin" else "engineer"), name, stage)
            if permitted:
                good = answer.status_code == row.success
            elif name == "preview_psa_write":
                good = told(answer) == ((409, "no_ticket") if status == "resolved" else (409, "session_closed"))
            else:
                good = told(answer) == (409, "wrong_session_status" if name in statuses else "session_closed")
            if not good:
                wrong[f"{name} while {status}"] = told(answer)
    assert wrong == {}
