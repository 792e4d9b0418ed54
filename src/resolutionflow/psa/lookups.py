"""Boards, statuses, priorities, members, companies and contacts for filters and pickers."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar
from uuid import UUID

from resolutionflow.auth.subject import Subject
from resolutionflow.db.session import Database
from resolutionflow.psa import cache, repository
from resolutionflow.psa.access import open_provider, require_connection
from resolutionflow.psa.errors import PsaNotConnected
from resolutionflow.psa.problems import problem_of
from resolutionflow.psa.providers.contract import Board, Member, Priority, PsaProvider, Status
from resolutionflow.psa.providers.errors import InvalidFilter, PsaError, PsaNotFound
from resolutionflow.psa.repository import Connection
from resolutionflow.psa.schemas import (
    ContactOut,
    LookupOut,
    MemberOut,
    MergedStatusOut,
    Named,
    PsaProblem,
    PsaRulesOut,
    PsaStatusOut,
    StatusOut,
)
from resolutionflow.psa.schemas_settings import OutcomeOut
from resolutionflow.psa.slots import Lane, in_lane
from resolutionflow.services import Services

T = TypeVar("T")
_EVERYTHING = "*"


async def connection_status(services: Services, subject: Subject) -> PsaStatusOut:
    async with services.db.transaction(subject.account_id) as session:
        found = await repository.active_connection(session)
        settings = await repository.preferences(session, found.id) if found else None
    if found is None:
        return PsaStatusOut(connected=False, provider=None, name=None, status=None, web_base=None, rules=None)
    return PsaStatusOut(
        connected=True,
        provider=found.provider,
        name=found.name,
        status=found.status,
        web_base=found.web_base or None,
        rules=PsaRulesOut.model_validate(settings, from_attributes=True),
    )


async def boards(services: Services, subject: Subject, *, refresh: bool) -> LookupOut[Named]:
    async def read(connection: Connection, provider: PsaProvider) -> list[Named]:
        found = await load_boards(services.db, connection, provider, refresh=refresh)
        return [Named(id=board.id, name=board.name) for board in found]

    return await _lookup(services, subject, read)


async def board_statuses(services: Services, subject: Subject, board_id: str, *, refresh: bool) -> LookupOut[StatusOut]:
    async def read(connection: Connection, provider: PsaProvider) -> list[StatusOut]:
        found = await load_statuses(services.db, connection, provider, board_id, refresh=refresh)
        return [StatusOut.model_validate(status) for status in found]

    return await _lookup(services, subject, read)


async def ticket_statuses(
    services: Services, subject: Subject, ticket_id: str, *, refresh: bool
) -> LookupOut[StatusOut]:
    """Statuses of the ticket's own board. An unknown ticket is 404, not an empty list."""

    async def read(connection: Connection, provider: PsaProvider) -> list[StatusOut]:
        ticket = await provider.get_ticket(ticket_id)
        if ticket.board is None:
            return []
        found = await load_statuses(services.db, connection, provider, ticket.board.id, refresh=refresh)
        return [StatusOut.model_validate(status) for status in found]

    return await _lookup(services, subject, read, missing_is_404=True)


async def merged_statuses(
    services: Services, subject: Subject, board_ids: tuple[str, ...], *, refresh: bool
) -> LookupOut[MergedStatusOut]:
    """Statuses of several boards by name. A board that cannot be read is named in `problem`, the others are still listed."""
    connection = await require_connection(services.db, subject.account_id)
    try:
        async with open_provider(services, connection) as provider:
            ids = board_ids or tuple(
                board.id for board in await load_boards(services.db, connection, provider, refresh=refresh)
            )
            results = await asyncio.gather(
                *(load_statuses(services.db, connection, provider, id_, refresh=refresh) for id_ in ids),
                return_exceptions=True,
            )
    except PsaError as error:
        return LookupOut[MergedStatusOut](items=[], problem=problem_of(error))
    problem: PsaProblem | None = None
    found: list[Status] = []
    for result in results:
        if isinstance(result, PsaError | InvalidFilter):
            problem = problem or problem_of(result)
        elif isinstance(result, BaseException):
            raise result
        else:
            found += result
    return LookupOut[MergedStatusOut](items=merge_by_name(found), problem=problem)


def merge_by_name(statuses: list[Status]) -> list[MergedStatusOut]:
    """One entry per name (case ignored) in order of appearance; closed only when it is closed on every board."""
    merged: dict[str, MergedStatusOut] = {}
    for status in statuses:
        key = status.name.casefold()
        known = merged.get(key)
        merged[key] = MergedStatusOut(
            name=known.name if known else status.name,
            closed=status.closed and (known is None or known.closed),
            board_ids=[*(known.board_ids if known else []), status.board_id or ""],
        )
    return list(merged.values())


async def priorities(services: Services, subject: Subject, board_id: str | None, *, refresh: bool) -> LookupOut[Named]:
    async def read(connection: Connection, provider: PsaProvider) -> list[Named]:
        found = await load_priorities(services.db, connection, provider, board_id, refresh=refresh)
        return [Named(id=item.id, name=item.name) for item in found]

    return await _lookup(services, subject, read)


async def members(services: Services, subject: Subject, query: str, *, refresh: bool) -> LookupOut[MemberOut]:
    async with services.db.transaction(subject.account_id) as session:
        connection = await repository.active_connection(session)
        me = await repository.mapping_of(session, connection.id, subject.user_id) if connection else None
    wanted = query.casefold()

    async def read(connection: Connection, provider: PsaProvider) -> list[MemberOut]:
        return [
            MemberOut(
                id=member.id,
                identifier=member.identifier,
                name=member.name,
                email=member.emails[0] if member.emails else None,
                is_me=me is not None and me.member_id == member.id,
            )
            for member in await load_members(services.db, connection, provider, refresh=refresh)
            if wanted in f"{member.name} {member.identifier} {' '.join(member.emails)}".casefold()
        ]

    return await _lookup(services, subject, read)


async def companies(services: Services, subject: Subject, query: str, *, limit: int, refresh: bool) -> LookupOut[Named]:
    async def read(connection: Connection, provider: PsaProvider) -> list[Named]:
        found = await cache.cached(
            services.db,
            connection,
            cache.COMPANIES,
            f"{limit}:{query}",
            lambda: provider.search_companies(query, limit=limit),
            refresh=refresh,
        )
        return [Named(id=item.id, name=item.name) for item in found]

    return await _lookup(services, subject, read)


async def contacts(
    services: Services,
    subject: Subject,
    query: str,
    *,
    company_id: str | None,
    limit: int,
    refresh: bool,
) -> LookupOut[ContactOut]:
    async def read(connection: Connection, provider: PsaProvider) -> list[ContactOut]:
        found = await cache.cached(
            services.db,
            connection,
            cache.CONTACTS,
            f"{limit}:{company_id or ''}:{query}",
            lambda: provider.search_contacts(query, company_id=company_id, limit=limit),
            refresh=refresh,
        )
        return [ContactOut.model_validate(item) for item in found]

    return await _lookup(services, subject, read)


async def outcomes(
    services: Services, subject: Subject, board_id: str | None, *, refresh: bool
) -> LookupOut[OutcomeOut]:
    """Empty for a PSA that wants none."""

    async def read(connection: Connection, provider: PsaProvider) -> list[OutcomeOut]:
        if not provider.capabilities.outcomes:
            return []
        found = await cache.cached(
            services.db,
            connection,
            cache.OUTCOMES,
            board_id or _EVERYTHING,
            lambda: provider.list_outcomes(board_id),
            refresh=refresh,
        )
        return [OutcomeOut.model_validate(item) for item in found]

    return await _lookup(services, subject, read)


async def warm_up(services: Services, account_id: UUID, connection_id: UUID) -> None:
    """Fill the cache of the account's connection in the background. A part that cannot be read is left."""
    try:
        connection = await require_connection(services.db, account_id)
        if connection.id != connection_id:
            return
        with in_lane(Lane.BACKGROUND):
            async with open_provider(services, connection) as provider:
                await asyncio.gather(
                    provider.warm_up(),
                    _load_statuses_of_all(services.db, connection, provider),
                    load_priorities(services.db, connection, provider, None),
                    load_members(services.db, connection, provider),
                )
    except (PsaError, PsaNotConnected):
        return


async def _load_statuses_of_all(db: Database, connection: Connection, provider: PsaProvider) -> None:
    found = await load_boards(db, connection, provider)
    await asyncio.gather(*(load_statuses(db, connection, provider, board.id) for board in found))


async def load_priorities(
    db: Database,
    connection: Connection,
    provider: PsaProvider,
    board_id: str | None,
    *,
    refresh: bool = False,
) -> tuple[Priority, ...]:
    """Of one board where the PSA has them by board."""
    board = board_id if provider.capabilities.priorities_per_board else None
    return await cache.cached(
        db,
        connection,
        cache.PRIORITIES,
        board or _EVERYTHING,
        lambda: provider.list_priorities(board),
        refresh=refresh,
    )


async def load_boards(
    db: Database,
    connection: Connection,
    provider: PsaProvider,
    *,
    refresh: bool = False,
) -> tuple[Board, ...]:
    return await cache.cached(db, connection, cache.BOARDS, _EVERYTHING, provider.list_boards, refresh=refresh)


async def load_statuses(
    db: Database,
    connection: Connection,
    provider: PsaProvider,
    board_id: str,
    *,
    refresh: bool = False,
) -> tuple[Status, ...]:
    return await cache.cached(
        db,
        connection,
        cache.STATUSES,
        board_id,
        lambda: provider.list_statuses(board_id),
        refresh=refresh,
    )


async def load_members(
    db: Database,
    connection: Connection,
    provider: PsaProvider,
    *,
    refresh: bool = False,
) -> tuple[Member, ...]:
    return await cache.cached(
        db,
        connection,
        cache.MEMBERS,
        _EVERYTHING,
        provider.list_members,
        refresh=refresh,
    )


async def _lookup(
    services: Services,
    subject: Subject,
    read: Callable[[Connection, PsaProvider], Awaitable[list[T]]],
    *,
    missing_is_404: bool = False,
) -> LookupOut[T]:
    connection = await require_connection(services.db, subject.account_id)
    try:
        async with open_provider(services, connection) as provider:
            items = await read(connection, provider)
    except (PsaError, InvalidFilter) as error:
        if missing_is_404 and isinstance(error, PsaNotFound):
            raise
        return LookupOut[T](items=[], problem=problem_of(error))
    return LookupOut[T](items=items, problem=None)
