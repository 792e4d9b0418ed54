"""Reading tickets: the list and one ticket with its sections."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any, Literal, TypeVar

import orjson

from resolutionflow.auth.subject import Subject
from resolutionflow.kit.clock import now
from resolutionflow.kit.pagination import decode_cursor, encode_cursor
from resolutionflow.psa import cache, lookups, repository, revision
from resolutionflow.psa.access import open_provider, require_connection
from resolutionflow.psa.problems import (
    NO_MAPPING,
    TIMED_OUT,
    UNKNOWN_MEMBER,
    problem_of,
)
from resolutionflow.psa.providers.contract import (
    Assignee,
    Attachment,
    Configuration,
    Member,
    NamedRef,
    Note,
    Page,
    PsaProvider,
    Ticket,
    TicketFilter,
    TicketSummary,
    TimeEntry,
    with_owner,
)
from resolutionflow.psa.providers.errors import (
    InvalidFilter,
    PsaAuth,
    PsaError,
    PsaPermission,
    PsaUnavailable,
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

DETAIL_SECONDS = 20.0
RELATED_MOST = 5
RELATED_DAYS = 90
RELATED_CONFIGURATIONS = 3


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


@dataclass(frozen=True, slots=True)
class Failed:
    """A part that could not be read."""

    problem: PsaProblem


@dataclass(frozen=True, slots=True)
class TicketParts:
    """Everything around one ticket as far as it could be read."""

    ticket: Ticket
    notes: Sequence[Note] | Failed
    configurations: Sequence[Configuration] | Failed
    assignees: Sequence[Assignee] | Failed
    related: Sequence[TicketSummary] | Failed
    time: Sequence[TimeEntry] | Failed
    attachments: Sequence[Attachment] | Failed

    def revision(self) -> revision.Revision:
        notes = None if isinstance(self.notes, Failed) else self.notes
        assignees = None if isinstance(self.assignees, Failed) else self.assignees
        return revision.of_ticket(self.ticket, notes, assignees)


async def detail(services: Services, subject: Subject, ticket_id: str) -> TicketDetailOut:
    """One ticket with its sections and the revision to send back with a write."""
    connection = await require_connection(services.db, subject.account_id)
    async with open_provider(services, connection) as provider:
        parts = await read_parts(provider, ticket_id, everything=True)
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


async def read_parts(provider: PsaProvider, ticket_id: str, *, everything: bool) -> TicketParts:
    """Fetch the ticket and its parts side by side; only a missing ticket (or refused sign-in) fails the whole.

    Without `everything`, related tickets, time entries and attachments are left out: the pilot does not read them.
    """
    started: list[asyncio.Task[Any]] = []

    def start(work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        task = asyncio.create_task(work)
        started.append(task)
        return task

    ticket = start(provider.get_ticket(ticket_id))
    refs = start(provider.list_configuration_refs(ticket_id))
    notes = start(provider.list_notes(ticket_id))
    scheduled = start(provider.list_assignees(ticket_id))
    time = start(provider.list_time(ticket_id)) if everything else None
    files = start(provider.list_attachments(ticket_id)) if everything else None
    configurations = start(_configurations(provider, refs))
    related = start(_related(provider, ticket, refs)) if everything else None
    try:
        async with asyncio.timeout(DETAIL_SECONDS):
            found = await ticket
        await asyncio.wait(started, timeout=DETAIL_SECONDS)
        people = _result(scheduled)
        return TicketParts(
            ticket=found,
            notes=_result(notes),
            configurations=_result(configurations),
            assignees=people if isinstance(people, Failed) else with_owner(found.owner, people),
            related=_result(related) if related else (),
            time=_result(time) if time else (),
            attachments=_result(files) if files else (),
        )
    except TimeoutError as error:
        raise PsaUnavailable from error
    finally:
        for task in started:
            task.cancel()
        # Wait for the cancelled ones: they still use the provider's connections.
        await asyncio.gather(*started, return_exceptions=True)


async def _configurations(provider: PsaProvider, refs: Awaitable[tuple[NamedRef, ...]]) -> tuple[Configuration, ...]:
    return await provider.list_configurations(await refs)


async def _related(
    provider: PsaProvider,
    ticket: Awaitable[Ticket],
    refs: Awaitable[tuple[NamedRef, ...]],
) -> tuple[TicketSummary, ...]:
    """Tickets about the same configuration or by the same contact of the last 90 days, open ones first."""
    own = await ticket
    try:
        about = await refs
    except PsaError:
        about = ()
    filters = [TicketFilter(configuration_id=ref.id, closed="all") for ref in about[:RELATED_CONFIGURATIONS]]
    if own.contact:
        filters.append(TicketFilter(contact_id=own.contact.id, closed="all"))
    pages: list[Page[TicketSummary]] = await asyncio.gather(
        *(provider.search_tickets(filter_, limit=RELATED_MOST * 2, cursor=None) for filter_ in filters)
    )
    return pick_related(own, [item for page in pages for item in page.items])


def pick_related(own: TicketSummary, candidates: Sequence[TicketSummary]) -> tuple[TicketSummary, ...]:
    """Each once, not the ticket itself, not older than 90 days, open first, then newest."""
    since = now() - timedelta(days=RELATED_DAYS)
    unique = {item.id: item for item in candidates if item.id != own.id}
    recent = [item for item in unique.values() if (item.updated_at or item.created_at or since) >= since]
    recent.sort(key=lambda item: (not item.closed, item.updated_at or since), reverse=True)
    return tuple(recent[:RELATED_MOST])


def _result(task: asyncio.Task[T]) -> T | Failed:
    """What a finished part brought. A refused sign-in is the whole ticket's problem, not one section's."""
    if not task.done():
        return Failed(TIMED_OUT)
    error = task.exception()
    if error is None:
        return task.result()
    if isinstance(error, PsaError | InvalidFilter) and not isinstance(error, PsaAuth):
        return Failed(problem_of(error))
    raise error


def _section(part: Sequence[S] | Failed, show: Callable[[S], T]) -> SectionOut[T]:
    if isinstance(part, Failed):
        return SectionOut[T](items=None, problem=part.problem)
    return SectionOut[T](items=[show(item) for item in part], problem=None)


def _or_empty(part: Sequence[S] | Failed) -> Sequence[S]:
    return () if isinstance(part, Failed) else part
