"""One ticket and everything around it, read side by side: at most two requests one after the other."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal, TypeVar

from resolutionflow.kit.clock import now
from resolutionflow.psa import revision
from resolutionflow.psa.problems import TIMED_OUT, problem_of
from resolutionflow.psa.providers.contract import (
    Assignee,
    Attachment,
    Configuration,
    Note,
    PsaProvider,
    Ticket,
    TicketSummary,
    TimeEntry,
    with_owner,
)
from resolutionflow.psa.providers.errors import InvalidFilter, PsaAuth, PsaError, PsaUnavailable
from resolutionflow.psa.schemas import PsaProblem

T = TypeVar("T")
Part = Literal["configurations", "related", "time", "attachments"]

DETAIL_SECONDS = 20.0
RELATED_MOST = 5
RELATED_DAYS = 90
EVERYTHING: frozenset[Part] = frozenset({"configurations", "related", "time", "attachments"})
FOR_PILOT: frozenset[Part] = frozenset({"configurations", "related"})
NOTHING_MORE: frozenset[Part] = frozenset()


@dataclass(frozen=True, slots=True)
class Failed:
    """A part that could not be read."""

    problem: PsaProblem


@dataclass(frozen=True, slots=True)
class TicketParts:
    """A ticket and what was asked for around it, as far as it could be read."""

    ticket: Ticket
    notes: Sequence[Note] | Failed
    assignees: Sequence[Assignee] | Failed
    configurations: Sequence[Configuration] | Failed
    related: Sequence[TicketSummary] | Failed
    time: Sequence[TimeEntry] | Failed
    attachments: Sequence[Attachment] | Failed

    def revision(self) -> revision.Revision:
        notes = None if isinstance(self.notes, Failed) else self.notes
        assignees = None if isinstance(self.assignees, Failed) else self.assignees
        return revision.of_ticket(self.ticket, notes, assignees)


async def read_parts(provider: PsaProvider, ticket_id: str, wanted: frozenset[Part]) -> TicketParts:
    """The ticket, its notes and people, and the parts that are wanted. Only a missing ticket (or refused sign-in) fails the whole."""
    started: list[asyncio.Task[Any]] = []

    def start(work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        task = asyncio.create_task(work)
        started.append(task)
        return task

    # What others wait for comes first: a vendor takes only so many requests at once.
    ticket = start(provider.get_ticket(ticket_id))
    configurations = start(_configurations(provider, ticket_id)) if "configurations" in wanted else None
    related = start(_related(provider, ticket_id)) if "related" in wanted else None
    notes = start(provider.list_notes(ticket_id))
    scheduled = start(provider.list_assignees(ticket_id))
    time = start(provider.list_time(ticket_id)) if "time" in wanted else None
    files = start(provider.list_attachments(ticket_id)) if "attachments" in wanted else None
    try:
        async with asyncio.timeout(DETAIL_SECONDS):
            found = await ticket
        await asyncio.wait(started, timeout=DETAIL_SECONDS)
        people = _result(scheduled)
        return TicketParts(
            ticket=found,
            notes=_result(notes),
            assignees=people if isinstance(people, Failed) else with_owner(found.owner, people),
            configurations=_result(configurations) if configurations else (),
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


async def _configurations(provider: PsaProvider, ticket_id: str) -> tuple[Configuration, ...]:
    return await provider.list_configurations(await provider.list_configuration_refs(ticket_id))


async def _related(provider: PsaProvider, ticket_id: str) -> tuple[TicketSummary, ...]:
    """Tickets about the same machine or by the same contact of the last 90 days, open ones first."""
    since = now() - timedelta(days=RELATED_DAYS)
    about = await provider.read_about(ticket_id)
    found = await provider.list_related(about, since=since, limit=RELATED_MOST * 2)
    return pick_related(ticket_id, found, since=since)


def pick_related(own_id: str, candidates: Sequence[TicketSummary], *, since: datetime) -> tuple[TicketSummary, ...]:
    """Each once, not the ticket itself, none that has been quiet since then, open first, then newest."""
    unique = {item.id: item for item in candidates if item.id != own_id}
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
