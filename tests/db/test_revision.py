"""The revision read from the files' text is the one Alembic itself would go to."""

from __future__ import annotations

import pytest
from alembic.script import ScriptDirectory

from resolutionflow.db.migrate import config, current_revision, head_revision
from resolutionflow.db.session import DatabaseUrls

pytestmark = pytest.mark.anyio


async def test_the_head_is_alembics_head_and_the_databases(own_urls: DatabaseUrls, superuser_dsn: str) -> None:
    assert head_revision() == ScriptDirectory.from_config(config(own_urls)).get_current_head()
    for url in (own_urls.owner, own_urls.app, own_urls.system):
        assert await current_revision(url) == head_revision()
    assert await current_revision(superuser_dsn) is None
