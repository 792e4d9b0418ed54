"""A draft of a ticket from what somebody pasted. Reads the PSA's lists; writes nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Sequence
from typing import TypeVar, get_args

from resolutionflow.auth.subject import Subject
from resolutionflow.llm.contract import Caller
from resolutionflow.pilot.ask import Work, ask_model
from resolutionflow.pilot.engines.llm.prompts.tickets import PARSE
from resolutionflow.psa import cache, lookups, parsing, proposing
from resolutionflow.psa.access import open_provider, require_connection
from resolutionflow.psa.parsing import Draft, Known, Lists, Part, Proposed, Read
from resolutionflow.psa.providers.contract import PsaProvider
from resolutionflow.psa.providers.errors import PsaAuth, PsaError
from resolutionflow.psa.refs import ticket_ref
from resolutionflow.psa.repository import Connection
from resolutionflow.psa.schemas_tickets import DraftField, ParseIn, Span, TicketDraftOut, Unresolved
from resolutionflow.psa.writeback import hooks
from resolutionflow.services import Services

MOST = 5000
T = TypeVar("T")
_EVERYTHING = "*all*"


async def draft_ticket(services: Services, subject: Subject, body: ParseIn) -> TicketDraftOut:
    """By rules over the PSA's own lists, and by the account's model where they find nothing. With a session, its ticket fills the rest."""
    ticket_id: str | None = None
    if body.session_id is not None:
        async with services.db.transaction(subject.account_id) as session:
            ticket_id = await hooks.ticket_of(session, subject, body.session_id)
    connection = await require_connection(services.db, subject.account_id)
    async with open_provider(services, connection) as provider:
        known = await _known(connection, provider, ticket_id)
        lists = await _lists(services, connection, provider, body.text)
    proposed = await _proposed(services, subject, body, lists)
    return _out(parsing.parse(body.text, lists, known, proposed), known)


async def _proposed(services: Services, subject: Subject, body: ParseIn, lists: Lists) -> Proposed | None:
    """None without a model, without budget, or when the reply is of no use: the rules alone decide then."""
    offered = proposing.offer(body.text, lists)
    caller = Caller(subject.account_id, subject.user_id, body.session_id)
    work = Work("ticket_parse", PARSE, proposing.question(body.text, offered), caller, {}, max_tokens=600, seconds=10.0)
    told = await ask_model(services, work)
    return proposing.read(told.text, body.text, offered) if told else None


async def _known(connection: Connection, provider: PsaProvider, ticket_id: str | None) -> Known:
    if ticket_id is None:
        return Known()
    try:
        ticket = await provider.get_ticket(ticket_id)
    except PsaAuth:
        raise
    except PsaError:
        return Known(ref=ticket_ref(connection.provider, ticket_id))
    return Known(ticket_ref(connection.provider, ticket.number), ticket.company, ticket.contact, ticket.board)


async def _lists(services: Services, connection: Connection, provider: PsaProvider, text: str) -> Lists:
    """The four lists side by side. Contacts only of the company the text names, or all where it names none."""
    db = services.db
    companies, boards, priorities = await asyncio.gather(
        _or_none(
            cache.cached(
                db, connection, cache.COMPANIES, _EVERYTHING, lambda: provider.search_companies("", limit=MOST)
            )
        ),
        _or_none(lookups.load_boards(db, connection, provider)),
        _or_none(cache.cached(db, connection, cache.PRIORITIES, _EVERYTHING, lambda: provider.list_priorities(None))),
    )
    company, _ = parsing.company_of(text, companies or ())
    company_id = company.id if company else None
    contacts = await _or_none(
        cache.cached(
            db,
            connection,
            cache.CONTACTS,
            f"{_EVERYTHING}:{company_id or ''}",
            lambda: provider.search_contacts("", company_id=company_id, limit=MOST),
        )
    )
    found: dict[Part, Sequence[object] | None] = {
        "company": companies,
        "contact": contacts,
        "board": boards,
        "priority": priorities,
    }
    return Lists(
        companies or (),
        contacts or (),
        boards or (),
        priorities or (),
        tuple(part for part in get_args(Part) if found[part] is None),
    )


async def _or_none(work: Awaitable[T]) -> T | None:
    """None where the PSA does not let us read it: the draft says so."""
    try:
        return await work
    except PsaAuth:
        raise
    except PsaError:
        return None


def _out(draft: Draft, known: Known) -> TicketDraftOut:
    summary, description = _field(draft.summary), _field(draft.description)
    assert summary is not None
    assert description is not None
    return TicketDraftOut(
        summary=summary,
        description=description,
        company=_field(draft.company),
        contact=_field(draft.contact),
        board=_field(draft.board),
        priority=_field(draft.priority),
        source_ticket_ref=known.ref,
        unresolved=[Unresolved(field=part, text=text, reason=reason) for part, text, reason in draft.unresolved],
    )


def _field(read: Read | None) -> DraftField | None:
    if read is None:
        return None
    span = Span(start=read.span[0], end=read.span[1]) if read.span else None
    return DraftField.model_validate({"id": read.id, "value": read.value, "confidence": read.confidence, "from": span})
