"""The engine that asks a language model: one call a turn, one more when the reply holds nothing to act on."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import Any, Final, Protocol, cast

import structlog

from resolutionflow.errors import AppError
from resolutionflow.llm import client
from resolutionflow.llm.contract import (
    Caller,
    CallNotice,
    CallSink,
    Finished,
    Image,
    LlmConfig,
    ModelMessage,
    ModelRequest,
    TextPiece,
    Usage,
)
from resolutionflow.llm.errors import LlmError, OverBudget, RefusedContent
from resolutionflow.llm.lines import Lines
from resolutionflow.pilot.contract import (
    EngineFailed,
    EngineModel,
    EngineName,
    EngineNotice,
    EngineUnavailable,
    SuggestedFlow,
    TurnContext,
    TurnImage,
)
from resolutionflow.pilot.engines.guide import GuideEngine
from resolutionflow.pilot.engines.llm.library import is_at_its_beginning
from resolutionflow.pilot.engines.llm.prompts.chat import REPAIR
from resolutionflow.pilot.engines.llm.reading import blocks, can_be_acted_on
from resolutionflow.pilot.engines.llm.render import render
from resolutionflow.settings import Settings

MAX_IMAGES: Final = 3
TRIMMED: Final = (
    "Older messages were left out to stay within the model's limit; facts, fixes and open items were all sent."
)
PICTURES_OFF: Final = (
    "The pictures were not sent: sending pictures to the model is turned off for this account. Describe what they show, or ask an admin to"
    " turn it on under Engines."
)
PICTURES_GONE: Final = (
    "The pictures could not be read and were not sent; the answer rests on the words alone. Add them once more."
)
NO_ANSWER: Final = "the model gave no answer"
log = structlog.get_logger(__name__)
_GUIDE: Final = GuideEngine()


class Process(Protocol):
    """The part of `Services` a model call needs."""

    @property
    def settings(self) -> Settings: ...

    @property
    def models(self) -> Lines: ...


@dataclass(frozen=True, slots=True)
class Means:
    """What an engine works with for one turn. `redact` is the last gate for every text; `note_problem` tells the admins."""

    services: Process
    config: LlmConfig
    caller: Caller
    sink: CallSink
    redact: Callable[[str], str]
    note_problem: Callable[[LlmError, str], Any]


class LlmEngine:
    """Implements `PilotEngine` for one turn."""

    def __init__(self, means: Means) -> None:
        self._means = means
        self._usage = Usage()
        self._fitting: tuple[SuggestedFlow, ...] | None = None

    @property
    def name(self) -> EngineName:
        return "llm"

    @property
    def model(self) -> EngineModel | None:
        return EngineModel(self._means.config.provider, self._means.config.model("standard"))

    def usage(self) -> dict[str, int]:
        """Tokens of all calls of the turn."""
        used = self._usage
        return {
            "input_tokens": used.input,
            "output_tokens": used.output,
            "cache_read_tokens": used.cache_read,
            "cache_write_tokens": used.cache_write,
        }

    def suggested_flows(self, context: TurnContext) -> tuple[SuggestedFlow, ...]:
        if self._fitting is not None and is_at_its_beginning(context):
            return self._fitting
        return _GUIDE.suggested_flows(context)

    async def run(self, context: TurnContext) -> AsyncGenerator[str | EngineNotice]:
        """The reply as it comes. Raises `EngineUnavailable` while nothing was said, `EngineFailed` afterwards."""
        images, left_out = await self._images(context)
        rendered = render(context, history_tokens=self._means.services.settings.llm_history_tokens, images=images)
        self._fitting = rendered.fitting
        request = self._protected(rendered.request)
        if rendered.trimmed:
            yield EngineNotice("context_trimmed", TRIMMED)
        if left_out:
            yield EngineNotice("context_trimmed", left_out)
        reply = ""
        try:
            async with aclosing(self._ask(request)) as pieces:
                async for piece in pieces:
                    reply += piece if isinstance(piece, str) else ""
                    yield piece
        except OverBudget as error:
            raise EngineUnavailable(str(error)) from error
        except LlmError as error:
            await self._tell(error)
            if error.shown:
                raise EngineFailed(f"model_{error.outcome}", f"{error} Nothing you typed is lost.") from error
            raise EngineUnavailable(_as_reason(error)) from error
        if can_be_acted_on(reply):
            return
        repaired = await self._repair(request, reply)
        if not reply.strip() and not repaired:
            raise EngineUnavailable(NO_ANSWER)
        if repaired:
            yield f"\n\n{repaired}"

    async def _ask(self, request: ModelRequest) -> AsyncGenerator[str | EngineNotice]:
        means = self._means
        stream = client.stream(
            means.services.settings,
            means.services.models,
            means.config,
            request,
            caller=means.caller,
            sink=means.sink,
        )
        async with aclosing(stream) as events:
            async for event in events:
                match event:
                    case TextPiece():
                        yield event.text
                    case CallNotice():
                        yield EngineNotice(event.kind, event.text)
                    case Finished():
                        self._usage = _sum(self._usage, event.usage)

    async def _repair(self, request: ModelRequest, reply: str) -> str:
        """The blocks a bare reply should have had; empty when the model has none to give."""
        asked = ModelMessage("assistant", reply.strip() or "(no text)"), ModelMessage("user", REPAIR)
        again = replace(request, messages=(*request.messages, *asked), use_docs=False)
        told: list[str] = []
        try:
            async with aclosing(self._ask(again)) as pieces:
                told = [piece async for piece in pieces if isinstance(piece, str)]
        except (LlmError, OverBudget) as error:
            log.warning("llm_repair_failed", reason=type(error).__name__)
            return ""
        return blocks("".join(told))

    async def _images(self, context: TurnContext) -> tuple[tuple[Image, ...], str]:
        """The pictures to send, and what to tell about those that are not."""
        if not context.images:
            return (), ""
        if not self._means.config.images:
            return (), PICTURES_OFF
        try:
            return tuple([await _image(one) for one in context.images[:MAX_IMAGES]]), ""
        except AppError:
            log.warning("llm_pictures_not_read", session_id=str(self._means.caller.session_id))
            return (), PICTURES_GONE

    def _protected(self, request: ModelRequest) -> ModelRequest:
        redact = self._means.redact
        return replace(
            request,
            system=tuple(replace(block, text=redact(block.text)) for block in request.system),
            messages=tuple(replace(message, text=redact(message.text)) for message in request.messages),
        )

    async def _tell(self, error: LlmError) -> None:
        if isinstance(error, RefusedContent):
            return
        try:
            await self._means.note_problem(error, self._means.config.model("standard"))
        except OSError:
            log.exception("llm_problem_not_noted")


async def _image(image: TurnImage) -> Image:
    return Image(cast("Any", image.content_type), await image.read())


def _sum(one: Usage, other: Usage) -> Usage:
    return Usage(
        one.input + other.input,
        one.output + other.output,
        one.cache_read + other.cache_read,
        one.cache_write + other.cache_write,
    )


def _as_reason(error: LlmError) -> str:
    """The error as the end of a sentence."""
    text = str(error).rstrip(".")
    return text[:1].lower() + text[1:]
