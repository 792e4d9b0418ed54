"""Finding the newest tickets in a service that gives the oldest first."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from resolutionflow.demo.autotask import SimServer
from resolutionflow.demo.world import load
from resolutionflow.kit.http import GuardedClient
from resolutionflow.psa.access import http_options
from resolutionflow.psa.cache import BareShelf
from resolutionflow.psa.providers.autotask.filters import exact_ticket
from resolutionflow.psa.providers.autotask.provider import AutotaskProvider
from resolutionflow.psa.providers.autotask.vendor import open_autotask
from resolutionflow.psa.providers.contract import Bases, TicketFilter
from resolutionflow.psa.providers.vendor import Opening
from resolutionflow.settings import Settings
from tests.psa.contract.autotask import AutotaskHarness
from tests.psa.contract.harness import Scene
from tests.psa.support import Control

pytestmark = pytest.mark.anyio
MANY = 2_600


@pytest.mark.parametrize(
    ("query", "field", "value"),
    [
        ("T20261112.0007", "ticketNumber", "T20261112.0007"),
        ("at t20261112.0007 ", "ticketNumber", "T20261112.0007"),
        ("#7251", "id", 7251),
        ("7251", "id", 7251),
    ],
)
def test_a_ticket_is_named_by_number_or_id(query: str, field: str, value: str | int) -> None:
    found = exact_ticket(query)
    assert found is not None
    assert (found.field, found.value) == (field, value)


@pytest.mark.parametrize("query", ["", "T2026.1", "printer 7251", "٧٢٥١", "7" * 30])
def test_other_words_name_none(query: str) -> None:
    assert exact_ticket(query) is None


async def test_words_are_looked_for_in_titles_companies_and_contacts(
    provider: AutotaskProvider, at: AutotaskHarness, scene: Scene
) -> None:
    ticket = await provider.get_ticket(scene.ticket)
    assert ticket.company is not None
    assert ticket.contact is not None
    for query in (ticket.summary, ticket.company.name, ticket.contact.name, f"{ticket.company.name.split()[0]} zzzz"):
        page = await provider.search_tickets(TicketFilter(query=query, closed="all"), limit=60, cursor=None)
        assert (scene.ticket in {item.id for item in page.items}) is ("zzzz" not in query)


async def test_a_status_by_name_is_one_of_the_list_or_finds_nothing(provider: AutotaskProvider) -> None:
    page = await provider.search_tickets(TicketFilter(closed="all", status_name="complete"), limit=60, cursor=None)
    assert page.items
    assert all(item.closed for item in page.items)
    none = await provider.search_tickets(TicketFilter(closed="all", status_name="No such"), limit=60, cursor=None)
    assert none.items == ()


async def test_tickets_of_a_device_are_found_wherever_it_stands(
    provider: AutotaskProvider, at: AutotaskHarness
) -> None:
    for item in {one for ticket in at.world.tickets for one in ticket.configuration_ids}:
        expected = {str(ticket.id - 41_000) for ticket in at.world.tickets if item in ticket.configuration_ids}
        if len(expected) > 2:
            filter_ = TicketFilter(closed="all", configuration_id=str(item))
            page = await provider.search_tickets(filter_, limit=60, cursor=None)
            assert {found.id for found in page.items} == expected
            return
    raise AssertionError("no device has several tickets")


@pytest.fixture
async def crowded(settings: Settings) -> AsyncIterator[tuple[AutotaskProvider, Control]]:
    """A database with more tickets than may be read, most of them years old."""
    world = load(datetime.now(UTC))
    like = world.tickets[0]
    now = datetime.now(UTC)
    old = tuple(
        replace(
            like,
            id=42_000 + place,
            opened_at=now - timedelta(days=MANY - place + 40),
            updated_at=now - timedelta(days=1),
            notes=like.notes[:1],
            configuration_ids=(),
        )
        for place in range(MANY)
    )
    with SimServer(replace(world, tickets=(*old, *world.tickets))) as server:
        control = Control(server.control_url)
        known = server.credentials
        config = {"username": known.username, "site": server.url}
        secrets = {"secret": known.secret, "integration_code": known.integration_code}
        async with GuardedClient(http_options(settings)) as client:
            opened = await open_autotask(Opening(client, config, secrets, None, BareShelf(), _stays))
            yield opened, control
        control.close()


async def _stays(bases: Bases) -> None:
    del bases


async def test_the_newest_come_first_also_when_there_are_too_many(
    crowded: tuple[AutotaskProvider, Control],
) -> None:
    provider, control = crowded
    filter_ = TicketFilter(closed="all")
    page = await provider.search_tickets(filter_, limit=10, cursor=None)
    assert [int(item.id) for item in page.items] == list(range(7299, 7289, -1))
    assert page.cursor == "7290"
    before = len(control.requests("POST", "Tickets/query"))
    again = await provider.search_tickets(filter_, limit=10, cursor=page.cursor)
    assert [int(item.id) for item in again.items] == list(range(7289, 7279, -1))
    assert len(control.requests("POST", "Tickets/query")) - before <= 4


async def test_what_cannot_be_read_is_said(crowded: tuple[AutotaskProvider, Control]) -> None:
    provider, control = crowded
    control.forget_requests()
    page = await provider.search_tickets(TicketFilter(closed="closed"), limit=100, cursor="3100")
    assert page.truncated
    assert [int(item.id) for item in page.items] == sorted((int(item.id) for item in page.items), reverse=True)
    asked = [item for item in control.requests("POST", "Tickets/query") if item["body"]["MaxRecords"] > 1]
    assert len(asked) <= 4
