"""Running the simulator: in a thread for tests and `up`, or in the foreground for the command line."""

from __future__ import annotations

from typing import Final, Unpack

from starlette.types import ASGIApp

from resolutionflow.demo.halopsa.app import create_app
from resolutionflow.demo.halopsa.credentials import Credentials
from resolutionflow.demo.simkit.psa import Asked, Frame, PsaServer, run_psa
from resolutionflow.demo.simkit.sim import Options
from resolutionflow.demo.world import World

DEFAULT_PORT: Final = 8102
STATE_FILE: Final = "halopsa.json"


class SimServer(PsaServer):
    """The simulator in a thread. `url` is what a client calls the site."""

    def __init__(
        self, world: World | None = None, *, credentials: Credentials | None = None, **frame: Unpack[Frame]
    ) -> None:
        self.credentials = keys = credentials or Credentials()

        def make(of: World, options: Options) -> ASGIApp:
            return create_app(of, credentials=keys, options=options)

        super().__init__("HaloPSA", make, world, **frame)


def run(asked: Asked) -> int:
    """`resolutionflow sim halopsa`."""
    keys = Credentials()
    shown = {"tenant": keys.tenant, "client_id": keys.client_id, "client_secret": keys.client_secret}
    return run_psa("HaloPSA", lambda frame: SimServer(**frame), shown, state_file=STATE_FILE, asked=asked)
