"""A time limit for each of many short waits, with one timer for all of them."""

from __future__ import annotations

import asyncio


class Patience:
    """Cancels the task that made it when a wait (`begin` to `end`) takes too long. Its owner catches the `CancelledError` and asks `is_over`.

    `asyncio.timeout` makes and cancels a timer for every wait; here the timer is only looked at when it rings.
    """

    def __init__(self) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._task = task
        self._cancelling = task.cancelling()
        self._loop = asyncio.get_running_loop()
        self._due = 0.0
        self._waiting = False
        self._over = False
        self._timer: asyncio.Handle | None = None
        self._rings = 0.0

    def begin(self, seconds: float) -> None:
        """A wait of at most `seconds` begins."""
        self._due = self._loop.time() + seconds
        self._waiting = True
        if self._timer is None or self._rings > self._due:
            self.close()
            self._wind()

    def end(self) -> None:
        """What was waited for is here."""
        self._waiting = False

    def is_over(self) -> bool:
        """Whether a cancellation that was caught is ours, and nobody else's as well."""
        return self._over and self._task.uncancel() <= self._cancelling

    def close(self) -> None:
        """Ring no more."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _wind(self) -> None:
        # Not every loop's handle knows when it is due.
        self._rings, self._timer = self._due, self._loop.call_at(self._due, self._ring)

    def _ring(self) -> None:
        self._timer = None
        if not self._waiting:
            return
        if self._loop.time() < self._due:
            self._wind()
            return
        self._over = True
        self._task.cancel()
