"""Every operation as one call on the scene, and the drafts that the tests write."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime

from resolutionflow.psa.providers.contract import (
    Assignee,
    NamedRef,
    NoteDraft,
    PsaProvider,
    TicketDraft,
    TicketFilter,
    TimeDraft,
    with_owner,
)
from tests.psa.contract.harness import Operation, Scene

REFERENCE = "RF-ABCDEFGH23"
STARTED = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
Call = Callable[[PsaProvider, Scene], Awaitable[object]]


async def people(provider: PsaProvider, ticket_id: str) -> tuple[Assignee, ...]:
    """Everybody on the ticket, the owner first."""
    ticket = await provider.get_ticket(ticket_id)
    return with_owner(ticket.owner, await provider.list_assignees(ticket_id))


def note(provider: PsaProvider, text: str = "Looked at it.", **more: object) -> NoteDraft:
    values: dict[str, object] = {"visibility": "internal", **more}
    return NoteDraft(text=provider.render_note(f"{text}\n\nRef {REFERENCE}"), **values)  # type: ignore[arg-type]


def work(scene: Scene, minutes: int = 45) -> TimeDraft:
    return TimeDraft(
        member_id=scene.member, minutes=minutes, started_at=STARTED, notes=f"Worked on it.\n\nRef {REFERENCE}"
    )


def opening(scene: Scene, **more: object) -> TicketDraft:
    values: dict[str, object] = {
        "summary": "Printer on the second floor is offline",
        "description": "Nothing comes out since this morning.",
        "company_id": scene.company,
        "board_id": scene.board,
        "reference": REFERENCE,
        **more,
    }
    return TicketDraft(**values)  # type: ignore[arg-type]


async def add_note(provider: PsaProvider, scene: Scene, **more: object) -> str:
    planned = await provider.plan_note(await with_outcome(provider, scene, note(provider, **more)))  # type: ignore[arg-type]
    return (await provider.add_note(scene.ticket, planned)).external_id


async def with_outcome(provider: PsaProvider, scene: Scene, draft: NoteDraft) -> NoteDraft:
    """The draft with an outcome of its visibility, where the vendor files notes under one."""
    if not provider.capabilities.outcomes:
        return draft
    outcomes = await provider.list_outcomes(scene.board)
    fitting = next(item for item in outcomes if item.internal == (draft.visibility == "internal"))
    return NoteDraft(
        draft.text, draft.visibility, draft.target, draft.member_id, notify=draft.notify, outcome_id=fitting.id
    )


async def set_status(provider: PsaProvider, scene: Scene, status_id: str | None = None) -> None:
    ticket = await provider.get_ticket(scene.ticket)
    wanted = next(item for item in await provider.list_statuses(scene.board) if item.id == (status_id or scene.status))
    await provider.set_status(scene.ticket, await provider.plan_status(wanted, before=ticket.status, notify=False))


async def add_time(provider: PsaProvider, scene: Scene) -> str:
    planned = await provider.plan_time(scene.ticket, work(scene))
    return (await provider.add_time(scene.ticket, planned)).external_id


async def create(provider: PsaProvider, scene: Scene) -> str:
    return (await provider.create_ticket(await provider.plan_ticket(opening(scene)))).external_id


async def assign(provider: PsaProvider, ticket_id: str, member_id: str, role: str) -> None:
    chosen = "primary" if role == "primary" else "additional"
    planned = await provider.plan_assign(ticket_id, NamedRef(member_id, "Somebody"), chosen)
    await provider.assign(ticket_id, planned, chosen)


async def _leave(provider: PsaProvider, ticket_id: str, *, primary: bool) -> None:
    person = next(item for item in await people(provider, ticket_id) if item.primary is primary)
    await provider.unassign(ticket_id, person)


async def prepared(provider: PsaProvider, scene: Scene) -> None:
    """Fill the shelf, so that a fault hits the operation and not a look-up for it."""
    await provider.plan_time(scene.ticket, work(scene))
    await provider.plan_ticket(opening(scene))
    for role in ("primary", "additional") if provider.capabilities.additional_assignees else ("primary",):
        await provider.plan_assign(scene.ticket, NamedRef(scene.member, ""), role)


CALLS: Mapping[Operation, Call] = {
    "get_ticket": lambda provider, scene: provider.get_ticket(scene.ticket),
    "search_tickets": lambda provider, _: provider.search_tickets(TicketFilter(), limit=5, cursor=None),
    "list_notes": lambda provider, scene: provider.list_notes(scene.ticket),
    "list_configuration_refs": lambda provider, scene: provider.list_configuration_refs(scene.ticket),
    "list_assignees": lambda provider, scene: provider.list_assignees(scene.helped or scene.ticket),
    "list_time": lambda provider, scene: provider.list_time(scene.ticket),
    "list_attachments": lambda provider, scene: provider.list_attachments(scene.ticket),
    "list_boards": lambda provider, _: provider.list_boards(),
    "list_statuses": lambda provider, scene: provider.list_statuses(scene.board),
    "list_priorities": lambda provider, scene: provider.list_priorities(scene.board),
    "list_members": lambda provider, _: provider.list_members(),
    "list_outcomes": lambda provider, scene: provider.list_outcomes(scene.board),
    "search_companies": lambda provider, scene: provider.search_companies(scene.company_name, limit=5),
    "search_contacts": lambda provider, scene: provider.search_contacts("", company_id=scene.company, limit=5),
}
"""Reads."""

WRITES: Mapping[Operation, Call] = {
    "add_note": add_note,
    "set_status": set_status,
    "add_time": add_time,
    "create_ticket": create,
    "assign_primary": lambda provider, scene: assign(provider, scene.ticket, scene.member, "primary"),
    "assign_additional": lambda provider, scene: assign(provider, scene.ticket, scene.member, "additional"),
    "unassign_primary": lambda provider, scene: _leave(provider, scene.ticket, primary=True),
    "unassign_additional": lambda provider, scene: _leave(provider, scene.helped or "", primary=False),
}
