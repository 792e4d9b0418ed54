"""The event loop of our processes: the quick one where it exists. Passing a word of a model on costs about half on it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


def run(work: Coroutine[Any, Any, T]) -> T:
    """As `asyncio.run`."""
    with asyncio.Runner(loop_factory=_quick()) as runner:
        return runner.run(work)


def _quick() -> Callable[[], asyncio.AbstractEventLoop] | None:
    try:
        # Not built for every system the product runs on.
        import uvloop
    except ImportError:
        return None
    return uvloop.new_event_loop
