"""Asking the account's model for a piece of work beside the conversation; without one, or without an answer, the caller does it itself."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

import structlog

from resolutionflow.accounts.ai import service as ai
from resolutionflow.accounts.ai.sink import DatabaseSink
from resolutionflow.llm import client
from resolutionflow.llm.contract import Action, Caller, ModelMessage, ModelRequest, SystemBlock
from resolutionflow.llm.errors import LlmError, OverBudget, RefusedContent
from resolutionflow.pilot.choose import problem_kind
from resolutionflow.pilot.redaction import Redactor
from resolutionflow.services import Services
from resolutionflow.sessions.protect import PURPOSE

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Work:
    """`instructions` never change; `text` is data. `seconds` bounds the whole call. `known` = the session's digests of secrets."""

    action: Action
    instructions: str
    text: str
    caller: Caller
    known: dict[str, int]
    max_tokens: int = 1024
    seconds: float = 20.0


@dataclass(frozen=True, slots=True)
class Told:
    text: str
    model: str


async def ask_model(services: Services, work: Work) -> Told | None:
    """The model's words, or None: no model, no budget, no answer in time. Never inside a transaction."""
    account_id = work.caller.account_id
    async with services.db.transaction(account_id) as tx:
        found = await ai.engine_of(tx, services.settings, account_id)
        await services.secrets.read(tx, account_id)
    config = found.config
    if config is None:
        return None
    stored = (*services.secrets.of(account_id), config.api_key or "")
    redactor = Redactor(services.settings.derive_key(PURPOSE), stored)
    request = ModelRequest(
        work.action,
        (ModelMessage("user", redactor.redact(work.text, work.known).text),),
        (SystemBlock(work.instructions, cache=True),),
        work.max_tokens,
    )
    sink = DatabaseSink(services, found.source)
    try:
        async with asyncio.timeout(work.seconds):
            done = await client.complete(
                services.settings, services.models, config, request, caller=work.caller, sink=sink
            )
    except (OverBudget, TimeoutError) as reason:
        log.warning("model_work_left_undone", action=work.action, reason=type(reason).__name__)
        return None
    except LlmError as error:
        if not isinstance(error, RefusedContent):
            model = config.model(request.used_tier)
            await ai.note_problem(services, account_id, problem_kind(error), words=error.provider_message, model=model)
        return None
    return Told(done.text, done.model) if done.stop_reason == "end" and done.text.strip() else None
