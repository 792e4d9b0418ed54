"""Running the simulator: in a thread for tests and `up`, or in the foreground for the command line."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from resolutionflow.demo.halopsa.app import create_app
from resolutionflow.demo.halopsa.credentials import Credentials
from resolutionflow.demo.simkit import server as kit
from resolutionflow.demo.simkit.clock import Clock, system_clock
from resolutionflow.demo.simkit.sim import Options
from resolutionflow.demo.world import World, load

DEFAULT_PORT: Final = 8102
STATE_FILE: Final = "halopsa.json"


class SimServer(kit.LoopbackServer):
    """The simulator in a thread. `url` is what a client calls the site; without a world it is today's demo world."""

    def __init__(
        self,
        world: World | None = None,
        *,
        port: int = 0,
        state_file: Path | None = None,
        credentials: Credentials | None = None,
        clock: Clock = system_clock,
        seed: int = 1,
        faults: object = None,
    ) -> None:
        self.credentials = credentials or Credentials()
        options = Options(
            state_file=state_file, clock=clock, seed=seed, faults=faults, reload=load if world is None else None
        )
        app = create_app(world or load(clock()), credentials=self.credentials, options=options)
        super().__init__(app, name="HaloPSA simulator", port=port)


def run(port: int, seed: int, data_dir: Path | None, faults: Path | None, json_out: bool) -> int:  # noqa: FBT001 - called by name
    """`resolutionflow sim halopsa`: print address and credentials, serve until interrupted. Gives the exit code."""
    keys = Credentials()
    shown = {"tenant": keys.tenant, "client_id": keys.client_id, "client_secret": keys.client_secret}
    state_file = None if data_dir is None else data_dir / STATE_FILE
    return kit.serve(
        "HaloPSA",
        lambda troubles: SimServer(port=port, seed=seed, faults=troubles, state_file=state_file),
        shown,
        faults=faults,
        json_out=json_out,
    )
