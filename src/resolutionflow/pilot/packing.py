"""How the events of a stream are stored: texts that follow each other as one row, so that a long reply is hundreds of rows and not thousands."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, TypeAlias, cast

from resolutionflow.kit.sse import SseEvent

StreamEvent: TypeAlias = tuple[int, str, Any]
"""Id, type, data."""


def packed(events: Iterable[StreamEvent]) -> Iterator[StreamEvent]:
    """Rows for `events`. A run of texts becomes `{"texts": [...]}` under the id of its last; ids in a run are consecutive."""
    texts: list[str] = []
    last = 0
    for number, kind, data in events:
        if texts and (kind != "delta" or number != last + 1):
            yield last, "delta", {"texts": texts}
            texts = []
        if kind == "delta":
            texts.append(data["text"])
            last = number
        else:
            yield number, kind, data
    if texts:
        yield last, "delta", {"texts": texts}


def unpacked(number: int, kind: str, data: Any, after: int) -> Iterator[SseEvent]:
    """The events of one row that follow `after`."""
    if kind != "delta" or "texts" not in data:
        yield SseEvent(kind, data, str(number))
        return
    texts = cast("list[str]", data["texts"])
    for place, text in enumerate(texts, number - len(texts) + 1):
        if place > after:
            yield SseEvent("delta", {"text": text}, str(place))
