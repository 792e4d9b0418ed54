"""Generated requests against a connected account: no server error of ours, no answer outside its schema."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

import pytest

from resolutionflow.db.session import DatabaseUrls
from resolutionflow.settings import Settings
from tests.psa.support import Sim
from tests.psa.test_tickets_api import desk_ticket
from tests.psa.test_worker import connected
from tests.support.world import World

pytestmark = pytest.mark.anyio

CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"


async def test_generated_requests_fit_the_document(
    own_urls: DatabaseUrls, settings: Settings, world: World, sim: Sim, tmp_path: Path
) -> None:
    ticket_id = await desk_ticket(sim)
    config = tmp_path / "schemathesis.toml"
    config.write_text(f'[parameters]\n"path.ticket_id" = "{ticket_id}"\n"path.board_id" = "12"\n')
    async with connected(own_urls, settings, world, sim) as live, live.client() as client:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "schemathesis.cli", "--config-file", str(config)),
            *("run", f"{live.url}/api/v1/openapi.json", "--url", live.url),
            *("-H", f"Authorization: {client.headers['authorization']}", "--include-path-regex", "/integrations/psa"),
            *("--phases", "examples,coverage", "--checks", CHECKS, "--seed", "7"),
            *("--generation-database", "none", "--request-timeout", "20", "--no-color", "--workers", "1"),
            cwd=tmp_path,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            env={**os.environ, "NO_PROXY": "*"},
        )
        output, _ = await process.communicate()
    assert process.returncode == 0, output.decode()[-6000:]
