"""What a client must present, and this simulator's own kind of fault."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from resolutionflow.demo.simkit.faults import COMMON, FaultKind

FAULTS: Final = COMMON | {FaultKind.EXPIRE_TOKEN}


@dataclass(frozen=True, slots=True)
class Credentials:
    """The API application: its tenant, id and secret, and for how many seconds its tokens are good.

    The defaults are the demo's own and open nothing but a simulator. Without a tenant none is asked for.
    """

    tenant: str = "kestrelford"
    client_id: str = "0de30000-0000-4000-8000-000000000002"
    client_secret: str = "not-a-secret-demo-02"  # noqa: S105 - see above
    token_seconds: int = 900
