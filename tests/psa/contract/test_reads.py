"""Reading: what every provider must find in its simulator."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from resolutionflow.psa.providers.assets import KnowsAssets
from resolutionflow.psa.providers.contract import PsaProvider, TicketFilter
from tests.psa.contract.calls import people
from tests.psa.contract.harness import Harness, Scene, StoredTicket

pytestmark = pytest.mark.anyio


async def everything(provider: PsaProvider, filter_: TicketFilter, *, limit: int = 9) -> list[str]:
    found: list[str] = []
    cursor = None
    while True:
        page = await provider.search_tickets(filter_, limit=limit, cursor=cursor)
        found += [ticket.id for ticket in page.items]
        if page.cursor is None:
            return found
        cursor = page.cursor


async def test_all_checks_pass(provider: PsaProvider, harness: Harness) -> None:
    checks = await provider.check()
    assert [check for check in checks if not check.ok] == []
    assert len(checks) >= 5
    assert provider.name == harness.name
    assert provider.bases.api.startswith("http")
    assert not [item for item in harness.control.requests() if item["method"] in ("PATCH", "PUT", "DELETE")]


async def test_paging_shows_every_ticket_once_newest_first(provider: PsaProvider, harness: Harness) -> None:
    found = await everything(provider, TicketFilter(closed="all"))
    assert found == sorted((ticket.id for ticket in harness.tickets()), key=int, reverse=True)


async def test_every_filter_agrees_with_what_is_stored(provider: PsaProvider, harness: Harness, scene: Scene) -> None:
    tickets = harness.tickets()
    boards, priorities = (tuple(sorted({getattr(one, name) for one in tickets})) for name in ("board", "priority"))
    cases: list[tuple[TicketFilter, Callable[[StoredTicket], bool]]] = [
        (TicketFilter(closed="closed"), lambda ticket: ticket.closed),
        (TicketFilter(), lambda ticket: not ticket.closed),
        (TicketFilter(closed="all", board_ids=(scene.board,)), lambda ticket: ticket.board == scene.board),
        (TicketFilter(closed="all", company_id=scene.company), lambda ticket: ticket.company == scene.company),
        (TicketFilter(closed="all", priority_ids=(scene.priority,)), lambda ticket: ticket.priority == scene.priority),
        (
            TicketFilter(closed="all", board_ids=(scene.board,), status_id=scene.closed_status),
            lambda ticket: ticket.board == scene.board and ticket.status == scene.closed_status,
        ),
        (
            TicketFilter(closed="all", contact_id=scene.contact),
            lambda ticket: ticket.contact == scene.contact,
        ),
        (
            TicketFilter(closed="all", board_ids=boards[:2], priority_ids=priorities[:2]),
            lambda ticket: ticket.board in boards[:2] and ticket.priority in priorities[:2],
        ),
        (
            TicketFilter(board_ids=boards, company_id=scene.company),
            lambda ticket: not ticket.closed and ticket.board in boards and ticket.company == scene.company,
        ),
        (
            TicketFilter(assignment="unassigned"),
            lambda ticket: not ticket.closed and ticket.owner is None and not harness.stored(ticket.id).additional,
        ),
    ]
    for filter_, wanted in cases:
        expected = {ticket.id for ticket in tickets if wanted(ticket)}
        assert expected, filter_
        # In any page size each once, newest first.
        for limit in (3, 50):
            found = await everything(provider, filter_, limit=limit)
            assert found == sorted(expected, key=int, reverse=True), (filter_, limit)


async def test_a_members_tickets(provider: PsaProvider, harness: Harness, scene: Scene) -> None:
    member = next(
        item for item in await provider.list_members() if item.identifier and "tarrow" in item.name.casefold()
    )
    found = await everything(provider, TicketFilter(closed="all", assignment="member", member=member))
    owned = {ticket.id for ticket in harness.tickets() if ticket.owner == member.id}
    assert owned
    assert owned <= set(found)
    for ticket_id in set(found) - owned - {scene.hidden}:
        assert member.id in {person.member.id for person in await people(provider, ticket_id)}


async def test_a_number_is_looked_up_first_and_words_are_searched(provider: PsaProvider, scene: Scene) -> None:
    number = (await provider.get_ticket(scene.ticket)).number
    page = await provider.search_tickets(TicketFilter(query=number, closed="all"), limit=5, cursor=None)
    assert [ticket.id for ticket in page.items][:1] == [scene.ticket]
    for odd in ("%", '"', "'); drop", "\\", "]", "🖨", "x" * 200):
        await provider.search_tickets(TicketFilter(query=odd, closed="all"), limit=5, cursor=None)


async def test_a_ticket_has_its_parts(provider: PsaProvider, harness: Harness, scene: Scene) -> None:
    ticket, stored = await provider.get_ticket(scene.ticket), harness.stored(scene.ticket)
    assert (ticket.summary, ticket.closed) == (stored.summary, stored.closed)
    assert ticket.status is not None
    assert ticket.status.id == stored.status
    assert ticket.company is not None
    assert (ticket.company.id, ticket.company.name) == (scene.company, scene.company_name)
    assert ticket.contact is not None
    assert ticket.contact.id == stored.contact
    assert ticket.contact_email
    assert ticket.priority is not None
    assert ticket.priority.id == stored.priority
    assert ticket.updated_at is not None
    assert ticket.updated_at.tzinfo is not None
    assert provider.ticket_url(scene.ticket) == provider.bases.web + harness.vendor.link.format(id=scene.ticket)
    assert ticket.number in provider.ticket_url(scene.ticket) or scene.ticket in provider.ticket_url(scene.ticket)


@pytest.mark.parametrize("which", ["ticket", "busy"])
async def test_all_notes_are_read_newest_first(
    provider: PsaProvider, harness: Harness, scene: Scene, which: str
) -> None:
    ticket_id = scene.busy if which == "busy" else scene.ticket
    notes, stored = await provider.list_notes(ticket_id), {note.id: note for note in harness.notes(ticket_id)}
    assert {note.id for note in notes} == set(stored)
    # A vendor may keep the first of the 130 as the description.
    assert len(stored) >= (129 if which == "busy" else 2)
    moments = [note.created_at for note in notes if note.created_at]
    assert moments == sorted(moments, reverse=True)


async def test_people_are_the_owner_and_those_beside(provider: PsaProvider, harness: Harness, scene: Scene) -> None:
    for ticket_id in (scene.ticket, scene.unowned, *([scene.helped] if scene.helped else [])):
        stored, found = harness.stored(ticket_id), await people(provider, ticket_id)
        assert [person.member.id for person in found if person.primary] == ([stored.owner] if stored.owner else [])
        assert {person.member.id for person in found if not person.primary} == set(stored.additional)
        assert all(person.remove_ref for person in found if not person.primary)


async def test_time_entries(provider: PsaProvider, harness: Harness) -> None:
    for ticket in list(harness.tickets())[:20]:
        if stored := harness.times(ticket.id):
            found = await provider.list_time(ticket.id)
            assert sorted((item.id, item.minutes) for item in found) == sorted((one.id, one.minutes) for one in stored)
            return
    raise AssertionError("no ticket of the demo world has time on it")


async def test_look_ups(provider: PsaProvider, scene: Scene) -> None:
    boards = await provider.list_boards()
    assert scene.board in {board.id for board in boards}
    assert all(board.active for board in boards)
    statuses = {status.id: status for status in await provider.list_statuses(scene.board)}
    assert statuses[scene.closed_status].closed
    assert not statuses[scene.status].closed
    if scene.foreign_status is not None:
        assert scene.foreign_status not in statuses
    assert scene.priority in {item.id for item in await provider.list_priorities(scene.board)}
    members = {member.id: member for member in await provider.list_members()}
    assert all(member.active for member in members.values())
    assert {scene.member, scene.other} <= set(members)
    companies = await provider.search_companies(scene.company_name, limit=10)
    assert [company.id for company in companies] == [scene.company]
    assert len(await provider.search_companies("", limit=100)) == 12
    contacts = await provider.search_contacts("", company_id=scene.company, limit=50)
    assert scene.contact in {contact.id for contact in contacts}
    assert all(contact.company_id == scene.company for contact in contacts)


async def test_the_machines_of_all_clients(provider: PsaProvider, scene: Scene) -> None:
    assert isinstance(provider, KnowsAssets)
    assets = await provider.list_assets(limit=1000)
    names = {asset.name: asset for asset in assets}
    assert len(assets) > 50
    assert len({asset.company_id for asset in assets}) == 12
    assert names["BCB-FW01"].addresses == "203.0.113.61"
    clients = {company.id: company.name for company in await provider.search_companies("", limit=100)}
    assert clients[names["BCB-FW01"].company_id].startswith("Brindlecroft")


async def test_configurations_of_a_ticket(provider: PsaProvider, harness: Harness) -> None:
    for ticket in harness.tickets():
        refs = await provider.list_configuration_refs(ticket.id) if not ticket.closed and ticket.contact else ()
        if refs:
            details = await provider.list_configurations(refs)
            assert [item.id for item in details] == [item.id for item in refs]
            assert all(item.name for item in details)
            return
    raise AssertionError("no ticket of the demo world has a configuration")
