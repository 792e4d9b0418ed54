"""What a client must present, and the simulator's own kind of faults."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from resolutionflow.demo.simkit.faults import COMMON, FaultKind

FAULTS: Final = COMMON | {FaultKind.MOVE_ZONE}


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a client must present in the headers `UserName`, `Secret` and `ApiIntegrationCode`.

    The defaults are the demo's own and open nothing but a simulator.
    """

    username: str = "api@kestrelford.example"
    secret: str = "not-a-secret-demo-03"  # noqa: S105 - opens a simulator
    integration_code: str = "DEMOINTEGRATIONCODE03"
