"""Hot reads."""

from __future__ import annotations

from typing import Any


async def list_sessions(*_args: Any, **_kwargs: Any) -> Any:
    raise NotImplementedError


async def counts(*_args: Any, **_kwargs: Any) -> Any:
    raise NotImplementedError


async def get_session(*_args: Any, **_kwargs: Any) -> Any:
    raise NotImplementedError


async def messages(*_args: Any, **_kwargs: Any) -> Any:
    raise NotImplementedError
