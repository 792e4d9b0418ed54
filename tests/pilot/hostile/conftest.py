"""A session over the model server, in an account with a simulated PSA."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.pilot.llm.conftest import case, models, one_model_server, settings
from tests.psa.conftest import connection, outbox, sim, simulator
from tests.support.traces import heard

__all__ = ["case", "connection", "models", "one_model_server", "outbox", "settings", "sim", "simulator"]


@pytest.fixture
def log() -> Iterator[object]:
    """Every line logged from the start of the test, before the server of `case` is made."""
    with heard() as lines:
        yield lines
