"""What the settings of a PSA do when a session with a ticket is resolved (psa.md 7)."""

from __future__ import annotations

from typing import Any

import pytest

from resolutionflow.db.session import Database
from resolutionflow.psa import repository as psa_repository
from resolutionflow.psa.repository import Connection
from resolutionflow.services import Services
from tests.factories.sessions import make_item
from tests.psa.support import Sim
from tests.psa.test_tickets_api import desk_ticket
from tests.sessions.test_ticket_sessions import BASE, note, solved_ticket
from tests.support.api import Api
from tests.support.world import World

pytestmark = pytest.mark.anyio


class Desk:
    """A solved session on a ticket of the simulated PSA, under settings of one's own."""

    def __init__(self, api: Api, services: Services, db: Database, world: World, place: tuple[Connection, Sim]) -> None:
        self.api, self.services, self.db, self.world = api, services, db, world
        self.connection, self.sim = place
        self.ticket_id = ""

    async def resolve(self, *, check: str = "", reply: str = "", text: str = "", **body: Any) -> Any:
        """Look at what would be written, then post it, as the screen does."""
        client = self.api.as_user()
        self.ticket_id = await desk_ticket(self.sim)
        sid = await solved_ticket(self.api, self.db, self.world, self.ticket_id)
        if check:
            await make_item(self.db, self.world.a["engineer"], sid, kind="check", text=check, state="done")
        markdown = await note(self.api, sid) + text
        shown = await client.post(f"{BASE}/{sid}/psa-writes/preview", json={"kind": "resolution", "markdown": markdown})
        if reply:
            self.sim.person("reply", self.ticket_id, text=reply)
        self.sim.forget_requests()
        sent = {"markdown": markdown, "revision": shown.json()["revision"], **body}
        return await client.post(f"{BASE}/{sid}/resolution-note/post", json=sent)

    async def settings(self, **values: Any) -> None:
        async with self.services.db.transaction(self.world.a.id) as session:
            await psa_repository.save_preferences(session, self.world.a.id, self.connection.id, values)

    def sent_note(self) -> Any:
        return self.sim.requests("POST", "/notes")[0]["body"]


@pytest.fixture
def desk(
    api: Api, services: Services, db: Database, world: World, connection: Connection, sim: Sim, outbox: None
) -> Desk:
    del outbox
    return Desk(api, services, db, world, (connection, sim))


async def test_off_writes_to_the_ticket_only_when_asked(desk: Desk) -> None:
    await desk.settings(auto_push="off")
    here = await desk.resolve()
    assert (here.status_code, here.json()["outcome"]) == (200, "resolved_local"), here.text
    assert desk.sim.requests() == []
    asked = await desk.resolve(post_to_psa=True)
    assert (asked.status_code, asked.json()["outcome"]) == (200, "resolved"), asked.text
    assert desk.sent_note()["resolutionFlag"] is True


@pytest.mark.parametrize(
    ("trouble", "code"),
    [
        ({"text": "\n\nThe router at 10.9.8.7 was replaced."}, "unsupported_sentences"),
        ({"reply": "It happened again."}, "ticket_changed"),
        ({"text": "\n\nMarrowby Legal had the same.", "acknowledge": ["unsupported_sentences"]}, "leak_suspected"),
    ],
)
async def test_what_is_posted_unseen_is_refused_when_somebody_has_to_look(
    desk: Desk, trouble: dict[str, Any], code: str
) -> None:
    await desk.settings(auto_push="on")
    refused = await desk.resolve(**trouble)
    assert (refused.status_code, refused.json()["code"]) == (409, code), refused.text
    assert desk.sim.requests("POST", "/notes") == []
    assert desk.sim.requests("PATCH") == []


async def test_a_changed_ticket_is_no_conflict_when_nobody_wants_to_hear_of_it(desk: Desk) -> None:
    await desk.settings(warn_on_conflict=False)
    posted = await desk.resolve(reply="Any news?")
    assert (posted.status_code, posted.json()["outcome"]) == (200, "resolved"), posted.text


async def test_steps_target_and_mail_follow_the_settings(desk: Desk) -> None:
    await desk.settings(
        include_steps=True, cw_resolution_target="both", notify_contact=True, work_type="Remote", billable="Billable"
    )
    posted = await desk.resolve(check="Signed in to webmail with the same account", options={"time_minutes": 16})
    assert posted.status_code == 200, posted.text
    body = desk.sent_note()
    assert "These checks were made:\n\n- Signed in to webmail with the same account" in body["text"]
    assert (body["detailDescriptionFlag"], body["resolutionFlag"]) == (True, True)
    assert body["processNotifications"] is True
    assert [mail["cause"] for mail in desk.sim.mail()] != []
    entry = desk.sim.requests("POST", "/time/entries")[0]["body"]
    assert (entry["actualHours"], entry["workType"]["name"], entry["billableOption"]) == (0.5, "Remote", "Billable")


async def test_without_them_the_note_tells_no_steps_and_mails_nobody(desk: Desk) -> None:
    posted = await desk.resolve(check="Signed in to webmail with the same account")
    assert posted.status_code == 200, posted.text
    body = desk.sent_note()
    assert "These checks" not in body["text"]
    assert (body["resolutionFlag"], body["detailDescriptionFlag"]) == (True, False)
    assert body["processNotifications"] is False
    assert desk.sim.mail() == []
