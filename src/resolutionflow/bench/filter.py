"""How fast the marker filter is: a reply in one chunk, in chunks as a model sends them, and by character."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator
from typing import Final, TypedDict

from resolutionflow.pilot.markers import MarkerBlock, MarkerFilter, TextDelta

_ROUNDS: Final = 5
_PROSE: Final = (
    "The account signs in on the web but not in the desktop client, so the mailbox itself is fine. "
    "Next we look at the saved credentials [see the check below] and at the sign-in token.\n\n"
)
_BLOCKS: Final = (
    '[QUESTIONS]\n[{"text": "Does it happen on a second device?", "options": ["Yes", "No"]}]\n[/QUESTIONS]\n'
    '[ACTIONS]\n[{"label": "List saved credentials", "command": "cmdkey /list", "description": "", "shell": "cmd"}]\n'
    "[/ACTIONS]\n"
)


class FilterFigures(TypedDict):
    """Median MB/s (1 MB = 1,000,000 characters of input) and how the cost grows from 1 MB to 4 MB (1.0 = linear)."""

    text_whole_mb_s: float
    text_by_20_mb_s: float
    text_by_1_mb_s: float
    blocks_whole_mb_s: float
    blocks_by_1_mb_s: float
    brackets_whole_mb_s: float
    growth_by_1: float


def run() -> FilterFigures:
    """Measure, print one line a figure, and return the figures."""
    text = _sized(_PROSE, 1_000_000)
    blocks = _sized(_PROSE + _BLOCKS, 1_000_000)
    brackets = "[" * 1_000_000
    small, large = _seconds(text, 1), _seconds(_sized(_PROSE, 4_000_000), 1)
    figures = FilterFigures(
        text_whole_mb_s=_rate(text, len(text)),
        text_by_20_mb_s=_rate(text, 20),
        text_by_1_mb_s=_rate(text, 1),
        blocks_whole_mb_s=_rate(blocks, len(blocks)),
        blocks_by_1_mb_s=_rate(blocks, 1),
        brackets_whole_mb_s=_rate(brackets, len(brackets)),
        growth_by_1=round(large / small / 4, 2),
    )
    for name, value in figures.items():
        print(f"{name:22} {value:>10}")
    return figures


def _sized(unit: str, length: int) -> str:
    return unit * (length // len(unit))


def _rate(reply: str, size: int) -> float:
    return round(len(reply) / 1e6 / _seconds(reply, size), 1)


def _seconds(reply: str, size: int) -> float:
    chunks = [reply[start : start + size] for start in range(0, len(reply), size)]
    return statistics.median(_timed(chunks) for _ in range(_ROUNDS))


def _timed(chunks: list[str]) -> float:
    started = time.perf_counter()
    for _ in _events(chunks):
        pass
    return time.perf_counter() - started


def _events(chunks: list[str]) -> Iterator[TextDelta | MarkerBlock | object]:
    marker_filter = MarkerFilter()
    for chunk in chunks:
        yield from marker_filter.feed(chunk)
    yield from marker_filter.close()
