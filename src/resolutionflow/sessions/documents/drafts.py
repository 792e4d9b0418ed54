"""Drafts."""

from __future__ import annotations

from typing import Any


async def save(*_args: Any, **_kwargs: Any) -> Any:
    raise NotImplementedError


async def delete(*_args: Any, **_kwargs: Any) -> Any:
    raise NotImplementedError
