"""Runs the migrations as the owner role.

Alembic is slow to import and only needed when there is something to migrate: it is loaded then, and not at a usual start.
"""

from __future__ import annotations

import asyncio
import re
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import asyncpg

from resolutionflow.db.driver import connect
from resolutionflow.db.session import DatabaseUrls

if TYPE_CHECKING:
    from alembic.config import Config

FOLDER = Path(__file__).parent / "migrations"


def config(urls: DatabaseUrls) -> Config:
    """The Alembic configuration for these addresses; there is no alembic.ini."""
    from alembic.config import Config

    alembic = Config()
    alembic.set_main_option("script_location", str(FOLDER))
    alembic.set_main_option("path_separator", "os")
    alembic.attributes["url"] = urls.owner
    return alembic


# Alembic keeps its context in module globals: one run at a time in a process. Between processes the database's lock decides.
_one_at_a_time = threading.Lock()


def _upgrade(urls: DatabaseUrls, revision: str) -> None:
    from alembic import command

    with _one_at_a_time:
        command.upgrade(config(urls), revision)


async def upgrade(urls: DatabaseUrls, revision: str = "head") -> None:
    """Bring the schema to `revision`. Several processes may call it at once: one works, the others wait."""
    await asyncio.to_thread(_upgrade, urls, revision)


async def downgrade(urls: DatabaseUrls, revision: str) -> None:
    from alembic import command

    await asyncio.to_thread(command.downgrade, config(urls), revision)


async def current_revision(url: str) -> str | None:
    """The revision of the database at `url`; None when it has none yet."""
    connection = await connect(url)
    try:
        return str(await connection.fetchval("SELECT version_num FROM alembic_version") or "") or None
    except asyncpg.UndefinedTableError:
        return None
    finally:
        await connection.close()


def head_revision() -> str:
    """The revision this code was written for: the one no other follows. Read from the files' text, without running them."""
    texts = [path.read_text("utf-8") for path in (FOLDER / "versions").glob("*.py")]
    own = {match for text in texts for match in re.findall(r'^revision\b[^=\n]*= *"(\w+)"', text, re.MULTILINE)}
    earlier = {
        match for text in texts for match in re.findall(r'^down_revision\b[^=\n]*= *"(\w+)"', text, re.MULTILINE)
    }
    heads = own - earlier
    return heads.pop() if len(heads) == 1 else ""
