"""P10: search and keyset pages through the whole app in one tenant of many, at 1x, 10x and 100x the sessions."""

from __future__ import annotations

import asyncio
import os
import random
import time
from datetime import datetime
from typing import Any

import httpx2

from resolutionflow.bench.scratch import Scratch, child, scratch
from resolutionflow.db.driver import RawConnection, connect
from resolutionflow.kit.pagination import encode_cursor
from resolutionflow.sessions.reads import list_filters
from resolutionflow.sessions.schemas import ListQuery

PATH = "/api/v1/ai-sessions"
SHARE = 5
"""One session in so many belongs to the tenant that is measured."""
MESSAGES = 2
BARE = "an empty answer (what the machine's other work costs)"
CHUNK = 20_000

TEXT_INDEXES = (
    "SELECT indexname AS name, indexdef AS made FROM pg_indexes"
    " WHERE tablename IN ('ai_sessions', 'ai_session_messages') AND indexdef LIKE '%USING gin%'"
)

# Words by how many sessions of the tenant hold them: every one, 1 of 2, 1 of 10, 1 of 50, 1 of 1000, and a code of about three.
ROWS = f"""
WITH made AS (
  INSERT INTO ai_sessions (id, account_id, user_id, intake_type, title, problem_summary, client_name, created_at, last_activity_at)
  SELECT uuidv7(n * interval '-1 minute'), CASE n % {SHARE} WHEN 0 THEN $1::uuid ELSE ($2::uuid[])[1 + n % 20] END,
         CASE n % {SHARE} WHEN 0 THEN CASE n % 50 WHEN 0 THEN $3::uuid ELSE $4::uuid END ELSE ($5::uuid[])[1 + n % 20] END, 'free_text',
         'Printer ' || CASE n / {SHARE} % 2 WHEN 0 THEN 'offline' ELSE 'slow' END || ' on floor ' || n % 97,
         'Reported by telephone: the device ' || md5(n::text) || ' stopped. ' || CASE n / {SHARE} % 10 WHEN 0 THEN 'Spooler jammed. ' ELSE '' END
           || CASE n / {SHARE} % 50 WHEN 0 THEN 'Firmware outdated. ' ELSE '' END
           || CASE n / {SHARE} % 1000 WHEN 0 THEN 'Certificate revoked. ' ELSE '' END,
         'Client ' || n % 300, now() - n * interval '1 minute', now() - n * interval '1 minute'
    FROM generate_series($6::int, $7::int) n RETURNING id, account_id, created_at
)
INSERT INTO ai_session_messages (id, account_id, session_id, seq, role, content, created_at)
SELECT uuidv7(m.created_at - now()), m.account_id, m.id, k, CASE k % 2 WHEN 0 THEN 'pilot' ELSE 'engineer' END,
       'The event log shows error code RC' || abs(hashtext(m.id::text)) % $8::int
         || ' after the update; restarting the service helped for a moment, then the queue filled again. '
         || md5(m.id::text || k), m.created_at
  FROM made m, generate_series(1, {MESSAGES}) k
"""


def run(sessions: int = 100_000, rounds: int = 60) -> dict[str, object]:
    """Milliseconds, p50 and p95, of each kind of request at three sizes; `sessions` is the largest, a fifth of it one tenant's."""
    return asyncio.run(_run(sessions, rounds))


async def _run(sessions: int, rounds: int) -> dict[str, object]:
    figures: dict[str, object] = {
        "method": f"{rounds} requests of each kind, one after the other, over loopback; one tenant holds 1/{SHARE} of the sessions, "
        f"{MESSAGES} messages a session; load average at the start {os.getloadavg()[0]:.1f}"
    }
    async with scratch(sessions=1) as ids:
        connection = await connect(ids.urls.owner.replace("rf_owner@", "rf_system@"))
        others = await _others(connection, ids)
        made = 0
        async with child("app", ids) as port:
            for size in (sessions // 100, sessions // 10, sessions):
                began = time.monotonic()
                await _grow(connection, ids, others, first=made + 1, last=size)
                made = size
                figures[f"{size} sessions"] = await _measure(connection, ids, port, size, rounds) | {
                    "loaded in s": round(time.monotonic() - began)
                }
        await connection.close()
    return figures


async def _others(connection: RawConnection, ids: Scratch) -> tuple[list[Any], list[Any], Any]:
    """Twenty more tenants with a person each, and a colleague who owns most sessions of the measured one."""
    accounts: list[Any] = [
        row["id"] for row in await connection.fetch("SELECT uuidv7() AS id FROM generate_series(1, 20)")
    ]
    people: list[Any] = []
    for number, account in enumerate(accounts):
        await connection.execute(
            "INSERT INTO accounts (id, name, display_code) VALUES ($1, $2, $3)",
            account,
            f"Other {number}",
            f"OTH{number}",
        )
        people.append(await _person(connection, account, f"other{number}@bench.example"))
    await connection.execute("UPDATE users SET role = 'admin' WHERE id = $1", ids.user_id)
    return accounts, people, await _person(connection, ids.account_id, "colleague@bench.example")


async def _person(connection: RawConnection, account: Any, email: str) -> Any:
    return await connection.fetchval(
        "INSERT INTO users (id, account_id, email, name, role) VALUES (uuidv7(), $1, $2, 'Bench', 'engineer') RETURNING id",
        account,
        email,
    )


async def _grow(
    connection: RawConnection, ids: Scratch, others: tuple[list[Any], list[Any], Any], *, first: int, last: int
) -> None:
    accounts, people, colleague = others
    owner = await connect(ids.urls.owner)
    # Building a text index once costs a fraction of adding a million rows to it.
    texts = [] if last - first < CHUNK * 5 else [(row["name"], row["made"]) for row in await owner.fetch(TEXT_INDEXES)]
    for name, _ in texts:
        await owner.execute(f"DROP INDEX {name}")
    for start in range(first, last + 1, CHUNK):
        end = min(last, start + CHUNK - 1)
        values = (ids.account_id, accounts, ids.user_id, colleague, people, start, end, max(1, last // 3))
        await connection.execute(ROWS, *values, timeout=3600)
    await owner.execute("SET maintenance_work_mem = '1GB'")
    for _, made in texts:
        await owner.execute(made, timeout=3600)
    await owner.close()
    await connection.execute("VACUUM ANALYZE ai_sessions")
    await connection.execute("VACUUM ANALYZE ai_session_messages")


async def _measure(connection: RawConnection, ids: Scratch, port: int, size: int, rounds: int) -> dict[str, object]:
    chance = random.Random(7)
    codes = [f"RC{chance.randrange(max(1, size // 3))}" for _ in range(rounds)]
    kinds: dict[str, list[dict[str, Any]]] = {
        BARE: [{}] * rounds,
        "keyset page at any depth": await _pages(connection, ids, rounds, chance),
        "search rare (a code)": [{"q": code} for code in codes],
        "search newest (in every session)": [{"q": "printer"}] * rounds,
        "search ranked (1 of 10)": [{"q": "spooler jammed"}] * rounds,
        "search ranked (1 of 50)": [{"q": "firmware outdated"}] * rounds,
        "search ranked (1 of 1000)": [{"q": "certificate revoked"}] * rounds,
        "search as one types (prefix)": [{"q": "printer spoo"}] * rounds,
        "search in my own": [{"q": "firmware or jammed", "scope": "mine"}] * rounds,
    }
    headers = {"authorization": f"Bearer {ids.token}"}
    found: dict[str, object] = {}
    async with httpx2.AsyncClient(base_url=f"http://127.0.0.1:{port}", headers=headers, timeout=60) as client:
        for name, requests in kinds.items():
            times: list[float] = []
            for params in [requests[0], *requests]:
                began = time.perf_counter()
                answer = await client.get("/healthz" if name == BARE else PATH, params={"scope": "all", **params})
                times.append((time.perf_counter() - began) * 1000)
                answer.raise_for_status()
            # The first one warms the caches and is not counted.
            times = sorted(times[1:])
            found[name] = {
                "p50 ms": round(times[len(times) // 2], 1),
                "p95 ms": round(times[int(len(times) * 0.95)], 1),
            }
    return found


async def _pages(connection: RawConnection, ids: Scratch, rounds: int, chance: random.Random) -> list[dict[str, Any]]:
    """Cursors of pages anywhere in the tenant's list."""
    rows = await connection.fetch(
        "SELECT id, last_activity_at AS at FROM ai_sessions WHERE account_id = $1 ORDER BY random() LIMIT $2",
        ids.account_id,
        rounds,
    )
    bound = {key: value for key, value in list_filters(ListQuery(scope="all")).items() if key != "limit"}
    chance.shuffle(rows)
    return [{"cursor": encode_cursor([_moment(row["at"]), str(row["id"])], bound)} for row in rows]


def _moment(at: datetime) -> str:
    return at.isoformat()
