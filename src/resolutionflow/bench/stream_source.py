"""A model server that costs next to nothing, for the benches: it speaks the Messages protocol and puts the moment of sending into each token.

Started as `python -m resolutionflow.bench.stream_source`; prints its port. `GET /set?tokens=N&every=MS` changes what follows. The scripted
server of `demo/models` knows accidents and caches, and needs more time for a token than what is measured here.
"""

from __future__ import annotations

import asyncio
import json
import socket
import sys
import time
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

USAGE: Final = {
    "input_tokens": 10,
    "cache_creation_input_tokens": 0,
    "cache_read_input_tokens": 0,
    "output_tokens": 1,
}
LAST: Final = '[QUESTIONS][{"text": "And now?"}][/QUESTIONS]'


def _event(kind: str, **fields: Any) -> bytes:
    return f"event: {kind}\ndata: {json.dumps({'type': kind, **fields})}\n\n".encode()


def _delta(text: str) -> bytes:
    return _event("content_block_delta", index=0, delta={"type": "text_delta", "text": text})


BEFORE: Final = _event(
    "message_start",
    message={
        "id": "msg_bench",
        "type": "message",
        "role": "assistant",
        "model": "large",
        "content": [],
        "stop_reason": None,
        "stop_sequence": None,
        "usage": USAGE,
    },
) + _event("content_block_start", index=0, content_block={"type": "text", "text": ""})
AFTER: Final = (
    _delta(LAST)
    + _event("content_block_stop", index=0)
    + _event("message_delta", delta={"stop_reason": "end_turn", "stop_sequence": None}, usage={"output_tokens": 9})
    + _event("message_stop")
)
HEAD: Final = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"
DONE: Final = b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n"


class Source(asyncio.Protocol):
    """One connection. Answers one request after the other."""

    tokens = 5
    every = 0.001

    def __init__(self) -> None:
        self._transport: asyncio.Transport | None = None
        self._buffer = b""
        self._left = 0
        self._due = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        head, found, body = self._buffer.partition(b"\r\n\r\n")
        if not found:
            return
        lower = head.lower()
        at = lower.find(b"content-length:")
        length = int(lower[at + 15 :].split(b"\r\n", 1)[0]) if at >= 0 else 0
        if len(body) < length:
            return
        self._buffer = body[length:]
        self._answer(head.split(b" ", 2)[1].decode())

    def _answer(self, target: str) -> None:
        assert self._transport
        url = urlsplit(target)
        if url.path == "/set":
            wanted = parse_qs(url.query)
            Source.tokens, Source.every = int(wanted["tokens"][0]), float(wanted["every"][0]) / 1000
            self._transport.write(DONE)
            return
        self._left = Source.tokens
        self._due = time.monotonic()
        self._transport.write(HEAD + _chunk(BEFORE))
        self._say()

    def _say(self) -> None:
        assert self._transport
        if self._transport.is_closing():
            return
        if self._left == 0:
            self._transport.write(_chunk(AFTER) + b"0\r\n\r\n")
            return
        self._left -= 1
        self._transport.write(_chunk(_delta(f"t{time.monotonic_ns()} ")))
        self._due += Source.every
        asyncio.get_running_loop().call_later(max(0.0, self._due - time.monotonic()), self._say)


def _chunk(data: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(data), data)


async def main() -> None:
    # With its protocol named, asyncio sends at once; else small answers wait 40 ms for an acknowledgement.
    listener = socket.socket(proto=socket.IPPROTO_TCP)
    listener.bind(("127.0.0.1", 0))
    server = await asyncio.get_running_loop().create_server(Source, sock=listener)
    sys.stdout.write(f"{listener.getsockname()[1]}\n")
    sys.stdout.flush()
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
