"""Facts."""

from __future__ import annotations

from typing import Any


async def list_facts(*_args: Any, **_kwargs: Any) -> Any:
    raise NotImplementedError


async def create(*_args: Any, **_kwargs: Any) -> Any:
    raise NotImplementedError


async def promote(*_args: Any, **_kwargs: Any) -> Any:
    raise NotImplementedError


async def patch(*_args: Any, **_kwargs: Any) -> Any:
    raise NotImplementedError


async def delete(*_args: Any, **_kwargs: Any) -> Any:
    raise NotImplementedError


async def confirm(*_args: Any, **_kwargs: Any) -> Any:
    raise NotImplementedError
