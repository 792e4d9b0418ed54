"""What the tests of the model settings share."""

from __future__ import annotations

from typing import Any

import httpx2

PATH = "/api/v1/accounts/me/ai"
KEY = "sk-invented-0123456789-wxyz"


def body(**more: Any) -> dict[str, Any]:
    """All settings of an account with a model of its own."""
    return {
        "mode": "own",
        "provider": "openai_compatible",
        "base_url": "https://models.example/v1",
        "model_fast": "small-1",
        "model_standard": "large-1",
        "monthly_budget_usd": 10,
        "warn_percent": 80,
        "ms_learn_enabled": False,
        "images_enabled": True,
        "prices": [{"model": "large-1", "input": 3, "output": 15}],
        "version": 0,
        **more,
    }


async def put(client: httpx2.AsyncClient, **more: Any) -> httpx2.Response:
    return await client.put(PATH, json=body(**more))
