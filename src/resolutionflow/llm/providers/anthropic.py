"""Anthropic Messages, and servers that speak the same. Cache breakpoints where the request asks for them; documentation over MCP."""

from __future__ import annotations

import base64
from collections.abc import AsyncGenerator
from typing import Any, Final, cast

import anthropic
import httpx2

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
from resolutionflow.llm.providers.sse import events

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
_STATUS: Final = {
    "rate_limit_error": 429,
    "authentication_error": 401,
    "permission_error": 403,
    "invalid_request_error": 400,
    "timeout_error": 504,
}


async def answer(ask: Ask) -> AsyncGenerator[Part]:
    """The parts of one answer."""
    usage = Usage()
    ended = False
    try:
        stream = await _client(ask).beta.messages.create(**_body(ask), stream=True, timeout=ask.timeout)
        async with stream:
            async for event in events(stream.response.aiter_bytes()):
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
    except (anthropic.APIError, ValueError, LookupError, TypeError) as error:
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


def _parts(event: dict[str, Any], usage: Usage) -> list[Part]:
    match event.get("type"):
        case "content_block_delta":
            delta = event["delta"]
            return [Delta(str(delta["text"]))] if delta["type"] == "text_delta" else [Busy()]
        case "message_start":
            return [Counted(usage)]
        case "content_block_start":
            block = event["content_block"]
            return [Busy(str(block["name"]) if block["type"] == "mcp_tool_use" else None)]
        case "message_delta":
            parts: list[Part] = [Counted(usage)]
            told = event["delta"].get("stop_reason")
            if told is not None:
                reason = _STOPS.get(str(told), "other")
                if reason == "refused":
                    raise RefusedContent
                parts.append(Ended(reason))
            return parts
        case "error":
            raise _told_error(event)
        case _:
            return []


def _counted(usage: Usage, event: dict[str, Any]) -> Usage:
    """The counts after this event. The last event repeats the input counts only when they grew."""
    match event.get("type"):
        case "message_start":
            told = event["message"]["usage"]
            return Usage(
                _count(told, "input_tokens"),
                _count(told, "output_tokens"),
                _count(told, "cache_read_input_tokens"),
                _count(told, "cache_creation_input_tokens"),
            )
        case "message_delta":
            told = _fields(event.get("usage"))
            return Usage(
                _count(told, "input_tokens", usage.input),
                _count(told, "output_tokens", usage.output),
                _count(told, "cache_read_input_tokens", usage.cache_read),
                _count(told, "cache_creation_input_tokens", usage.cache_write),
            )
        case _:
            return usage


def _count(told: dict[str, Any], name: str, before: int = 0) -> int:
    count = told.get(name)
    return count if isinstance(count, int) else before


def _fields(body: object) -> dict[str, Any]:
    return cast("dict[str, Any]", body) if isinstance(body, dict) else {}


def _told_error(event: dict[str, Any]) -> LlmError:
    """An error event in a stream that began well: its type stands for the status it would have had."""
    told = _fields(event.get("error"))
    return error_for_status(_STATUS.get(str(told.get("type")), 529), str(told.get("message") or ""))


def _status_error(error: anthropic.APIStatusError) -> LlmError:
    message = error.api_message or str(error)
    found = error_for_status(error.status_code, message, headers=error.response.headers)
    if isinstance(found, BadModelRequest) and "credit balance" in message.lower():
        return OverLimit(message, status=error.status_code)
    return found
