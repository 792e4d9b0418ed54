"""A long queue of writes drains within the vendor's limits while people keep writing, over three worker processes."""

from __future__ import annotations

from resolutionflow.bench.suite import chosen, play


def run(writes: int = 1000, connectwise: int = 0, halopsa: int = 0, autotask: int = 0) -> dict[str, object]:
    """`writes` queued for each vendor named, or for all three."""
    only = chosen(connectwise=connectwise, halopsa=halopsa, autotask=autotask)
    return {"writes each": writes, **play("tests/psa/storm/test_drain.py", {"RF_DRAIN_WRITES": writes}, only=only)}
