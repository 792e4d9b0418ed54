"""Fixes."""

from __future__ import annotations

from typing import Any


async def list_fixes(*_args: Any, **_kwargs: Any) -> Any:
    raise NotImplementedError


async def active_fix(*_args: Any, **_kwargs: Any) -> Any:
    raise NotImplementedError


async def get_fix(*_args: Any, **_kwargs: Any) -> Any:
    raise NotImplementedError


async def decide(*_args: Any, **_kwargs: Any) -> Any:
    raise NotImplementedError


async def apply(*_args: Any, **_kwargs: Any) -> Any:
    raise NotImplementedError


async def outcome(*_args: Any, **_kwargs: Any) -> Any:
    raise NotImplementedError


async def resume(*_args: Any, **_kwargs: Any) -> Any:
    raise NotImplementedError


async def restore(*_args: Any, **_kwargs: Any) -> Any:
    raise NotImplementedError


async def attach_script(*_args: Any, **_kwargs: Any) -> Any:
    raise NotImplementedError


async def clear_proposal(*_args: Any, **_kwargs: Any) -> Any:
    raise NotImplementedError
