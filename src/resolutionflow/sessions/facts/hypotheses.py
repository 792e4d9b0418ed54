"""Hypotheses."""

from __future__ import annotations

from typing import Any


async def list_hypotheses(*_args: Any, **_kwargs: Any) -> Any:
    raise NotImplementedError
