"""The particular things a text speaks of: numbers, names, addresses, paths, codes, quoted words.

One linear pass. What is found here is what a fact, or a sentence of a note, has to prove.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from resolutionflow.pilot.grounding.vocabulary import (
    COMMON_WORDS,
    GRAMMAR_ENDINGS,
    LOOSE_NUMBER_WORDS,
    NUMBER_WORDS,
    UNITS,
)


class ThingKind(StrEnum):
    QUOTED = "quoted"
    CODE = "code"
    NUMBER = "number"
    NAME = "name"


@dataclass(frozen=True, slots=True)
class Thing:
    """`text` as written, at `start`..`end`. `values` = the ways its number may be read; `unit` its unit, if any."""

    kind: ThingKind
    text: str
    start: int
    end: int
    values: tuple[str, ...] = ()
    unit: str = ""


_UNIT: Final = r"(?:\s?(?P<unit>%|°C|(?:[kKmMgG][bB](?:it)?|[a-zA-Z]+)(?:/s)?)(?![\w/]))?"
_NUMBER: Final = r"\d{1,3}(?:[,'\u202f\u00a0]\d{3})+(?:\.\d+)?|\d+(?:[.,]\d+)?"
NUMBER: Final = re.compile(rf"(?<![\w.])(?P<number>{_NUMBER}){_UNIT}")

_THING: Final = re.compile(
    r"""
      (?P<token>\«[a-z]+:\d+\»)
    | ["\u201c\u201e](?P<quoted>[^"\u201c\u201d\u201e\n]{2,200})["\u201d\u201c]
    | (?P<url>[a-zA-Z][a-zA-Z0-9+.-]{1,12}://[^\s<>"']{1,400})
    | (?P<mail>[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8})
    | (?P<path>(?:[A-Za-z]:\\|\\\\)[^\s"<>|*?,;]{1,260}|(?<![\w.])~?(?:/[\w.-]{1,255}){2,30}/?|
               \b(?:HKLM|HKCU|HKEY_[A-Z_]+)\\[^\s"<>|,;]{1,260})
    | (?P<account>\b[A-Za-z][\w-]{0,30}\\[\w.$-]{1,64})
    | (?P<mac>\b(?:[0-9A-Fa-f]{2}[:-]){5}[0-9A-Fa-f]{2}\b)
    | (?P<ipv6>(?<![\w:])(?:[0-9A-Fa-f]{1,4}:){2,7}(?::?[0-9A-Fa-f]{1,4}){1,7}(?![\w:]))
    | (?P<ip>(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?:/\d{1,2}|:\d{1,5})?(?!\w|\.\d))
    | (?P<when>\b\d{4}-\d{2}-\d{2}\b|\b\d{1,2}[./]\d{1,2}[./]\d{2,4}\b|\b\d{1,2}:\d{2}(?::\d{2})?\b)
    | (?P<code>\b(?:0[xX][0-9A-Fa-f]+|[0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12})\b)
    | (?P<host>\b(?:[A-Za-z0-9][A-Za-z0-9-]{0,62}\.){1,8}[A-Za-z][A-Za-z0-9-]{1,62}\b)
    | (?P<version>(?<![\w.])\d{1,6}(?:\.\d{1,8}){2,5}(?![\w]))
    | (?P<number>(?<![\w.])(?:"""
    + _NUMBER
    + r"""))(?:\s?(?P<unit>%|°C|[a-zA-Z]{1,12}(?:/s)?)(?![\w/]))?
    | (?P<word>[^\W_]+(?:['\u2019_-]+[^\W_]+)*)
    """,
    re.VERBOSE,
)
_CODES: Final = ("url", "mail", "path", "account", "mac", "ipv6", "ip", "when", "code", "version", "host")
_TRAILING: Final = ".,;:!?)]}'\u2019"
_SENTENCE_BEFORE: Final = re.compile(
    r"(?:^|[.!?:;\u2022\u2013\u2014(\"\u201c]|\n\s*(?:[-*+]|\d+[.)])?|^\s*[-*+#]+)\s*$"
)


def things(text: str) -> Iterator[Thing]:
    """Every particular thing of the text, in order."""
    for match in _THING.finditer(text):
        group = match.lastgroup if match.lastgroup != "unit" else "number"
        if group == "word":
            yield from _words(text, match)
        elif group == "number":
            yield _number(match)
        elif group == "quoted":
            yield Thing(ThingKind.QUOTED, match["quoted"], match.start("quoted"), match.end("quoted"))
        elif group in _CODES:
            written = match[0].rstrip(_TRAILING)
            if not _is_plain(written):
                yield Thing(ThingKind.CODE, written, match.start(), match.start() + len(written))


def _is_plain(code: str) -> bool:
    """Joined words and generic file names that name nothing (`e.g`, `and/or`, `Wi-Fi6`)."""
    return all(part.lower() in COMMON_WORDS or len(part) < 2 for part in re.split(r"[-_./]", code))


def number_values(written: str) -> tuple[str, ...]:
    """The ways to read a number: a comma may group thousands or be the decimal sign."""
    grouped = re.sub(r"[,'\u202f\u00a0](?=\d{3}(?!\d))", "", written)
    readings = {_plain(grouped), _plain(written.replace(",", "."))}
    return tuple(sorted(reading for reading in readings if reading))


def _plain(number: str) -> str:
    if not re.fullmatch(r"\d+(?:\.\d+)?", number):
        return ""
    whole, _, fraction = number.partition(".")
    fraction = fraction.rstrip("0")
    whole = whole.lstrip("0") or "0"
    return f"{whole}.{fraction}" if fraction else whole


def _number(match: re.Match[str]) -> Thing:
    unit = UNITS.get((match["unit"] or "").lower(), "")
    end = match.end() if unit else match.end("number")
    return Thing(
        ThingKind.NUMBER,
        match.string[match.start() : end],
        match.start(),
        end,
        values=number_values(match["number"]),
        unit=unit,
    )


def _words(text: str, match: re.Match[str]) -> Iterator[Thing]:
    word, start = match[0], match.start()
    if "_" in word or any(character.isdigit() for character in word):
        yield Thing(ThingKind.CODE, word, start, match.end())
        return
    for suffix in ("'s", "\u2019s"):
        word = word.removesuffix(suffix)
    end = start + len(word)
    lower = word.lower()
    if lower in NUMBER_WORDS:
        if lower not in LOOSE_NUMBER_WORDS:
            yield Thing(ThingKind.NUMBER, word, start, end, values=(NUMBER_WORDS[lower],))
        return
    if len(word) < 2 or word == lower or _is_common(lower):
        return
    inner_capital = any(letter.isupper() for letter in word[1:])
    if not inner_capital and lower.endswith(GRAMMAR_ENDINGS) and _starts_sentence(text, start):
        return
    yield Thing(ThingKind.NAME, word, start, end)


def _is_common(lower: str) -> bool:
    if lower in COMMON_WORDS or lower.rstrip("s") in COMMON_WORDS:
        return True
    parts = re.split(r"['\u2019-]", lower)
    return len(parts) > 1 and all(part in COMMON_WORDS or len(part) < 3 for part in parts)


def _starts_sentence(text: str, position: int) -> bool:
    return _SENTENCE_BEFORE.search(text[max(0, position - 24) : position]) is not None
