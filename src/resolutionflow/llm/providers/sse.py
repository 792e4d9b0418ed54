"""The data of a stream of server-sent events. The vendors' clients build a checked object of every event, which costs more than the rest."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator
from typing import Any, Final, cast

import orjson

DONE: Final = b"[DONE]"
MOST: Final = 4_000_000
"""Bytes of one line; a server that sends more is not a model."""


async def events(chunks: AsyncIterator[bytes]) -> AsyncGenerator[dict[str, Any]]:
    """Each event's data as an object, to the end or `[DONE]`. Raises ValueError for what is none."""
    rest = b""
    data: list[bytes] = []
    async for chunk in chunks:
        *lines, rest = (rest + chunk).split(b"\n")
        if len(rest) > MOST:
            raise ValueError("an event without an end")
        for line in lines:
            if line.startswith(b"data:"):
                data.append(line[5:].strip())
            elif data and not line.strip():
                found, data = b"\n".join(data), []
                if found == DONE:
                    return
                yield _object(found)


def _object(data: bytes) -> dict[str, Any]:
    found = orjson.loads(data)
    if not isinstance(found, dict):
        raise TypeError("an event that is no object")
    return cast("dict[str, Any]", found)
