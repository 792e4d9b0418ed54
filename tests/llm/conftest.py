"""A model server that says what a test wants, and calls to it through the real client libraries."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest

from resolutionflow.demo.models import ModelServer
from resolutionflow.kit.ids import new_id
from resolutionflow.llm import client
from resolutionflow.llm.contract import (
    BudgetExhausted,
    Caller,
    CallIntent,
    CallRecord,
    LlmConfig,
    ModelMessage,
    ModelPrice,
    ModelRequest,
    Reservation,
    StreamEvent,
    SystemBlock,
    TextPiece,
)
from resolutionflow.llm.lines import Lines
from resolutionflow.settings import Settings

PROVIDERS = ("anthropic", "google", "openai_compatible")
REQUEST = ModelRequest(
    "chat",
    (
        ModelMessage("user", "Earlier words"),
        ModelMessage("assistant", "An answer", cache=True),
        ModelMessage("user", "Now"),
    ),
    (SystemBlock("How to behave", cache=True), SystemBlock("What is known")),
    max_tokens=500,
)


@pytest.fixture(scope="session")
def one_server() -> Iterator[ModelServer]:
    with ModelServer() as server:
        yield server


@pytest.fixture
def models(one_server: ModelServer) -> ModelServer:
    """The model server of this run, as new."""
    one_server.script.reset()
    return one_server


@dataclass
class KeepingSink:
    """Remembers what it was asked and told; refuses when `exhausted`."""

    exhausted: bool = False
    intents: list[CallIntent] = field(default_factory=list)
    records: list[CallRecord] = field(default_factory=list)
    open: set[Any] = field(default_factory=set)

    async def reserve(self, intent: CallIntent) -> Reservation | BudgetExhausted:
        self.intents.append(intent)
        if self.exhausted:
            return BudgetExhausted("The budget of this month is used up.")
        made = Reservation(new_id())
        self.open.add(made.id)
        return made

    async def settle(self, reservation: Reservation, record: CallRecord) -> None:
        self.open.remove(reservation.id)
        self.records.append(record)


@dataclass
class Asker:
    """Asks with the settings of a test."""

    models: ModelServer
    lines: Lines
    sink: KeepingSink
    settings: Settings

    def config(self, provider: str, **changes: Any) -> LlmConfig:
        return replace(
            LlmConfig(
                provider=provider,  # type: ignore[arg-type]
                base_url=self.models.base_url(provider),
                api_key=self.models.script.key,
                model_fast="small-1",
                model_standard="large-1",
                prices={"large-1": ModelPrice(Decimal(3), Decimal(15), Decimal("0.3"), Decimal("3.75"))},
            ),
            **changes,
        )

    def hurried(self) -> Asker:
        """With limits that silence reaches soon."""
        limits = {"llm_first_token_timeout": 0.5, "llm_idle_timeout": 0.5}
        return replace(self, settings=self.settings.model_copy(update=limits))

    async def ask(self, config: LlmConfig, request: ModelRequest = REQUEST) -> list[StreamEvent]:
        return [event async for event in self.open(config, request)]

    def open(self, config: LlmConfig, request: ModelRequest = REQUEST) -> Any:
        caller = Caller(uuid4(), uuid4(), uuid4())
        return client.stream(self.settings, self.lines, config, request, caller=caller, sink=self.sink)

    async def pieces(self, config: LlmConfig, request: ModelRequest = REQUEST) -> tuple[str, Exception | None]:
        """What was given out, and the error that ended it."""
        text = ""
        async with aclosing(self.open(config, request)) as events:
            try:
                async for event in events:
                    text += event.text if isinstance(event, TextPiece) else ""
            except Exception as error:
                return text, error
        return text, None


@pytest.fixture
async def asker(models: ModelServer, settings: Settings) -> AsyncIterator[Asker]:
    quick = settings.model_copy(
        update={"llm_retry_wait": 0.01, "llm_first_token_timeout": 5.0, "llm_idle_timeout": 5.0}
    )
    lines = Lines()
    yield Asker(models, lines, KeepingSink(), quick)
    await lines.aclose()
