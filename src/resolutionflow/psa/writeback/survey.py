"""Reading everything a write depends on: the ticket as it is now, its board's statuses, other clients' names and machines."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from resolutionflow.psa import cache, lookups, revision
from resolutionflow.psa.providers.assets import Asset, KnowsAssets
from resolutionflow.psa.providers.contract import Assignee, Company, Note, PsaProvider, Status, Ticket, with_owner
from resolutionflow.psa.providers.errors import PsaAuth, PsaError, PsaPermission, PsaRateLimited, PsaUnavailable
from resolutionflow.psa.repository import Connection
from resolutionflow.psa.writeback.gate import Leak, scan
from resolutionflow.services import Services

MOST_COMPANIES = 5000
MOST_ASSETS = 20_000
_ALL = "*all*"


@dataclass(frozen=True, slots=True)
class Survey:
    """The ticket as just read. `assignees` is None when they may not be read."""

    ticket: Ticket
    notes: Sequence[Note]
    assignees: Sequence[Assignee] | None
    statuses: Sequence[Status]
    companies: Sequence[Company]
    assets: Sequence[Asset]

    @property
    def revision(self) -> revision.Revision:
        return revision.of_ticket(self.ticket, self.notes, self.assignees)

    def changes_since(self, token: str | None) -> tuple[revision.Change, ...]:
        if token is None:
            return ()
        return revision.changes(revision.parse(token), self.revision, ticket=self.ticket, notes=self.notes)

    def leaks(self, text: str | None) -> tuple[Leak, ...]:
        if text is None:
            return ()
        return scan(text, self.ticket.company.id if self.ticket.company else None, self.companies, self.assets)


async def look(
    services: Services, connection: Connection, provider: PsaProvider, ticket_id: str, *, gate: bool
) -> Survey:
    """Read the ticket and what surrounds it side by side. Raises the provider's errors; `gate` also reads the clients' names and machines."""
    # Nothing is cancelled when one part fails: the others may be in the middle of storing what they read.
    ticket, notes, people, companies, assets = await asyncio.gather(
        provider.get_ticket(ticket_id),
        provider.list_notes(ticket_id),
        _assignees(provider, ticket_id),
        _companies(services, connection, provider, wanted=gate),
        _assets(services, connection, provider, wanted=gate),
        return_exceptions=True,
    )
    # The ticket's own trouble tells most, so it is told first.
    if isinstance(ticket, BaseException):
        raise ticket
    if isinstance(notes, BaseException):
        raise notes
    if isinstance(people, BaseException):
        raise people
    if isinstance(companies, BaseException):
        raise companies
    if isinstance(assets, BaseException):
        raise assets
    statuses: tuple[Status, ...] = ()
    if ticket.board is not None:
        statuses = await lookups.load_statuses(services.db, connection, provider, ticket.board.id)
    return Survey(
        ticket=ticket,
        notes=notes,
        assignees=None if people is None else with_owner(ticket.owner, people),
        statuses=statuses,
        companies=companies,
        assets=assets,
    )


async def look_for_new(
    services: Services, connection: Connection, provider: PsaProvider, text: str | None, company_id: str
) -> tuple[Leak, ...]:
    """Other clients named in the text of a ticket that does not exist yet."""
    companies = await _companies(services, connection, provider, wanted=text is not None)
    assets = await _assets(services, connection, provider, wanted=text is not None)
    return scan(text or "", company_id, companies, assets)


async def _assignees(provider: PsaProvider, ticket_id: str) -> tuple[Assignee, ...] | None:
    try:
        return await provider.list_assignees(ticket_id)
    except PsaPermission:
        return None


async def _companies(
    services: Services, connection: Connection, provider: PsaProvider, *, wanted: bool
) -> tuple[Company, ...]:
    """All clients. Without the right to read them there is nothing to compare with."""
    if not wanted:
        return ()
    try:
        return await cache.cached(
            services.db, connection, cache.COMPANIES, _ALL, lambda: provider.search_companies("", limit=MOST_COMPANIES)
        )
    except PsaPermission:
        return ()


async def _assets(
    services: Services, connection: Connection, provider: PsaProvider, *, wanted: bool
) -> tuple[Asset, ...]:
    """The machines of all clients. Without the right to read them there is nothing to compare with."""
    if not wanted or not isinstance(provider, KnowsAssets):
        return ()
    try:
        return await cache.cached(
            services.db, connection, cache.ASSETS, _ALL, lambda: provider.list_assets(limit=MOST_ASSETS)
        )
    except PsaPermission:
        return ()


def is_transient(error: PsaError) -> bool:
    """Whether waiting may help without anybody doing anything."""
    return isinstance(error, PsaUnavailable | PsaRateLimited)


def blocks_at_once(error: PsaError) -> bool:
    return isinstance(error, PsaAuth | PsaPermission)
