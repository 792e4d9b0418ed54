"""streamGenerateContent: whole responses one after the other, each with the counts so far."""

from __future__ import annotations

import json
from typing import Any

from starlette.requests import Request

from resolutionflow.demo.models.prefix import Counts
from resolutionflow.demo.models.script import Reply, Script
from resolutionflow.demo.models.wire import Events, Protocol, sse

_STATUS = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    404: "NOT_FOUND",
    429: "RESOURCE_EXHAUSTED",
    503: "UNAVAILABLE",
}


class GenerateContent(Protocol):
    name = "google"

    def key(self, request: Request) -> str:
        return request.headers.get("x-goog-api-key", "")

    def model(self, request: Request, body: Any) -> str:
        del body
        return request.path_params["model"]

    def counts(self, script: Script, body: Any, model: str) -> Counts:
        kept = [body.get("systemInstruction"), body.get("contents")]
        return script.cache.by_itself(model.encode() + b"\n" + json.dumps(kept, ensure_ascii=False).encode())

    def error(self, status: int, message: str) -> dict[str, Any]:
        return {"error": {"code": status, "message": message, "status": _STATUS.get(status, "INTERNAL")}}

    def events(self, reply: Reply, counts: Counts, model: str) -> Events:
        return _Events(reply, counts, model)


class _Events(Events):
    def __init__(self, reply: Reply, counts: Counts, model: str) -> None:
        self._reply = reply
        self._counts = counts
        self._model = model

    def before(self) -> list[str]:
        return []

    def piece(self, text: str) -> str:
        return self._chunk({"content": {"role": "model", "parts": [{"text": text}]}})

    def after(self, output: int) -> list[str]:
        reason = "SAFETY" if self._reply.refuse else "STOP"
        last = {"content": {"role": "model", "parts": [{"text": ""}]}, "finishReason": reason}
        return [self._chunk(last, output)]

    def trouble(self, message: str) -> str:
        return sse({"error": {"code": 503, "message": message, "status": "UNAVAILABLE"}})

    def _chunk(self, candidate: dict[str, Any], output: int = 0) -> str:
        told = self._counts
        usage = {
            "promptTokenCount": told.total,
            "cachedContentTokenCount": told.read,
            "candidatesTokenCount": output,
            "totalTokenCount": told.total + output,
        }
        return sse({"candidates": [{"index": 0, **candidate}], "usageMetadata": usage, "modelVersion": self._model})
