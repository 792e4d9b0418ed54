"""What the product leaves behind: every value of every table, and every line of the log."""

from __future__ import annotations

import io
import logging
import sys
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

import asyncpg
import structlog

from resolutionflow.http.logs import configure


async def dumped(dsn: str, database: str) -> dict[str, str]:
    """The content of every table that is not PostgreSQL's own, in lower case; `bytea` also as text. Read as the superuser."""
    connection: asyncpg.Connection[Any] = await asyncpg.connect(dsn.replace("/postgres?", f"/{database}?"))
    try:
        tables = await connection.fetch(
            "SELECT schemaname, tablename FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"
        )
        found: dict[str, str] = {}
        for schema, name in tables:
            rows = await connection.fetch(f'SELECT * FROM "{schema}"."{name}"')
            found[name] = "\n".join(_plain(value) for row in rows for value in row.values()).casefold()
        return found
    finally:
        await connection.close()


def _plain(value: Any) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


@contextmanager
def heard(level: str = "debug") -> Generator[io.StringIO]:
    """Every line the product logs meanwhile, as it would be written."""
    lines = io.StringIO()
    others = logging.StreamHandler(lines)
    others.setLevel(logging.WARNING)
    logging.getLogger().addHandler(others)
    _set_up(level, lines)
    try:
        yield lines
    finally:
        _set_up("critical", sys.stderr)
        logging.getLogger().removeHandler(others)


def _set_up(level: str, stream: Any) -> None:
    structlog.reset_defaults()
    configure(level, stream=stream)
    for name, module in list(sys.modules.items()):
        # Loggers keep the set-up they were first used with.
        if name.startswith("resolutionflow.") and (logger := vars(module).get("log")) is not None:
            vars(logger).pop("bind", None)
