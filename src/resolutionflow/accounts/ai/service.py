"""Rules of the model settings: what holds for an account, what may be stored, what an engine is given."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any, Final, Literal, cast
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from resolutionflow.accounts.ai import repository
from resolutionflow.accounts.ai.errors import BaseUrlNotAllowed, KeyRequired, ModelRequired, PlatformUnavailable
from resolutionflow.accounts.ai.prices import price_of
from resolutionflow.accounts.ai.schemas import AiSettingsIn, Mode
from resolutionflow.accounts.ai.sink import DatabaseSink, publish_changed
from resolutionflow.accounts.models import AiSettings
from resolutionflow.audit.service import Act, record
from resolutionflow.auth.subject import Subject
from resolutionflow.errors import VersionConflict
from resolutionflow.kit import known, vault
from resolutionflow.kit.clock import now
from resolutionflow.kit.netguard import UrlRefused
from resolutionflow.llm.contract import CallSink, LlmConfig, ModelPrice, ProviderName
from resolutionflow.llm.ledger import Source
from resolutionflow.llm.urls import check_base_url
from resolutionflow.services import Services
from resolutionflow.settings import Settings

_PURPOSE: Final = "ai-settings-key-v1"
_HINT: Final = 4
ProblemKind = Literal["key_refused", "over_limit", "bad_request", "not_allowed", "unreachable", "other"]


@dataclass(frozen=True, slots=True)
class Engine:
    """What answers for an account. `config` None = the Guide; `source` says whose key pays."""

    source: Source
    config: LlmConfig | None


async def engine_config(services: Services, account_id: UUID) -> LlmConfig | None:
    """The model of an account with its key in clear, or None: the Guide answers."""
    async with services.db.transaction(account_id) as tx:
        return (await engine_of(tx, services.settings, account_id)).config


async def engine_of(tx: AsyncSession, settings: Settings, account_id: UUID) -> Engine:
    """As `engine_config`, in a transaction of the caller's, with whose key it is."""
    return engine_by(settings, await repository.find(tx, account_id))


def engine_by(settings: Settings, stored: AiSettings | None) -> Engine:
    """As `engine_of`, for what the account stored."""
    mode = mode_of(settings, stored)
    if mode == "platform":
        return Engine("platform", platform_config(settings, stored))
    return Engine("own", own_config(settings, stored) if mode == "own" and stored else None)


async def call_sink(services: Services, account_id: UUID) -> CallSink:
    """Where calls of an account are asked for and written down."""
    async with services.db.transaction(account_id) as tx:
        source = (await engine_of(tx, services.settings, account_id)).source
    return DatabaseSink(services, source)


async def note_problem(services: Services, account_id: UUID, kind: ProblemKind, *, words: str, model: str = "") -> None:
    """Keep what the provider said, for the admins. The next good call clears it. Keys are taken out of the words."""
    async with services.db.transaction(account_id) as tx:
        config = (await engine_of(tx, services.settings, account_id)).config
        problem = {
            "kind": kind,
            "words": without_key(words, config.api_key if config else None)[:500],
            "model": model[:200],
            "at": now(),
        }
        await repository.set_problem(tx, account_id, problem)
        publish_changed(tx)


def without_key(words: str, key: str | None) -> str:
    """`words` without the key, whole or as providers quote it: its ends around stars."""
    if not key:
        return words
    masked = words.replace(key, "[key]")
    return " ".join("[key]" if _quotes(word, key) else word for word in masked.split(" "))


def _quotes(word: str, key: str) -> bool:
    return len(key) > 2 * _HINT and "*" in word and (key[:_HINT] in word or key[-_HINT:] in word)


def mode_of(settings: Settings, stored: AiSettings | None) -> Mode:
    """The chosen mode; until one is chosen, the operator's model where there is one."""
    if stored is not None and stored.mode is not None:
        return cast("Mode", stored.mode)
    return "platform" if platform_available(settings) else "guide"


def platform_available(settings: Settings) -> bool:
    """Whether the operator offers a model: provider and model named, and a key where the vendor wants one."""
    keyed = bool(settings.llm_api_key.get_secret_value()) or settings.llm_provider == "openai_compatible"
    return bool(settings.llm_provider and settings.llm_model_standard and keyed)


def platform_config(settings: Settings, stored: AiSettings | None) -> LlmConfig | None:
    """The operator's model, with the account's own choice of pictures and documentation."""
    if not platform_available(settings):
        return None
    provider = cast("ProviderName", settings.llm_provider)
    standard = settings.llm_model_standard
    config = LlmConfig(
        provider=provider,
        model_fast=settings.llm_model_fast or standard,
        model_standard=standard,
        base_url=settings.llm_base_url or None,
        api_key=settings.llm_api_key.get_secret_value() or None,
        ms_learn=stored.ms_learn_enabled if stored else False,
        images=stored.images_enabled if stored else True,
    )
    return with_prices(config, settings.llm_prices)


def own_config(settings: Settings, stored: AiSettings) -> LlmConfig | None:
    """The account's own model. A key that cannot be read is left out: the provider's refusal then says what to do."""
    if stored.provider is None or stored.model_standard is None:
        return None
    config = LlmConfig(
        provider=cast("ProviderName", stored.provider),
        model_fast=stored.model_fast or stored.model_standard,
        model_standard=stored.model_standard,
        base_url=stored.base_url,
        api_key=open_key(settings, stored),
        ms_learn=stored.ms_learn_enabled,
        images=stored.images_enabled,
    )
    return with_prices(config, stored.prices)


def with_prices(config: LlmConfig, own: dict[str, Any]) -> LlmConfig:
    """The same model with what its two tiers cost; `own` is the table that wins over the list prices."""
    prices: dict[str, ModelPrice] = {}
    for model in {config.model_fast, config.model_standard}:
        price = price_of(config.provider, config.base_url, model, own)
        if price is not None:
            prices[model] = price
    return replace(config, prices=prices)


def open_key(settings: Settings, stored: AiSettings) -> str | None:
    """The stored key in clear; None when there is none, or when it was sealed with another server's secret."""
    if stored.api_key_encrypted is None:
        return None
    try:
        return vault.unseal(settings, _place(stored.account_id), stored.api_key_encrypted)
    except vault.SecretUnreadable:
        return None


@known.source
async def stored_secrets(tx: AsyncSession, settings: Settings, account_id: UUID) -> list[str]:
    """The account's own key."""
    stored = await repository.find(tx, account_id)
    with contextlib.suppress(vault.BadKeyRing):
        key = open_key(settings, stored) if stored is not None else None
        return [key] if key else []
    return []


def _place(account_id: UUID) -> vault.Place:
    return vault.Place(_PURPOSE, account_id, account_id, "api_key_encrypted")


async def save(tx: AsyncSession, settings: Settings, subject: Subject, body: AiSettingsIn) -> None:
    """Store all settings. Raises `VersionConflict` and the refusals of `errors`; nothing is stored then."""
    await repository.make(tx, subject.account_id)
    stored = await repository.find(tx, subject.account_id, lock=True)
    assert stored is not None
    before = _recorded(stored)
    if stored.version != body.version:
        raise VersionConflict(details={"version": stored.version})
    base_url = clean_base_url(settings, body.base_url)
    _keep_key(settings, stored, body, base_url)
    _check_complete(settings, stored, body, base_url)
    stored.mode = body.mode
    stored.provider, stored.base_url = body.provider, base_url
    stored.model_fast, stored.model_standard = body.model_fast, body.model_standard
    stored.monthly_budget_usd = None if body.monthly_budget_usd is None else Decimal(str(body.monthly_budget_usd))
    stored.warn_percent = body.warn_percent
    stored.ms_learn_enabled, stored.images_enabled = body.ms_learn_enabled, body.images_enabled
    stored.prices = {price.model: price.model_dump(exclude={"model"}) for price in body.prices}
    stored.problem = None
    stored.version += 1
    stored.updated_at = now()
    publish_changed(tx)
    record(
        tx, settings, subject, Act("ai.settings_changed", "ai_settings", details=_changes(before, _recorded(stored)))
    )
    await tx.flush()


def _recorded(stored: AiSettings) -> dict[str, Any]:
    """The settings as the audit log may show them. The key takes part as what it is stored as, and never leaves here."""
    plain = ("mode", "provider", "base_url", "model_fast", "model_standard", "warn_percent", "ms_learn_enabled")
    found = {name: getattr(stored, name) for name in (*plain, "images_enabled", "prices")}
    budget = None if stored.monthly_budget_usd is None else str(stored.monthly_budget_usd.normalize())
    return {**found, "monthly_budget_usd": budget, "api_key": stored.api_key_encrypted}


def _changes(before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    changed = {name: [before[name], after[name]] for name in after if before[name] != after[name]}
    return {name: "changed" if name in {"api_key", "prices"} else values for name, values in changed.items()}


def clean_base_url(settings: Settings, url: str | None) -> str | None:
    """`url` without a slash at its end. Raises `BaseUrlNotAllowed` naming the broken rule."""
    if url is None:
        return None
    try:
        check_base_url(settings, url)
    except UrlRefused as refused:
        message = f"{refused} Nothing was stored. Private hosts are listed by the operator in RF_LLM_PRIVATE_HOSTS."
        raise BaseUrlNotAllowed(message, details={"rule": refused.rule}) from refused
    return url.rstrip("/")


def _keep_key(settings: Settings, stored: AiSettings, body: AiSettingsIn, base_url: str | None) -> None:
    """A new key is sealed; null, another provider or another address drops the old one, so that it never goes to a new place."""
    if body.api_key is not None:
        key = body.api_key.get_secret_value().strip()
        stored.api_key_encrypted = vault.seal(settings, _place(stored.account_id), key)
        stored.key_hint = key[-_HINT:] if len(key) >= 4 * _HINT else None
        return
    moved = (stored.provider, stored.base_url) != (body.provider, base_url)
    if "api_key" in body.model_fields_set or moved:
        stored.api_key_encrypted = stored.key_hint = None


def _check_complete(settings: Settings, stored: AiSettings, body: AiSettingsIn, base_url: str | None) -> None:
    if body.mode == "platform" and not platform_available(settings):
        raise PlatformUnavailable
    if body.mode != "own":
        return
    if body.provider is None or body.model_standard is None:
        raise ModelRequired
    if body.provider == "openai_compatible" and base_url is None:
        message = (
            "An OpenAI-compatible server needs its address, for example https://models.example/v1. Nothing was stored."
        )
        raise BaseUrlNotAllowed(message, details={"rule": "missing"})
    if body.provider != "openai_compatible" and stored.api_key_encrypted is None:
        raise KeyRequired


def updated_at(stored: AiSettings | None) -> datetime | None:
    """When a person last saved; None before."""
    return stored.updated_at if stored is not None and stored.version > 0 else None


async def reseal_all(tx: AsyncSession, settings: Settings, tally: vault.Tally) -> None:
    """Put the model key of every account under the current key, as the system role."""
    kept = select(AiSettings).where(AiSettings.api_key_encrypted.is_not(None)).with_for_update()
    for row in (await tx.execute(kept)).scalars():
        assert row.api_key_encrypted is not None
        row.api_key_encrypted = tally.reseal(
            settings, _place(row.account_id), row.api_key_encrypted, table="ai_settings"
        )
