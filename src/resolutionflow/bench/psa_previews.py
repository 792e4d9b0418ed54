"""Random plans of all kinds on every simulated PSA: what was shown is what the PSA received, field by field."""

from __future__ import annotations

from resolutionflow.bench.suite import chosen, play


def run(plans: int = 100, connectwise: int = 0, halopsa: int = 0, autotask: int = 0) -> dict[str, object]:
    """`plans` for each vendor named, or for all three."""
    only = chosen(connectwise=connectwise, halopsa=halopsa, autotask=autotask)
    return play("tests/psa/contract/test_previews.py", {"RF_PREVIEW_PLANS": plans}, only=only)
