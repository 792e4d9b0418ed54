"""Lane."""

from __future__ import annotations

from typing import Any


async def get_lane(*_args: Any, **_kwargs: Any) -> Any:
    raise NotImplementedError


async def answer(*_args: Any, **_kwargs: Any) -> Any:
    raise NotImplementedError


async def output(*_args: Any, **_kwargs: Any) -> Any:
    raise NotImplementedError


async def skip(*_args: Any, **_kwargs: Any) -> Any:
    raise NotImplementedError


async def reopen(*_args: Any, **_kwargs: Any) -> Any:
    raise NotImplementedError


async def run_script(*_args: Any, **_kwargs: Any) -> Any:
    raise NotImplementedError


async def outputs(*_args: Any, **_kwargs: Any) -> Any:
    raise NotImplementedError
