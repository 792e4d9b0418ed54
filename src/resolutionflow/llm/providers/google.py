"""Google's Gemini API. It caches equal beginnings by itself, so breakpoints need no word."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping
from typing import Any, Final, cast

import httpx2
from google import genai
from google.genai import errors as google_errors
from google.genai import types

from resolutionflow.llm.contract import ModelMessage, StopReason, Usage
from resolutionflow.llm.errors import BadModelRequest, CutOff, KeyRefused, LlmError, RefusedContent
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

BASE_URL: Final = "https://generativelanguage.googleapis.com"
_STOPS: Final[dict[str, StopReason]] = {"STOP": "end", "MAX_TOKENS": "max_tokens"}
_REFUSED: Final = frozenset({"SAFETY", "RECITATION", "BLOCKLIST", "PROHIBITED_CONTENT", "SPII", "IMAGE_SAFETY"})


async def answer(ask: Ask) -> AsyncGenerator[Part]:
    """The parts of one answer."""
    ended: Ended | None = None
    try:
        client = _client(ask)
        stream = await client.aio.models.generate_content_stream(
            model=ask.model, contents=cast("Any", _contents(ask)), config=_settings(ask)
        )
        async for chunk in stream:
            for part in _parts(chunk):
                if isinstance(part, Ended):
                    ended = part
                else:
                    yield part
    except google_errors.APIError as error:
        raise _api_error(error) from error
    except httpx2.TransportError as error:
        raise error_for_transport(error) from error
    except (google_errors.UnknownApiResponseError, ValueError) as error:
        raise CutOff("The answer could not be read.") from error
    if ended is None:
        raise CutOff("The stream ended without its end.")
    yield ended


def _client(ask: Ask) -> genai.Client:
    def make(http: httpx2.AsyncClient) -> genai.Client:
        options = types.HttpOptions(
            base_url=ask.config.base_url or BASE_URL, api_version="v1beta", httpx_async_client=http
        )
        return genai.Client(api_key=ask.config.api_key or NO_KEY, vertexai=False, http_options=options)

    return ask.lines.client(ask.policy, ask.config, make)


def _settings(ask: Ask) -> types.GenerateContentConfig:
    system = "\n\n".join(block.text for block in ask.request.system)
    seconds = ask.timeout.read or 60.0
    return types.GenerateContentConfig(
        system_instruction=system or None,
        max_output_tokens=ask.request.max_tokens,
        http_options=types.HttpOptions(timeout=int(seconds * 1000)),
        automatic_function_calling=types.AutomaticFunctionCallingConfig(disable=True),
    )


def _contents(ask: Ask) -> list[types.Content]:
    return [_content(message) for message in ask.request.messages]


def _content(message: ModelMessage) -> types.Content:
    parts = [types.Part.from_bytes(data=image.data, mime_type=image.media_type) for image in message.images]
    parts.append(types.Part.from_text(text=message.text))
    return types.Content(role="user" if message.role == "user" else "model", parts=parts)


def _parts(chunk: types.GenerateContentResponse) -> list[Part]:
    found: list[Part] = []
    if chunk.usage_metadata is not None:
        found.append(Counted(_usage(chunk.usage_metadata)))
    if chunk.prompt_feedback is not None and chunk.prompt_feedback.block_reason is not None:
        raise RefusedContent(str(chunk.prompt_feedback.block_reason.value))
    for candidate in (chunk.candidates or [])[:1]:
        pieces = (candidate.content.parts if candidate.content else None) or []
        found += [Busy() if piece.thought else Delta(piece.text) for piece in pieces if piece.text]
        if candidate.finish_reason is not None:
            reason = str(candidate.finish_reason.value)
            if reason in _REFUSED:
                raise RefusedContent(candidate.finish_message or reason)
            found.append(Ended(_STOPS.get(reason, "other")))
    return found


def _usage(told: types.GenerateContentResponseUsageMetadata) -> Usage:
    cached = told.cached_content_token_count or 0
    output = (told.candidates_token_count or 0) + (told.thoughts_token_count or 0)
    return Usage(max(0, (told.prompt_token_count or 0) - cached), output, cached, 0)


def _api_error(error: google_errors.APIError) -> LlmError:
    message = error.message or str(error)
    found = error_for_status(int(error.code or 503), message, headers=_headers(error))
    # A wrong key is a bad request here.
    if isinstance(found, BadModelRequest) and "api key" in message.lower():
        return KeyRefused(message, status=error.code)
    return found


def _headers(error: Any) -> Mapping[str, str]:
    return error.response.headers if error.response is not None else {}
