"""Whatever a person types into the search is words, on every PSA. `./rf bench psa-search` does the same with 10,000 texts."""

from __future__ import annotations

from dataclasses import replace

import pytest

from resolutionflow.bench.psa_search import SIMULATED, inside, search
from resolutionflow.psa.providers.contract import NamedRef, ProviderName, Status, TicketFilter, TicketSummary

pytestmark = pytest.mark.anyio
TEXTS = 120
TICKET = TicketSummary(
    id="1",
    number="1",
    summary="Printer",
    board=NamedRef("7", "Desk"),
    status=Status("2", "New", "7", closed=False),
    priority=NamedRef("3", "P3"),
    company=NamedRef("4", "Client"),
    contact=None,
    owner=None,
    resources=(),
    closed=False,
    created_at=None,
    updated_at=None,
)


@pytest.mark.parametrize("name", SIMULATED)
async def test_no_text_is_an_error_or_lets_a_foreign_row_through(name: ProviderName) -> None:
    found = await search(name, TEXTS, seed=20261121)
    assert found.troubles == []
    assert found.searches == TEXTS
    assert found.rows > TEXTS / 10, "most texts found nothing: the check would see no foreign row"


@pytest.mark.parametrize(
    "filter_",
    [
        TicketFilter(closed="closed"),
        TicketFilter(board_ids=("8",)),
        TicketFilter(company_id="5"),
        TicketFilter(priority_ids=("1", "2")),
    ],
)
def test_a_foreign_row_is_seen(filter_: TicketFilter) -> None:
    assert not inside(TICKET, filter_)
    assert inside(TICKET, TicketFilter(board_ids=("7",), company_id="4", priority_ids=("3",), assignment="unassigned"))
    assert not inside(replace(TICKET, owner=NamedRef("1", "Kit")), TicketFilter(assignment="unassigned"))
