"""A database that forgets: every transaction is a savepoint of one outer transaction, under the real roles."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, cast
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from resolutionflow.db.locks import SlotLocks
from resolutionflow.db.session import ACCOUNT_KEY, DELIVER_KEY, Database, DatabaseUrls, TenantSession
from resolutionflow.realtime.bus import Bus

NESTED_AFTER_SECONDS = 10


class RollbackDatabase(Database):
    """`Database` over one superuser connection that takes the role of each transaction. Parallel transactions queue up."""

    def __init__(self, urls: DatabaseUrls, connection: AsyncConnection) -> None:
        self.urls = urls
        self.deliver = None
        self.slots = SlotLocks(urls.app)
        self._connection = connection
        self._lock = asyncio.Lock()

    @asynccontextmanager
    async def _as(self, role: str, account_id: UUID | None) -> AsyncIterator[AsyncSession]:
        async with asyncio.timeout(NESTED_AFTER_SECONDS):
            await self._lock.acquire()
        try:
            session = AsyncSession(
                bind=self._connection,
                sync_session_class=TenantSession,
                join_transaction_mode="create_savepoint",
                expire_on_commit=False,
                info={ACCOUNT_KEY: account_id, DELIVER_KEY: self.deliver},
            )
            async with session:
                await self._connection.exec_driver_sql(f"SET LOCAL ROLE {role}")
                async with session.begin():
                    yield session
        finally:
            self._lock.release()

    def transaction(self, account_id: UUID | None, *, lasting: bool = True) -> Any:
        return self._as("rf_app", account_id)

    def system(self) -> Any:
        return self._as("rf_system", None)

    async def hot(self, sql: str, *args: object) -> str | None:
        async with self._lock:
            await self._connection.exec_driver_sql("SET LOCAL ROLE rf_app")
            async with self._connection.begin_nested():
                raw = await self._connection.get_raw_connection()
                return cast("str | None", await cast("Any", raw.driver_connection).fetchval(sql, *args))

    async def close(self) -> None:
        await self.slots.close()


class SilentBus(Bus):
    """A bus within the process only."""

    def __init__(self) -> None:
        super().__init__("")

    async def start(self) -> None:
        pass

    async def stop(self) -> None:
        pass

    def signal(self, channel: str, payload: str = "") -> None:
        self._dispatch(channel, payload)

    def listen(self, channel: str, handler: Callable[[str], None]) -> Callable[[], None]:
        return super().listen(channel, handler)
