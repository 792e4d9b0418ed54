"""How long somebody worked on a session, from the moments they did something. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Literal

GAP = timedelta(minutes=10)
MOST_MINUTES = 24 * 60
Rounding = Literal["15", "30", "exact", "none"]
Source = Literal["active", "wall"]


def measured(moments: Sequence[datetime], source: Source) -> int | None:
    """Whole minutes, at least one; None when nothing was done.

    `active` counts the gaps under ten minutes between two own actions, `wall` everything from the first to the last.
    """
    if not moments:
        return None
    ordered = sorted(moments)
    gaps = [after - before for before, after in pairwise(ordered)]
    counted = sum((gap for gap in gaps if source == "wall" or gap < GAP), timedelta())
    return max(1, -(-counted // timedelta(minutes=1)))


def rounded(minutes: int, rule: Rounding) -> int | None:
    """Up to the next quarter or half hour; None when no time is sent. Never over a day."""
    if rule == "none":
        return None
    step = {"15": 15, "30": 30, "exact": 1}[rule]
    return min(-(-minutes // step) * step, MOST_MINUTES)
