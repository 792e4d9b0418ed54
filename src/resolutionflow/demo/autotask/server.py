"""Running the simulator: in a thread for tests and `up`, or in the foreground for the command line."""

from __future__ import annotations

from typing import Any, Final, Unpack

from starlette.types import ASGIApp

from resolutionflow.demo.autotask.app import create_app
from resolutionflow.demo.autotask.limits import HOURLY
from resolutionflow.demo.autotask.sim import Credentials
from resolutionflow.demo.simkit.psa import Asked, Frame, PsaServer, run_psa
from resolutionflow.demo.simkit.sim import Options
from resolutionflow.demo.world import World

DEFAULT_PORT: Final = 8103
STATE_FILE: Final = "autotask.json"


class SimServer(PsaServer):
    """The simulator in a thread. `url` is where a client asks for the zone."""

    def __init__(
        self,
        world: World | None = None,
        *,
        credentials: Credentials | None = None,
        hourly: int = HOURLY,
        **frame: Unpack[Frame],
    ) -> None:
        self.credentials = keys = credentials or Credentials()

        def make(of: World, options: Options) -> ASGIApp:
            return create_app(of, credentials=keys, options=options, hourly=hourly)

        super().__init__("Autotask", make, world, **frame)


def serve_in_thread(world: World | None = None, **options: Any) -> SimServer:
    """A started `SimServer`; the caller stops it. Options as for `SimServer`."""
    return SimServer(world, **options).start()


def run(asked: Asked) -> int:
    """`resolutionflow sim autotask`."""
    keys = Credentials()
    shown = {"username": keys.username, "secret": keys.secret, "integration_code": keys.integration_code}
    return run_psa("Autotask", lambda frame: SimServer(**frame), shown, state_file=STATE_FILE, asked=asked)
