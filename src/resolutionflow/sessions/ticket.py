"""Linking a ticket."""

from __future__ import annotations

from typing import Any


async def link(*_args: Any, **_kwargs: Any) -> Any:
    raise NotImplementedError


async def unlink(*_args: Any, **_kwargs: Any) -> Any:
    raise NotImplementedError
