"""Numbers that are secrets by their check digits: payment cards and disk recovery keys."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from resolutionflow.pilot.redaction.types import SecretKind, Span

_RECOVERY: Final = re.compile(r"\d{6}(?:-\d{6}){7}(?![\d-])")
_CARD: Final = re.compile(r"[2-6]\d(?:[ -]?\d){11,17}+(?![\w-]|\.\d)")
_CHUNK: Final = 2048
_LEAST_DIGITS: Final = b"0" * 13
_AS_ZERO: Final = bytes.maketrans(b"123456789", b"0" * 9)
_BEFORE_CARD: Final = frozenset(".,:/-_")
_BRANDS: Final = (
    (re.compile(r"3[47]"), frozenset({15})),
    (re.compile(r"30[0-5]|3[689]"), frozenset({14})),
    (re.compile(r"35(?:2[89]|[3-8])"), frozenset({16})),
    (re.compile(r"4"), frozenset({13, 16, 19})),
    (re.compile(r"5[1-5]|2(?:22[1-9]|2[3-9]|[3-6]|7[01]|720)"), frozenset({16})),
    (re.compile(r"6(?:011|4[4-9]|5)"), frozenset({16, 19})),
)


def find_numbers(text: str) -> Iterator[Span]:
    """Card numbers and recovery keys with correct check digits."""
    start = 0
    while start < len(text):
        end = _end_of_chunk(text, start)
        if _may_hold(text[start:end]):
            yield from _find_between(text, start, end)
        start = end


def _end_of_chunk(text: str, start: int) -> int:
    """Whole lines, two kilobytes or more: no number goes over the end of a line."""
    end = text.find("\n", start + _CHUNK)
    return len(text) if end < 0 else end + 1


def _may_hold(chunk: str) -> bool:
    """Whether there are enough digits in a row, blanks and dashes aside: many times faster than the patterns."""
    if not chunk.isascii():
        return True
    return _LEAST_DIGITS in chunk.encode("ascii").translate(_AS_ZERO, b" -")


def _find_between(text: str, start: int, end: int) -> Iterator[Span]:
    for match in _RECOVERY.finditer(text, start, end):
        if _stands_free(text, match.start()) and _is_recovery_key(match[0]):
            yield Span(*match.span(), SecretKind.RECOVERY_KEY)
    for match in _CARD.finditer(text, start, end):
        if _stands_free(text, match.start()) and _is_card(re.sub(r"[ -]", "", match[0])):
            yield Span(*match.span(), SecretKind.CARD_NUMBER)


def _stands_free(text: str, start: int) -> bool:
    """Not the tail of a longer number, code or address. A list item (`- 4111 ...`) or `card:4111...` is free."""
    if start == 0:
        return True
    before = text[start - 1]
    return before == ":" or not (before.isalnum() or before in _BEFORE_CARD)


def _is_recovery_key(written: str) -> bool:
    return all(int(group) % 11 == 0 and int(group) < 720_896 for group in written.split("-"))


def _is_card(digits: str) -> bool:
    fits = any(prefix.match(digits) and len(digits) in lengths for prefix, lengths in _BRANDS)
    return fits and len(set(digits)) > 1 and luhn(digits)


def luhn(digits: str) -> bool:
    """The check digit rule of card numbers."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0
