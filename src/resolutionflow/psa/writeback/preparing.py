"""Planning a write against the PSA as it is now, and showing the plan. No transaction is open while the PSA is asked."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from resolutionflow.auth.subject import Subject
from resolutionflow.pilot.redaction import Redactor
from resolutionflow.psa import repository as psa_repository
from resolutionflow.psa.access import open_provider, require_connection
from resolutionflow.psa.errors import LeakSuspected, NoteTooLong, StatusNotOnBoard, TicketChanged
from resolutionflow.psa.preferences import Preferences
from resolutionflow.psa.providers.contract import PsaProvider
from resolutionflow.psa.providers.errors import (
    PsaAuth,
    PsaPermission,
    PsaProtocol,
    PsaRateLimited,
    PsaUnavailable,
)
from resolutionflow.psa.refs import new_reference, ticket_ref
from resolutionflow.psa.repository import Connection
from resolutionflow.psa.schemas import WriteKind
from resolutionflow.psa.writeback import hooks, previews, repository
from resolutionflow.psa.writeback.gate import Leak
from resolutionflow.psa.writeback.planning import Author, WriteRequest, make_plan, session_reference
from resolutionflow.psa.writeback.rules import Plan
from resolutionflow.psa.writeback.schemas import PreviewOut
from resolutionflow.psa.writeback.survey import Survey, look, look_for_new
from resolutionflow.psa.writeback.worktime import measured, rounded
from resolutionflow.services import Services

# A PSA that hangs is left to the outbox after this long, so that the person is told in time.
LOOK_SECONDS = 8.0
NEW_TICKET = "New ticket"
# The preview of these shows the very reference that will be sent.
_PREVIEWED: frozenset[WriteKind] = frozenset({"resolution", "escalation", "note"})


@dataclass(frozen=True, slots=True)
class Prepared:
    """A write ready to be stored. `expected_revision` is what the ticket looked like to the person."""

    request: WriteRequest
    connection_id: UUID
    ticket_ref: str
    reference: str
    plan: Plan
    expected_revision: str | None
    author: Author


@dataclass(frozen=True, slots=True)
class _Desk:
    """What is known before the PSA is asked. `worked`: when the person did something in the session."""

    connection: Connection
    preferences: Preferences
    author: Author
    reference: str
    worked: Sequence[datetime]


async def _desk(services: Services, subject: Subject, request: WriteRequest) -> _Desk:
    connection = await require_connection(services.db, subject.account_id)
    async with services.db.transaction(subject.account_id) as session:
        preferences = await psa_repository.preferences(session, connection.id)
        mapping = await psa_repository.mapping_of(session, connection.id, subject.user_id)
        number = 0
        worked = await hooks.actions_of(session, request.session_id, subject.user_id)
        if request.session_id is not None:
            number = await repository.count_of_session(session, request.session_id, request.kind)
    if request.session_id is None or request.kind not in _PREVIEWED:
        reference = new_reference()
    else:
        reference = session_reference(
            services.settings.derive_key("psa-references"), request.session_id, request.kind, number
        )
    return _Desk(connection, preferences, Author(subject.name, mapping), reference, worked)


async def prepare(services: Services, subject: Subject, request: WriteRequest) -> Prepared:
    """Plan a write against the ticket as it is now.

    Raises `PsaNotConnected`, `PsaNotFound`, `StatusNotOnBoard`, `NoteTooLong`, `TicketChanged`, `LeakSuspected`. A PSA that cannot be
    reached or refuses our sign-in does not stop it: the check step of the outbox looks before anything is sent.
    """
    desk = await _desk(services, subject, request)
    request, _ = await masked(services, subject, _without_foreign_acknowledgement(subject, request))
    if request.ticket is not None:
        return await _prepare_new(services, desk, request)
    try:
        async with open_provider(services, desk.connection) as provider:
            try:
                async with asyncio.timeout(LOOK_SECONDS):
                    survey: Survey | None = await look(
                        services, desk.connection, provider, request.ticket_id, gate=request.markdown is not None
                    )
            except (PsaUnavailable, PsaRateLimited, PsaPermission, PsaProtocol, TimeoutError):
                survey = None
            plan = await _plan(desk, provider, request, survey)
    except PsaAuth:
        plan = await _offline_plan(services, desk, request)
        survey = None
    expected = request.revision if desk.preferences.warn_on_conflict else None
    if survey is not None:
        _refuse(request, plan, survey, expected)
        plan = plan.model_copy(update={"leak_cleared": True})
    return Prepared(
        request=request,
        connection_id=desk.connection.id,
        # Its own number, which at one vendor is not its id; that is all there is while the PSA is away.
        ticket_ref=ticket_ref(desk.connection.provider, survey.ticket.number if survey else request.ticket_id),
        reference=desk.reference,
        plan=plan,
        expected_revision=expected,
        author=desk.author,
    )


async def _prepare_new(services: Services, desk: _Desk, request: WriteRequest) -> Prepared:
    """A ticket that is to be opened: there is none to look at, only its text. Its place is taken by the reference until it exists."""
    request = replace(request, ticket_id=desk.reference)
    try:
        async with open_provider(services, desk.connection) as provider:
            plan = await _plan(desk, provider, request, None)
            assert plan.ticket is not None
            if not plan.leak_cleared:
                leaks = await look_for_new(services, desk.connection, provider, plan.outgoing, plan.ticket.company_id)
                _refuse_leaks(leaks)
            plan = plan.model_copy(update={"leak_cleared": True, "looked": True})
    except (PsaUnavailable, PsaRateLimited, PsaPermission, PsaProtocol, PsaAuth):
        plan = await _offline_plan(services, desk, request)
    return Prepared(
        request=request,
        connection_id=desk.connection.id,
        ticket_ref=NEW_TICKET,
        reference=desk.reference,
        plan=plan,
        expected_revision=None,
        author=desk.author,
    )


async def masked(services: Services, subject: Subject, request: WriteRequest) -> tuple[WriteRequest, list[str]]:
    """The request with every secret in its texts masked, and what kinds there were. Masks of a session stay as they are."""
    kinds: list[str] = []
    await services.secrets.ready(services.db.transaction, subject.account_id)
    redactor = Redactor(services.settings.derive_key("psa-notes"), services.secrets.of(subject.account_id))

    def clean(text: str) -> str:
        found = redactor.redact(text)
        kinds.extend(str(item.kind) for item in found.masked)
        return found.text

    ticket = request.ticket
    if ticket is not None:
        safe = {"summary": clean(ticket.summary), "description": clean(ticket.description)}
        ticket = ticket.model_copy(update=safe)
    markdown = None if request.markdown is None else clean(request.markdown)
    seen = len(kinds)
    summary = None if request.summary is None else clean(request.summary)
    # The summary is a part of the text: what is masked in both is told once.
    return replace(request, markdown=markdown, summary=summary, ticket=ticket), kinds[:seen] or kinds


def _without_foreign_acknowledgement(subject: Subject, request: WriteRequest) -> WriteRequest:
    """Only an admin or owner may let a suspected leak pass; anybody else's word for it is not heard."""
    if "leak_suspected" not in request.acknowledge or subject.at_least("admin"):
        return request
    return replace(request, acknowledge=request.acknowledge - {"leak_suspected"})


async def _plan(desk: _Desk, provider: PsaProvider, request: WriteRequest, survey: Survey | None) -> Plan:
    try:
        plan = await make_plan(
            request,
            provider,
            desk.preferences,
            desk.author,
            desk.reference,
            ticket=survey.ticket if survey else None,
            statuses=survey.statuses if survey else (),
            worked=desk.worked,
        )
    except KeyError as error:
        raise StatusNotOnBoard from error
    limit = provider.capabilities.note_max
    if plan.text is not None and len(plan.text) > limit:
        raise NoteTooLong(details={"length": len(plan.text), "limit": limit})
    return plan


async def _offline_plan(services: Services, desk: _Desk, request: WriteRequest) -> Plan:
    """The plan when the PSA refuses our sign-in: planning itself asks nothing."""
    async with open_provider(services, desk.connection) as provider:
        return await _plan(desk, provider, request, None)


def _refuse(request: WriteRequest, plan: Plan, survey: Survey, expected: str | None) -> None:
    if survey.ticket.merged_into is not None:
        raise TicketChanged(
            f"The ticket was merged into #{survey.ticket.merged_into}. Nothing was sent.",
            details={
                "changes": [
                    {"field": "merged", "then": None, "now": survey.ticket.merged_into, "by": survey.ticket.updated_by}
                ]
            },
        )
    if "ticket_changed" not in request.acknowledge and (changes := survey.changes_since(expected)):
        raise TicketChanged(
            details={
                "changes": [
                    {"field": item.field, "then": item.then, "now": item.now, "by": item.by} for item in changes
                ],
                "revision": survey.revision.token(),
            }
        )
    if "leak_suspected" not in request.acknowledge:
        _refuse_leaks(survey.leaks(plan.outgoing))


def _refuse_leaks(leaks: Sequence[Leak]) -> None:
    if leaks:
        found = [{"kind": leak.kind, "text": leak.found, "company": leak.company} for leak in leaks]
        raise LeakSuspected(details={"found": found})


async def preview(services: Services, subject: Subject, request: WriteRequest) -> PreviewOut:
    """Exactly what `prepare` and the outbox would write, with conflicts and blockers instead of errors. Reads only."""
    desk = await _desk(services, subject, request)
    request, kinds = await masked(services, subject, request)
    async with open_provider(services, desk.connection) as provider:
        survey = await look(services, desk.connection, provider, request.ticket_id, gate=request.markdown is not None)
        plan = await _plan(desk, provider, request, survey)
        shown = previews.preview_out(provider, desk.connection, request, plan, survey, desk.author, subject)
        proposed = _proposed(desk, request)
        return shown.model_copy(update={"masked": kinds, "proposed_minutes": proposed})


def _proposed(desk: _Desk, request: WriteRequest) -> int | None:
    """What the session's clock says, rounded: for the person to take or correct."""
    if request.kind not in ("resolution", "escalation") or desk.preferences.time_entry == "off":
        return None
    found = measured(desk.worked, desk.preferences.time_source) if desk.author.mapping else None
    return rounded(found, desk.preferences.time_rounding) if found is not None else None
