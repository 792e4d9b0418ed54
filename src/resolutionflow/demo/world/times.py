"""Relative times of the data files.

Two forms: `-31m`, `-3h`, `-2d` (so long before now) and `-2d 09:15` (that time of day, UTC, two days ago). A time of
day needs at least one whole day, so that no moment lies in the future whatever the clock says.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from resolutionflow.demo.world.errors import WorldError

_FORM = re.compile(r"-(?P<count>\d{1,4})(?P<unit>[mhd])(?: (?P<hour>[01]\d|2[0-3]):(?P<minute>[0-5]\d))?")
_UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}


def resolve(text: str, now: datetime) -> datetime:
    """The moment `text` means when it is `now` (aware). Raises `WorldError` for anything but the two forms."""
    found = _FORM.fullmatch(text)
    if found is None:
        raise WorldError(f"not a relative time: {text!r}")
    count, unit = int(found["count"]), found["unit"]
    moment = now - count * _UNITS[unit]
    if found["hour"] is None:
        return moment.replace(microsecond=0)
    if unit != "d" or count < 1:
        raise WorldError(f"a time of day needs at least one whole day: {text!r}")
    return moment.replace(hour=int(found["hour"]), minute=int(found["minute"]), second=0, microsecond=0)
