"""How a transaction begins: with its tenant, in one round trip, and what it leaves on the pooled connection."""

from __future__ import annotations

import pytest
from sqlalchemy import event, text
from tests.support.world import WORLD

from resolutionflow.db.session import Database

pytestmark = pytest.mark.anyio
TENANT = text("SELECT current_setting('app.account_id', true)")
WAITS = text("SHOW synchronous_commit")


async def test_the_tenant_costs_no_statement_of_its_own(own_db: Database) -> None:
    sent: list[str] = []
    event.listen(
        own_db.app_engine.sync_engine, "before_cursor_execute", lambda _c, _u, statement, *_rest: sent.append(statement)
    )
    async with own_db.transaction(WORLD.a.id) as tx:
        assert (await tx.execute(TENANT)).scalar_one() == str(WORLD.a.id)
    assert sent == [TENANT.text]


async def test_a_transaction_begun_for_nothing_leaves_its_tenant_to_nobody(own_db: Database) -> None:
    async with own_db.transaction(WORLD.a.id) as tx:
        await tx.connection()
    async with own_db.app_engine.begin() as connection:
        assert (await connection.execute(TENANT)).scalar_one() in (None, "")
    async with own_db.transaction(None) as tx:
        assert (await tx.execute(TENANT)).scalar_one() == ""


async def test_what_need_not_last_does_not_wait_for_the_disk_and_the_next_does(own_db: Database) -> None:
    async with own_db.transaction(WORLD.a.id, lasting=False) as tx:
        assert (await tx.execute(WAITS)).scalar_one() == "off"
        assert (await tx.execute(TENANT)).scalar_one() == str(WORLD.a.id)
    async with own_db.transaction(WORLD.a.id) as tx:
        assert (await tx.execute(WAITS)).scalar_one() == "on"
