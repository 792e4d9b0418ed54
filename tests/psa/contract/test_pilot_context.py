"""What the pilot is given of a ticket, from every PSA."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from resolutionflow.pilot.contract import TicketContext
from resolutionflow.psa.context import (
    ALL_NOTES_CHARACTERS,
    MOST_CONFIGURATIONS,
    MOST_NOTES,
    NOTE_CHARACTERS,
    cut_quotes,
    ticket_context,
)
from resolutionflow.psa.parts import FOR_PILOT, RELATED_MOST, Failed, read_parts
from resolutionflow.psa.providers.contract import NoteDraft, PsaProvider
from tests.psa.contract.harness import Harness, Scene

pytestmark = pytest.mark.anyio
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


async def read(provider: PsaProvider, ticket_id: str) -> TicketContext:
    return ticket_context(await read_parts(provider, ticket_id, FOR_PILOT), provider.name, fetched_at=NOON)


async def test_everything_the_ticket_says_is_there(provider: PsaProvider, harness: Harness, scene: Scene) -> None:
    ticket_id = next(
        one.id
        for one in harness.tickets()
        if one.id != scene.hidden and one.contact and not one.closed and harness.stored(one.id).configurations
    )
    ticket, found = await provider.get_ticket(ticket_id), await read(provider, ticket_id)
    assert found.ref.endswith(found.number)
    assert (found.summary, found.status) == (ticket.summary, ticket.status.name if ticket.status else None)
    named = (found.board, found.priority, found.type, found.sla, found.company, found.contact, found.site)
    assert all(named), named
    assert found.contact_email.endswith(".example")
    assert found.description
    assert len(found.configurations) == min(len(harness.stored(ticket_id).configurations), MOST_CONFIGURATIONS)
    assert all(item.name and item.type for item in found.configurations)
    assert found.fetched_at == NOON


async def test_related_tickets_come_with_it_open_ones_first(
    provider: PsaProvider, harness: Harness, scene: Scene
) -> None:
    """The contact of the ticket has others."""
    tickets = [one for one in harness.tickets() if one.id != scene.hidden and one.contact]
    own = max(tickets, key=lambda one: sum(other.contact == one.contact for other in tickets))
    found = await read(provider, own.id)
    others = {other.summary: other.closed for other in tickets if other.id != own.id}
    assert 0 < len(found.related) <= RELATED_MOST
    assert [one.closed for one in found.related] == sorted(one.closed for one in found.related)
    assert all(others[one.summary] == one.closed and one.ref and one.status for one in found.related)


async def test_many_notes_are_cut_to_the_newest_and_quotes_are_left_out(provider: PsaProvider, scene: Scene) -> None:
    notes, found = await provider.list_notes(scene.busy), await read(provider, scene.busy)
    assert len(notes) > MOST_NOTES >= len(found.notes) > 5
    assert sum(len(note.text) for note in found.notes) <= ALL_NOTES_CHARACTERS
    assert all(len(note.text) <= NOTE_CHARACTERS for note in found.notes)
    assert found.notes[0].text == cut_quotes(notes[0].text)
    moments = [note.created_at for note in found.notes if note.created_at]
    assert moments == sorted(moments, reverse=True)


async def test_our_own_note_is_marked_and_an_answer_loses_what_it_quotes(
    provider: PsaProvider, harness: Harness, scene: Scene
) -> None:
    text = provider.render_note("Restarted the service.\n\nRef RF-ABCDEFGHJK")
    fields = await provider.plan_note(NoteDraft(text, "internal"))
    await provider.add_note(scene.ticket, fields)
    harness.reply(scene.ticket, "It works now.\n\nOn Tue, 3 Nov 2026 at 09:12, Desk wrote:\n> Please try again.")
    notes = (await read(provider, scene.ticket)).notes
    assert [note.ours for note in notes if "Restarted the service" in note.text] == [True]
    answer = next(note for note in notes if "It works now" in note.text)
    assert (answer.text, answer.author_kind, answer.ours) == ("It works now.", "customer", False)


async def test_parts_that_may_not_be_read_are_left_out(provider: PsaProvider, harness: Harness, scene: Scene) -> None:
    harness.fault("403", "list_configuration_refs", times=0)
    parts = await read_parts(provider, scene.ticket, FOR_PILOT)
    assert isinstance(parts.configurations, Failed)
    found = ticket_context(parts, provider.name, fetched_at=NOON)
    assert found.configurations == ()
    assert found.notes
