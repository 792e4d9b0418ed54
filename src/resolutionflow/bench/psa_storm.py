"""Writes to a PSA where nearly a third of all requests goes wrong: none lost, none doubled, the vendor's limits kept (R7)."""

from __future__ import annotations

from resolutionflow.bench.suite import chosen, play


def run(writes: int = 10_000, connectwise: int = 0, halopsa: int = 0, autotask: int = 0) -> dict[str, object]:
    """`writes` for each vendor named, or for all three. Two worker processes; the clock of the retries is driven."""
    only = chosen(connectwise=connectwise, halopsa=halopsa, autotask=autotask)
    return {"writes each": writes, **play("tests/psa/storm/test_storm.py", {"RF_STORM_WRITES": writes}, only=only)}
