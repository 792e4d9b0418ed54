"""The streaming filter: splits an engine's reply into text for a person and marker blocks.

Linear in the input, whatever the chunks. In text it holds back at most a tag that is not finished yet (13
characters); in a block it keeps the body up to the cap and then only looks for the end.
"""

from __future__ import annotations

import re
from typing import Final

from resolutionflow.pilot.markers.types import (
    MAX_BLOCK_BYTES,
    Dropped,
    DropReason,
    FilterEvent,
    MarkerBlock,
    MarkerName,
    TextDelta,
)

_TAGS: Final = tuple(f"[{slash}{name}]" for name in MarkerName for slash in ("", "/"))
_TAG: Final = re.compile(r"\[(/?)(" + "|".join(MarkerName) + r")\]")
_PREFIXES: Final = frozenset(tag[:length] for tag in _TAGS for length in range(1, len(tag)))
_LONGEST_PREFIX: Final = max(len(prefix) for prefix in _PREFIXES)
_NAMES: Final = {str(name): name for name in MarkerName}
_CLOSE: Final = {name: f"[/{name}]" for name in MarkerName}

# A reply that ends in one of these ends in a bracket, not in half a marker.
_PLAIN_ENDINGS: Final = frozenset({"[", "[/"})


class MarkerFilter:
    """Feed a reply in any chunks, then `close()` once.

    Neighbouring `TextDelta`s may be cut differently; everything else is equal.
    """

    __slots__ = ("_body", "_body_length", "_dangling", "_held", "_name", "_oversized")

    def __init__(self) -> None:
        self._name: MarkerName | None = None
        self._held = ""
        self._dangling = ""
        self._body: list[str] = []
        self._body_length = 0
        self._oversized = False

    def feed(self, chunk: str) -> list[FilterEvent]:
        """Take the next piece of the reply; give back what is certain by now, in order."""
        if self._name is None and not self._held and not self._dangling and "[" not in chunk:
            return [TextDelta(chunk)] if chunk else []
        events: list[FilterEvent] = []
        window = self._held + chunk
        self._held = ""
        position = 0
        while position >= 0:
            read = self._read_text if self._name is None else self._read_block
            position = read(window, position, events)
        return events

    def close(self) -> list[FilterEvent]:
        """The reply is over: release or drop what was held back."""
        held, self._held = self._held, ""
        if self._name is not None:
            reason = DropReason.OVERSIZED if self._oversized else DropReason.UNCLOSED
            dropped = Dropped(self._name, reason)
            self._reset_block(None)
            return [dropped]
        if not held:
            return []
        if held in _PLAIN_ENDINGS:
            return [self._shown(held)]
        return [Dropped(None, DropReason.PARTIAL_TAG)]

    def _read_text(self, window: str, start: int, events: list[FilterEvent]) -> int:
        """Pass text on up to the next tag. Returns where to go on, -1 when the window is used up."""
        tag = _TAG.search(window, start)
        if tag is None:
            end = len(window) - self._hold(window, start)
            if end > start:
                events.append(self._shown(window[start:end]))
            return -1
        if tag.start() > start:
            events.append(self._shown(window[start : tag.start()]))
        name = _NAMES[tag[2]]
        if tag[1]:
            events.append(Dropped(name, DropReason.STRAY_CLOSE))
            self._separate(events)
        else:
            self._reset_block(name)
        return tag.end()

    def _hold(self, window: str, start: int) -> int:
        """Keep back the end of the window that may still become a tag; returns its length."""
        bracket = window.rfind("[", max(start, len(window) - _LONGEST_PREFIX))
        if bracket < 0 or window[bracket:] not in _PREFIXES:
            return 0
        self._held = window[bracket:]
        return len(self._held)

    def _read_block(self, window: str, start: int, events: list[FilterEvent]) -> int:
        """Collect the body up to its closing tag. Returns where to go on, -1 when the window is used up."""
        name = self._name
        assert name is not None
        close = _CLOSE[name]
        end = window.find(close, start)
        if end < 0:
            # Only the last few characters can be the beginning of the closing tag.
            safe = max(start, len(window) - len(close) + 1)
            self._collect(window[start:safe])
            self._held = window[safe:]
            return -1
        self._collect(window[start:end])
        body = "".join(self._body)
        if self._oversized or _too_big(body):
            events.append(Dropped(name, DropReason.OVERSIZED))
        else:
            events.append(MarkerBlock(name, body))
        self._reset_block(None)
        self._separate(events)
        return end + len(close)

    def _collect(self, piece: str) -> None:
        if not piece or self._oversized:
            return
        self._body_length += len(piece)
        if self._body_length > MAX_BLOCK_BYTES:
            self._oversized = True
            self._body.clear()
        else:
            self._body.append(piece)

    def _reset_block(self, name: MarkerName | None) -> None:
        self._name = name
        self._body = []
        self._body_length = 0
        self._oversized = False

    def _shown(self, text: str) -> TextDelta:
        """Remember whether what is shown so far ends like an unfinished tag."""
        end = (self._dangling + text)[-_LONGEST_PREFIX:] if len(text) < _LONGEST_PREFIX else text[-_LONGEST_PREFIX:]
        bracket = end.rfind("[")
        self._dangling = end[bracket:] if bracket >= 0 and end[bracket:] in _PREFIXES else ""
        return TextDelta(text)

    def _separate(self, events: list[FilterEvent]) -> None:
        """Taking a block out must not join what stood around it into a new tag (`[QUES` + block + `TIONS]`)."""
        if self._dangling:
            events.append(self._shown(" "))


def _too_big(body: str) -> bool:
    """Whether the body is over the cap in UTF-8; the common short body is not encoded to find out."""
    return len(body) * 4 > MAX_BLOCK_BYTES and len(body.encode("utf-8", "surrogatepass")) > MAX_BLOCK_BYTES
