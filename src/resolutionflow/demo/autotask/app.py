"""The simulator as an ASGI application."""

from __future__ import annotations

from starlette.applications import Starlette

from resolutionflow.demo.autotask import picks
from resolutionflow.demo.autotask.api import AutotaskApi
from resolutionflow.demo.autotask.control import AutotaskControl
from resolutionflow.demo.autotask.limits import HOURLY, Limits
from resolutionflow.demo.autotask.seed import fresh_state
from resolutionflow.demo.autotask.sim import FAULTS, Credentials
from resolutionflow.demo.autotask.state import State
from resolutionflow.demo.simkit.control import sim_app
from resolutionflow.demo.simkit.sim import Options, Sim
from resolutionflow.demo.world import World


def create_app(world: World, *, credentials: Credentials, options: Options, hourly: int = HOURLY) -> Starlette:
    """Autotask over `world`, with its control interface at `/__sim`. Raises `FaultError`.

    Cutting connections (`reply_lost`, `commit_late`) needs the server of the kit.
    """
    lists = picks.lists_of(world)
    limits: Limits | None = None

    def fresh(world: World, seed: int) -> State:
        if limits is not None:
            limits.reset()
        return fresh_state(world, seed)

    sim = Sim(world, fresh, options=options, kinds=FAULTS)
    limits = Limits(sim.clock, hourly)
    return sim_app(AutotaskApi(sim, credentials, limits, lists), AutotaskControl(sim, limits, lists))
