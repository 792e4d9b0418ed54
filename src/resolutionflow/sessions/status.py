"""Status changes."""

from __future__ import annotations

from typing import Any


async def pause(*_args: Any, **_kwargs: Any) -> Any:
    raise NotImplementedError


async def resume(*_args: Any, **_kwargs: Any) -> Any:
    raise NotImplementedError


async def abandon(*_args: Any, **_kwargs: Any) -> Any:
    raise NotImplementedError


async def reopen(*_args: Any, **_kwargs: Any) -> Any:
    raise NotImplementedError
