"""The demo workspace: one account over the demo world, its people mapped to the simulated PSA (accounts-admin.md 10)."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID, uuid5

import structlog
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from resolutionflow.auth.passwords import hash_now
from resolutionflow.db.base import PLATFORM_ACCOUNT_ID, Base
from resolutionflow.demo.connectwise import Credentials
from resolutionflow.demo.sign_in import PASSWORD
from resolutionflow.demo.world import World, load
from resolutionflow.kit.clock import now
from resolutionflow.psa.connections import ConnectWiseSignIn, auto_match, create_connection
from resolutionflow.services import Services

ACCOUNT_ID = uuid5(PLATFORM_ACCOUNT_ID, "demo-workspace")
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """Somebody who may sign in to the demo; all share one password."""

    name: str
    email: str
    role: str


def people() -> tuple[DemoPerson, ...]:
    """The six people of the demo workspace."""
    return tuple(DemoPerson(user.name, user.email, user.demo_user) for user in load(now()).demo_users)


async def seed_demo(services: Services, connectwise_url: str | None, *, reset: bool = False) -> bool:
    """Make the demo workspace when it is not there (or anew with `reset`) and point it at the simulator. True when it was made."""
    world = load(now())
    async with services.db.system() as tx:
        await tx.execute(text("SELECT pg_advisory_xact_lock(727277)"))
        if reset:
            await _delete(tx)
        made = await _account(tx, world)
    if connectwise_url is not None:
        await _connect(services, connectwise_url)
    return made


async def _account(tx: AsyncSession, world: World) -> bool:
    known = (await tx.execute(text("SELECT 1 FROM accounts WHERE id = :id"), {"id": ACCOUNT_ID})).scalar_one_or_none()
    if known:
        return False
    await tx.execute(
        text(
            "INSERT INTO accounts (id, name, display_code, is_demo, time_zone) VALUES (:id, :name, 'DEM0KEST', true, 'Europe/London')"
        ),
        {"id": ACCOUNT_ID, "name": world.msp_name},
    )
    hashed = hash_now(PASSWORD)
    for user in world.demo_users:
        await tx.execute(
            text(
                "INSERT INTO users (id, account_id, email, name, role, password_hash, email_verified_at)"
                " VALUES (:id, :account, :email, :name, :role, :hash, now())"
            ),
            {
                "id": person_id(user.email),
                "account": ACCOUNT_ID,
                "email": user.email,
                "name": user.name,
                "role": user.demo_user,
                "hash": hashed,
            },
        )
    owner = next(user for user in world.demo_users if user.demo_user == "owner")
    await tx.execute(
        text("UPDATE accounts SET owner_id = :owner WHERE id = :id"),
        {"owner": person_id(owner.email), "id": ACCOUNT_ID},
    )
    return True


def person_id(email: str) -> UUID:
    """The demo people keep their ids across resets, so that a browser's kept drafts stay theirs."""
    return uuid5(ACCOUNT_ID, email)


async def _connect(services: Services, url: str) -> None:
    async with services.db.system() as tx:
        row = (
            await tx.execute(
                text("SELECT id, config->>'site' AS site FROM psa_connections WHERE account_id = :id AND is_active"),
                {"id": ACCOUNT_ID},
            )
        ).one_or_none()
        if row is not None and row.site != url:
            # The simulator got another port this time; everything else about the connection stays.
            await tx.execute(
                text(
                    "UPDATE psa_connections SET config = jsonb_set(config, '{site}', to_jsonb(CAST(:url AS text))),"
                    " api_base = replace(api_base, :old, :url), web_base = replace(web_base, :old, :url) WHERE id = :id"
                ),
                {"url": url, "old": row.site, "id": row.id},
            )
            await tx.execute(text("DELETE FROM psa_cache WHERE account_id = :id"), {"id": ACCOUNT_ID})
    if row is not None:
        return
    credentials = Credentials()
    connection = await create_connection(
        services,
        ACCOUNT_ID,
        name="ConnectWise (simulated)",
        sign_in=ConnectWiseSignIn(
            site=url,
            company_id=credentials.company_id,
            client_id=credentials.client_id,
            public_key=credentials.public_key,
            private_key=credentials.private_key,
        ),
    )
    matched = await auto_match(services, connection)
    log.info("demo_connected", matched=matched.matched)


async def _delete(tx: AsyncSession) -> None:
    """Every row of the demo account, children first."""
    await tx.execute(text("SET CONSTRAINTS ALL DEFERRED"))
    for table in reversed(Base.metadata.sorted_tables):
        if "account_id" in table.columns:
            await tx.execute(text(f"DELETE FROM {table.name} WHERE account_id = :id"), {"id": ACCOUNT_ID})  # noqa: S608 - names of our own tables
    await tx.execute(text("DELETE FROM accounts WHERE id = :id"), {"id": ACCOUNT_ID})
