"""The simulator as an ASGI application."""

from __future__ import annotations

from starlette.applications import Starlette

from resolutionflow.demo.halopsa.api import HaloApi
from resolutionflow.demo.halopsa.control import HaloControl
from resolutionflow.demo.halopsa.credentials import FAULTS, Credentials
from resolutionflow.demo.halopsa.seed import fresh_state
from resolutionflow.demo.simkit.control import sim_app
from resolutionflow.demo.simkit.sim import Options, Sim
from resolutionflow.demo.world import World


def create_app(world: World, *, credentials: Credentials, options: Options) -> Starlette:
    """HaloPSA over `world`, with its control interface at `/__sim`. Raises `FaultError`.

    Cutting connections (`reply_lost`, `commit_late`) needs the server of the kit.
    """
    sim = Sim(world, fresh_state, options=options, kinds=FAULTS)
    return sim_app(HaloApi(sim, credentials), HaloControl(sim))
