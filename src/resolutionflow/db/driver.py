"""The few things we ask of asyncpg directly, with types it does not give."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol, cast
from uuid import UUID

import asyncpg
from sqlalchemy.exc import DBAPIError

DATABASE_AWAY = (OSError, DBAPIError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError)
"""What a statement raises while the database restarts: worth another try. Connecting raises the driver's own errors, and
`TimeoutError` is an `OSError`."""

Row = Mapping[str, Any]


class RawConnection(Protocol):
    """An asyncpg connection outside SQLAlchemy: bootstrap, LISTEN, single hot statements."""

    async def execute(self, query: str, *args: object, timeout: float | None = None) -> str: ...

    async def fetchval(self, query: str, *args: object, timeout: float | None = None) -> Any: ...

    async def fetch(self, query: str, *args: object, timeout: float | None = None) -> list[Row]: ...

    async def fetchrow(self, query: str, *args: object, timeout: float | None = None) -> Row | None: ...

    async def add_listener(self, channel: str, callback: Callable[[object, int, str, object], None]) -> None: ...

    async def close(self, *, timeout: float | None = None) -> None: ...


class RawPool(Protocol):
    """A small asyncpg pool, for the job queue's library."""

    async def fetchval(self, query: str, *args: object, timeout: float | None = None) -> Any: ...

    async def close(self) -> None: ...

    def terminate(self) -> None: ...


async def connect(url: str, *, timeout: float = 10) -> RawConnection:
    """A new connection. Raises what asyncpg raises."""
    return cast("RawConnection", await cast("Any", asyncpg).connect(url, timeout=timeout))


class TenantConnection(asyncpg.Connection):  # pyright: ignore[reportMissingTypeArgument] - the library's class takes none when it runs
    """A connection whose next transaction begins with its tenant written, in the round trip of BEGIN."""

    _tenant = ""
    _lasting = True

    def begin_as(self, tenant: str, *, lasting: bool) -> None:
        """Write `tenant` (an id, or empty) into `app.account_id` with the next BEGIN. Not `lasting`: its commit does not wait for the disk."""
        self._tenant, self._lasting = tenant, lasting

    async def execute(self, query: str, *args: object, timeout: float | None = None) -> str:
        """As the library's; BEGIN is told the tenant."""
        if query.startswith("BEGIN"):
            query = f"{query.rstrip(';')}; SELECT set_config('app.account_id', '{self._tenant}', true)"
            query += "" if self._lasting else ", set_config('synchronous_commit', 'off', true)"
            self._tenant, self._lasting = "", True
        return await super().execute(query, *args, timeout=timeout)  # pyright: ignore[reportUnknownMemberType] - no types in the library


class _Unreset(asyncpg.Connection):  # pyright: ignore[reportMissingTypeArgument]
    """A pooled connection that goes back as it is. The library would reset each one after each statement, at the price of another one."""

    def get_reset_query(self) -> str:
        return ""


async def create_pool(
    url: str,
    *,
    min_size: int,
    max_size: int,
    command_timeout: float,
    timeout: float,
    server_settings: Mapping[str, str] | None = None,
) -> RawPool:
    """A new pool, connected. What is done on its connections must leave nothing behind: no settings, locks or cursors of a session."""
    pool = await cast("Any", asyncpg).create_pool(
        url,
        min_size=min_size,
        max_size=max_size,
        command_timeout=command_timeout,
        timeout=timeout,
        server_settings=dict(server_settings or {}),
        connection_class=_Unreset,
    )
    return cast("RawPool", pool)


def begin_as_nobody(adapted: object) -> None:
    """Forget what a connection was told by `begin_as`: it goes back to its pool."""
    if isinstance(adapted, TenantConnection):
        adapted.begin_as("", lasting=True)


def begin_as(adapted: object, tenant: UUID | None, *, lasting: bool) -> bool:
    """Have the next transaction of the asyncpg connection under a SQLAlchemy one begin as `tenant`. False: it is in one already."""
    driver = cast("Any", adapted)
    if not isinstance(driver, TenantConnection) or driver.is_in_transaction():
        return False
    driver.begin_as(str(tenant or ""), lasting=lasting)
    return True


def raw_of(adapted: object) -> RawConnection:
    """The asyncpg connection under a SQLAlchemy one."""
    return cast("RawConnection", adapted)
