"""Which engine answers."""

from __future__ import annotations

from functools import lru_cache

from resolutionflow.pilot.contract import PilotEngine


@lru_cache(maxsize=1)
def choose_engine() -> PilotEngine:
    """The engine of the next turn: the Guide, which needs no key."""
    from resolutionflow.pilot.engines.guide import GuideEngine

    return GuideEngine()
