"""Every demo ticket written for a starter flow finds that flow; no other one gets a fix out of nothing."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache

import pytest
from tests.pilot.guide.driver import Session

from resolutionflow.demo.world import Ticket, World, load
from resolutionflow.flows.starter import load_starter_flows
from resolutionflow.pilot.contract import TicketContext, TicketNote

_KNOWN = frozenset(flow.slug for flow in load_starter_flows())


@cache
def _world() -> World:
    return load(datetime(2026, 11, 20, 12, 0, tzinfo=UTC))


def _context(entry: Ticket) -> TicketContext:
    notes = tuple(
        TicketNote(note.author, "customer" if note.contact_id else "staff", note.text, note.created_at)
        for note in reversed(entry.notes[1:])
    )
    contact = next((c for company in _world().companies for c in company.contacts if c.id == entry.contact_id), None)
    return TicketContext(
        number=str(entry.id),
        ref=f"#{entry.id}",
        summary=entry.summary,
        description=entry.description,
        contact_email=contact.email if contact is not None else "",
        notes=notes,
    )


@pytest.mark.parametrize("number", [entry.id for entry in _world().tickets if entry.flow in _KNOWN])
def test_a_ticket_meant_for_a_flow_is_matched_with_it(number: int) -> None:
    entry = next(entry for entry in _world().tickets if entry.id == number)
    session = Session(ticket=_context(entry))
    assert session.engine.suggested_flows(session.context())[0].slug == entry.flow
    reply = session.turn()
    assert reply.fix is not None or reply.questions or reply.checks


def test_many_demo_tickets_are_meant_for_starter_flows() -> None:
    assert sum(1 for entry in _world().tickets if entry.flow in _KNOWN) >= 35


@pytest.mark.parametrize("number", [entry.id for entry in _world().tickets if entry.flow not in _KNOWN])
def test_a_ticket_without_a_flow_gets_no_fix_and_no_fact(number: int) -> None:
    entry = next(entry for entry in _world().tickets if entry.id == number)
    reply = Session(ticket=_context(entry)).turn()
    assert reply.fix is None
    assert reply.facts == []
    assert reply.questions or reply.checks
