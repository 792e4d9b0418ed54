# ruff: noqa: INP001 - a script of the journeys, not a package
"""A model server for browser journeys: prints its address, answers until its standard input closes."""

from __future__ import annotations

import sys

from resolutionflow.demo.models import ModelServer

with ModelServer(key="sim-model-key-0001") as server:
    sys.stdout.write(f"{server.url}\n")
    sys.stdout.flush()
    sys.stdin.read()
