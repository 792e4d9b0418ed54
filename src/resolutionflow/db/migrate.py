"""Runs the migrations as the owner role."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory

from resolutionflow.db.session import DatabaseUrls

FOLDER = Path(__file__).parent / "migrations"


def config(urls: DatabaseUrls) -> Config:
    """The Alembic configuration for these addresses; there is no alembic.ini."""
    alembic = Config()
    alembic.set_main_option("script_location", str(FOLDER))
    alembic.set_main_option("path_separator", "os")
    alembic.attributes["url"] = urls.owner
    return alembic


# Alembic keeps its context in module globals: one run at a time in a process. Between processes the database's lock decides.
_one_at_a_time = threading.Lock()


def _upgrade(urls: DatabaseUrls, revision: str) -> None:
    with _one_at_a_time:
        command.upgrade(config(urls), revision)


async def upgrade(urls: DatabaseUrls, revision: str = "head") -> None:
    """Bring the schema to `revision`. Several processes may call it at once: one works, the others wait."""
    await asyncio.to_thread(_upgrade, urls, revision)


async def downgrade(urls: DatabaseUrls, revision: str) -> None:
    await asyncio.to_thread(command.downgrade, config(urls), revision)


def head_revision() -> str:
    """The revision this code was written for."""
    alembic = Config()
    alembic.set_main_option("script_location", str(FOLDER))
    alembic.set_main_option("path_separator", "os")
    return ScriptDirectory.from_config(alembic).get_current_head() or ""
