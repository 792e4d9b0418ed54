"""R10: many refreshes of one chain at once, and a storm of sign-ins beside a health check."""

from __future__ import annotations

import asyncio

import httpx2
import pytest
from sqlalchemy import text
from tests.support.live import Live
from tests.support.world import PASSWORD

pytestmark = pytest.mark.anyio


async def test_a_hundred_parallel_refreshes_keep_one_chain(live: Live) -> None:
    async with httpx2.AsyncClient(base_url=live.url, trust_env=False, timeout=30) as client:
        body = {"email": live.world.a["engineer"].email, "password": PASSWORD, "transport": "token"}
        first = (await client.post("/api/v1/auth/login", json=body)).json()["refresh_token"]
        answers = await asyncio.gather(
            *(client.post("/api/v1/auth/refresh", json={"refresh_token": first}) for _ in range(100))
        )
        assert {answer.status_code for answer in answers} == {200}
        tokens = {answer.json()["refresh_token"] for answer in answers}
        assert len(tokens) == 1
        following = await client.post("/api/v1/auth/refresh", json={"refresh_token": tokens.pop()})
        assert following.status_code == 200
    async with live.services.db.system() as tx:
        counts = (await tx.execute(text("SELECT count(*), count(used_at) FROM refresh_tokens"))).one()
        assert tuple(counts) == (3, 2)


async def test_a_sign_in_storm_leaves_the_process_answering(live: Live) -> None:
    """Hashing runs beside the event loop: a health check is answered while forty passwords are checked."""
    async with httpx2.AsyncClient(base_url=live.url, trust_env=False, timeout=60) as client:
        storm = asyncio.gather(
            *(
                client.post("/api/v1/auth/login", json={"email": f"nobody{n}@storm.example", "password": "wrong"})
                for n in range(40)
            )
        )
        answered = 0
        while not storm.done():
            assert (await client.get("/healthz")).status_code == 200
            answered += 1
            await asyncio.sleep(0)
        assert {answer.status_code for answer in await storm} == {401}
        # With hashing on the loop at most one check would get in between two hashes.
        assert answered > 40
