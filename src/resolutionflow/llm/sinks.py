"""A sink for calls that no account pays for by budget: it refuses nothing and keeps nothing but the log line of the client."""

from __future__ import annotations

from resolutionflow.kit.ids import new_id
from resolutionflow.llm.contract import BudgetExhausted, CallIntent, CallRecord, Reservation


class OpenSink:
    """Implements `CallSink`."""

    async def reserve(self, intent: CallIntent) -> Reservation | BudgetExhausted:
        del intent
        return Reservation(new_id())

    async def settle(self, reservation: Reservation, record: CallRecord) -> None:
        del reservation, record
