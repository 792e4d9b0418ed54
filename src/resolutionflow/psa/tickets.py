"""Reading tickets: the list and one ticket with its sections."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Literal, TypeVar

import orjson

from resolutionflow.auth.subject import Subject
from resolutionflow.kit.pagination import decode_cursor, encode_cursor
from resolutionflow.psa import cache, lookups, repository
from resolutionflow.psa.access import open_provider, require_connection
from resolutionflow.psa.parts import EVERYTHING, Failed, read_parts
from resolutionflow.psa.problems import (
    NO_MAPPING,
    UNKNOWN_MEMBER,
    problem_of,
)
from resolutionflow.psa.providers.contract import (
    Member,
    PsaProvider,
    TicketFilter,
)
from resolutionflow.psa.providers.errors import (
    PsaPermission,
)
from resolutionflow.psa.repository import Connection, Mapping
from resolutionflow.psa.schemas import (
    AssigneeOut,
    AttachmentOut,
    ConfigurationOut,
    Named,
    PsaProblem,
    SectionOut,
    TicketDetailOut,
    TicketListOut,
    TicketSectionsOut,
    TimeEntryOut,
)
from resolutionflow.psa.views import named, note_out, summary_out, ticket_out
from resolutionflow.services import Services

T = TypeVar("T")
S = TypeVar("S")


@dataclass(frozen=True, slots=True)
class TicketQuery:
    """The filters of the ticket list as asked. `assignment`: `all`, `mine`, `unassigned` or `member:{id}`."""

    query: str = ""
    assignment: str = "all"
    board_ids: tuple[str, ...] = ()
    status_id: str | None = None
    status_name: str | None = None
    priority_ids: tuple[str, ...] = ()
    company_id: str | None = None
    closed: Literal["open", "closed", "all"] = "open"


async def search(
    services: Services,
    subject: Subject,
    wanted: TicketQuery,
    *,
    limit: int,
    cursor: str | None,
    refresh: bool,
) -> TicketListOut:
    """One page of tickets. A missing right or mapping is a `problem` with no items, never an unexplained empty list."""
    connection = await require_connection(services.db, subject.account_id)
    bound = [str(connection.id), asdict(wanted)]
    after = str(decode_cursor(cursor, bound, length=1)[0]) if cursor else None
    mine: Mapping | None = None
    if wanted.assignment == "mine":
        async with services.db.transaction(subject.account_id) as session:
            mine = await repository.mapping_of(session, connection.id, subject.user_id)
        if mine is None:
            return _empty(NO_MAPPING)
    try:
        async with open_provider(services, connection) as provider:
            filter_ = await _filter(services, connection, provider, wanted, mine)
            if filter_ is None:
                return _empty(UNKNOWN_MEMBER)
            key = orjson.dumps([asdict(filter_), limit, after]).decode()
            page = await cache.cached(
                services.db,
                connection,
                cache.SEARCH,
                key,
                lambda: provider.search_tickets(filter_, limit=limit, cursor=after),
                refresh=refresh,
            )
            items = [summary_out(provider, ticket) for ticket in page.items]
    except PsaPermission as error:
        return _empty(problem_of(error))
    return TicketListOut(
        items=items,
        next_cursor=encode_cursor([page.cursor], bound) if page.cursor else None,
        truncated=page.truncated,
        problem=None,
    )


def _empty(problem: PsaProblem) -> TicketListOut:
    return TicketListOut(items=[], next_cursor=None, truncated=False, problem=problem)


async def _filter(
    services: Services,
    connection: Connection,
    provider: PsaProvider,
    wanted: TicketQuery,
    mine: Mapping | None,
) -> TicketFilter | None:
    """The provider's filter; None when the asked member does not exist."""
    member: Member | None = None
    assignment: Literal["all", "unassigned", "member"] = "unassigned" if wanted.assignment == "unassigned" else "all"
    if wanted.assignment == "mine" or wanted.assignment.startswith("member:"):
        assignment = "member"
        asked = mine.member_id if mine else wanted.assignment.removeprefix("member:")
        member = await _member(services, connection, provider, asked)
        if member is None and mine is None:
            return None
        member = member or Member(asked, "", mine.member_name if mine else "")
    return TicketFilter(
        query=wanted.query,
        assignment=assignment,
        member=member,
        board_ids=wanted.board_ids,
        status_id=wanted.status_id,
        status_name=wanted.status_name,
        priority_ids=wanted.priority_ids,
        company_id=wanted.company_id,
        closed=wanted.closed,
    )


async def _member(services: Services, connection: Connection, provider: PsaProvider, member_id: str) -> Member | None:
    try:
        found = await lookups.load_members(services.db, connection, provider)
    except PsaPermission:
        return None
    return next((member for member in found if member.id == member_id), None)


async def detail(services: Services, subject: Subject, ticket_id: str) -> TicketDetailOut:
    """One ticket with its sections and the revision to send back with a write."""
    connection = await require_connection(services.db, subject.account_id)
    async with open_provider(services, connection) as provider:
        parts = await read_parts(provider, ticket_id, EVERYTHING)
        return TicketDetailOut(
            ticket=ticket_out(provider, parts.ticket, _or_empty(parts.notes)),
            revision=parts.revision().token(),
            sections=TicketSectionsOut(
                notes=_section(parts.notes, note_out),
                configurations=_section(parts.configurations, ConfigurationOut.model_validate),
                assignees=_section(
                    parts.assignees,
                    lambda item: AssigneeOut(member=Named.model_validate(item.member), primary=item.primary),
                ),
                related=_section(parts.related, lambda item: summary_out(provider, item)),
                time=_section(
                    parts.time,
                    lambda item: TimeEntryOut(
                        id=item.id,
                        member=named(item.member),
                        minutes=item.minutes,
                        notes=item.notes,
                        started_at=item.started_at,
                    ),
                ),
                attachments=_section(parts.attachments, AttachmentOut.model_validate),
            ),
        )


def _section(part: Sequence[S] | Failed, show: Callable[[S], T]) -> SectionOut[T]:
    if isinstance(part, Failed):
        return SectionOut[T](items=None, problem=part.problem)
    return SectionOut[T](items=[show(item) for item in part], problem=None)


def _or_empty(part: Sequence[S] | Failed) -> Sequence[S]:
    return () if isinstance(part, Failed) else part
