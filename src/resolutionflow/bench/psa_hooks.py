"""Forged calls of every simulated PSA: bodies, signatures and times changed at random; none believed, none a fault (R8)."""

from __future__ import annotations

from resolutionflow.bench.suite import chosen, play


def run(calls: int = 10_000, connectwise: int = 0, halopsa: int = 0, autotask: int = 0) -> dict[str, object]:
    """`calls` for each vendor named, or for all three."""
    only = chosen(connectwise=connectwise, halopsa=halopsa, autotask=autotask)
    return play("tests/psa/contract/test_forged_calls.py", {"RF_FORGED_CALLS": calls}, only=only)
