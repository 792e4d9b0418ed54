"""A language model as an engine without an account: the same prompts, redaction and reading as in the product."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from resolutionflow.kit.ids import new_id
from resolutionflow.llm.contract import BudgetExhausted, Caller, CallIntent, CallRecord, LlmConfig, Reservation
from resolutionflow.llm.errors import LlmError
from resolutionflow.llm.lines import Lines
from resolutionflow.pilot.contract import PilotEngine
from resolutionflow.pilot.engines.llm import LlmEngine, Means
from resolutionflow.pilot.redaction import Redactor
from resolutionflow.settings import Settings


@dataclass
class CostSink:
    """Implements `CallSink`: refuses nothing, adds up what the calls used."""

    records: list[CallRecord] = field(default_factory=list[CallRecord])

    async def reserve(self, intent: CallIntent) -> Reservation | BudgetExhausted:
        del intent
        return Reservation(new_id())

    async def settle(self, reservation: Reservation, record: CallRecord) -> None:
        del reservation
        self.records.append(record)

    def figures(self) -> dict[str, object]:
        """Calls, tokens and US dollars; no dollars when a call has no price: unpriced is not free."""
        costs = [record.cost for record in self.records]
        priced = [cost for cost in costs if cost is not None]
        return {
            "calls": len(self.records),
            "tokens sent": sum(record.usage.sent for record in self.records),
            "tokens received": sum(record.usage.output for record in self.records),
            "cost USD": None if len(priced) < len(costs) else str(sum(priced, Decimal(0))),
        }


@dataclass(frozen=True, slots=True)
class _Process:
    settings: Settings
    models: Lines


def model_engine(settings: Settings, lines: Lines, config: LlmConfig, sink: CostSink) -> PilotEngine:
    """A fresh engine for one case."""
    redactor = Redactor(new_id().bytes, (config.api_key,) if config.api_key else ())

    async def note_problem(error: LlmError, model: str) -> None:
        del error, model  # The failed turn says it itself.

    return LlmEngine(
        Means(
            services=_Process(settings, lines),
            config=config,
            caller=Caller(new_id()),
            sink=sink,
            redact=lambda text: redactor.redact(text).text,
            note_problem=note_problem,
        )
    )
