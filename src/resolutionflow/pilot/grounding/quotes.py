"""Where exactly the quoted words stand: evidence with offsets."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

EvidenceKind: TypeAlias = Literal["message", "lane_item", "ticket_field"]

_REF_KEYS: Final[dict[EvidenceKind, str]] = {
    "message": "message_id",
    "lane_item": "lane_item_id",
    "ticket_field": "ticket_field",
}
_SAME: Final = {
    "\u2018": "'",
    "\u2019": "'",
    "\u201c": '"',
    "\u201d": '"',
    "\u201e": '"',
    "\u2013": "-",
    "\u2014": "-",
    "[": "(",
    "]": ")",
    "\uff3b": "(",
    "\uff3d": ")",
}
_AROUND: Final = " \t\r\n\"'\u201c\u201d\u201e\u2018\u2019\u2026."
_LOOSE_MINIMUM: Final = 4


@dataclass(frozen=True, slots=True)
class Source:
    """A text that may prove something. `ref` = message id, lane item id, or name of the ticket field."""

    kind: EvidenceKind
    ref: str
    text: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """`quote` is the source's own text from `start` to `end` (characters, end excluded)."""

    kind: EvidenceKind
    ref: str
    quote: str
    start: int
    end: int

    def as_json(self) -> dict[str, str | int]:
        """The stored shape: `{kind, message_id|lane_item_id|ticket_field, quote, start, end}`."""
        return {
            "kind": self.kind,
            _REF_KEYS[self.kind]: self.ref,
            "quote": self.quote,
            "start": self.start,
            "end": self.end,
        }


def find_quote(quote: str, sources: Iterable[Source]) -> Evidence | None:
    """The first source that holds the quote: word for word; else ignoring case, spacing and kinds of quotes.

    Sources are tried in the given order, so put the newest first. Short quotes count only as whole words.
    """
    wanted = quote.strip()
    if not wanted:
        return None
    candidates = tuple(sources)
    for whole_words in (True, False):
        if not whole_words and len(wanted) < _LOOSE_MINIMUM:
            break
        for source in candidates:
            start = _find(source.text, wanted, whole_words=whole_words)
            if start >= 0:
                return _evidence(source, start, start + len(wanted))
    full, _ = _normalised(wanted)
    bare, _ = _normalised(wanted.strip(_AROUND))
    return _find_loose(full, candidates) or (_find_loose(bare, candidates) if bare else None)


def _find_loose(wanted: str, sources: tuple[Source, ...]) -> Evidence | None:
    for source in sources:
        text, offsets = _normalised(source.text)
        start = _find(text, wanted, whole_words=True)
        if start >= 0:
            last = start + len(wanted) - 1
            return _evidence(source, offsets[start], offsets[last] + 1)
    return None


def _evidence(source: Source, start: int, end: int) -> Evidence:
    return Evidence(source.kind, source.ref, source.text[start:end], start, end)


def _find(text: str, wanted: str, *, whole_words: bool) -> int:
    start = text.find(wanted)
    while whole_words and start >= 0 and not _stands_alone(text, start, start + len(wanted)):
        start = text.find(wanted, start + 1)
    return start


def _stands_alone(text: str, start: int, end: int) -> bool:
    before = start > 0 and text[start - 1].isalnum() and text[start].isalnum()
    after = end < len(text) and text[end].isalnum() and text[end - 1].isalnum()
    return not before and not after


def _normalised(text: str) -> tuple[str, list[int]]:
    """The text as compared, and for each of its characters where it stands in the original."""
    characters: list[str] = []
    offsets: list[int] = []
    blank = True
    for offset, character in enumerate(text):
        if character.isspace():
            if not blank:
                characters.append(" ")
                offsets.append(offset)
            blank = True
            continue
        blank = False
        lower = character.lower()
        characters.append(_SAME.get(character, lower if len(lower) == 1 else character))
        offsets.append(offset)
    if characters and characters[-1] == " ":
        characters.pop()
        offsets.pop()
    return "".join(characters), offsets
