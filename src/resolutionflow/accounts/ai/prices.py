"""What models cost. An account's own table wins; the list prices here hold at the vendors' own addresses only."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final
from urllib.parse import urlsplit

from resolutionflow.llm.contract import ModelPrice, ProviderName

LIST_PRICES_OF: Final = "2026-03"
"""When the vendors' public lists were read. People are told, and can put their own price in its place."""

_DATED: Final = re.compile(r"-(?:\d{8}|\d{4}-\d{2}-\d{2}|latest)\Z")


def _price(input_: str, output: str, cache_read: str | None = None, cache_write: str | None = None) -> ModelPrice:
    return ModelPrice(
        Decimal(input_),
        Decimal(output),
        None if cache_read is None else Decimal(cache_read),
        None if cache_write is None else Decimal(cache_write),
    )


LIST_PRICES: Final[Mapping[ProviderName, Mapping[str, ModelPrice]]] = {
    "anthropic": {
        "claude-opus-4-6": _price("5", "25", "0.5", "6.25"),
        "claude-opus-4-5": _price("5", "25", "0.5", "6.25"),
        "claude-sonnet-4-6": _price("3", "15", "0.3", "3.75"),
        "claude-sonnet-4-5": _price("3", "15", "0.3", "3.75"),
        "claude-haiku-4-5": _price("1", "5", "0.1", "1.25"),
    },
    "google": {
        "gemini-2.5-pro": _price("1.25", "10"),
        "gemini-2.5-flash": _price("0.3", "2.5"),
    },
    "openai_compatible": {
        "gpt-5.1": _price("1.25", "10", "0.125"),
        "gpt-5-mini": _price("0.25", "2", "0.025"),
    },
}
_OWN_HOSTS: Final[Mapping[ProviderName, str]] = {
    "anthropic": "api.anthropic.com",
    "google": "generativelanguage.googleapis.com",
    "openai_compatible": "api.openai.com",
}


def list_price(provider: ProviderName, base_url: str | None, model: str) -> ModelPrice | None:
    """The vendor's public price of a model; None elsewhere, where the same name may cost anything."""
    if base_url is not None and urlsplit(base_url).hostname != _OWN_HOSTS[provider]:
        return None
    return LIST_PRICES[provider].get(_DATED.sub("", model))


def price_of(provider: ProviderName, base_url: str | None, model: str, own: Mapping[str, Any]) -> ModelPrice | None:
    """What a model costs this account; None = unpriced. `own` is the stored table."""
    entry = own.get(model)
    if entry is None:
        return list_price(provider, base_url, model)
    return ModelPrice(
        _decimal(entry["input"]),
        _decimal(entry["output"]),
        None if entry.get("cache_read") is None else _decimal(entry["cache_read"]),
        None if entry.get("cache_write") is None else _decimal(entry["cache_write"]),
    )


def _decimal(value: object) -> Decimal:
    # Through text: 0.3 is three tenths, not its nearest binary fraction.
    return Decimal(str(value))
