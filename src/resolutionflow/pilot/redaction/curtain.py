"""A reply on its way to the screen, without the secrets in it: what may become one waits until that is certain.

Words go straight through. From a fixed piece on, such as `password` or `ghp_`, the rules are asked whether more text could still make a secret
of what follows; while it could, it waits, most often for one word. What is shown in the end is what the redactor makes of the whole text;
where one secret is found only behind another's mask, their numbers may be swapped.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import regex

from resolutionflow.pilot.redaction import assignments, commands, formats
from resolutionflow.pilot.redaction.redactor import Redactor
from resolutionflow.pilot.redaction.rules import Pieces, Rule, lower_in_place
from resolutionflow.pilot.redaction.types import token

_CONTEXT: Final = 400
"""Characters of what was shown that the rules see before what waits."""
_MOST_HELD: Final = 20_000
_SHOWN: Final = token(0)
_UNFINISHED: Final = re.compile(r"[\w'\u2019-]{0,200}\Z")
_NUMBER: Final = re.compile(r"(?<![\w.,/-])\d[\d -]{0,80}\.?\Z")
_LONG_NUMBER: Final = re.compile(r"(?<![\w.,/-])\d[\d -]{11}")
_QUOTE: Final = re.compile("[\"']")
_NEXT_WORD: Final = re.compile(r"[.,;:)\]}\"'\u201d\u2019]*\s+(?:[A-Za-z']+[^A-Za-z']|[^A-Za-z'\s])")

_KEY: Final = "-----BEGIN"
_KEY_END: Final = re.compile(r"-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----")
_KEY_BEGIN: Final = r"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY"
# The word behind a value decides about some values; that one must have ended too.
_DONE: Final = r"(?:\s+(?:[A-Za-z']+[^A-Za-z']|[^A-Za-z'\s])|[«»])"
_HEAD: Final = r"[\w-]{0,14}(?:[ _-]?(?:words?|phrase|code|de[ _-]?passe|content))?[ ]?"
_QUOTED: Final = (
    r"""[A-Z]?\\?(?:"[^"\r\n«»]{1,512}"|'[^'\r\n«»]{1,512}'|`[^`\r\n«»]{1,512}`"""
    r"|[\u201c\u201e\u2018][^\u201c\u201d\u2018\u2019\r\n«»]{1,512}[\u201d\u201c\u2019\u2018])"
)
_XML: Final = r"(?<=<[\w:.]{0,60})[\w.:-]{0,24}(?:\s[^<>]{0,200})?>\s{0,20}(?:<value>)?[^<>«»]{0,512}</"
_ASSIGNED: Final = (
    f"{_HEAD}{assignments.LINK.pattern}{_QUOTED}",
    f"{_HEAD}{assignments.LINK.pattern}[^\\s«»]{{1,4096}}{_DONE}",
    f"{_HEAD}[ ]{{1,3}}{_QUOTED}",
    f"{_HEAD}[ ]{{1,3}}[^\\s«»]{{1,4096}}\\s",
    _XML,
)
_PIPED: Final = (
    r"""(?<![^\s(=,{\[])(?:"[^"\r\n«»]{1,256}"|'[^'\r\n«»]{1,256}')\s{0,8}\|\s{0,8}(?:convertto-securestring)"""
)


@dataclass(frozen=True, slots=True)
class _Kind:
    """What a piece may begin. `whole`: the piece is part of the secret; else the patterns that are `behind` begin where it ends.

    `prose`: the word behind the value decides too.
    """

    patterns: tuple[Any, ...]
    whole: bool = False
    behind: bool = False
    prose: bool = False
    exact: str = ""


@dataclass(frozen=True, slots=True)
class _Tables:
    pieces: Pieces
    kinds: Mapping[str, tuple[_Kind, ...]]
    beginnings: frozenset[str]
    longest: int
    piped: Any


@dataclass(slots=True)
class _Hit:
    """A piece in the text that may begin a secret."""

    kind: _Kind
    start: int
    end: int


def warm_up() -> None:
    """Build the tables, which takes some tenths of a second."""
    _tables()


@lru_cache(maxsize=1)
def _tables() -> _Tables:
    kinds: dict[str, list[_Kind]] = {}
    beginnings: set[str] = set()
    for rule in (*formats.RULES, *commands.RULES):
        kind = _kind_of(rule)
        for start in rule.starts:
            kinds.setdefault(start.lower(), []).append(kind if not rule.exact else _exact(kind, start))
            if kind.whole:
                beginnings.update(start[:length] for length in range(1, len(start)))
    assigned = _Kind(tuple(regex.compile(one, regex.IGNORECASE | regex.VERBOSE) for one in _ASSIGNED), behind=True)
    for piece in assignments.PIECES:
        kinds.setdefault(piece, []).append(assigned)
    kinds.setdefault("convertto-securestring", []).append(_Kind((_compiled(commands.LATE),)))
    kinds[_KEY.lower()] = [_Kind((regex.compile(_KEY_BEGIN),), whole=True, exact=_KEY)]
    kinds.setdefault("private-lines", []).append(_Kind((_compiled(formats.PUTTY),)))
    beginnings.update(_KEY[:length] for length in range(1, len(_KEY)))
    return _Tables(
        Pieces(kinds),
        {piece: tuple(found) for piece, found in kinds.items()},
        frozenset(beginnings),
        max(map(len, kinds)),
        regex.compile(_PIPED, regex.IGNORECASE),
    )


def _kind_of(rule: Rule) -> _Kind:
    return _Kind((_compiled(rule.pattern),), whole=rule.exact, prose=rule.prose)


def _exact(kind: _Kind, start: str) -> _Kind:
    return _Kind(kind.patterns, whole=kind.whole, prose=kind.prose, exact=start)


def _compiled(pattern: re.Pattern[str]) -> Any:
    """The same pattern, able to tell whether it would match with more text."""
    return regex.compile(pattern.pattern, regex.IGNORECASE if pattern.flags & re.IGNORECASE else 0)


class Curtain:
    """Feed a text in any pieces, then `close()` once; what comes out, put together, is the text with its secrets masked.

    `known` maps the digests of the session's earlier secrets to their numbers.
    """

    __slots__ = (
        "_beginnings",
        "_hits",
        "_known",
        "_longest_beginning",
        "_looked",
        "_masks",
        "_redactor",
        "_shown",
        "_tables",
        "_text",
    )

    def __init__(self, redactor: Redactor, known: Mapping[str, int]) -> None:
        self._redactor = redactor
        self._known = dict(known)
        self._tables = _tables()
        stored = {value[:length] for value in redactor.stored for length in range(1, min(len(value), 512))}
        self._beginnings = self._tables.beginnings | stored
        self._longest_beginning = max(map(len, self._beginnings))
        self._text = ""
        self._shown = 0
        self._looked = 0
        self._hits: list[_Hit] = []
        self._masks = False

    def feed(self, piece: str) -> str:
        """Take the next piece; give back what can be shown now."""
        self._text += piece
        self._look()
        certain = self._certain()
        if len(self._text) - certain > _MOST_HELD:
            certain = len(self._text)
        return self._show(certain) if certain > self._shown else ""

    def close(self) -> str:
        """The text is over: what is left of it."""
        self._hits.clear()
        return self._show(len(self._text)) if self._shown < len(self._text) else ""

    def whole(self, text: str) -> str:
        """A text that comes in one piece beside this one, masked."""
        found = self._redactor.redact(text, self._known)
        self._known = dict(found.known)
        return found.text

    def _look(self) -> None:
        """Find the pieces that the newest text brought."""
        tables, text = self._tables, self._text
        begin = max(0, self._looked - tables.longest)
        for piece, places in tables.pieces.places(lower_in_place(text[begin:])).items():
            for place in places:
                start, end = begin + place, begin + place + len(piece)
                if end <= self._looked:
                    continue
                for kind in tables.kinds[piece]:
                    if not kind.exact or text.startswith(kind.exact, start):
                        self._hits.append(_Hit(kind, start, end))
                        self._masks = True
        self._looked = len(text)

    def _certain(self) -> int:
        """Up to where no further text can change what is shown."""
        text, shown = self._text, self._shown
        certain = self._before_beginning()
        if text[-1:] in "0123456789 -." and (number := _NUMBER.search(text, shown)):
            certain = min(certain, number.start())
            self._masks = True
        if _QUOTE.search(text, shown) and (piped := self._tables.piped.search(text, shown, partial=True)):
            certain = min(certain, piped.start() if piped.partial else certain)
            self._masks = True
        if self._hits:
            ended = _UNFINISHED.search(text)
            cut = ended.start() if ended else len(text)
            self._hits = [hit for hit in self._hits if self._is_open(hit, cut)]
            for hit in self._hits:
                certain = min(certain, hit.start if hit.kind.whole else hit.end)
        self._masks = self._masks or _LONG_NUMBER.search(text, max(0, shown - 1)) is not None
        return max(certain, shown)

    def _before_beginning(self) -> int:
        """Keep back the end of the text that may be the first letters of a secret."""
        text = self._text
        for start in range(max(self._shown, len(text) - self._longest_beginning), len(text)):
            if text[start:] in self._beginnings and (
                start == 0 or not text[start - 1].isalnum() or self._is_stored(text[start:])
            ):
                self._masks = True
                return start
        return len(text)

    def _is_stored(self, beginning: str) -> bool:
        return any(value.startswith(beginning) for value in self._redactor.stored)

    def _is_open(self, hit: _Hit, cut: int) -> bool:
        """Whether more text may make a secret of what stands behind a piece. `cut` = where the word begins that has not ended."""
        text, kind = self._text, hit.kind
        place = hit.end if kind.behind else hit.start
        if hit.end > cut:
            return True
        for pattern in kind.patterns:
            before = pattern.match(text, place, cut, partial=True)
            if before is not None and before.partial:
                return True
            found = pattern.match(text, place, partial=True)
            if found is None:
                continue
            if kind.exact == _KEY:
                return _KEY_END.search(text, hit.end) is None
            if found.partial or found.end() >= len(text):
                return True
            if kind.prose and _NEXT_WORD.match(text, found.end()) is None:
                return True
        return False

    def _show(self, certain: int) -> str:
        """Give the text up to `certain` out, masked, and forget what no rule needs any more."""
        text, shown = self._text, self._shown
        if self._masks or any(value in text for value in self._redactor.stored):
            out, certain = self._masked(text, shown, certain)
        else:
            out = text[shown:certain]
        # The rules go on seeing what was written, not what was shown.
        dropped = max(0, certain - _CONTEXT)
        self._text, self._shown = text[dropped:], certain - dropped
        self._looked = len(self._text)
        for hit in self._hits:
            hit.start, hit.end = hit.start - dropped, hit.end - dropped
        self._masks = bool(self._hits) or self._shown < len(self._text)
        return out

    def _masked(self, text: str, shown: int, certain: int) -> tuple[str, int]:
        """What can be shown of the text from `shown` on, masked, and where that ends in the text."""
        spans = self._redactor.find(text)
        # What waits may be part of a longer secret that began before it.
        certain = min([certain, *(max(span.start, shown) for span in spans if span.end > max(certain, shown))])
        end = certain
        for _ in range(4):
            spans = tuple(span for span in spans if span.end <= end)
            if not spans:
                break
            numbered = [span.end > shown for span in spans]
            # A secret that was shown as a mask before has its number; here it only must not stand in the way.
            masks = [
                self._redactor.mask(text[span.start : span.end], self._known) if new else _SHOWN
                for span, new in zip(spans, numbered, strict=True)
            ]
            for span, mask, new in zip(reversed(spans), reversed(masks), reversed(numbered), strict=True):
                start = max(span.start, shown) if new else span.start
                text = text[:start] + mask + text[span.end :]
                moved = len(mask) - (span.end - start)
                end += moved
                shown += 0 if new else moved
            spans = self._redactor.find(text)
        return text[shown:end], certain
