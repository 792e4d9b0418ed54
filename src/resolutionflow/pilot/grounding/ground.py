"""Whether what a text names occurs in its evidence."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from resolutionflow.pilot.grounding.things import NUMBER, Thing, ThingKind, number_values, things
from resolutionflow.pilot.grounding.vocabulary import NUMBER_WORDS, UNITS

_QUOTE_MARKS: Final = str.maketrans(
    {"\u2018": "'", "\u2019": "'", "\u201c": '"', "\u201d": '"', "\u201e": '"', "\u2013": "-", "\u2014": "-"}
)
_WORD: Final = re.compile(r"[^\W_]+")
_BLANKS: Final = re.compile(r"\s+")
_JOINTS: Final = re.compile(r"[\s_-]+")
_JOINED: Final = re.compile(r"[\w-]{5,64}")


@dataclass(frozen=True, slots=True)
class Grounded:
    """`missing` = the words of the text, as written, that its evidence does not hold."""

    verified: bool
    missing: tuple[str, ...]


class EvidenceIndex:
    """Evidence prepared for many look-ups. Case, spacing, kinds of quotes, dashes and unit spellings do not matter."""

    __slots__ = ("_numbers", "_text", "_words")

    def __init__(self, texts: Iterable[str]) -> None:
        joined = "\n".join(texts)
        self._text = fold(joined)
        self._words = frozenset(_WORD.findall(self._text))
        self._numbers = _numbers(joined)

    def missing(self, text: str) -> tuple[str, ...]:
        """What the text names and the evidence does not, in order, each once."""
        distinct = {(thing.kind, thing.text): thing for thing in things(text)}
        return tuple(dict.fromkeys(thing.text for thing in distinct.values() if not self.holds(thing)))

    def holds(self, thing: Thing) -> bool:
        """Whether the evidence holds this thing."""
        if thing.kind is ThingKind.NUMBER:
            return any(self._holds_number(value, thing.unit) for value in thing.values)
        wanted = fold(thing.text).rstrip("/\\")
        if thing.kind is ThingKind.NAME and wanted in self._words:
            return True
        if self._occurs(wanted, joints=False):
            return True
        joined = _JOINED.fullmatch(wanted) is not None and thing.kind is not ThingKind.QUOTED
        return joined and self._occurs(wanted, joints=True)

    def _holds_number(self, value: str, unit: str) -> bool:
        units = self._numbers.get(value)
        return units is not None and (not unit or unit in units or "" in units)

    def _occurs(self, wanted: str, *, joints: bool) -> bool:
        """As a whole: neither its first nor its last character goes on in the evidence."""
        if not joints and wanted not in self._text:
            return False
        return _whole(wanted, joints=joints).search(self._text) is not None


def ground(fact_text: str, evidence_texts: Iterable[str]) -> Grounded:
    """Check a fact against the texts that shall prove it: the message, the output, the question, the ticket."""
    missing = EvidenceIndex(evidence_texts).missing(fact_text)
    return Grounded(verified=not missing, missing=missing)


def fold(text: str) -> str:
    """Text as compared: one case, one kind of quotes, dashes and slashes, single spaces."""
    return _BLANKS.sub(" ", text.translate(_QUOTE_MARKS).casefold().replace("\\", "/")).strip()


def _numbers(text: str) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for match in NUMBER.finditer(text):
        unit = UNITS.get((match["unit"] or "").lower(), "")
        for value in number_values(match["number"]):
            found.setdefault(value, set()).add(unit)
    for word in _WORD.findall(text.lower()):
        if word in NUMBER_WORDS:
            found.setdefault(NUMBER_WORDS[word], set()).add("")
    return found


def _whole(wanted: str, *, joints: bool) -> re.Pattern[str]:
    """A pattern for the folded text that matches it only as a whole word, number or address.

    With `joints`, `KB5034441` is also found as `KB 5034441`, and `OneDrive` as `One Drive`.
    """
    pieces = list(_JOINTS.sub("", wanted)) if joints else [wanted]
    pattern = r"[\s_-]?".join(re.escape(piece) for piece in pieces)
    if wanted[:1].isalnum():
        pattern = r"(?<![^\W_])" + (r"(?<!\d\.)" if wanted[0].isdigit() else "") + pattern
    if wanted[-1:].isalnum():
        pattern += r"(?![^\W_])" + (r"(?!\.\d)" if wanted[-1].isdigit() else "")
    return re.compile(pattern)
