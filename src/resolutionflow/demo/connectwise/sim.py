"""What a client must present, and the simulator's own kind of faults."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from resolutionflow.demo.simkit.faults import COMMON, FaultKind

FAULTS: Final = COMMON | {FaultKind.MOVE_CODEBASE}


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a client must present: `Authorization: Basic base64(company+public:private)` and the header `clientId`.

    The defaults are the demo's own and open nothing but a simulator.
    """

    company_id: str = "kestrelford"
    public_key: str = "DemoPublicKey01"
    private_key: str = "not-a-secret-demo-01"
    client_id: str = "0de30000-0000-4000-8000-000000000001"
