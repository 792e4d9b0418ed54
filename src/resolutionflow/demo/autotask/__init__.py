"""A simulated Autotask over the demo world, spoken to over real HTTP.

It shares no code with the product's own client. `SimServer` runs it in a thread (tests, `up`), `run` in the foreground
(command line), `create_app` gives the ASGI application.
"""

from __future__ import annotations

from resolutionflow.demo.autotask.app import create_app
from resolutionflow.demo.autotask.server import DEFAULT_PORT, STATE_FILE, SimServer, run, serve_in_thread
from resolutionflow.demo.autotask.sim import Credentials

__all__ = ["DEFAULT_PORT", "STATE_FILE", "Credentials", "SimServer", "create_app", "run", "serve_in_thread"]
