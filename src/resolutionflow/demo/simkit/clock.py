"""The simulator's clock: the caller's, or fixed, or moved on by the control interface."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

Clock = Callable[[], datetime]


def system_clock() -> datetime:
    """Now, in UTC."""
    return datetime.now(UTC)


def stamp(moment: datetime) -> str:
    """A moment as the PSA writes it: UTC, whole seconds, `Z`."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


class SimClock:
    """`now()` is the base clock plus an offset, or a fixed moment."""

    def __init__(self, base: Clock) -> None:
        self._base = base
        self.fixed: datetime | None = None
        self.offset = timedelta()

    def now(self) -> datetime:
        return (self.fixed or self._base()) + self.offset

    def stamp(self) -> str:
        return stamp(self.now())

    def reset(self) -> None:
        self.fixed, self.offset = None, timedelta()
