"""How our processes run: on the quick event loop where it exists (passing a word of a model on costs about half on it), and without looking
through what they loaded for garbage again and again.
"""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

T = TypeVar("T")
_YOUNG = 10_000


def run(work: Coroutine[Any, Any, T]) -> T:
    """As `asyncio.run`."""
    with asyncio.Runner(loop_factory=quick_loop()) as runner:
        return runner.run(work)


def settle() -> None:
    """Call once when all is loaded: what exists stays for good, and the collector looks at what came since, less often.

    Some hundred thousand objects of modules and schemas stop a request for tens of milliseconds whenever they are gone through.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(_YOUNG, 20, 20)


def quick_loop() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """What makes the quick loop; None where only the usual one exists."""
    try:
        # Not built for every system the product runs on.
        import uvloop
    except ImportError:
        return None
    return uvloop.new_event_loop
