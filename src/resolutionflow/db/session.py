"""Transactions. The tenant is written at the start of every one, also when it is empty."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, cast
from uuid import UUID

import asyncpg
from sqlalchemy import Connection, event
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import Session, SessionTransaction
from sqlalchemy.pool import ConnectionPoolEntry

from resolutionflow.db.driver import TenantConnection, begin_as, begin_as_nobody, raw_of
from resolutionflow.db.gate import Gate
from resolutionflow.db.locks import SlotLocks

ACCOUNT_KEY = "account_id"
DELIVER_KEY = "deliver"
LASTING_KEY = "lasting"


Deliver = Callable[[Sequence[Any]], None]


class TenantSession(Session):
    """The synchronous core of our sessions; the listener below acts on this class only."""


@event.listens_for(TenantSession, "after_begin")
def _set_tenant(session: Session, transaction: SessionTransaction, connection: Connection) -> None:
    if transaction.nested:
        return
    account_id = session.info.get(ACCOUNT_KEY)
    if begin_as(connection.connection.driver_connection, account_id, lasting=session.info.get(LASTING_KEY, True)):
        return
    connection.exec_driver_sql(
        "SELECT set_config('app.account_id', $1, true)", (str(account_id) if account_id else "",)
    )


def _forget_tenant(_connection: object, record: ConnectionPoolEntry) -> None:
    # A transaction that asked nothing never began.
    begin_as_nobody(record.driver_connection)


@dataclass(frozen=True, slots=True)
class DatabaseUrls:
    """Addresses (`postgresql://...`) of the three roles."""

    owner: str
    app: str
    system: str


def make_engine(url: str, *, pool_size: int, statement_timeout: float) -> AsyncEngine:
    """An asyncpg engine for one role. `statement_timeout` in seconds."""
    engine = create_async_engine(
        url.replace("postgresql://", "postgresql+asyncpg://", 1),
        pool_size=pool_size,
        max_overflow=0,
        pool_use_lifo=True,
        pool_pre_ping=False,
        connect_args={
            "timeout": 10,
            "connection_class": TenantConnection,
            "server_settings": {
                "application_name": "resolutionflow",
                "jit": "off",
                "statement_timeout": str(int(statement_timeout * 1000)),
                "idle_in_transaction_session_timeout": "60000",
                "timezone": "UTC",
            },
        },
    )
    event.listen(engine.sync_engine, "checkin", _forget_tenant)
    return engine


class Database:
    """How the rest of the product reaches PostgreSQL.

    A transaction commits at exit and rolls back on an error. Never nest two in one task, never hold one across a network call.
    """

    def __init__(
        self, urls: DatabaseUrls, *, pool_size: int = 10, max_waiting: int = 400, statement_timeout: float = 30.0
    ) -> None:
        self.urls = urls
        # One connection more than the gate lets in: `express` never queues up.
        self.app_engine = make_engine(urls.app, pool_size=pool_size + 1, statement_timeout=statement_timeout)
        self.system_engine = make_engine(
            urls.system, pool_size=max(2, pool_size // 3), statement_timeout=statement_timeout
        )
        self._app_gate = Gate(pool_size, max_waiting)
        self._system_gate = Gate(max(2, pool_size // 3), max_waiting)
        self._app = async_sessionmaker(self.app_engine, sync_session_class=TenantSession, expire_on_commit=False)
        self._system = async_sessionmaker(self.system_engine, sync_session_class=TenantSession, expire_on_commit=False)

        self.slots = SlotLocks(urls.app)
        """Slots shared with every other process on this database."""
        self.deliver: Deliver | None = None
        """Called after a commit with the live events written in it; set by the realtime hub."""

    def _info(self, account_id: UUID | None) -> dict[str, object]:
        return {ACCOUNT_KEY: account_id, DELIVER_KEY: self.deliver}

    @asynccontextmanager
    async def transaction(self, account_id: UUID | None, *, lasting: bool = True) -> AsyncGenerator[AsyncSession, None]:
        """A transaction of the app role that sees the rows of `account_id` only; with None it sees no tenant row.

        One that is not `lasting` may be lost when the database's machine dies, whole and with those that follow it, never in part.
        """
        info = {**self._info(account_id), LASTING_KEY: lasting}
        async with self._app_gate.enter(), self._app(info=info) as session, session.begin():
            yield session

    @asynccontextmanager
    async def system(self) -> AsyncGenerator[AsyncSession, None]:
        """A transaction past row-level security, for sign-in look-ups and cross-tenant jobs. A test knows every call site."""
        async with self._system_gate.enter(), self._system(info=self._info(None)) as session, session.begin():
            yield session

    async def hot(self, sql: str, *args: object) -> str | None:
        """One statement, one round trip, no transaction of ours: for functions that set the tenant inside. Returns the first column."""
        async with self._app_gate.enter():
            return await self._alone(sql, *args)

    async def express(self, sql: str, *args: object) -> str | None:
        """As `hot`, past the queue at the gate. For one caller in the process, one statement at a time: what many others wait for."""
        return await self._alone(sql, *args)

    async def _alone(self, sql: str, *args: object) -> str | None:
        async with self.app_engine.connect() as connection:
            raw = await connection.get_raw_connection()
            driver = raw_of(raw.driver_connection)
            try:
                return cast("str | None", await driver.fetchval(sql, *args))
            except (asyncpg.InterfaceError, asyncpg.PostgresConnectionError, ConnectionError):
                raw.invalidate()
                raise

    async def close(self) -> None:
        await self.slots.close()
        await self.app_engine.dispose()
        await self.system_engine.dispose()
