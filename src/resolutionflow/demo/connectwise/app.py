"""The simulator as an ASGI application."""

from __future__ import annotations

from pathlib import Path

from starlette.applications import Starlette
from starlette.routing import Mount

from resolutionflow.demo.connectwise import control
from resolutionflow.demo.connectwise.api import Api
from resolutionflow.demo.connectwise.clock import Clock, system_clock
from resolutionflow.demo.connectwise.sim import Credentials, Reload, Sim
from resolutionflow.demo.world import World


def create_app(
    world: World,
    *,
    state_file: Path | None = None,
    credentials: Credentials | None = None,
    clock: Clock = system_clock,
    seed: int = 1,
    faults: object = None,
    reload: Reload | None = None,
) -> Starlette:
    """ConnectWise over `world`, with its control interface at `/__sim`.

    With `state_file` every change is kept there, also over a restart. `faults` is what `/__sim/faults` takes.
    `reload` gives the world a reset starts from (its dates relative to that moment); without it the same `world` again.
    Cutting connections (`reply_lost`, `commit_late`) needs the server of `server.py`. Raises `FaultError`.
    """
    sim = Sim(
        world,
        state_file=state_file,
        credentials=credentials or Credentials(),
        clock=clock,
        seed=seed,
        faults=faults,
        reload=reload,
    )
    return Starlette(routes=[Mount("/__sim", routes=control.routes(sim)), Mount("/", app=Api(sim))])
