"""Whose turn it is in the outbox when many writes wait: a person's first, and never more at once than there is room for."""

from __future__ import annotations

import asyncio
from uuid import UUID

import pytest
from sqlalchemy import text

from resolutionflow.app import make_services
from resolutionflow.db.session import DatabaseUrls
from resolutionflow.kit.ids import new_id
from resolutionflow.psa.connections import create_connection
from resolutionflow.psa.repository import Connection
from resolutionflow.psa.writeback import repository, turns
from resolutionflow.psa.writeback.engine import run_write
from resolutionflow.psa.writeback.planning import WriteRequest
from resolutionflow.services import Services
from resolutionflow.settings import Settings
from tests.psa.support import Sim
from tests.psa.test_tickets_api import desk_ticket
from tests.psa.writes import loaded, store
from tests.support.world import Person, World

pytestmark = pytest.mark.anyio

_OLD = text("UPDATE psa_writes SET created_at = created_at - interval '1 hour' WHERE id = :id")
_COPIES = text(
    "INSERT INTO psa_writes (id, account_id, connection_id, ticket_id, ticket_ref, kind, reference, requested_by, plan, created_at)"
    " SELECT gen_random_uuid(), account_id, connection_id, 'copy-' || n, ticket_ref, kind, 'RF-' || n, requested_by, plan, created_at"
    " FROM psa_writes, generate_series(1, 30) n WHERE id = :id RETURNING id"
)
_CALLED = text(
    "SELECT convert_from(payload, 'UTF8')::jsonb ->> 'write_id' FROM pgqueuer"
    " WHERE entrypoint = 'psa_write' AND execute_after <= now() ORDER BY priority DESC, id"
)


async def note(services: Services, person: Person, ticket_id: str, *, old: bool = False) -> UUID:
    """A note in the outbox; an old one was asked for so long ago that nobody waits for it."""
    request = WriteRequest("note", ticket_id, markdown="The stored credential was removed.", visibility="internal")
    write_id = await store(services, person, request)
    async with services.db.system() as session:
        await session.execute(text("DELETE FROM pgqueuer"))
        if old:
            await session.execute(_OLD, {"id": write_id})
    return write_id


async def called(services: Services) -> list[str]:
    """The writes that a worker may begin now, in the order it takes them."""
    async with services.db.system() as session:
        return list((await session.execute(_CALLED)).scalars())


async def test_what_nobody_waits_for_does_not_begin_before_a_persons_write(
    services: Services, connection: Connection, sim: Sim, world: World
) -> None:
    del connection
    engineer = world.a["engineer"]
    ticket_id = await desk_ticket(sim)
    waiting = await note(services, engineer, ticket_id, old=True)
    asked = await note(services, engineer, ticket_id)
    sim.forget_requests()
    await run_write(services, engineer.account_id, waiting)
    assert (await loaded(services, engineer, waiting)).attempts == 0
    assert sim.requests() == []
    await run_write(services, engineer.account_id, asked, awaited=True)
    assert (await loaded(services, engineer, asked)).state == "done"
    # Nothing stands before it any more, and the end of the person's write let it begin.
    assert await called(services) == [str(waiting)]
    await run_write(services, engineer.account_id, waiting)
    assert (await loaded(services, engineer, waiting)).state == "done"


async def test_a_write_that_ends_calls_the_person_who_waits_for_its_ticket_and_nobody_else(
    services: Services, connection: Connection, sim: Sim, world: World
) -> None:
    del connection
    engineer = world.a["engineer"]
    ticket_id = await desk_ticket(sim)
    ending = await note(services, engineer, ticket_id, old=True)
    await note(services, engineer, ticket_id, old=True)
    async with services.db.transaction(engineer.account_id) as session:
        claimed = await repository.claim(session, ending, new_id())
    assert isinstance(claimed, repository.Write)
    asked = await note(services, engineer, ticket_id)
    async with services.db.transaction(engineer.account_id) as session:
        await repository.change(session, ending, state="done", lease_until=None)
        await turns.call_next(session, claimed)
    assert await called(services) == [str(asked)]


async def test_many_workers_that_look_at_the_same_moment_begin_no_more_than_there_is_room_for(
    own_urls: DatabaseUrls, settings: Settings, sim: Sim, world: World
) -> None:
    engineer = world.a["engineer"]
    services = make_services(settings, own_urls)
    await create_connection(services, world.a.id, name="ConnectWise", sign_in=sim.sign_in)
    first = await note(services, engineer, await desk_ticket(sim), old=True)
    async with services.db.system() as session:
        copies = list((await session.execute(_COPIES, {"id": first})).scalars())

    async def begin(write_id: UUID) -> bool:
        async with services.db.transaction(engineer.account_id) as session:
            if await turns.is_crowded(session, write_id):
                return False
            return isinstance(await repository.claim(session, write_id, new_id()), repository.Write)

    begun = await asyncio.gather(*(begin(write_id) for write_id in copies))
    assert sum(begun) == turns.AT_ONCE
    await services.models.aclose()
    await services.db.close()
