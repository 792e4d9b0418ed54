"""The limits of the service, really enforced: threads per kind of record, and calls per rolling hour."""

from __future__ import annotations

from collections import Counter, deque
from datetime import timedelta
from typing import Final

from resolutionflow.demo.autotask.errors import SimError
from resolutionflow.demo.simkit.clock import SimClock

THREADS: Final = 3
HOURLY: Final = 10_000
_HOUR: Final = timedelta(hours=1)
_SLOW_FROM: Final = ((0.75, 1.0), (0.5, 0.5))


class Limits:
    """Counts what is under way and what was asked within the hour. `highest` is the most seen at once, by endpoint."""

    def __init__(self, clock: SimClock, hourly: int = HOURLY) -> None:
        self._clock = clock
        self._calls: deque[float] = deque()
        self._active: Counter[str] = Counter()
        self.hourly = hourly
        self.highest: Counter[str] = Counter()

    def reset(self) -> None:
        self._calls.clear()
        self.highest.clear()

    def used(self) -> int:
        """Calls within the last hour."""
        oldest = (self._clock.now() - _HOUR).timestamp()
        while self._calls and self._calls[0] <= oldest:
            self._calls.popleft()
        return len(self._calls)

    def spend(self, calls: int = 1) -> None:
        self._calls.extend([self._clock.now().timestamp()] * calls)

    def enter(self, endpoint: str) -> SimError | None:
        """Begin a request; the refusal it has to be answered with, if any. Each is left again with `leave`."""
        self._active[endpoint] += 1
        self.highest[endpoint] = max(self.highest[endpoint], self._active[endpoint])
        if self._active[endpoint] > THREADS:
            return SimError(429, f"The thread threshold of {THREADS} threads has been exceeded for this integration.")
        if self.used() >= self.hourly:
            return SimError(429, f"You have exceeded the maximum number of {self.hourly} requests per hour.")
        self.spend()
        return None

    def leave(self, endpoint: str) -> None:
        self._active[endpoint] -= 1

    def delay(self) -> float:
        """Seconds that a request is held up when the hour's calls run low."""
        share = self.used() / self.hourly
        return next((seconds for start, seconds in _SLOW_FROM if share >= start), 0.0)
