"""ConnectWise operations against the simulator: reading."""

from __future__ import annotations

import pytest

from resolutionflow.psa.providers.connectwise.provider import ConnectWiseProvider
from resolutionflow.psa.providers.contract import NamedRef, TicketFilter
from resolutionflow.psa.providers.errors import (
    InvalidFilter,
    PsaAuth,
    PsaNotFound,
    PsaPermission,
    PsaProtocol,
    PsaRateLimited,
    PsaUnavailable,
)
from tests.psa.support import Sim

pytestmark = pytest.mark.anyio


async def everything(provider: ConnectWiseProvider, filter_: TicketFilter, *, limit: int = 7) -> list[str]:
    found: list[str] = []
    cursor = None
    while True:
        page = await provider.search_tickets(filter_, limit=limit, cursor=cursor)
        found += [ticket.id for ticket in page.items]
        if page.cursor is None:
            return found
        cursor = page.cursor


async def test_paging_shows_every_ticket_once_newest_first(provider: ConnectWiseProvider, sim: Sim) -> None:
    found = await everything(provider, TicketFilter(closed="all"))
    assert found == sorted((str(ticket["id"]) for ticket in sim.all()["tickets"]), key=int, reverse=True)


async def test_open_closed_and_all_agree_with_the_world(provider: ConnectWiseProvider, sim: Sim) -> None:
    closed = {str(ticket["id"]) for ticket in sim.all()["tickets"] if ticket["closedFlag"]}
    assert set(await everything(provider, TicketFilter(closed="closed"), limit=50)) == closed
    assert not closed & set(await everything(provider, TicketFilter(), limit=50))


async def test_every_filter_agrees_with_the_world(provider: ConnectWiseProvider, sim: Sim) -> None:
    tickets = sim.all()["tickets"]
    board = tickets[0]["board"]["id"]
    company = tickets[3]["company"]["id"]
    priority = tickets[5]["priority"]["id"]
    status = tickets[7]["status"]
    cases = [
        (TicketFilter(closed="all", board_ids=(str(board),)), lambda ticket: ticket["board"]["id"] == board),
        (TicketFilter(closed="all", company_id=str(company)), lambda ticket: ticket["company"]["id"] == company),
        (
            TicketFilter(closed="all", priority_ids=(str(priority),)),
            lambda ticket: ticket["priority"]["id"] == priority,
        ),
        (
            TicketFilter(closed="all", status_id=str(status["id"])),
            lambda ticket: ticket["status"]["id"] == status["id"],
        ),
        (
            TicketFilter(closed="all", status_name=status["name"]),
            lambda ticket: ticket["status"]["name"] == status["name"],
        ),
        (
            TicketFilter(closed="all", assignment="unassigned"),
            lambda ticket: "owner" not in ticket and not ticket.get("resources"),
        ),
    ]
    for filter_, wanted in cases:
        expected = {str(ticket["id"]) for ticket in tickets if wanted(ticket)}
        assert expected
        assert set(await everything(provider, filter_)) == expected


async def test_a_members_tickets_are_owned_or_helped_on_by_exactly_that_login(
    provider: ConnectWiseProvider, sim: Sim
) -> None:
    member = next(member for member in await provider.list_members() if member.identifier == "ktarrow")
    found = await everything(provider, TicketFilter(closed="all", assignment="member", member=member))
    expected = {
        str(ticket["id"])
        for ticket in sim.all()["tickets"]
        if str(ticket.get("owner", {}).get("id")) == member.id
        or "ktarrow" in [login.strip() for login in (ticket.get("resources") or "").split(",")]
    }
    assert set(found) == expected
    assert len(expected) >= 6


@pytest.mark.parametrize("query", ["48250", "#48250", "CW #48250"])
async def test_a_number_is_looked_up_first(provider: ConnectWiseProvider, query: str) -> None:
    page = await provider.search_tickets(TicketFilter(query=query, closed="all"), limit=10, cursor=None)
    assert [ticket.id for ticket in page.items] == ["48250"]


async def test_words_are_searched_in_summary_company_and_contact(provider: ConnectWiseProvider) -> None:
    page = await provider.search_tickets(TicketFilter(query="quillmere", closed="all"), limit=50, cursor=None)
    assert page.items
    assert all(
        "quillmere" in f"{ticket.summary} {ticket.company.name if ticket.company else ''}".casefold()
        for ticket in page.items
    )


async def test_ids_that_are_not_digits_are_refused_before_anything_is_sent(
    provider: ConnectWiseProvider, sim: Sim
) -> None:
    sim.forget_requests()
    for bad in ("1 or 1=1", "-1", "٣", "1.5", "abc", ""):
        with pytest.raises(InvalidFilter):
            await provider.search_tickets(TicketFilter(board_ids=(bad,)), limit=5, cursor=None)
    with pytest.raises(PsaNotFound):
        await provider.get_ticket("../../system/members")
    assert sim.requests() == []


async def test_a_ticket_with_its_parts(provider: ConnectWiseProvider, sim: Sim) -> None:
    world = next(ticket for ticket in sim.all()["tickets"] if sim.ticket(str(ticket["id"]))["schedule"])
    ticket = await provider.get_ticket(str(world["id"]))
    assert ticket.summary == world["summary"]
    assert ticket.updated_at is not None
    assert ticket.updated_at.tzinfo is not None
    assert ticket.status is not None
    assert ticket.status.board_id == str(world["board"]["id"])
    notes = await provider.list_notes(ticket.id)
    assert [note.created_at for note in notes] == sorted((note.created_at for note in notes), reverse=True)
    refs = await provider.list_configuration_refs(ticket.id)
    details = await provider.list_configurations(refs)
    assert [item.id for item in details] == [item.id for item in refs]
    people = await provider.list_assignees(ticket.id)
    assert people
    assert all(not person.primary and person.remove_ref for person in people)


async def test_a_ticket_with_130_notes_is_read_whole(provider: ConnectWiseProvider, sim: Sim) -> None:
    most = max(sim.all()["tickets"], key=lambda ticket: len(sim.ticket(str(ticket["id"]))["notes"]))
    world = sim.ticket(str(most["id"]))
    notes = await provider.list_notes(str(most["id"]))
    assert len(notes) == len(world["notes"]) + len(world["time"])
    assert len(notes) >= 130


async def test_boards_statuses_and_people_are_the_active_ones(provider: ConnectWiseProvider) -> None:
    boards = await provider.list_boards()
    assert [board.name for board in boards] == sorted(["Alerts", "Changes", "Onsite", "Service Desk"])
    desk = next(board for board in boards if board.name == "Service Desk")
    statuses = await provider.list_statuses(desk.id)
    assert any(status.name == "Resolved" and status.closed for status in statuses)
    assert all(status.board_id == desk.id for status in statuses)
    assert len(await provider.list_priorities(None)) == 4
    members = await provider.list_members()
    assert all(member.active for member in members)
    assert any(member.api_only for member in members)


async def test_companies_and_contacts(provider: ConnectWiseProvider) -> None:
    companies = await provider.search_companies("", limit=100)
    assert len(companies) == 12
    legal = await provider.search_companies("marrowby", limit=10)
    assert [company.name for company in legal] == ["Marrowby Legal"]
    contacts = await provider.search_contacts("", company_id=legal[0].id, limit=50)
    assert contacts
    assert all(contact.company_id == legal[0].id and contact.email for contact in contacts)


async def test_without_the_member_table_names_still_come_from_the_open_list(
    provider: ConnectWiseProvider, sim: Sim
) -> None:
    sim.deny("System: Member Maintenance")
    members = await provider.list_members()
    assert any(member.identifier == "ktarrow" for member in members)


async def test_all_checks_pass_and_a_missing_right_is_named(provider: ConnectWiseProvider, sim: Sim) -> None:
    assert all(check.ok for check in await provider.check())
    sim.deny("Companies: Contacts")
    failed = [check for check in await provider.check() if not check.ok]
    assert [check.check for check in failed] == ["contacts"]
    assert failed[0].permission == "Companies: Contacts (inquire)"


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ("401", PsaAuth),
        ("403", PsaPermission),
        ("404", PsaNotFound),
        ("429", PsaRateLimited),
        ("500", PsaUnavailable),
        ("502_html", PsaUnavailable),
        ("503", PsaUnavailable),
        ("truncated_json", PsaProtocol),
        ("wrong_shape", PsaProtocol),
        ("reply_lost", PsaUnavailable),
    ],
)
async def test_each_trouble_has_its_error(
    provider: ConnectWiseProvider, sim: Sim, fault: str, error: type[Exception]
) -> None:
    sim.fault(fault, path="/service/tickets*", times=0)
    with pytest.raises(error):
        await provider.get_ticket("48250")


async def test_a_read_survives_two_short_outages(provider: ConnectWiseProvider, sim: Sim) -> None:
    sim.fault("503", path="/service/tickets/48250", times=2)
    assert (await provider.get_ticket("48250")).id == "48250"


async def test_a_short_429_is_waited_for_and_a_long_one_is_told(provider: ConnectWiseProvider, sim: Sim) -> None:
    sim.fault("429", path="/service/tickets/48250", times=1, retry_after=0)
    assert (await provider.get_ticket("48250")).id == "48250"
    sim.fault("429", path="/service/tickets/48250", times=1, retry_after=40)
    with pytest.raises(PsaRateLimited) as caught:
        await provider.get_ticket("48250")
    assert caught.value.retry_after == 40


async def test_a_moved_code_base_is_found_again(provider: ConnectWiseProvider, sim: Sim) -> None:
    before = provider.bases
    sim.fault("move_codebase", path="/service/tickets/48250", times=1)
    assert (await provider.get_ticket("48250")).id == "48250"
    assert provider.bases != before


async def test_a_link_to_the_ticket_opens_the_web_app(provider: ConnectWiseProvider, sim: Sim) -> None:
    assert provider.ticket_url("48250") == f"{provider.bases.web}ConnectWise.aspx?routeTo=ServiceFV&recid=48250"


async def test_configurations_without_details_keep_their_names(provider: ConnectWiseProvider, sim: Sim) -> None:
    sim.fault("403", path="/company/configurations*", times=0)
    found = await provider.list_configurations([NamedRef("1", "LAPTOP-1")])
    assert [(item.id, item.name) for item in found] == [("1", "LAPTOP-1")]
