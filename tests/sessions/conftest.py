"""The simulated PSA for sessions with a ticket."""

from __future__ import annotations

from tests.psa.conftest import connection, outbox, sim, simulator

__all__ = ["connection", "outbox", "sim", "simulator"]
