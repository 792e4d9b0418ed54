"""The database's side of every model call: is there money for it, and what did it cost."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Final, Literal
from uuid import UUID

import structlog
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from resolutionflow.accounts.ai import repository
from resolutionflow.accounts.models import AiSettings
from resolutionflow.kit.clock import now
from resolutionflow.llm import ledger
from resolutionflow.llm.contract import BudgetExhausted, CallIntent, CallRecord, Reservation
from resolutionflow.llm.ledger import Source, Spend
from resolutionflow.realtime.events import Audience, LiveEvent, publish
from resolutionflow.services import Services
from resolutionflow.settings import Settings

USED_UP: Final = "the model budget of this month is used up"
_AFTER_TIMEOUT: Final = timedelta(minutes=1)
_SETTLE_WAITS: Final = (0.2, 1.0)
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Budget:
    """What may be spent this month and what is. `limit` None = as much as it takes."""

    limit: Decimal | None
    spent: Decimal
    reserved: Decimal
    warn_percent: int

    @property
    def left(self) -> Decimal | None:
        return None if self.limit is None else max(Decimal(0), self.limit - self.spent - self.reserved)

    @property
    def percent(self) -> Decimal | None:
        """Of the limit, what is spent and reserved; over 100 when the last call cost more than was left."""
        if self.limit is None:
            return None
        return Decimal(100) * (self.spent + self.reserved) / self.limit if self.limit else Decimal(100)

    @property
    def state(self) -> Literal["none", "ok", "warning", "exhausted"]:
        if self.percent is None:
            return "none"
        if self.percent >= 100:
            return "exhausted"
        return "warning" if self.percent >= self.warn_percent else "ok"


def budget_of(settings: Settings, stored: AiSettings | None, source: Source, spend: Spend) -> Budget:
    """The tighter of the account's own budget, over everything, and the operator's, over what is spent on their model."""
    warn = stored.warn_percent if stored else 80
    budgets = [Budget(stored.monthly_budget_usd if stored else None, spend.spent, spend.reserved, warn)]
    if source == "platform" and settings.llm_monthly_budget_usd is not None:
        limit = settings.llm_monthly_budget_usd
        budgets.append(Budget(limit, spend.platform_spent, spend.platform_reserved, warn))
    return min(budgets, key=lambda budget: Decimal("Infinity") if budget.left is None else budget.left)


def limited(settings: Settings, stored: AiSettings | None, source: Source) -> bool:
    """Whether any budget holds for an account's calls."""
    own = stored is not None and stored.monthly_budget_usd is not None
    return own or (source == "platform" and settings.llm_monthly_budget_usd is not None)


@dataclass(frozen=True, slots=True)
class DatabaseSink:
    """A `CallSink` over `ai_calls`. A reservation outlives the longest call by a minute: what died with its process is freed by itself.

    With `enforce` off a call is written down and never refused (a person tests the connection).
    """

    services: Services
    source: Source
    enforce: bool = True

    async def reserve(self, intent: CallIntent) -> Reservation | BudgetExhausted:
        """Nobody waits for anybody where there is no limit; under one, an account's calls are let in one after the other."""
        account_id = intent.caller.account_id
        # A reservation dies with the call it is for; what the call cost is written by `settle`, which lasts, and this with it.
        if not limited(self.services.settings, None, self.source):
            opened = await ledger.open_unlimited(self.services.db, intent, self.source, now(), lives=self._lives)
            if opened is not None:
                return Reservation(opened)
        # Waiting here costs nothing; waiting for the lock of the database would hold one of its few connections.
        async with self.services.turnstiles.setdefault(account_id, asyncio.Lock()):
            return await self._reserve_within(intent)

    async def _reserve_within(self, intent: CallIntent) -> Reservation | BudgetExhausted:
        account_id, moment = intent.caller.account_id, now()
        async with self.services.db.transaction(account_id, lasting=False) as tx:
            await ledger.lock(tx, account_id)
            budget = await self._budget(tx, account_id)
            if self.enforce and budget.state == "exhausted":
                await ledger.add_refused(tx, intent, self.source, moment)
                await _tell(tx, account_id, budget)
                return BudgetExhausted(USED_UP)
            return Reservation(await ledger.open_call(tx, intent, self.source, moment, lives=self._lives))

    @property
    def _lives(self) -> timedelta:
        return timedelta(seconds=self.services.settings.llm_total_timeout) + _AFTER_TIMEOUT

    async def settle(self, reservation: Reservation, record: CallRecord) -> None:
        """Never fails the answer that was paid for: what cannot be written is logged, and the reservation expires."""
        for wait in (*_SETTLE_WAITS, None):
            try:
                await self._settle(reservation, record)
            except (OSError, DBAPIError, TimeoutError):
                if wait is None:
                    log.exception("ai_call_not_settled", call_id=str(reservation.id), outcome=record.outcome)
                    return
                await asyncio.sleep(wait)
            else:
                return

    async def _settle(self, reservation: Reservation, record: CallRecord) -> None:
        account_id = record.caller.account_id
        async with self.services.db.transaction(account_id) as tx:
            await ledger.close_call(tx, reservation.id, record, now())
            if record.outcome == "ok" and await repository.set_problem(tx, account_id, None):
                publish_changed(tx)
            if limited(self.services.settings, await repository.find(tx, account_id), self.source):
                await _tell(tx, account_id, await self._budget(tx, account_id))

    async def _budget(self, tx: AsyncSession, account_id: UUID) -> Budget:
        moment = now()
        stored = await repository.find(tx, account_id)
        spend = await ledger.spend(tx, account_id, ledger.month_of(moment), moment)
        return budget_of(self.services.settings, stored, self.source, spend)


async def _tell(tx: AsyncSession, account_id: UUID, budget: Budget) -> None:
    """Tell the admins once a month that the budget runs out, and once that it has."""
    if budget.state not in ("warning", "exhausted"):
        return
    month = ledger.month_of(now())
    # Reservations come back; people are told only about money that is spent.
    settled = Budget(budget.limit, budget.spent, Decimal(0), budget.warn_percent)
    state = "exhausted" if budget.state == "exhausted" and settled.state == "exhausted" else settled.state
    if state not in ("warning", "exhausted"):
        return
    if not await repository.note_month(tx, account_id, "exhausted" if state == "exhausted" else "warned", month):
        return
    log.warning("ai_budget", account_id=str(account_id), state=state, month=month)
    data = {"state": state, "month": month, "warn_percent": budget.warn_percent}
    publish(tx, LiveEvent("ai.budget", data, Audience(admins=True)))
    publish_changed(tx)


def publish_changed(tx: AsyncSession) -> None:
    """Open browsers read the model settings again."""
    publish(tx, LiveEvent("ai.settings.changed", {}, Audience.account(), merge_key="ai.settings"))
