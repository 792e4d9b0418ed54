"""A model server for browser journeys: prints its address, answers until its standard input closes."""

from __future__ import annotations

import sys

from resolutionflow.demo.models import ModelServer

with ModelServer(key="sim-model-key-0001") as server:
    print(server.url, flush=True)
    sys.stdin.read()
