"""Preview."""

from __future__ import annotations

from typing import Any


async def preview_note(*_args: Any, **_kwargs: Any) -> Any:
    raise NotImplementedError
