"""Alembic environment: one connection of the owner role, one advisory lock, a lock time-out."""

from __future__ import annotations

import asyncio

from alembic import context
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from resolutionflow.db.base import Base
from resolutionflow.registry import import_models

QUEUE_TABLES = ("pgqueuer",)


def include_name(name: str | None, kind: str, _parents: object) -> bool:
    return not (kind == "table" and name is not None and name.startswith(QUEUE_TABLES))


def run(connection: Connection) -> None:
    connection.execute(text("SELECT pg_advisory_xact_lock(727275)"))
    connection.execute(text("SET LOCAL lock_timeout = '5s'"))
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        compare_type=True,
        include_name=include_name,
        transaction_per_migration=False,
    )
    with context.begin_transaction():
        context.run_migrations()
    # `/readyz` and the start-up compare it with the code's revision.
    connection.execute(text("GRANT SELECT ON alembic_version TO rf_app, rf_system"))


async def main() -> None:
    url = str(context.config.attributes["url"]).replace("postgresql://", "postgresql+asyncpg://", 1)
    engine = create_async_engine(url, poolclass=NullPool)
    async with engine.begin() as connection:
        await connection.run_sync(run)
    await engine.dispose()


import_models()
asyncio.run(main())
