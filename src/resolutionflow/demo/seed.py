"""The demo workspace: one account over the demo world, its people mapped to the simulated PSA (accounts-admin.md 10)."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from functools import cache
from uuid import UUID, uuid5

import stamina
import structlog
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from resolutionflow.auth.passwords import hash_now
from resolutionflow.auth.subject import Subject
from resolutionflow.demo import others, repository
from resolutionflow.demo.connectwise import Credentials
from resolutionflow.demo.sign_in import ACCOUNT_ID, PASSWORD
from resolutionflow.demo.simulator import reset_simulator
from resolutionflow.demo.world import World, load
from resolutionflow.kit.clock import now
from resolutionflow.psa.connections import Change, ConnectionTestFailed, SignIn, auto_match, change, create_connection
from resolutionflow.realtime.events import Audience, LiveEvent, publish
from resolutionflow.services import Services

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """Somebody who may sign in to the demo; all share one password. `job` is what they do, `good_for` what to try as them."""

    name: str
    email: str
    role: str
    job: str
    good_for: str


@cache
def people() -> tuple[DemoPerson, ...]:
    """The six people of the demo workspace."""
    world = load(now())
    return tuple(
        DemoPerson(
            user.name, user.email, user.demo_user, world.members_by_login[user.member_login].title, user.good_for
        )
        for user in world.demo_users
    )


async def seed_demo(services: Services) -> bool:
    """Make the demo workspace when it is not there and point it at its simulated PSA. True when it was made."""
    world = load(now())
    async with services.db.system() as tx:
        await repository.lock(tx)
        made = not await repository.known(tx, ACCOUNT_ID)
        if made:
            await _write(tx, world)
    await _connect(services)
    return made


# Work that still runs, or a second press, may be in the way for a moment (a deadlock, a connection made twice): all of it is safe to repeat.
@stamina.retry(on=(DBAPIError, ConnectionTestFailed), attempts=6, wait_initial=0.1, wait_max=1.0)
async def reset_demo(services: Services) -> None:
    """Put the workspace and its simulated PSA back to their first state, also while people work in it. They stay signed in.

    What still ran for it finds nothing to work on. The database comes first: then nothing is left that could write to the
    simulator once that is new.
    """
    world = load(now())
    async with services.db.system() as tx:
        await repository.lock(tx)
        await repository.clear(tx, ACCOUNT_ID)
        await _write(tx, world)
    if services.settings.demo_simulator_url:
        for url in (services.settings.demo_simulator_url, *others.addresses()):
            await reset_simulator(url)
    await _connect(services)
    async with services.db.transaction(ACCOUNT_ID) as tx:
        publish(tx, LiveEvent("workspace.reset", {}, Audience.account()))
    log.info("demo_reset")


async def _write(tx: AsyncSession, world: World) -> None:
    """The account and its six people as they are at first; those who are there keep their sign-ins."""
    hashed = await asyncio.to_thread(hash_now, PASSWORD)
    people_rows = [
        repository.PersonRow(person_id(user.email), user.email, user.name, user.demo_user) for user in world.demo_users
    ]
    await repository.write(tx, ACCOUNT_ID, world.msp_name, people_rows, hashed)


def person_id(email: str) -> UUID:
    """The demo people keep their ids across resets, so that a browser's kept drafts stay theirs."""
    return uuid5(ACCOUNT_ID, email)


async def _connect(services: Services) -> None:
    url = services.settings.demo_simulator_url
    if not url:
        return
    async with services.db.system() as tx:
        if await repository.point_to(tx, ACCOUNT_ID, "connectwise", url) or await repository.providers(tx, ACCOUNT_ID):
            return
    credentials = Credentials()
    connection = await create_connection(
        services,
        ACCOUNT_ID,
        name="ConnectWise (simulated)",
        sign_in=SignIn(
            "connectwise",
            {"site": url, "company_id": credentials.company_id, "client_id": credentials.client_id},
            {"public_key": credentials.public_key, "private_key": credentials.private_key},
        ),
    )
    matched = await auto_match(services, connection)
    log.info("demo_connected", matched=matched.matched)


async def start_others(services: Services) -> None:
    """Start the simulators of the other PSAs that the workspace is connected to."""
    async with services.db.system() as tx:
        connected = await repository.providers(tx, ACCOUNT_ID)
    for psa in others.OTHERS:
        if psa in connected:
            url = await others.start(services.settings, psa)
            async with services.db.system() as tx:
                await repository.point_to(tx, ACCOUNT_ID, psa, url)


async def connect_other(services: Services, subject: Subject, psa: others.OtherPsa) -> None:
    """Put another simulated PSA to use: connect it and match its people, or turn it on again."""
    url = await others.start(services.settings, psa)
    async with services.db.system() as tx:
        await repository.point_to(tx, ACCOUNT_ID, psa, url)
        known = await repository.connection_to(tx, ACCOUNT_ID, psa)
    if known is not None:
        await change(services, subject, known[0], Change(version=known[1], is_active=True))
        return
    connection = await create_connection(
        services, ACCOUNT_ID, name=others.NAMES[psa], sign_in=others.sign_in(psa, url), subject=subject
    )
    await auto_match(services, connection, subject)
