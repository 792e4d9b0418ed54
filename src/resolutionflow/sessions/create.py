"""Starting a session."""

from __future__ import annotations

from typing import Any


async def create_session(*_args: Any, **_kwargs: Any) -> Any:
    raise NotImplementedError
