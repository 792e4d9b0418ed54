"""From stored settings and sums to answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from resolutionflow.accounts.ai import repository, service
from resolutionflow.accounts.ai.prices import LIST_PRICES_OF
from resolutionflow.accounts.ai.schemas import (
    AiSettingsOut,
    AiUsageOut,
    BudgetOut,
    GroupBy,
    PlatformOut,
    PriceOut,
    ProblemOut,
    UsageFigures,
    UsageRow,
)
from resolutionflow.accounts.ai.sink import budget_of
from resolutionflow.accounts.models import AiSettings
from resolutionflow.auth.subject import Subject
from resolutionflow.kit.clock import now
from resolutionflow.llm import ledger
from resolutionflow.llm.contract import LlmConfig, ModelPrice, ProviderName
from resolutionflow.llm.ledger import Figures
from resolutionflow.settings import Settings


async def settings_out(tx: AsyncSession, settings: Settings, subject: Subject) -> AiSettingsOut:
    """The settings as this person may see them."""
    stored = await repository.find(tx, subject.account_id)
    engine = await service.engine_of(tx, settings, subject.account_id)
    admin = subject.at_least("admin")
    return AiSettingsOut(
        mode=service.mode_of(settings, stored),
        engine="guide" if engine.config is None else "llm",
        provider=cast("ProviderName | None", stored.provider) if stored else None,
        base_url=stored.base_url if stored else None,
        key_set=stored is not None and stored.api_key_encrypted is not None,
        key_hint=stored.key_hint if stored and admin else None,
        model_fast=stored.model_fast if stored else None,
        model_standard=stored.model_standard if stored else None,
        monthly_budget_usd=_money(stored.monthly_budget_usd) if stored else None,
        warn_percent=stored.warn_percent if stored else 80,
        ms_learn_enabled=stored.ms_learn_enabled if stored else False,
        images_enabled=stored.images_enabled if stored else True,
        prices=_prices(stored, engine.config, own_prices=engine.source == "own"),
        unpriced_models=_unpriced(engine.config),
        list_prices_of=LIST_PRICES_OF,
        platform=_platform(settings),
        budget=await budget_out(tx, settings, subject.account_id, ledger.month_of(now())),
        problem=ProblemOut.model_validate(stored.problem, from_attributes=False)
        if stored and stored.problem and admin
        else None,
        version=stored.version if stored else 0,
        updated_at=service.updated_at(stored),
    )


def _money(value: object) -> float | None:
    return None if value is None else float(str(value))


def _platform(settings: Settings) -> PlatformOut:
    if not service.platform_available(settings):
        return PlatformOut(available=False, provider=None, model_fast=None, model_standard=None)
    return PlatformOut(
        available=True,
        provider=cast("ProviderName", settings.llm_provider),
        model_fast=settings.llm_model_fast or settings.llm_model_standard,
        model_standard=settings.llm_model_standard,
    )


def _prices(stored: AiSettings | None, config: LlmConfig | None, *, own_prices: bool) -> list[PriceOut]:
    """The account's own table, and the prices that hold for its models without an entry in it."""
    table = stored.prices if stored else {}
    own = [
        PriceOut(
            model=model,
            input=entry["input"],
            output=entry["output"],
            cache_read=entry.get("cache_read"),
            cache_write=entry.get("cache_write"),
            own=True,
        )
        for model, entry in sorted(table.items())
    ]
    known: Mapping[str, ModelPrice] = config.prices if config else {}
    listed = [
        PriceOut(
            model=model,
            input=float(price.input),
            output=float(price.output),
            cache_read=_money(price.cache_read),
            cache_write=_money(price.cache_write),
            own=False,
        )
        for model, price in sorted(known.items())
        if not (own_prices and model in table)
    ]
    return own + listed


def _unpriced(config: LlmConfig | None) -> list[str]:
    if config is None:
        return []
    return sorted({config.model_fast, config.model_standard} - set(config.prices))


async def budget_out(tx: AsyncSession, settings: Settings, account_id: UUID, month: str) -> BudgetOut:
    """The budget of a month; of one that is over, what was spent in it."""
    stored = await repository.find(tx, account_id)
    source = (await service.engine_of(tx, settings, account_id)).source
    spend = await ledger.spend(tx, account_id, month, now())
    budget = budget_of(settings, stored, source, spend)
    return BudgetOut(
        month=month,
        limit_usd=_money(budget.limit),
        spent_usd=float(budget.spent),
        reserved_usd=float(budget.reserved),
        left_usd=_money(budget.left),
        percent=None if budget.percent is None else round(float(budget.percent), 1),
        warn_percent=budget.warn_percent,
        state=budget.state,
        unpriced_calls=spend.unpriced_calls,
    )


async def usage_out(
    tx: AsyncSession, settings: Settings, subject: Subject, *, month: str, group_by: GroupBy
) -> AiUsageOut:
    """What a month's calls used, by `group_by`. The total is over all calls, also those behind the last row."""
    found = await ledger.usage(tx, subject.account_id, month, group_by)
    labels = await _labels(tx, subject, group_by, [key for key, _ in found if key is not None])
    hidden = group_by == "session"
    items = [
        UsageRow(key=key, label=labels.get(key or "", key or _NO_KEY[group_by]), **_figures(figures).model_dump())
        for key, figures in found
        if not hidden or key is None or key in labels
    ]
    unseen = [figures for key, figures in found if hidden and key is not None and key not in labels]
    if unseen:
        items.append(UsageRow(key=None, label="Sessions of others", **_figures(_sum(unseen)).model_dump()))
    return AiUsageOut(
        month=month,
        group_by=group_by,
        items=items,
        total=_figures(await ledger.total(tx, subject.account_id, month)),
        truncated=len(found) == ledger.MOST_ROWS,
        budget=await budget_out(tx, settings, subject.account_id, month),
    )


_NO_KEY = {
    "day": "",
    "action": "",
    "model": "",
    "user": "Nobody: background work",
    "session": "Outside of sessions",
}


async def _labels(tx: AsyncSession, subject: Subject, group_by: GroupBy, keys: list[str]) -> dict[str, str]:
    match group_by:
        case "user":
            found = await repository.names(tx, [UUID(key) for key in keys])
        case "session":
            found = await repository.session_titles(tx, subject, [UUID(key) for key in keys])
        case "day" | "action" | "model":
            return {}
    return {str(key): label for key, label in found.items()}


def _figures(figures: Figures) -> UsageFigures:
    return UsageFigures(
        calls=figures.calls,
        input_tokens=figures.input_tokens,
        output_tokens=figures.output_tokens,
        cached_share=round(figures.cached_tokens / figures.input_tokens, 4) if figures.input_tokens else None,
        cost_usd=float(figures.cost),
        unpriced_calls=figures.unpriced_calls,
        fallbacks=figures.fallbacks,
    )


def _sum(parts: list[Figures]) -> Figures:
    return Figures(
        calls=sum(part.calls for part in parts),
        input_tokens=sum(part.input_tokens for part in parts),
        cached_tokens=sum(part.cached_tokens for part in parts),
        output_tokens=sum(part.output_tokens for part in parts),
        cost=sum((part.cost for part in parts), start=parts[0].cost * 0),
        unpriced_calls=sum(part.unpriced_calls for part in parts),
        fallbacks=sum(part.fallbacks for part in parts),
    )
