"""The Messages protocol: typed blocks, cache breakpoints, documentation tools."""

from __future__ import annotations

import json
from typing import Any

from starlette.requests import Request

from resolutionflow.demo.models.prefix import Block, Counts
from resolutionflow.demo.models.script import Reply, Script
from resolutionflow.demo.models.wire import Events, Protocol, sse

_TYPES = {
    400: "invalid_request_error",
    401: "authentication_error",
    403: "permission_error",
    404: "not_found_error",
    413: "request_too_large",
    429: "rate_limit_error",
    529: "overloaded_error",
}


class Messages(Protocol):
    name = "anthropic"

    def key(self, request: Request) -> str:
        return request.headers.get("x-api-key") or request.headers.get("authorization", "").removeprefix("Bearer ")

    def model(self, request: Request, body: Any) -> str:
        del request
        return str(body.get("model", ""))

    def counts(self, script: Script, body: Any, model: str) -> Counts:
        return script.cache.by_breakpoints(model, blocks_of(body))

    def error(self, status: int, message: str) -> dict[str, Any]:
        kind = _TYPES.get(status, "api_error")
        return {"type": "error", "error": {"type": kind, "message": message}, "request_id": "req_sim"}

    def events(self, reply: Reply, counts: Counts, model: str) -> Events:
        return _Events(reply, counts, model)


def blocks_of(body: Any) -> list[Block]:
    """Tools, instructions and messages as the blocks that are cached, in order."""
    found = [_block({"tools": body.get("tools", []), "mcp_servers": body.get("mcp_servers", [])})]
    system = body.get("system", [])
    found += [_block(item) for item in ([{"text": system}] if isinstance(system, str) else system)]
    for message in body.get("messages", []):
        content = message["content"]
        items = [{"type": "text", "text": content}] if isinstance(content, str) else content
        found += [_block({"role": message["role"], **item}) for item in items]
    return found


def _block(item: dict[str, Any]) -> Block:
    plain = {name: value for name, value in item.items() if name != "cache_control"}
    return Block(json.dumps(plain, sort_keys=True, ensure_ascii=False).encode(), "cache_control" in item)


class _Events(Events):
    def __init__(self, reply: Reply, counts: Counts, model: str) -> None:
        self._reply = reply
        self._counts = counts
        self._model = model
        self._index = 0

    def before(self) -> list[str]:
        told = self._counts
        usage = {
            "input_tokens": told.fresh,
            "cache_creation_input_tokens": told.written,
            "cache_read_input_tokens": told.read,
            "output_tokens": 1,
        }
        message: dict[str, Any] = {
            "id": "msg_sim",
            "type": "message",
            "role": "assistant",
            "model": self._model,
            "content": [],
            "stop_reason": None,
            "stop_sequence": None,
            "usage": usage,
        }
        events = [self._event("message_start", message=message), self._event("ping")]
        for _ in range(self._reply.thinking):
            events += self._block({"type": "thinking", "thinking": "", "signature": ""})
        if self._reply.docs_tool:
            events += self._tool(self._reply.docs_tool)
        events.append(self._event("content_block_start", index=self._index, content_block={"type": "text", "text": ""}))
        return events

    def piece(self, text: str) -> str:
        return self._event("content_block_delta", index=self._index, delta={"type": "text_delta", "text": text})

    def after(self, output: int) -> list[str]:
        reason = "refusal" if self._reply.refuse else "end_turn"
        return [
            self._event("content_block_stop", index=self._index),
            self._event(
                "message_delta",
                delta={"stop_reason": reason, "stop_sequence": None},
                usage={"output_tokens": output},
            ),
            self._event("message_stop"),
        ]

    def trouble(self, message: str) -> str:
        return self._event("error", error={"type": "overloaded_error", "message": message})

    def _block(self, block: dict[str, Any]) -> list[str]:
        index = self._index
        self._index += 1
        start = self._event("content_block_start", index=index, content_block=block)
        return [start, self._event("content_block_stop", index=index)]

    def _tool(self, name: str) -> list[str]:
        use: dict[str, Any] = {
            "type": "mcp_tool_use",
            "id": "mcptoolu_sim",
            "name": name,
            "server_name": "microsoft_learn",
            "input": {},
        }
        result = {
            "type": "mcp_tool_result",
            "tool_use_id": "mcptoolu_sim",
            "is_error": False,
            "content": [{"type": "text", "text": "A page of documentation."}],
        }
        return [*self._block(use), *self._block(result)]

    def _event(self, kind: str, **fields: Any) -> str:
        return sse({"type": kind, **fields}, kind)
