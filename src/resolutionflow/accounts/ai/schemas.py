"""Bodies and answers of the model settings."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field, SecretStr, StringConstraints

from resolutionflow.kit.schemas import In, Out
from resolutionflow.llm.contract import ProviderName, Tier

Mode = Literal["guide", "platform", "own"]
GroupBy = Literal["day", "action", "model", "user", "session"]
BudgetState = Literal["none", "ok", "warning", "exhausted"]
ModelName = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[!-~]+$")]
BaseUrl = Annotated[str, StringConstraints(min_length=8, max_length=300)]
Rate = Annotated[float, Field(ge=0, le=100_000, allow_inf_nan=False)]
Money = Annotated[float, Field(ge=0, le=1_000_000, allow_inf_nan=False)]


class Price(In):
    """What a model costs, US dollars for a million tokens; null cache prices are the price of input."""

    model: ModelName
    input: Rate
    output: Rate
    cache_read: Rate | None = None
    cache_write: Rate | None = None


class PriceOut(Out):
    """A price in force, and whether it is the account's own or the vendor's list price."""

    model: str
    input: float
    output: float
    cache_read: float | None
    cache_write: float | None
    own: bool


class AiSettingsIn(In):
    """All settings. `api_key` is write-only: left out keeps the stored one, null deletes it. `version` 0 = nothing stored yet."""

    mode: Mode
    provider: ProviderName | None
    base_url: BaseUrl | None
    api_key: Annotated[SecretStr, Field(min_length=1, max_length=500)] | None = None
    model_fast: ModelName | None
    model_standard: ModelName | None
    monthly_budget_usd: Money | None
    warn_percent: Annotated[int, Field(ge=1, le=100)]
    ms_learn_enabled: bool
    images_enabled: bool
    prices: Annotated[list[Price], Field(max_length=50)]
    version: Annotated[int, Field(ge=0, le=2**31 - 1)]


class PlatformOut(Out):
    """The operator's model, which an account may use without a key."""

    available: bool
    provider: ProviderName | None
    model_fast: str | None
    model_standard: str | None


class ProblemOut(Out):
    """Why the provider did not answer last, in its own words."""

    kind: str
    words: str
    model: str
    at: datetime


class BudgetOut(Out):
    """The money of one month (UTC). `limit_usd` and `left_usd` are null without a budget."""

    month: str
    limit_usd: float | None
    spent_usd: float
    reserved_usd: float
    left_usd: float | None
    percent: float | None
    warn_percent: int
    state: BudgetState
    unpriced_calls: int


class AiSettingsOut(Out):
    """`key_hint` and `problem` are for admins, null for others. `engine` is what answers the next turn."""

    mode: Mode
    engine: Literal["guide", "llm"]
    provider: ProviderName | None
    base_url: str | None
    key_set: bool
    key_hint: str | None
    model_fast: str | None
    model_standard: str | None
    monthly_budget_usd: float | None
    warn_percent: int
    ms_learn_enabled: bool
    images_enabled: bool
    prices: list[PriceOut]
    unpriced_models: list[str]
    list_prices_of: str
    platform: PlatformOut
    budget: BudgetOut
    problem: ProblemOut | None
    version: int
    updated_at: datetime | None


class AiTestIn(In):
    """What to test instead of the stored settings. A stored key is used only with the provider and address it was stored for."""

    provider: ProviderName
    base_url: BaseUrl | None = None
    api_key: Annotated[SecretStr, Field(min_length=1, max_length=500)] | None = None
    model_fast: ModelName | None = None
    model_standard: ModelName


class TierTest(Out):
    """One tiny call. `provider_message` is the model's answer, or the provider's own words about what is wrong."""

    tier: Tier
    ok: bool
    ms: int
    model: str
    message: str
    provider_message: str


class AiTestOut(Out):
    items: list[TierTest]


class UsageFigures(Out):
    """`cached_share` of the input tokens, null without any. `cost_usd` is of the priced calls; `unpriced_calls` cost something unknown.

    `fallbacks` are calls that gave no answer, or were not made for lack of budget: the Guide or a template answered instead.
    """

    calls: int
    input_tokens: int
    output_tokens: int
    cached_share: float | None
    cost_usd: float
    unpriced_calls: int
    fallbacks: int


class UsageRow(UsageFigures):
    """`key` is a day, an action, a model, or the id of a person or session; null for what is not theirs to see or has none."""

    key: str | None
    label: str


class AiUsageOut(Out):
    month: str
    group_by: GroupBy
    items: list[UsageRow]
    total: UsageFigures
    truncated: bool
    budget: BudgetOut
