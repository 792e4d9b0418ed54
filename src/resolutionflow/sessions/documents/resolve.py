"""Resolve."""

from __future__ import annotations

from typing import Any


async def preview_write(*_args: Any, **_kwargs: Any) -> Any:
    raise NotImplementedError


async def post_note(*_args: Any, **_kwargs: Any) -> Any:
    raise NotImplementedError
