"""Chat completions: chunks, a last one with the counts, then [DONE]."""

from __future__ import annotations

import json
from typing import Any

from starlette.requests import Request

from resolutionflow.demo.models.prefix import Counts
from resolutionflow.demo.models.script import Reply, Script
from resolutionflow.demo.models.wire import Events, Protocol, sse

_TYPES = {401: "invalid_request_error", 429: "rate_limit_error", 400: "invalid_request_error"}
_CODES = {401: "invalid_api_key", 429: "rate_limit_exceeded", 404: "model_not_found"}


class ChatCompletions(Protocol):
    name = "openai"

    def key(self, request: Request) -> str:
        return request.headers.get("authorization", "").removeprefix("Bearer ")

    def model(self, request: Request, body: Any) -> str:
        del request
        return str(body.get("model", ""))

    def counts(self, script: Script, body: Any, model: str) -> Counts:
        raw = json.dumps(body.get("messages", []), ensure_ascii=False).encode()
        return script.cache.by_itself(model.encode() + b"\n" + raw)

    def error(self, status: int, message: str) -> dict[str, Any]:
        kind = _TYPES.get(status, "server_error")
        return {"error": {"message": message, "type": kind, "param": None, "code": _CODES.get(status)}}

    def events(self, reply: Reply, counts: Counts, model: str) -> Events:
        return _Events(reply, counts, model)


class _Events(Events):
    def __init__(self, reply: Reply, counts: Counts, model: str) -> None:
        self._reply = reply
        self._counts = counts
        self._model = model

    def before(self) -> list[str]:
        return [self._chunk({"role": "assistant", "content": ""})]

    def piece(self, text: str) -> str:
        return self._chunk({"content": text})

    def after(self, output: int) -> list[str]:
        reason = "content_filter" if self._reply.refuse else "stop"
        events = [self._chunk({}, reason)]
        if not self._reply.without_usage:
            told = self._counts
            usage = {
                "prompt_tokens": told.total,
                "completion_tokens": output,
                "total_tokens": told.total + output,
                "prompt_tokens_details": {"cached_tokens": told.read},
            }
            events.append(sse({**self._frame(), "choices": [], "usage": usage}))
        return [*events, sse("[DONE]")]

    def trouble(self, message: str) -> str:
        return sse({"error": {"message": message, "type": "server_error", "code": 503}})

    def _frame(self) -> dict[str, Any]:
        return {"id": "chatcmpl-sim", "object": "chat.completion.chunk", "created": 1, "model": self._model}

    def _chunk(self, delta: dict[str, Any], reason: str | None = None) -> str:
        choice = {"index": 0, "delta": delta, "finish_reason": reason}
        return sse({**self._frame(), "choices": [choice], "usage": None})
