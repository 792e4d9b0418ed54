"""The engine under the tables: all fixed pieces of text are looked for in one pass, and only where one stands a pattern is tried.

That keeps a long log cheap, however many rules there are.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from ahocorasick_rs import AhoCorasick, Implementation

from resolutionflow.pilot.redaction.types import SecretKind

Places: TypeAlias = Mapping[str, Sequence[int]]
"""Where each piece stands in the text in lower case, in order; pieces that do not occur are left out."""
_HALF: Final = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Rule:
    """`pattern` is matched where one of `starts` begins: exactly as written if `exact`, else in lower case.

    `needs` are pieces of which every hit holds one, in lower case: without one of them in the text no pattern is tried.
    The secret is one of the groups `s`, `a`, `b`, `c`; without such a group it is the whole hit.
    """

    kind: SecretKind
    starts: tuple[str, ...]
    pattern: re.Pattern[str]
    exact: bool = False
    prose: bool = False
    needs: tuple[str, ...] = ()

    @property
    def pieces(self) -> Iterator[str]:
        """What has to be looked for."""
        yield from (start.lower() for start in self.starts)
        yield from self.needs

    def hits(self, text: str, places: Places) -> Iterator[re.Match[str]]:
        """All hits, in order for each start."""
        if self.needs and not any(piece in places for piece in self.needs):
            return
        for start in self.starts:
            after = 0
            for place in places.get(start.lower(), ()):
                if place < after or (self.exact and not text.startswith(start, place)):
                    continue
                match = self.pattern.match(text, place)
                if match is not None:
                    yield match
                    after = match.end()


class Pieces:
    """Fixed pieces of text, in lower case, found in one pass however many they are."""

    def __init__(self, pieces: Iterable[str]) -> None:
        self._pieces = sorted(set(pieces))
        self._automaton = AhoCorasick(self._pieces, implementation=Implementation.DFA)

    def places(self, lowered: str) -> Places:
        found: dict[str, list[int]] = defaultdict(list)
        pieces = self._pieces
        for number, start, _ in self._matches(lowered):
            found[pieces[number]].append(start)
        return dict(found)

    def _matches(self, lowered: str) -> list[tuple[int, int, int]]:
        try:
            return self._automaton.find_matches_as_indexes(lowered, overlapping=True)
        except UnicodeEncodeError:
            # Halves of characters, as broken JSON may hold them.
            return self._automaton.find_matches_as_indexes(_HALF.sub("?", lowered), overlapping=True)


def lower_in_place(text: str) -> str:
    """`text.lower()` of the same length: the few letters whose small form is longer stay as they are."""
    lowered = text.lower()
    if len(lowered) == len(text):
        return lowered
    return "".join(small if len(small := character.lower()) == 1 else character for character in text)
