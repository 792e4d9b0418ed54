"""R13 in small: generated requests over the whole OpenAPI document find no 5xx and no answer outside its schema."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from tests.support.live import Live

pytestmark = pytest.mark.anyio

CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"
EXAMPLES = "2"
# An endless stream has no end to wait for, and signing out would end the run's own sign-in; they have tests of their own.
LEFT_OUT = ("/api/v1/events/stream", "/api/v1/auth/logout", "/api/v1/auth/logout-all")
# Asked with a PSA connected, in its own tests.
ELSEWHERE = "^/api/v1/integrations/psa"


async def test_generated_requests_find_no_server_error_and_no_schema_mismatch(live: Live, tmp_path: Path) -> None:
    """The requests go to a real session, its lane and fact, so that they get past the first 404."""
    async with live.client() as client:
        sid, ids = await _session_with_everything(client)
        config = tmp_path / "schemathesis.toml"
        lines = [f'"path.{name}" = "{value}"' for name, value in {"sid": sid, **ids}.items()]
        config.write_text("[parameters]\n" + "\n".join(lines) + "\n")
        token = client.headers["authorization"]
        code, output = await _run(live.url, token, tmp_path, config)
    assert code == 0, output[-30_000:]


async def _run(url: str, token: str, folder: Path, config: Path) -> tuple[int, str]:
    arguments = [
        "--config-file",
        str(config),
        "run",
        f"{url}/api/v1/openapi.json",
        "--url",
        url,
        "-H",
        f"Authorization: {token}",
    ]
    arguments += [
        "--phases",
        "examples,coverage,fuzzing",
        "--checks",
        CHECKS,
        "--max-examples",
        EXAMPLES,
        "--seed",
        "7",
    ]
    arguments += ["--generation-database", "none", "--request-timeout", "60", "--no-color", "--workers", "1"]
    arguments += ["--exclude-path-regex", ELSEWHERE]
    for path in LEFT_OUT:
        arguments += ["--exclude-path", path]
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "schemathesis.cli",
        *arguments,
        cwd=folder,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        env={**os.environ, "NO_PROXY": "*"},
    )
    output, _ = await process.communicate()
    return process.returncode or 0, output.decode()


async def _session_with_everything(client: Any) -> tuple[UUID, dict[str, str]]:
    body = {
        "title": "Fuzz",
        "message": "Outlook keeps asking for a password",
        "client_turn_id": "00000000-0000-4000-8000-000000000001",
    }
    created = (await client.post("/api/v1/ai-sessions", json=body)).json()
    sid = created["session"]["id"]
    url = f"/api/v1/ai-sessions/{sid}"
    async with client.stream("GET", f"{url}/turns/{created['turn_id']}/events") as response:
        async for _ in response.aiter_lines():
            pass
    whole = (await client.get(f"{url}?include=lane")).json()
    items = [*whole["lane"]["questions"], *whole["lane"]["checks"]]
    fact = (await client.post(f"{url}/facts", json={"text": "The tray holds paper."})).json()
    return sid, {"tid": created["turn_id"], "iid": items[0]["id"], "fact_id": fact["id"]}
