"""The model server of the run, and a session over it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest
from tests.pilot.llm.support import Case
from tests.support.live import Live

from resolutionflow.demo.models import ModelServer
from resolutionflow.kit.ids import new_id
from resolutionflow.settings import Settings


@pytest.fixture(scope="session")
def one_model_server() -> Iterator[ModelServer]:
    with ModelServer() as server:
        yield server


@pytest.fixture
def models(one_model_server: ModelServer) -> ModelServer:
    one_model_server.script.reset()
    return one_model_server


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"llm_retry_wait": 0.01, "llm_first_token_timeout": 3.0, "llm_idle_timeout": 1.0})


@pytest.fixture
async def case(live: Live, models: ModelServer) -> AsyncIterator[Case]:
    started = Case(live, models, new_id())
    await started.new_session()
    yield started
