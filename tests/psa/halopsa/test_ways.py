"""What differs between real systems, paging while tickets come and go, and what is found again."""

from __future__ import annotations

import base64

import orjson
import pytest

from resolutionflow.psa.parts import EVERYTHING, Failed, read_parts
from resolutionflow.psa.providers.calls import HookCall
from resolutionflow.psa.providers.contract import NamedRef, NoteDraft, TicketDraft, TicketFilter, TimeDraft
from resolutionflow.psa.providers.errors import InvalidFilter, PsaRejected, PsaUnsupported
from resolutionflow.psa.providers.halopsa.provider import HaloProvider
from resolutionflow.psa.refs import ticket_ref
from tests.psa.contract.calls import REFERENCE, STARTED
from tests.psa.halopsa.conftest import Halo

pytestmark = pytest.mark.anyio
TICKET, MEMBER = "2052", "21"


async def everything(
    provider: HaloProvider, filter_: TicketFilter, limit: int, *, cursor: str | None = None
) -> list[str]:
    found: list[str] = []
    while True:
        page = await provider.search_tickets(filter_, limit=limit, cursor=cursor)
        found += [ticket.id for ticket in page.items]
        if page.cursor is None:
            return found
        cursor = page.cursor


def open_ids(halo: Halo) -> list[str]:
    return sorted((str(row["id"]) for row in halo.all()["tickets"] if not row["hasbeenclosed"]), key=int, reverse=True)


@pytest.mark.parametrize("cursor", ["x", "0.5.5", "1.0.5", "1.101.5", "1.5", "1.5.-1", "٣.5.5", "1.5.5 or"])
async def test_a_cursor_we_did_not_make_is_refused(halo_provider: HaloProvider, cursor: str) -> None:
    with pytest.raises(InvalidFilter):
        await halo_provider.search_tickets(TicketFilter(), limit=3, cursor=cursor)


@pytest.mark.parametrize("gone", [1, 3, 7])
async def test_no_ticket_is_lost_when_others_leave_the_list(halo: Halo, halo_provider: HaloProvider, gone: int) -> None:
    """Closed tickets leave the list of open ones, and everything below moves up."""
    before = open_ids(halo)
    first = await halo_provider.search_tickets(TicketFilter(), limit=8, cursor=None)
    assert first.cursor is not None
    for number in before[:gone]:
        halo.person("close", number)
    rest = await everything(halo_provider, TicketFilter(), 8, cursor=first.cursor)
    assert [*(ticket.id for ticket in first.items), *rest] == before


async def test_no_ticket_is_shown_twice_when_new_ones_come(halo: Halo, halo_provider: HaloProvider) -> None:
    before = open_ids(halo)
    first = await halo_provider.search_tickets(TicketFilter(), limit=8, cursor=None)
    client = halo.all()["tickets"][0]["client_id"]
    for number in range(5):
        await halo_provider.http.post("/Tickets", {"summary": f"New {number}", "client_id": client})
    rest = await everything(halo_provider, TicketFilter(), 8, cursor=first.cursor)
    assert [*(ticket.id for ticket in first.items), *rest] == before


async def test_what_the_psa_cannot_narrow_is_compared_here(halo: Halo, halo_provider: HaloProvider) -> None:
    tickets = halo.all()["tickets"]
    ticket = next(row for row in tickets if str(row["id"]) == TICKET)
    resolved = {row["id"] for row in tickets if row["status_id"] in (38, 55)}
    cases = [
        (
            TicketFilter(closed="all", board_ids=("21", "22")),
            {r["id"] for r in tickets if r["tickettype_id"] in (21, 22)},
        ),
        (TicketFilter(closed="all", priority_ids=("1", "2")), {r["id"] for r in tickets if r["priority_id"] in (1, 2)}),
        (TicketFilter(closed="all", status_name="resolved"), resolved),
        (
            TicketFilter(closed="all", contact_id=str(ticket["user_id"])),
            {r["id"] for r in tickets if r["user_id"] == ticket["user_id"]},
        ),
        (TicketFilter(closed="all", status_name="No such status"), set()),
    ]
    for filter_, expected in cases:
        assert expected or filter_.status_name == "No such status"
        assert set(await everything(halo_provider, filter_, 4)) == {str(number) for number in expected}, filter_


async def test_the_parts_of_a_ticket_ask_for_each_thing_once(halo: Halo, halo_provider: HaloProvider) -> None:
    await halo_provider.get_ticket(TICKET)
    halo.forget_requests()
    parts = await read_parts(halo_provider, TICKET, EVERYTHING)
    assert parts.ticket.id == TICKET
    assert not [
        part for part in (parts.notes, parts.time, parts.related, parts.attachments) if isinstance(part, Failed)
    ]
    asked = sorted(item["path"] for item in halo.requests())
    assert asked == ["/Actions", "/Asset", "/Attachment", "/Tickets", f"/Tickets/{TICKET}"]


async def test_tickets_of_an_asset_cannot_be_asked_for_and_that_is_said(halo_provider: HaloProvider) -> None:
    assert not halo_provider.capabilities.finds_by_configuration
    with pytest.raises(PsaUnsupported):
        await halo_provider.search_tickets(TicketFilter(configuration_id="20455"), limit=5, cursor=None)


@pytest.mark.parametrize("query", ["2052", "#2052", "HALO #2052", "halo 2052"])
async def test_a_number_is_looked_up(halo_provider: HaloProvider, query: str) -> None:
    page = await halo_provider.search_tickets(TicketFilter(query=query), limit=5, cursor=None)
    assert [ticket.id for ticket in page.items] == [TICKET]
    assert ticket_ref("halopsa", page.items[0].number) == "HALO #2052"
    assert halo_provider.ticket_url(TICKET).endswith("/tickets?id=2052")


@pytest.mark.parametrize(
    "ways",
    [
        {"wrapped": True},
        {"unassigned": False},
        {"closed_flag": False},
        {"wrapped": True, "unassigned": False, "closed_flag": False},
    ],
)
async def test_every_way_of_a_real_system_works(halo: Halo, halo_provider: HaloProvider, ways: dict[str, bool]) -> None:
    halo.switch(**ways)
    closed = {str(row["id"]) for row in halo.all()["tickets"] if row["hasbeenclosed"]}
    assert set(await everything(halo_provider, TicketFilter(closed="closed"), 50)) == closed
    nobody = {str(row["id"]) for row in halo.all()["tickets"] if row["agent_id"] == 1 and not row["hasbeenclosed"]}
    assert nobody
    assert set(await everything(halo_provider, TicketFilter(assignment="unassigned"), 50)) == nobody
    await halo_provider.assign(
        TICKET, await halo_provider.plan_assign(TICKET, NamedRef(MEMBER, ""), "primary"), "primary"
    )
    person = (await halo_provider.list_assignees(TICKET))[0]
    assert person.member == NamedRef(MEMBER, "Maren Holt")
    await halo_provider.unassign(TICKET, person)
    assert halo.ticket(TICKET)["ticket"]["agent_id"] == 1
    assert await halo_provider.list_assignees(TICKET) == ()
    fields = await halo_provider.plan_note(NoteDraft(halo_provider.render_note(f"Seen\n\nRef {REFERENCE}"), "internal"))
    receipt = await halo_provider.add_note(TICKET, fields)
    found = await halo_provider.find_note(TICKET, REFERENCE)
    assert found is not None
    assert found.note.id == receipt.external_id


async def test_names_that_cannot_be_read_leave_the_numbers(halo: Halo, halo_provider: HaloProvider) -> None:
    for path in ("/TicketType", "/Status", "/Priority", "/Agent"):
        halo.fault("403", path=path, times=0)
    page = await halo_provider.search_tickets(TicketFilter(), limit=3, cursor=None)
    ticket = page.items[0]
    assert ticket.board is not None
    assert ticket.board.name == f"Type {ticket.board.id}"
    assert ticket.status is not None
    assert ticket.status.name == f"Status {ticket.status.id}"


async def test_the_shown_author_is_read_back(halo: Halo, halo_provider: HaloProvider) -> None:
    halo.switch(impersonation=False)
    text = halo_provider.render_note(f"Seen\n\nRef {REFERENCE}")
    fields = await halo_provider.plan_note(NoteDraft(text, "internal", member_id=MEMBER))
    await halo_provider.add_note(TICKET, fields)
    found = await halo_provider.find_note(TICKET, REFERENCE)
    assert found is not None
    assert (found.note.author, found.note.member_id) == ("ResolutionFlow API", "29")


async def test_a_note_with_everything_in_it_comes_back_as_it_was_sent(halo_provider: HaloProvider) -> None:
    markdown = f"## Problem\n\n- *one* & <two>\n- `x < y`\n\n1. first\n2. second\n\n> quoted\n\nPosted for Kit\nRef {REFERENCE}"
    rendered = halo_provider.render_note(markdown)
    await halo_provider.add_note(
        TICKET, await halo_provider.plan_note(NoteDraft(rendered, "customer", outcome_id="11"))
    )
    found = await halo_provider.find_note(TICKET, REFERENCE)
    assert found is not None
    assert found.note.text.split() == halo_provider.note_text(rendered).split()
    assert (found.note.visibility, found.note.reference) == ("customer", REFERENCE)


async def test_without_a_setting_the_outcome_is_one_that_mails_nobody(halo_provider: HaloProvider) -> None:
    for visibility, outcome in (("internal", 7), ("customer", 11)):
        draft = NoteDraft("<p>x</p>", "internal" if visibility == "internal" else "customer")
        planned = {field.field: field.to for field in await halo_provider.plan_note(draft)}
        assert planned["outcome_id"] == outcome
        assert planned["sendemail"] is False


async def test_a_missing_outcome_is_told_in_the_psas_words(halo_provider: HaloProvider) -> None:
    fields = await halo_provider.plan_note(NoteDraft("<p>x</p>", "customer", outcome_id="12"))
    sent = [field for field in fields if field.field != "outcome_id"]
    with pytest.raises(PsaRejected, match="Outcome must be entered"):
        await halo_provider.add_note(TICKET, sent)


async def test_nobody_beside_the_agent(halo_provider: HaloProvider) -> None:
    with pytest.raises(PsaUnsupported):
        await halo_provider.plan_assign(TICKET, NamedRef(MEMBER, ""), "additional")
    with pytest.raises(PsaUnsupported):
        await halo_provider.assign(TICKET, (), "additional")


async def test_time_is_hidden_mails_nobody_and_goes_by_the_hour(halo: Halo, halo_provider: HaloProvider) -> None:
    draft = TimeDraft(member_id=MEMBER, minutes=45, started_at=STARTED, notes=f"Worked.\n\nRef {REFERENCE}")
    await halo_provider.add_time(TICKET, await halo_provider.plan_time(TICKET, draft))
    action = halo.ticket(TICKET)["actions"][0]
    assert (action["timetaken"], action["hiddenfromuser"], action["who_agentid"]) == (0.75, True, 21)
    assert halo.mail() == []


async def test_webhooks_are_registered_proved_and_removed(halo: Halo, halo_provider: HaloProvider) -> None:
    hook = await halo_provider.register_webhook("https://rf.example/hooks/1")
    assert [row["id"] for row in await halo_provider.http.rows("/Webhook", "webhooks")] == [hook.external_id]
    sign_in = {"authorization": f"Basic {base64.b64encode(hook.secret.encode()).decode()}"}
    event = {"event": "New Action", "object_id": 2052, "ticket": {"id": 2052}}
    one = await halo_provider.verify_webhook(HookCall(sign_in, orjson.dumps(event)), hook.secret)
    assert one is not None
    assert one.ticket_ids == (TICKET,)
    batch = [event, {"event": "Ticket Updated", "object_id": 2053}]
    two = await halo_provider.verify_webhook(HookCall(sign_in, orjson.dumps(batch)), hook.secret)
    assert two is not None
    assert two.ticket_ids == (TICKET, "2053")
    assert two.delivery != one.delivery
    forged = {"authorization": "Basic " + base64.b64encode(b"resolutionflow:guess").decode()}
    for headers, body, secret in (
        (forged, orjson.dumps(event), hook.secret),
        ({}, orjson.dumps(event), hook.secret),
        ({"authorization": "Basic "}, orjson.dumps(event), ""),
        (sign_in, b"{", hook.secret),
        (sign_in, b"[]", hook.secret),
        (sign_in, b'{"object_id": "x"}', hook.secret),
    ):
        assert await halo_provider.verify_webhook(HookCall(headers, body), secret) is None
    await halo_provider.remove_webhook(hook.external_id)
    await halo_provider.remove_webhook(hook.external_id)
    assert await halo_provider.http.rows("/Webhook", "webhooks") == []


async def test_a_ticket_without_a_contact_is_at_the_main_site(halo: Halo, halo_provider: HaloProvider) -> None:
    client = str(halo.ticket(TICKET)["ticket"]["client_id"])
    draft = TicketDraft("No contact", "", client, "21", REFERENCE)
    made = await halo_provider.create_ticket(await halo_provider.plan_ticket(draft))
    stored = halo.ticket(made.external_id)["ticket"]
    assert (stored["user_id"], stored["third_party_id_string"]) == (0, REFERENCE)
    found = await halo_provider.find_ticket(REFERENCE)
    assert found is not None
    assert found.id == made.external_id
    assert found.description == f"Ref {REFERENCE}"
