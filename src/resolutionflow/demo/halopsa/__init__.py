"""A simulated HaloPSA over the demo world, spoken to over real HTTP.

It shares no code with the product's own client. `SimServer` runs it in a thread (tests), `run` in the foreground
(command line), `create_app` gives the ASGI application.
"""

from __future__ import annotations

from resolutionflow.demo.halopsa.app import create_app
from resolutionflow.demo.halopsa.credentials import Credentials
from resolutionflow.demo.halopsa.server import DEFAULT_PORT, STATE_FILE, SimServer, run

__all__ = ["DEFAULT_PORT", "STATE_FILE", "Credentials", "SimServer", "create_app", "run"]
