"""A throw-away installation to measure on: embedded PostgreSQL with the real settings, an account with data, servers as child processes."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import sys
import tempfile
from collections.abc import AsyncGenerator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from resolutionflow.auth.tokens import Claims, make_access_token
from resolutionflow.db.bootstrap import bootstrap
from resolutionflow.db.driver import connect
from resolutionflow.db.embedded import EmbeddedPostgres
from resolutionflow.db.migrate import upgrade
from resolutionflow.db.session import Database, DatabaseUrls
from resolutionflow.flows.service import sync_starters
from resolutionflow.kit.ids import new_id
from resolutionflow.settings import Settings

SECRET = "bench-only-0123456789abcdef"


@dataclass(frozen=True, slots=True)
class Scratch:
    """Where things are; `session_id` is a session with a conversation."""

    urls: DatabaseUrls
    data_dir: str
    account_id: UUID
    user_id: UUID
    auth_session_id: UUID
    session_id: UUID

    @property
    def settings(self) -> Settings:
        return Settings.load(
            data_dir=Path(self.data_dir),
            secret_key=SECRET,
            demo=False,
            turns_per_minute=1_000_000,
            access_token_minutes=600,
        )

    @property
    def token(self) -> str:
        return make_access_token(self.settings, Claims(self.account_id, self.user_id, self.auth_session_id))

    def to_json(self) -> str:
        return json.dumps(asdict(self), default=str)

    @classmethod
    def from_json(cls, text: str) -> Scratch:
        data: dict[str, Any] = json.loads(text)
        ids = {name: UUID(data[name]) for name in ("account_id", "user_id", "auth_session_id", "session_id")}
        return cls(DatabaseUrls(**data["urls"]), data["data_dir"], **ids)


@contextlib.asynccontextmanager
async def scratch(*, sessions: int = 1000, messages: int = 20) -> AsyncGenerator[Scratch, None]:
    """An installation that is deleted afterwards; `messages` stand in the session of `session_id`."""
    with tempfile.TemporaryDirectory(prefix="rf-bench-") as folder:
        server = EmbeddedPostgres(Path(folder))
        await server.start()
        try:
            urls = await bootstrap(server.superuser_dsn, "resolutionflow")
            await upgrade(urls)
            db = Database(urls, pool_size=2)
            await sync_starters(db)
            await db.close()
            yield await _fill(urls, folder, sessions, messages)
        finally:
            await server.stop()


async def _fill(urls: DatabaseUrls, folder: str, sessions: int, messages: int) -> Scratch:
    ids = Scratch(urls, folder, new_id(), new_id(), new_id(), new_id())
    connection = await connect(urls.system)
    try:
        for statement in _statements(ids, sessions, messages):
            await connection.execute(statement)
    finally:
        await connection.close()
    return ids


def _statements(ids: Scratch, sessions: int, messages: int) -> list[str]:
    account, user, sid = ids.account_id, ids.user_id, ids.session_id
    people = (
        "INSERT INTO users (id, account_id, email, name, role)"
        f" VALUES ('{user}', '{account}', 'bench@bench.example', 'Bench', 'engineer')"
    )
    sign_in = (
        "INSERT INTO auth_sessions (id, account_id, user_id, method, expires_at)"
        f" VALUES ('{ids.auth_session_id}', '{account}', '{user}', 'password', now() + interval '1 day')"
    )
    rows = (
        "INSERT INTO ai_sessions (id, account_id, user_id, intake_type, title, client_name, last_activity_at)"
        f" SELECT CASE n WHEN 1 THEN '{sid}'::uuid ELSE gen_random_uuid() END, '{account}', '{user}', 'free_text',"
        f" 'Session ' || n, 'Client ' || n % 12, now() - n * interval '1 minute' FROM generate_series(1, {sessions}) n"
    )
    said = (
        "INSERT INTO ai_session_messages (id, account_id, session_id, seq, role, content)"
        f" SELECT gen_random_uuid(), '{account}', '{sid}', n, CASE n % 2 WHEN 0 THEN 'pilot' ELSE 'engineer' END,"
        " repeat('Two devices that fail in the same minute point at the account. ', 4)"
        f" FROM generate_series(1, {messages}) n"
    )
    return [
        f"INSERT INTO accounts (id, name, display_code) VALUES ('{account}', 'Bench', 'BENCH000')",
        people,
        sign_in,
        rows,
        said,
        f"UPDATE ai_sessions SET message_count = {messages} WHERE id = '{sid}'",
        "ANALYZE",
    ]


@contextlib.asynccontextmanager
async def child(kind: str, ids: Scratch) -> AsyncGenerator[int, None]:
    """A server of `kind` (see `servers.py`) as a process of its own; yields its port."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "resolutionflow.bench.servers",
        kind,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=None if os.environ.get("RF_BENCH_VERBOSE") else asyncio.subprocess.DEVNULL,
    )
    assert process.stdin
    assert process.stdout
    process.stdin.write(ids.to_json().encode() + b"\n")
    await process.stdin.drain()
    try:
        line = await asyncio.wait_for(process.stdout.readline(), 60)
        yield int(line)
    finally:
        process.terminate()
        try:
            await asyncio.wait_for(process.wait(), 10)
        except TimeoutError:
            process.kill()
            await process.wait()
