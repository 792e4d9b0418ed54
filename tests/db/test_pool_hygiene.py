"""R2 in small: mixed work with random cancels and errors leaves no tenant behind on any pooled connection."""

from __future__ import annotations

import asyncio
import random
from uuid import UUID

import pytest
from sqlalchemy import text
from tests.support.world import WORLD

from resolutionflow.db.session import Database

pytestmark = pytest.mark.anyio

ROUNDS = 1500


async def test_the_setting_is_empty_at_every_checkout(own_db: Database) -> None:
    rng = random.Random(11)
    left: list[str] = []
    seen: list[tuple[UUID, set[UUID]]] = []

    async def peek() -> None:
        # One statement without a transaction of ours: what the connection carries from before.
        value = await own_db.hot("SELECT current_setting('app.account_id', true)")
        if value:
            left.append(value)

    async def work(account: UUID | None, kind: int) -> None:
        async with own_db.transaction(account) as tx:
            rows = {row.account_id for row in await tx.execute(text("SELECT account_id FROM users"))}
            if account is not None:
                seen.append((account, rows))
            else:
                assert rows == set()
            if kind == 1:
                raise ValueError("an error inside")
            if kind == 2:
                await tx.execute(text("SELECT pg_sleep(0.02)"))
            if kind == 3:
                await tx.execute(text("SELECT 1 / 0"))

    async def one() -> None:
        account = rng.choice((WORLD.a.id, WORLD.b.id, None))
        task = asyncio.create_task(work(account, rng.randrange(5)))
        if rng.random() < 0.3:
            await asyncio.sleep(rng.random() * 0.01)
            task.cancel()
        await asyncio.wait({task})
        if not task.cancelled():
            task.exception()
        await peek()

    for _ in range(ROUNDS // 30):
        await asyncio.gather(*(one() for _ in range(30)))
    assert not left
    assert seen
    assert all(rows == {account} for account, rows in seen)
