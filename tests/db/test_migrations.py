"""Migrations say what the models say, and can be undone."""

from __future__ import annotations

import asyncio

import asyncpg
import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from resolutionflow.db.base import Base
from resolutionflow.db.bootstrap import bootstrap
from resolutionflow.db.migrate import config, downgrade, head_revision, upgrade
from resolutionflow.db.session import DatabaseUrls
from resolutionflow.registry import import_models

pytestmark = pytest.mark.anyio
import_models()


async def test_models_and_migrations_agree(worker_urls: DatabaseUrls) -> None:
    engine = create_async_engine(
        worker_urls.owner.replace("postgresql://", "postgresql+asyncpg://"), poolclass=NullPool
    )

    def differences(connection: object) -> list[object]:
        options = {
            "compare_type": True,
            "include_name": lambda name, kind, _: (
                not (kind == "table" and (name or "").startswith(("pgqueuer", "worker_heartbeats")))
            ),
        }
        return compare_metadata(MigrationContext.configure(connection, opts=options), Base.metadata)  # type: ignore[arg-type]

    async with engine.connect() as connection:
        assert await connection.run_sync(differences) == []
    await engine.dispose()


# Refuses every statement that changes the schema and could wait for a lock for ever.
GUARD = """
CREATE FUNCTION lock_guard() RETURNS event_trigger LANGUAGE plpgsql AS $$
BEGIN
  IF current_setting('lock_timeout') = '0' THEN RAISE EXCEPTION 'no lock time-out: %', tg_tag; END IF;
END $$;
CREATE EVENT TRIGGER guard ON ddl_command_start EXECUTE FUNCTION lock_guard();
"""


async def test_up_down_up_leaves_the_same_schema_and_waits_for_no_lock_for_ever(superuser_dsn: str) -> None:
    name = "rf_migrations"
    urls = await bootstrap(superuser_dsn, name)
    try:
        guarded = await asyncpg.connect(superuser_dsn.replace("/postgres?", f"/{name}?"))
        await guarded.execute(GUARD)
        with pytest.raises(asyncpg.RaiseError, match="no lock time-out: CREATE TABLE"):
            await guarded.execute("CREATE TABLE never ()")
        await guarded.close()
        await upgrade(urls)
        first = await _shape(urls)
        await downgrade(urls, "base")
        left = await _shape(urls)
        assert {row[0] for row in left} <= {"alembic_version"}
        await asyncio.gather(upgrade(urls), upgrade(urls))
        assert await _shape(urls) == first
        assert command.current is not None and config(urls).attributes["url"] == urls.owner
        connection = await asyncpg.connect(urls.owner)
        assert await connection.fetchval("SELECT version_num FROM alembic_version") == head_revision()
        await connection.close()
    finally:
        connection = await asyncpg.connect(superuser_dsn)
        await connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
        await connection.close()


async def _shape(urls: DatabaseUrls) -> list[tuple[str, ...]]:
    connection = await asyncpg.connect(urls.owner)
    try:
        rows = await connection.fetch(
            "SELECT table_name, column_name, data_type, is_nullable FROM information_schema.columns"
            " WHERE table_schema = 'public' ORDER BY 1, 2"
        )
        return [tuple(row.values()) for row in rows]
    finally:
        await connection.close()
