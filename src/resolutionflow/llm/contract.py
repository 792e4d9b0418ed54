"""What a model is asked, what it answers, and what is recorded of a call. Frozen values only; no vendor, no database.

The rest of the product builds a `ModelRequest`, hands it to `llm.client` with an `LlmConfig`, and reads deltas. Who pays and what is
left of a budget is the business of a `CallSink`, which the client asks before and tells after every call.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Final, Literal, Protocol, TypeAlias, get_args
from uuid import UUID

import structlog

log = structlog.get_logger(__name__)

ProviderName: TypeAlias = Literal["anthropic", "google", "openai_compatible"]
Tier: TypeAlias = Literal["fast", "standard"]
Action: TypeAlias = Literal[
    "fact_synthesis",
    "title",
    "variable_inference",
    "chat",
    "resolution_note",
    "escalation_package",
    "session_update",
    "script_build",
    "script_companions",
    "template_extraction",
    "ticket_parse",
    "flow_build",
    "flow_assist",
    "flow_import",
    "network_diagram_generate",
    "connection_test",
]
ACTIONS: Final[frozenset[str]] = frozenset(get_args(Action))
FAST_ACTIONS: Final[frozenset[str]] = frozenset({"fact_synthesis", "title", "variable_inference"})
PER_MILLION: Final = Decimal(1_000_000)


def tier_of(action: str) -> Tier:
    """Which of the two models does this work. An unknown action is standard work, and logged."""
    if action not in ACTIONS:
        log.warning("llm_unknown_action", action=action[:64])
    return "fast" if action in FAST_ACTIONS else "standard"


@dataclass(frozen=True, slots=True)
class ModelPrice:
    """US dollars for a million tokens. `cache_read` and `cache_write` fall back to `input`."""

    input: Decimal
    output: Decimal
    cache_read: Decimal | None = None
    cache_write: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens of one call. `input` are those neither read from nor written to the provider's cache."""

    input: int = 0
    output: int = 0
    cache_read: int = 0
    cache_write: int = 0

    @property
    def sent(self) -> int:
        """All input tokens, however billed."""
        return self.input + self.cache_read + self.cache_write

    def cost(self, price: ModelPrice | None) -> Decimal | None:
        """US dollars; None without a price: unpriced is not free."""
        if price is None:
            return None
        read = price.input if price.cache_read is None else price.cache_read
        write = price.input if price.cache_write is None else price.cache_write
        total = (
            self.input * price.input + self.output * price.output + self.cache_read * read + self.cache_write * write
        )
        return total / PER_MILLION


@dataclass(frozen=True, slots=True)
class LlmConfig:
    """The model settings that hold for one account now. `base_url` None = the provider's own address."""

    provider: ProviderName
    model_fast: str
    model_standard: str
    base_url: str | None = None
    api_key: str | None = field(default=None, repr=False)
    prices: Mapping[str, ModelPrice] = field(default_factory=dict[str, ModelPrice])
    ms_learn: bool = False
    images: bool = True

    def model(self, tier: Tier) -> str:
        return self.model_fast if tier == "fast" else self.model_standard


@dataclass(frozen=True, slots=True)
class Caller:
    """For whom a call is made."""

    account_id: UUID
    user_id: UUID | None = None
    session_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Image:
    """A picture as it is sent, already re-encoded and scaled."""

    media_type: Literal["image/png", "image/jpeg", "image/webp", "image/gif"]
    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class SystemBlock:
    """A piece of the instructions. `cache` = the provider may keep everything up to its end."""

    text: str
    cache: bool = False


@dataclass(frozen=True, slots=True)
class ModelMessage:
    """One message of the conversation, oldest first in `ModelRequest.messages`. `cache` as in `SystemBlock`."""

    role: Literal["user", "assistant"]
    text: str
    images: tuple[Image, ...] = ()
    cache: bool = False


@dataclass(frozen=True, slots=True)
class ModelRequest:
    """One question to a model. The action decides the model, unless `tier` does."""

    action: Action
    messages: tuple[ModelMessage, ...]
    system: tuple[SystemBlock, ...] = ()
    max_tokens: int = 4096
    tier: Tier | None = None
    use_docs: bool = False
    """Let the model read public vendor documentation, where the account allows it and the provider can."""

    @property
    def used_tier(self) -> Tier:
        return self.tier or tier_of(self.action)


StopReason: TypeAlias = Literal["end", "max_tokens", "refused", "other"]


@dataclass(frozen=True, slots=True)
class DocsUse:
    """What became of the documentation tools in one call. `fallback` = they failed and the call was made without them."""

    available: bool = False
    tools: tuple[str, ...] = ()
    fallback: bool = False

    @property
    def invoked(self) -> bool:
        return bool(self.tools)


@dataclass(frozen=True, slots=True)
class TextPiece:
    """The next piece of the answer."""

    text: str


@dataclass(frozen=True, slots=True)
class CallNotice:
    """Something the person should know about how the answer was made."""

    kind: Literal["docs_unavailable"]
    text: str


@dataclass(frozen=True, slots=True)
class Finished:
    """The end of a stream that went well."""

    usage: Usage
    stop_reason: StopReason
    model: str
    docs: DocsUse = DocsUse()


StreamEvent: TypeAlias = TextPiece | CallNotice | Finished


@dataclass(frozen=True, slots=True)
class Completion:
    """A whole answer."""

    text: str
    usage: Usage
    stop_reason: StopReason
    model: str
    notices: tuple[CallNotice, ...] = ()


CallOutcome: TypeAlias = Literal[
    "ok",
    "cancelled",
    "key_refused",
    "over_limit",
    "overloaded",
    "unreachable",
    "timed_out",
    "refused_content",
    "bad_request",
    "cut_off",
    "not_allowed",
]


@dataclass(frozen=True, slots=True)
class CallIntent:
    """A call that is about to be made. `estimated_cost` in US dollars, None when the model has no price."""

    caller: Caller
    action: str
    tier: Tier
    provider: ProviderName
    model: str
    estimated_input_tokens: int
    max_output_tokens: int
    estimated_cost: Decimal | None


@dataclass(frozen=True, slots=True)
class CallRecord:
    """What is kept of a call: never its words. `cost` in US dollars, None = the model has no price. Times in milliseconds."""

    caller: Caller
    action: str
    provider: ProviderName
    model: str
    tier: Tier
    usage: Usage
    outcome: CallOutcome
    started_at: datetime
    total_ms: float
    first_token_ms: float | None
    cost: Decimal | None
    docs: DocsUse = DocsUse()
    attempts: int = 1


@dataclass(frozen=True, slots=True)
class Reservation:
    """Room in the budget for one call. The sink that made it knows its `id`."""

    id: UUID


@dataclass(frozen=True, slots=True)
class BudgetExhausted:
    """The account has no money left this month; nothing may be called. `text` is for a person."""

    text: str


class CallSink(Protocol):
    """Is asked before a call and told after it. Exactly one `settle` follows each `Reservation`, also when the call failed."""

    async def reserve(self, intent: CallIntent) -> Reservation | BudgetExhausted: ...

    async def settle(self, reservation: Reservation, record: CallRecord) -> None: ...
