"""What the pilot gets of a ticket."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from resolutionflow.errors import AppError
from resolutionflow.psa import service
from resolutionflow.psa.context import ALL_NOTES_CHARACTERS, cut_quotes, notes_for_pilot
from resolutionflow.psa.errors import PsaNotConnected
from resolutionflow.psa.providers.contract import Note
from resolutionflow.psa.providers.errors import PsaNotFound
from resolutionflow.psa.repository import Connection
from resolutionflow.services import Services
from tests.psa.support import Sim
from tests.psa.test_tickets_api import desk_ticket
from tests.support.world import World

pytestmark = pytest.mark.anyio
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("mail", "rest"),
    [
        ("It is back.\n\nOn Tue, 3 Nov 2026 at 09:12, Kit Tarrow wrote:\n> Did you restart?", "It is back."),
        ("Thanks\n-----Original Message-----\nFrom: someone", "Thanks"),
        ("Still slow.\n> older\n> older", "Still slow."),
        ("See below\n\nFrom: Ines\nSent: Monday\nTo: Desk\nSubject: x\n\nold", "See below"),
        ("The message came from: the scanner", "The message came from: the scanner"),
        ("From: here it is broken\nand there too", "From: here it is broken\nand there too"),
        ("> only a quote", "> only a quote"),
        ("", ""),
    ],
)
async def test_quoted_tails_are_cut(mail: str, rest: str) -> None:
    assert cut_quotes(mail) == rest


async def test_notes_stay_within_the_limits_and_ours_are_marked() -> None:
    notes = [
        Note(str(n), "Kit", "staff", f"{n} " + "x" * 9000, "internal", (), NOON, "RF-AAAAAAAAAA" if n == 0 else None)
        for n in range(40)
    ]
    found = notes_for_pilot(notes)
    assert len(found) <= 20
    assert sum(len(note.text) for note in found) <= ALL_NOTES_CHARACTERS
    assert [note.ours for note in found] == [True] + [False] * (len(found) - 1)


async def test_a_snapshot_of_a_real_ticket(services: Services, connection: Connection, sim: Sim, world: World) -> None:
    ticket_id = await desk_ticket(sim)
    shown = sim.ticket(ticket_id)["ticket"]
    found = await service.ticket_snapshot(services, world.a.id, ticket_id)
    assert (found.ref, found.company_id, found.connection_id) == (
        f"CW #{ticket_id}",
        str(shown["company"]["id"]),
        connection.id,
    )
    context = found.context
    assert (context.summary, context.company, context.contact) == (
        shown["summary"],
        shown["company"]["name"],
        shown["contact"]["name"],
    )
    assert context.description
    assert context.description not in [note.text for note in context.notes]
    assert context.contact_email.endswith(".example")


async def test_a_snapshot_survives_a_missing_right(
    services: Services, connection: Connection, sim: Sim, world: World
) -> None:
    sim.fault("403", path="*/configurations", times=0)
    found = await service.ticket_snapshot(services, world.a.id, await desk_ticket(sim))
    assert found.context.configurations == ()
    assert found.context.notes


@pytest.mark.parametrize("ticket_id", ["1", "99999999999999999999", "x", "48250; drop"])
async def test_unknown_tickets(services: Services, connection: Connection, world: World, ticket_id: str) -> None:
    with pytest.raises(PsaNotFound):
        await service.ticket_snapshot(services, world.a.id, ticket_id)


async def test_the_other_account_has_no_psa(services: Services, connection: Connection, world: World) -> None:
    with pytest.raises(PsaNotConnected) as caught:
        await service.ticket_snapshot(services, world.b.id, "48250")
    assert isinstance(caught.value, AppError)
