"""Pasted text made readable without moving a character: every offset of a page is an offset of what was pasted.

People paste with prompts and echoed commands, reply marks, line numbers, tabs and non-breaking blanks, and ticket systems put it all on
one line. Noise is overwritten with blanks of the same length; nothing is inserted or removed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

_BLANKS = str.maketrans(dict.fromkeys([*"\t\xa0\u3000\u2060\ufeff", *map(chr, range(0x2000, 0x2010)), "\u202f"], " "))
_REPLY_MARKS = re.compile(r" {0,40}(?:> ?){1,20}")
_NUMBER_MARK = re.compile(r"\s{0,20}(\d{1,6})(?:[:.)|]|\t)")
_PROMPT = re.compile(
    r"(?:PS [^>\n]{0,200}>|[A-Za-z]:\\[^>\n]{0,200}>|[\w.-]{1,40}@[\w.-]{1,80}[:~ ][^$#\n]{0,120}[$#]|\[[^\]\n]{1,80}\][$#]"
    r"|(?:ba|z|k)?sh-[\d.]{1,8}[#$] |[\w.-]{1,40}[>#] ?(?=(?:show|sh|ping|traceroute) ))"
)
_FENCE = re.compile(r"```\w{0,20}$")
_LONGEST_ECHO = 400


@dataclass(frozen=True, slots=True)
class Line:
    """A line without its end and outer blanks; `indent` counts the blanks taken off in front."""

    text: str
    start: int
    indent: int

    @property
    def end(self) -> int:
        return self.start + len(self.text)


@dataclass(frozen=True, slots=True)
class Page:
    """The output of one command. `text` is as long as what was pasted; `start` is where it begins there.

    `command` is what stood behind the prompt before it, if there was one. `lines` are its non-blank lines.
    """

    text: str
    lines: tuple[Line, ...]
    start: int = 0
    command: str | None = None


@lru_cache(maxsize=64)
def pages_of(text: str) -> tuple[Page, ...]:
    """The outputs of a paste, cut at the prompts that stand in it."""
    found: list[Page] = []
    pieces: list[str] = []
    start = offset = 0
    command: str | None = None
    rows = list(_cleaned(text))
    alone = sum(1 for row in rows if row.strip()) == 1
    for row in rows:
        prompt = _PROMPT.match(row, len(row) - len(row.lstrip()))
        if prompt is None:
            pieces.append(row)
        else:
            echo = row[prompt.end() :].strip()
            if len(echo) > _LONGEST_ECHO or (alone and len(echo) > 40):
                # A whole paste on one line: the echo cannot be told from the output behind it.
                pieces.append(" " * prompt.end() + row[prompt.end() :])
            else:
                found.extend(_page("".join(pieces), start, command))
                pieces, start, command = [], offset + len(row), echo or None
        offset += len(row)
    found.extend(_page("".join(pieces), start, command))
    return tuple(found)


def _page(text: str, start: int, command: str | None) -> Iterator[Page]:
    lines: list[Line] = []
    offset = 0
    for row in text.splitlines(keepends=True):
        stripped = row.strip()
        if stripped:
            indent = len(row) - len(row.lstrip())
            lines.append(Line(stripped, offset + indent, indent))
        offset += len(row)
    if lines:
        yield Page(text, tuple(lines), start, command)


def _cleaned(text: str) -> Iterator[str]:
    """Rows with their ends, each as long as it was."""
    rows = text.splitlines(keepends=True)
    numbered = _numbered(rows)
    for row in rows:
        marks = _NUMBER_MARK.match(row) if numbered else None
        plain = (" " * marks.end() + row[marks.end() :] if marks else row).translate(_BLANKS)
        marks = _REPLY_MARKS.match(plain)
        if marks:
            plain = " " * marks.end() + plain[marks.end() :]
        yield " " * len(plain.rstrip()) + plain[len(plain.rstrip()) :] if _FENCE.fullmatch(plain.strip()) else plain


def _numbered(rows: list[str]) -> bool:
    """Whether each row begins with the number after that of the row before it."""
    marks = [_NUMBER_MARK.match(row) for row in rows if row.strip()]
    numbers = [int(mark[1]) for mark in marks if mark]
    return (
        len(numbers) >= 2
        and len(numbers) == len(marks)
        and numbers == list(range(numbers[0], numbers[0] + len(numbers)))
    )
