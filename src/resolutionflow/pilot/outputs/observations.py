"""What a pasted output says, as short facts in words, each with the characters that prove it. No model, no guessing."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Observation:
    """`text` is a fact in words; `quote` is characters `start` to `end` of the given text and proves it.

    `command` names the parser. `weight` says how telling it is: 3 = a fault or its absence, 2 = a setting or a state, 1 = context.
    """

    command: str
    text: str
    quote: str
    start: int
    end: int
    weight: int = 2
