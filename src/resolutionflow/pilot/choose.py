"""Which engine answers."""

from __future__ import annotations

from functools import lru_cache

from sqlalchemy.ext.asyncio import AsyncSession

from resolutionflow.accounts.ai import service as ai
from resolutionflow.accounts.ai.sink import DatabaseSink
from resolutionflow.accounts.models import AiSettings
from resolutionflow.llm.contract import Caller
from resolutionflow.llm.errors import LlmError
from resolutionflow.pilot.contract import PilotEngine
from resolutionflow.pilot.redaction import Redactor
from resolutionflow.services import Services
from resolutionflow.sessions.models import AiSession, Turn
from resolutionflow.sessions.protect import PURPOSE


@lru_cache(maxsize=1)
def guide() -> PilotEngine:
    """The built-in engine, which needs no key."""
    from resolutionflow.pilot.engines.guide import GuideEngine

    return GuideEngine()


async def choose_engine(
    tx: AsyncSession, services: Services, row: AiSession, turn: Turn, stored: AiSettings | None
) -> PilotEngine:
    """The engine of the next turn of a session: the account's model when it has `stored` one, else the Guide."""
    found = ai.engine_by(services.settings, stored)
    if found.config is None:
        return guide()
    from resolutionflow.pilot.engines.llm import LlmEngine, Means

    config, account_id = found.config, row.account_id
    await services.secrets.read(tx, account_id)
    secrets = (*services.secrets.of(account_id), config.api_key or "")
    redactor = Redactor(services.settings.derive_key(PURPOSE), secrets)
    known = {digest: int(number) for digest, number in (row.secret_digests or {}).items()}

    async def note_problem(error: LlmError, model: str) -> None:
        await ai.note_problem(services, account_id, problem_kind(error), words=error.provider_message, model=model)

    return LlmEngine(
        Means(
            services=services,
            config=config,
            caller=Caller(account_id, turn.user_id, row.id),
            sink=DatabaseSink(services, found.source),
            redact=lambda text: redactor.redact(text, known).text,
            note_problem=note_problem,
        )
    )


def problem_kind(error: LlmError) -> ai.ProblemKind:
    """What the admins are told about a failed call."""
    match error.outcome:
        case "key_refused" | "over_limit" | "bad_request" | "not_allowed":
            return error.outcome
        case "unreachable" | "overloaded" | "timed_out" | "cut_off":
            return "unreachable"
        case _:
            return "other"
