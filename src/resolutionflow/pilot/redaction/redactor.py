"""Replaces secrets by stable tokens. Neither the secret nor anything it could be read back from is kept."""

from __future__ import annotations

import bisect
import hashlib
import hmac
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from resolutionflow.pilot.redaction import assignments, commands, formats
from resolutionflow.pilot.redaction.numbers import find_numbers
from resolutionflow.pilot.redaction.rules import Pieces, lower_in_place
from resolutionflow.pilot.redaction.types import TOKEN, Masked, Redacted, SecretKind, Span, token

# Masking one secret can uncover the next (`password for X is Y`); more rounds than this are never needed.
_ROUNDS: Final = 4
_PIECES: Final = Pieces({*formats.PIECES, *commands.PIECES, *assignments.PIECES})
_SHORTEST_TEXT: Final = 6
_SHORTEST_STORED: Final = 4
_LOG_MASK: Final = "«secret»"
# Ids, paths and words, which most log values are, need no closer look unless they hold one of these.
_PLAIN: Final = re.compile(r"[a-z0-9_/.{}-]{0,200}")
_SUSPECT: Final = re.compile(
    r"key-|_v1_|dapi|shp|_[a-z0-9]{16}|-[a-z0-9]{16}|\.[a-z0-9]{16}|\d{13}|\d{4}-\d{4}-\d{4}-\d|\d{4}-\d{6}-\d|\d{6}-\d{6}"
)


class Redactor:
    """Masks for one session. `key` makes the digests useless elsewhere; `stored` are secrets to be matched exactly."""

    __slots__ = ("_key", "_stored")

    def __init__(self, key: bytes, stored: Iterable[str] = ()) -> None:
        self._key = key
        self._stored = tuple(
            sorted({value for value in stored if len(value) >= _SHORTEST_STORED}, key=len, reverse=True)
        )

    def redact(self, text: str, known: Mapping[str, int] | None = None) -> Redacted:
        """`text` with every secret as `«secret:n»`: same secret, same number; doing it twice changes nothing more.

        `known` maps the digests of the session's earlier secrets to their numbers.
        """
        numbers = dict(known or {})
        kinds: dict[int, SecretKind] = {}
        for _ in range(_ROUNDS):
            spans = find_secrets(text, self._stored)
            if not spans:
                break
            text = self._replace(text, spans, numbers, kinds)
        return Redacted(text, tuple(_places(text, kinds)), numbers)

    @property
    def stored(self) -> tuple[str, ...]:
        """The secrets that are matched exactly, longest first."""
        return self._stored

    def find(self, text: str) -> tuple[Span, ...]:
        """Where secrets stand in `text`."""
        return find_secrets(text, self._stored)

    def mask(self, secret: str, numbers: dict[str, int]) -> str:
        """What stands instead of `secret`; a new one takes the next of `numbers`."""
        return token(numbers.setdefault(self.digest(secret), max(numbers.values(), default=0) + 1))

    def digest(self, secret: str) -> str:
        """The keyed digest of a secret, hex."""
        return hmac.new(self._key, secret.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()[:32]

    def _replace(
        self, text: str, spans: tuple[Span, ...], numbers: dict[str, int], kinds: dict[int, SecretKind]
    ) -> str:
        pieces: list[str] = []
        position = 0
        highest = max(numbers.values(), default=0)
        for span in spans:
            number = numbers.setdefault(self.digest(text[span.start : span.end]), highest + 1)
            highest = max(highest, number)
            kinds.setdefault(number, span.kind)
            pieces += [text[position : span.start], token(number)]
            position = span.end
        return "".join([*pieces, text[position:]])


class _Clean:
    """Texts of at most `longest` characters that hold no secret, `most` of them. One with a secret is never kept."""

    def __init__(self, longest: int, most: int) -> None:
        self.longest = longest
        self._most = most
        self._texts: dict[str, None] = {}

    def __contains__(self, text: str) -> bool:
        return text in self._texts

    def add(self, text: str) -> None:
        if len(self._texts) >= self._most:
            self._texts.clear()
        self._texts[text] = None


_SHORT: Final = _Clean(400, 4096)
"""The words of flows, options and steps come again with every turn."""
_LONG: Final = _Clean(32_000, 64)
"""So do the instructions of a model, its library and a ticket."""


def mask_for_log(text: str, stored: Iterable[str] = ()) -> str:
    """`text` for a log line: secrets become `«secret»`, without numbers. `stored` are secrets to be matched exactly."""
    for value in stored:
        if value in text:
            text = text.replace(value, _LOG_MASK)
    if len(text) < _SHORTEST_TEXT or (_PLAIN.fullmatch(text) and not _SUSPECT.search(text)):
        return text
    pieces: list[str] = []
    position = 0
    for span in find_secrets(text):
        pieces += [text[position : span.start], _LOG_MASK]
        position = span.end
    return "".join([*pieces, text[position:]]) if pieces else text


def find_secrets(text: str, stored: tuple[str, ...] = ()) -> tuple[Span, ...]:
    """Where the secrets are: in order, without overlaps, existing tokens left alone. Linear in the text."""
    if len(text) < _SHORTEST_STORED:
        return ()
    clean = _SHORT if len(text) <= _SHORT.longest else _LONG
    if text in clean:
        return tuple(_merged(list(_stored_spans(text, stored))))
    found = _find(text, stored)
    if not found and len(text) <= clean.longest:
        clean.add(text)
    return found


def _find(text: str, stored: tuple[str, ...]) -> tuple[Span, ...]:
    lowered = lower_in_place(text)
    places = _PIECES.places(lowered)
    found = [
        *_stored_spans(text, stored),
        *formats.find_formats(text, places),
        *find_numbers(text),
        *commands.find_in_commands(text, places),
        *assignments.find_assignments(text, lowered, places),
    ]
    return tuple(_merged(_outside_tokens(text, found)))


def _stored_spans(text: str, stored: tuple[str, ...]) -> Iterator[Span]:
    for value in stored:
        start = text.find(value)
        while start >= 0:
            yield Span(start, start + len(value), SecretKind.STORED)
            start = text.find(value, start + len(value))


def _outside_tokens(text: str, found: list[Span]) -> list[Span]:
    if not found or "«secret" not in text:
        return found
    tokens = [match.span() for match in TOKEN.finditer(text)]
    ends = [end for _, end in tokens]

    def touches(span: Span) -> bool:
        place = bisect.bisect_right(ends, span.start)
        return place < len(tokens) and tokens[place][0] < span.end

    return [span for span in found if not touches(span)]


def _merged(found: list[Span]) -> Iterator[Span]:
    """Overlapping hits are one secret: the widest, with the kind of the one that was found first."""
    current: Span | None = None
    for span in sorted(found, key=lambda entry: (entry.start, -entry.end)):
        if span.start >= span.end:
            continue
        if current is None or span.start >= current.end:
            if current is not None:
                yield current
            current = span
        elif span.end > current.end:
            current = Span(current.start, span.end, current.kind)
    if current is not None:
        yield current


def _places(text: str, kinds: Mapping[int, SecretKind]) -> Iterator[Masked]:
    if not kinds:
        return
    for match in TOKEN.finditer(text):
        kind = kinds.get(int(match[1]))
        if kind is not None:
            yield Masked(int(match[1]), kind, *match.span())
