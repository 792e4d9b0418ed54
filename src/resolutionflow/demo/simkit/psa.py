"""What the simulators of PSAs share beyond their application: the frame of their server, and their command."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict, Unpack

from starlette.types import ASGIApp

from resolutionflow.demo.simkit.clock import Clock, system_clock
from resolutionflow.demo.simkit.server import LoopbackServer, serve
from resolutionflow.demo.simkit.sim import Options
from resolutionflow.demo.world import World, load


class Frame(TypedDict, total=False):
    """How a simulator runs, whatever PSA it speaks for: a free port, state in memory, the machine's clock, no faults."""

    port: int
    state_file: Path | None
    clock: Clock
    seed: int
    faults: object


class PsaServer(LoopbackServer):
    """A simulator in a thread; without a world it is today's demo world, also after a reset."""

    def __init__(
        self, psa: str, make: Callable[[World, Options], ASGIApp], world: World | None, **frame: Unpack[Frame]
    ) -> None:
        clock = frame.get("clock", system_clock)
        options = Options(
            state_file=frame.get("state_file"),
            clock=clock,
            seed=frame.get("seed", 1),
            faults=frame.get("faults"),
            reload=load if world is None else None,
        )
        super().__init__(make(world or load(clock()), options), name=f"{psa} simulator", port=frame.get("port", 0))


@dataclass(frozen=True, slots=True)
class Asked:
    """The options of `resolutionflow sim NAME`."""

    port: int
    seed: int
    data_dir: Path | None
    faults: Path | None
    as_json: bool


def run_psa(
    psa: str, make: Callable[[Frame], PsaServer], credentials: Mapping[str, str], *, state_file: str, asked: Asked
) -> int:
    """Print address and credentials, serve until interrupted. Gives the exit code."""
    kept = None if asked.data_dir is None else asked.data_dir / state_file

    def with_faults(troubles: object) -> PsaServer:
        return make({"port": asked.port, "seed": asked.seed, "faults": troubles, "state_file": kept})

    return serve(psa, with_faults, credentials, faults=asked.faults, json_out=asked.as_json)
