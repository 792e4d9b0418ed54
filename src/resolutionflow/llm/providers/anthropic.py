"""Anthropic Messages, and servers that speak the same. Cache breakpoints where the request asks for them; documentation over MCP."""

from __future__ import annotations

import base64
from collections.abc import AsyncGenerator
from typing import Any, Final

import anthropic
import httpx2
from anthropic.types.beta import BetaRawMessageStreamEvent

from resolutionflow.llm.contract import ModelMessage, StopReason, SystemBlock, Usage
from resolutionflow.llm.errors import BadModelRequest, CutOff, LlmError, OverLimit, RefusedContent
from resolutionflow.llm.providers.base import (
    NO_KEY,
    Ask,
    Busy,
    Counted,
    Delta,
    Ended,
    Part,
    error_for_status,
    error_for_transport,
)

BASE_URL: Final = "https://api.anthropic.com"
DOCS_URL: Final = "https://learn.microsoft.com/api/mcp"
DOCS_NAME: Final = "microsoft_learn"
DOCS_BETA: Final = "mcp-client-2025-11-20"
_CACHE: Final = {"type": "ephemeral"}
_STOPS: Final[dict[str, StopReason]] = {
    "end_turn": "end",
    "stop_sequence": "end",
    "max_tokens": "max_tokens",
    "model_context_window_exceeded": "max_tokens",
    "refusal": "refused",
}


async def answer(ask: Ask) -> AsyncGenerator[Part]:
    """The parts of one answer."""
    usage = Usage()
    ended = False
    try:
        stream = await _client(ask).beta.messages.create(**_body(ask), stream=True, timeout=ask.timeout)
        async with stream:
            async for event in stream:
                usage = _counted(usage, event)
                for part in _parts(event, usage):
                    ended = ended or isinstance(part, Ended)
                    yield part
    except anthropic.APIStatusError as error:
        raise _status_error(error) from error
    except anthropic.APIConnectionError as error:
        raise error_for_transport(error) from error
    except httpx2.TransportError as error:
        raise error_for_transport(error) from error
    except (anthropic.APIError, ValueError) as error:
        raise CutOff("The answer could not be read.") from error
    if not ended:
        raise CutOff("The stream ended without its end.")


def _client(ask: Ask) -> anthropic.AsyncAnthropic:
    def make(http: httpx2.AsyncClient) -> anthropic.AsyncAnthropic:
        return anthropic.AsyncAnthropic(
            api_key=ask.config.api_key or NO_KEY,
            base_url=ask.config.base_url or BASE_URL,
            http_client=http,
            max_retries=0,
        )

    return ask.lines.client(ask.policy, ask.config, make)


def _body(ask: Ask) -> dict[str, Any]:
    request = ask.request
    body: dict[str, Any] = {
        "model": ask.model,
        "max_tokens": request.max_tokens,
        "system": [_system(block) for block in request.system],
        "messages": [_message(message) for message in request.messages],
    }
    if not request.system:
        del body["system"]
    if ask.docs:
        body["mcp_servers"] = [{"type": "url", "url": DOCS_URL, "name": DOCS_NAME}]
        body["tools"] = [{"type": "mcp_toolset", "mcp_server_name": DOCS_NAME}]
        body["betas"] = [DOCS_BETA]
    return body


def _system(block: SystemBlock) -> dict[str, Any]:
    plain: dict[str, Any] = {"type": "text", "text": block.text}
    return {**plain, "cache_control": _CACHE} if block.cache else plain


def _message(message: ModelMessage) -> dict[str, Any]:
    blocks: list[dict[str, Any]] = [
        {
            "type": "image",
            "source": {
                "type": "base64",
                "media_type": image.media_type,
                "data": base64.b64encode(image.data).decode(),
            },
        }
        for image in message.images
    ]
    blocks.append({"type": "text", "text": message.text})
    if message.cache:
        blocks[-1]["cache_control"] = _CACHE
    return {"role": message.role, "content": blocks}


def _parts(event: BetaRawMessageStreamEvent, usage: Usage) -> list[Part]:
    if event.type == "message_start":
        return [Counted(usage)]
    if event.type == "content_block_start":
        tool = event.content_block.name if event.content_block.type == "mcp_tool_use" else None
        return [Busy(tool)]
    if event.type == "content_block_delta":
        delta = event.delta
        return [Delta(delta.text)] if delta.type == "text_delta" else [Busy()]
    if event.type == "message_delta":
        parts: list[Part] = [Counted(usage)]
        if event.delta.stop_reason is not None:
            reason = _STOPS.get(event.delta.stop_reason, "other")
            if reason == "refused":
                raise RefusedContent
            parts.append(Ended(reason))
        return parts
    return []


def _counted(usage: Usage, event: BetaRawMessageStreamEvent) -> Usage:
    """The counts after this event. The last event repeats the input counts only when they grew."""
    if event.type == "message_start":
        told = event.message.usage
        return Usage(
            told.input_tokens,
            told.output_tokens,
            told.cache_read_input_tokens or 0,
            told.cache_creation_input_tokens or 0,
        )
    if event.type == "message_delta":
        total = event.usage
        return Usage(
            _or(total.input_tokens, usage.input),
            total.output_tokens,
            _or(total.cache_read_input_tokens, usage.cache_read),
            _or(total.cache_creation_input_tokens, usage.cache_write),
        )
    return usage


def _or(told: int | None, before: int) -> int:
    return before if told is None else told


def _status_error(error: anthropic.APIStatusError) -> LlmError:
    message = error.api_message or str(error)
    if error.status_code >= 400:
        found = error_for_status(error.status_code, message, headers=error.response.headers)
        if isinstance(found, BadModelRequest) and "credit balance" in message.lower():
            return OverLimit(message, status=error.status_code)
        return found
    # An error event in a stream that began well: its type stands for the status it would have had.
    status = {
        "rate_limit_error": 429,
        "authentication_error": 401,
        "permission_error": 403,
        "invalid_request_error": 400,
        "timeout_error": 504,
    }.get(error.type or "", 529)
    return error_for_status(status, message, headers={})
