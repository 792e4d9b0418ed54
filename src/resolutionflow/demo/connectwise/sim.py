"""The simulator as one object: state, clock, faults and the log of requests."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from resolutionflow.demo.connectwise.clock import Clock, SimClock
from resolutionflow.demo.connectwise.faults import Faults
from resolutionflow.demo.connectwise.query import Record
from resolutionflow.demo.connectwise.seed import fresh_state
from resolutionflow.demo.connectwise.state import State, Store
from resolutionflow.demo.world import World

Reload = Callable[[datetime], World]

_LOG_LENGTH: Final = 10_000


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a client must present: `Authorization: Basic base64(company+public:private)` and the header `clientId`.

    The defaults are the demo's own and open nothing but a simulator.
    """

    company_id: str = "kestrelford"
    public_key: str = "DemoPublicKey01"
    private_key: str = "not-a-secret-demo-01"
    client_id: str = "0de30000-0000-4000-8000-000000000001"


class Sim:
    """Everything behind the two interfaces. Used from one event loop; handlers run to their end without a pause."""

    def __init__(
        self,
        world: World,
        *,
        state_file: Path | None,
        credentials: Credentials,
        clock: Clock,
        seed: int,
        faults: object,
        reload: Reload | None,
    ) -> None:
        self.credentials = credentials
        self.clock = SimClock(clock)
        self.faults = Faults(faults)
        self.requests: deque[Record] = deque(maxlen=_LOG_LENGTH)
        self.number = 0
        self._world = world
        self._reload = reload
        self._seed = seed
        self._store = Store(state_file)
        fresh, stored = fresh_state(world, seed), self._store.load()
        usable = stored is not None and stored.tables.keys() == fresh.tables.keys()
        self.state: State = stored if stored is not None and usable else fresh
        if not usable:
            self.save()

    def save(self) -> None:
        self._store.save(self.state)

    def reset(self) -> None:
        """Back to the demo world, its dates again relative to now; no faults, no log, the clock runs."""
        self.clock.reset()
        if self._reload is not None:
            self._world = self._reload(self.clock.now())
        self.state = fresh_state(self._world, self._seed)
        self.faults = Faults()
        self.requests.clear()
        self.number = 0
        self.save()
