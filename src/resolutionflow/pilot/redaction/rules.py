"""The engine under the tables: look for a fixed piece of text first, and only there try a pattern.

That keeps a long log cheap, however many rules there are.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

from resolutionflow.pilot.redaction.types import SecretKind


@dataclass(frozen=True, slots=True)
class Rule:
    """`pattern` is matched where one of `starts` begins: exactly as written if `exact`, else in lower case.

    `needs` are pieces of which every hit holds one, in lower case: a text without them is not looked through for `starts`.
    The secret is one of the groups `s`, `a`, `b`, `c`; without such a group it is the whole hit.
    """

    kind: SecretKind
    starts: tuple[str, ...]
    pattern: re.Pattern[str]
    exact: bool = False
    prose: bool = False
    needs: tuple[str, ...] = ()

    def may_hit(self, present: Callable[[str], bool]) -> bool:
        """Whether a text can have hits at all; `present` tells if a piece occurs in it."""
        return not self.needs or any(map(present, self.needs))

    def hits(self, text: str, lowered: str) -> Iterator[re.Match[str]]:
        """All hits, in order for each start. `lowered` is the text in lower case, character for character."""
        haystack = text if self.exact else lowered
        for start in self.starts:
            position = haystack.find(start)
            while position >= 0:
                match = self.pattern.match(text, position)
                if match is not None:
                    yield match
                position = haystack.find(start, match.end() if match and match.end() > position else position + 1)


def presence(lowered: str) -> Callable[[str], bool]:
    """Whether a piece is in the text, looked for once however many rules ask."""
    return cache(lowered.__contains__)


def lower_in_place(text: str) -> str:
    """`text.lower()` of the same length: the few letters whose small form is longer stay as they are."""
    lowered = text.lower()
    if len(lowered) == len(text):
        return lowered
    return "".join(small if len(small := character.lower()) == 1 else character for character in text)
