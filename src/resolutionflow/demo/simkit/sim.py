"""A simulator as one object: state, clock, faults and the logs."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final, Generic

from resolutionflow.demo.simkit.clock import Clock, SimClock, system_clock
from resolutionflow.demo.simkit.deliveries import Deliveries
from resolutionflow.demo.simkit.faults import FaultKind, Faults
from resolutionflow.demo.simkit.records import Record
from resolutionflow.demo.simkit.state import AnyState, Store
from resolutionflow.demo.world import World

_LOG_LENGTH: Final = 10_000


@dataclass(frozen=True, slots=True)
class Options:
    """How a simulator runs, the same for every vendor.

    With `state_file` every change is kept there, also over a restart. `faults` is what `/__sim/faults` takes. `reload`
    gives the world a reset starts from (its dates relative to that moment); without it the same world again.
    """

    state_file: Path | None = None
    clock: Clock = system_clock
    seed: int = 1
    faults: object = None
    reload: Callable[[datetime], World] | None = None


class Sim(Generic[AnyState]):
    """Everything behind the two interfaces. Used from one event loop; handlers run to their end without a pause.

    `fresh` makes the vendor's state from the demo world and the seed, `kinds` are the faults this vendor can have.
    """

    def __init__(
        self,
        world: World,
        fresh: Callable[[World, int], AnyState],
        *,
        options: Options,
        kinds: frozenset[FaultKind],
    ) -> None:
        self.clock = SimClock(options.clock)
        self.kinds = kinds
        self.faults = Faults(kinds, options.faults)
        self.requests: deque[Record] = deque(maxlen=_LOG_LENGTH)
        self.deliveries = Deliveries(self.clock)
        self.number = 0
        self._world = world
        self._fresh = fresh
        self._options = options
        first = fresh(world, options.seed)
        self._store: Store[AnyState] = Store(options.state_file, type(first))
        stored = self._store.load()
        if stored is not None and not stored.like(first):
            stored = None
        self.state: AnyState = stored or first
        if stored is None:
            self.save()

    def save(self) -> None:
        self._store.save(self.state)

    def reset(self) -> None:
        """Back to the demo world, its dates again relative to now; no faults, no log, the clock runs."""
        self.clock.reset()
        if self._options.reload is not None:
            self._world = self._options.reload(self.clock.now())
        self.state = self._fresh(self._world, self._options.seed)
        self.faults = Faults(self.kinds)
        self.requests.clear()
        self.deliveries.log.clear()
        self.number = 0
        self.save()
