"""Trying the model settings: one tiny real call a tier."""

from __future__ import annotations

import asyncio
import time
from typing import Final

from resolutionflow.accounts.ai import repository, service
from resolutionflow.accounts.ai.errors import NothingToTest
from resolutionflow.accounts.ai.schemas import AiTestIn, TierTest
from resolutionflow.accounts.ai.service import Engine
from resolutionflow.accounts.ai.sink import DatabaseSink
from resolutionflow.auth.subject import Subject
from resolutionflow.db.rates import hit_hourly
from resolutionflow.llm import client
from resolutionflow.llm.contract import Caller, LlmConfig, ModelMessage, ModelRequest, Tier
from resolutionflow.llm.errors import LlmError
from resolutionflow.services import Services

AN_HOUR: Final = 10
_QUESTION: Final = "Reply with the single word: ready"
_LONGEST_ANSWER: Final = 200
_TOKENS: Final = 64


async def run(services: Services, subject: Subject, body: AiTestIn | None) -> list[TierTest]:
    """The result of each tier. Raises `RateLimited`, `NothingToTest`, `BaseUrlNotAllowed`."""
    engine = await _engine(services, subject, body)
    config = engine.config
    if config is None:
        raise NothingToTest
    caller = Caller(subject.account_id, subject.user_id)
    sink = DatabaseSink(services, engine.source, enforce=False)
    tiers: list[Tier] = ["standard", "fast"]
    return list(await asyncio.gather(*(_try(services, config, caller, sink, tier) for tier in tiers)))


async def _engine(services: Services, subject: Subject, body: AiTestIn | None) -> Engine:
    async with services.db.transaction(subject.account_id) as tx:
        await hit_hourly(tx, subject.account_id, "ai-test", limit=AN_HOUR)
        if body is None:
            return await service.engine_of(tx, services.settings, subject.account_id)
        stored = await repository.find(tx, subject.account_id)
        base_url = service.clean_base_url(services.settings, body.base_url)
        key = body.api_key.get_secret_value().strip() if body.api_key else None
        # A stored key never goes to an address it was not stored for.
        if key is None and stored is not None and (stored.provider, stored.base_url) == (body.provider, base_url):
            key = service.open_key(services.settings, stored)
        config = LlmConfig(
            provider=body.provider,
            model_fast=body.model_fast or body.model_standard,
            model_standard=body.model_standard,
            base_url=base_url,
            api_key=key,
        )
        return Engine("own", service.with_prices(config, stored.prices if stored else {}))


async def _try(services: Services, config: LlmConfig, caller: Caller, sink: DatabaseSink, tier: Tier) -> TierTest:
    request = ModelRequest(
        action="connection_test", messages=(ModelMessage("user", _QUESTION),), max_tokens=_TOKENS, tier=tier
    )
    started = time.perf_counter()
    try:
        answer = await client.complete(services.settings, services.models, config, request, caller=caller, sink=sink)
    except LlmError as error:
        ok, message, words = False, str(error), error.provider_message
    else:
        ok, message, words = True, "The model answered.", " ".join(answer.text.split())[:_LONGEST_ANSWER]
    return TierTest(
        tier=tier,
        ok=ok,
        ms=round((time.perf_counter() - started) * 1000),
        model=config.model(tier),
        message=message,
        provider_message=service.without_key(words, config.api_key),
    )
