"""Chat completions as OpenAI defined them and Azure, OpenRouter, Ollama, vLLM, LM Studio and many more speak them."""

from __future__ import annotations

import base64
from collections.abc import AsyncGenerator
from typing import Any, Final, cast
from urllib.parse import urlsplit

import httpx2
import openai

from resolutionflow.llm.contract import ModelMessage, ModelRequest, StopReason, Usage
from resolutionflow.llm.errors import BadModelRequest, CutOff, LlmError, RefusedContent
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

BASE_URL: Final = "https://api.openai.com/v1"
_NEW_LIMIT_HOSTS: Final = ("openai.com", "openai.azure.com", "services.ai.azure.com")
_ORDINARY: Final = frozenset({"role", "content", "refusal", "function_call", "tool_calls"})
_STOPS: Final[dict[str, StopReason]] = {"stop": "end", "length": "max_tokens", "content_filter": "refused"}


async def answer(ask: Ask) -> AsyncGenerator[Part]:
    """The parts of one answer."""
    ended: Ended | None = None
    try:
        stream = await _open(ask)
        async with stream:
            async for chunk in events(stream.response.aiter_bytes()):
                for part in _parts(chunk):
                    # The counts come after the last piece: the end is told when they are known.
                    if isinstance(part, Ended):
                        ended = part
                    else:
                        yield part
    except openai.APIStatusError as error:
        raise _status_error(error) from error
    except openai.APIConnectionError as error:
        raise error_for_transport(error) from error
    except httpx2.TransportError as error:
        raise error_for_transport(error) from error
    except (openai.APIError, ValueError, LookupError, TypeError) as error:
        raise CutOff("The answer could not be read.") from error
    if ended is None:
        raise CutOff("The stream ended without its end.")
    yield ended


async def _open(ask: Ask) -> openai.AsyncStream[Any]:
    new_limit = _wants_new_limit(ask.config.base_url)
    try:
        return await _create(ask, new_limit=new_limit)
    except openai.BadRequestError as error:
        # Two names for one setting; servers differ, and each names the one it wants.
        if "max_completion_tokens" not in error.message and "max_tokens" not in error.message:
            raise
        return await _create(ask, new_limit=not new_limit)


async def _create(ask: Ask, *, new_limit: bool) -> openai.AsyncStream[Any]:
    limit = {"max_completion_tokens" if new_limit else "max_tokens": ask.request.max_tokens}
    body: dict[str, Any] = {"model": ask.model, "messages": _messages(ask.request), **limit}
    return await _client(ask).chat.completions.create(
        **body, stream=True, stream_options={"include_usage": True}, timeout=ask.timeout
    )


def _wants_new_limit(base_url: str | None) -> bool:
    host = urlsplit(base_url or BASE_URL).hostname or ""
    return any(host == name or host.endswith(f".{name}") for name in _NEW_LIMIT_HOSTS)


def _client(ask: Ask) -> openai.AsyncOpenAI:
    def make(http: httpx2.AsyncClient) -> openai.AsyncOpenAI:
        return openai.AsyncOpenAI(
            api_key=ask.config.api_key or NO_KEY,
            base_url=ask.config.base_url or BASE_URL,
            http_client=http,
            max_retries=0,
        )

    return ask.lines.client(ask.policy, ask.config, make)


def _messages(request: ModelRequest) -> list[dict[str, Any]]:
    system = "\n\n".join(block.text for block in request.system)
    told: list[dict[str, Any]] = [{"role": "system", "content": system}] if system else []
    return [*told, *(_message(message) for message in request.messages)]


def _message(message: ModelMessage) -> dict[str, Any]:
    if not message.images:
        return {"role": message.role, "content": message.text}
    pictures = [
        {
            "type": "image_url",
            "image_url": {"url": f"data:{image.media_type};base64,{base64.b64encode(image.data).decode()}"},
        }
        for image in message.images
    ]
    return {"role": message.role, "content": [*pictures, {"type": "text", "text": message.text}]}


def _parts(chunk: dict[str, Any]) -> list[Part]:
    if chunk.get("error"):
        raise _told_error(chunk["error"])
    parts: list[Part] = []
    for choice in _first(chunk.get("choices")):
        delta = _fields(choice.get("delta"))
        if delta.get("content"):
            parts.append(Delta(str(delta["content"])))
        elif delta.keys() - _ORDINARY:
            # Thinking, under the names several servers gave it.
            parts.append(Busy())
        if delta.get("refusal"):
            raise RefusedContent(str(delta["refusal"]))
        if choice.get("finish_reason"):
            reason = _STOPS.get(str(choice["finish_reason"]), "other")
            if reason == "refused":
                raise RefusedContent
            parts.append(Ended(reason))
    if chunk.get("usage"):
        parts.append(Counted(_usage(chunk["usage"])))
    return parts


def _first(choices: object) -> list[dict[str, Any]]:
    return [_fields(choice) for choice in cast("list[Any]", choices)[:1]] if isinstance(choices, list) else []


def _usage(told: dict[str, Any]) -> Usage:
    sent, written = int(told.get("prompt_tokens") or 0), int(told.get("completion_tokens") or 0)
    cached = int(_fields(told.get("prompt_tokens_details")).get("cached_tokens") or 0)
    return Usage(max(0, sent - cached), written, cached, 0)


def _status_error(error: openai.APIStatusError) -> LlmError:
    if error.code == "content_filter":
        return RefusedContent(error.message, status=error.status_code)
    return error_for_status(error.status_code, _words(error), headers=error.response.headers)


def _told_error(trouble: Any) -> LlmError:
    """An error in the middle of a stream, in the shapes servers use."""
    told = _fields(trouble) or {"message": str(trouble)}
    message, code = str(told.get("message") or ""), told.get("code")
    if isinstance(code, int) and code >= 400:
        return error_for_status(code, message)
    if told.get("type") in {"rate_limit_error", "insufficient_quota"}:
        return error_for_status(429, message)
    if told.get("type") == "invalid_request_error":
        return BadModelRequest(message)
    return error_for_status(503, message)


def _words(error: openai.APIStatusError) -> str:
    return str(_fields(error.body).get("message") or error.message)


def _fields(body: object) -> dict[str, Any]:
    return cast("dict[str, Any]", body) if isinstance(body, dict) else {}
