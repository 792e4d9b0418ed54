"""Running the simulator: in a thread for tests and `up`, or in the foreground for the command line."""

from __future__ import annotations

from typing import Any, Final, Unpack

from starlette.types import ASGIApp

from resolutionflow.demo.connectwise.app import create_app
from resolutionflow.demo.connectwise.sim import Credentials
from resolutionflow.demo.simkit.psa import Asked, Frame, PsaServer, run_psa
from resolutionflow.demo.simkit.sim import Options
from resolutionflow.demo.world import World

DEFAULT_PORT: Final = 8101
STATE_FILE: Final = "connectwise.json"


class SimServer(PsaServer):
    """The simulator in a thread. `url` is what a client calls the site."""

    def __init__(
        self, world: World | None = None, *, credentials: Credentials | None = None, **frame: Unpack[Frame]
    ) -> None:
        self.credentials = keys = credentials or Credentials()

        def make(of: World, options: Options) -> ASGIApp:
            return create_app(of, credentials=keys, options=options)

        super().__init__("ConnectWise", make, world, **frame)


def serve_in_thread(world: World | None = None, **options: Any) -> SimServer:
    """A started `SimServer`; the caller stops it. Options as for `SimServer`."""
    return SimServer(world, **options).start()


def run(asked: Asked) -> int:
    """`resolutionflow sim connectwise`."""
    keys = Credentials()
    shown = {
        "company_id": keys.company_id,
        "public_key": keys.public_key,
        "private_key": keys.private_key,
        "client_id": keys.client_id,
    }
    return run_psa("ConnectWise", lambda frame: SimServer(**frame), shown, state_file=STATE_FILE, asked=asked)
