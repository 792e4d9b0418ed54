"""The engine under the tables: look for a fixed piece of text first, and only there try a pattern.

That keeps a long log cheap, however many rules there are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from resolutionflow.pilot.redaction.types import SecretKind


@dataclass(frozen=True, slots=True)
class Rule:
    """`pattern` is matched where one of `starts` begins: exactly as written if `exact`, else in lower case.

    The secret is one of the groups `s`, `a`, `b`, `c`; without such a group it is the whole hit.
    """

    kind: SecretKind
    starts: tuple[str, ...]
    pattern: re.Pattern[str]
    exact: bool = False
    prose: bool = False

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


def lower_in_place(text: str) -> str:
    """`text.lower()` of the same length: the few letters whose small form is longer stay as they are."""
    lowered = text.lower()
    if len(lowered) == len(text):
        return lowered
    return "".join(small if len(small := character.lower()) == 1 else character for character in text)
