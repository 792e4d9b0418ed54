"""The hostile sample through the running product: nothing of it acts, leaves its session or is fetched by a page."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import httpx2

LANE = {"accept": "application/json"}


async def finished(client: httpx2.AsyncClient, sid: UUID | str, turn_id: str) -> dict[str, Any]:
    """The turn once it ended."""
    async with client.stream("GET", f"/api/v1/ai-sessions/{sid}/turns/{turn_id}/events") as events:
        async for _ in events.aiter_lines():
            pass
    return (await client.get(f"/api/v1/ai-sessions/{sid}/turns/{turn_id}")).json()
