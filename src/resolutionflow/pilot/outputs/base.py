"""What every output parser shares: fields with the span of the line that shows them, tolerant line and table readers.

Outputs are pasted by people: CRLF or LF, prompts and echoed commands around them, any column width. A parser never raises; text
that is not its command's output gives no fields.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeAlias

Value: TypeAlias = str | float | bool

_KEY_VALUE = re.compile(r"^(?P<key>[A-Za-z][A-Za-z0-9_ ()/%-]{0,60}?)(?:[ .]*\.)?[ \t]*:(?:[ \t]+|$)(?P<value>.*)$")
_NUMBER = re.compile(r"^-?\d+(?:\.\d+)?$")
_NOT_KEY = re.compile(r"[^a-z0-9]+")
_PROMPT = re.compile(r"^(?:PS [^>\n]{0,200}>|[A-Za-z]:\\[^>\n]{0,200}>|\S{1,80}[#$] )")
_DASHES = re.compile(r"-{2,}")


@dataclass(frozen=True, slots=True)
class Field:
    """One value of an output; `start` and `end` span the whole line it stands on, without outer blanks."""

    name: str
    value: Value
    start: int
    end: int


Parser: TypeAlias = Callable[[str], tuple[Field, ...]]


@dataclass(frozen=True, slots=True)
class Line:
    """A line without its end and outer blanks; `indent` counts the blanks taken off in front."""

    text: str
    start: int
    indent: int

    @property
    def end(self) -> int:
        return self.start + len(self.text)

    def field(self, name: str, value: Value) -> Field:
        return Field(name, value, self.start, self.end)


def lines_of(text: str) -> Iterator[Line]:
    """Non-blank lines that are not a prompt with an echoed command."""
    offset = 0
    for raw in text.splitlines(keepends=True):
        stripped = raw.strip()
        if stripped and not _PROMPT.match(stripped):
            indent = len(raw) - len(raw.lstrip())
            yield Line(stripped, offset + indent, indent)
        offset += len(raw)


def key_of(text: str) -> str:
    """`Physical Address` and `PhysicalAddress :` style names as one lower-case key without signs."""
    return _NOT_KEY.sub("", text.lower())


def value_of(text: str) -> Value:
    """Text as a truth value or number where it is one."""
    stripped = text.strip()
    if stripped in {"True", "False"}:
        return stripped == "True"
    if _NUMBER.match(stripped):
        return float(stripped)
    return stripped


def key_values(text: str) -> tuple[Field, ...]:
    """`Key : value` lines of any width, dotted or not; a deeper-indented line without a colon continues the value before it."""
    found: list[Field] = []
    current: str | None = None
    for line in lines_of(text):
        match = _KEY_VALUE.match(line.text)
        if match is not None:
            current = key_of(match["key"])
            if match["value"].strip() or not line.text.endswith(":"):
                found.append(line.field(current, value_of(match["value"])))
            else:
                found.append(line.field(current, ""))
        elif current is not None and line.indent >= 8:
            found.append(line.field(current, value_of(line.text)))
        else:
            current = None
    return tuple(found)


def tables(text: str) -> Iterator[dict[str, Field]]:
    """Rows of every table whose header is underlined with dashes, as column key to field."""
    header: Line | None = None
    columns: list[tuple[str, int, int]] = []
    for line in lines_of(text):
        spans = [match.span() for match in _DASHES.finditer(line.text)] if set(line.text) <= {"-", " "} else []
        if spans and header is not None:
            shift = line.indent - header.indent
            columns = [
                (
                    key_of(header.text[max(0, a + shift) : b + shift]),
                    a + line.indent,
                    b + line.indent,
                )
                for a, b in spans
            ]
        elif columns and ":" not in line.text[:0]:
            yield _row(line, columns)
        header = line


def _row(line: Line, columns: list[tuple[str, int, int]]) -> dict[str, Field]:
    """Cells of a row: cut at the blank nearest to the gap between two headings, as numbers may lean out to the left."""
    padded = " " * line.indent + line.text
    cuts = [0]
    for (_, _, end), (_, start, _) in pairwise(columns):
        at = next(
            (i for i in range(start, max(end, cuts[-1]) - 1, -1) if i - 1 < len(padded) and padded[i - 1 : i] == " "),
            start,
        )
        cuts.append(min(at, len(padded)))
    cuts.append(len(padded))
    return {
        key: line.field(key, value_of(padded[cuts[i] : cuts[i + 1]]))
        for i, (key, _, _) in enumerate(columns)
        if padded[cuts[i] : cuts[i + 1]].strip()
    }


def records(*needed: str, aliases: dict[str, str] | None = None) -> Parser:
    """A parser of list or table output that has at least one of the `needed` keys; other keys come along."""
    wanted = frozenset(needed)
    renamed = aliases or {}

    def parse(text: str) -> tuple[Field, ...]:
        fields = key_values(text)
        if not any(field.name in wanted for field in fields):
            fields = tuple(field for row in tables(text) for field in row.values())
        if not any(field.name in wanted for field in fields):
            return ()
        return tuple(
            Field(renamed[field.name], field.value, field.start, field.end) if field.name in renamed else field
            for field in fields
        )

    return parse


def number_in(text: str) -> float | None:
    """The first number of a text, with a decimal point or comma."""
    match = re.search(r"-?\d+(?:[.,]\d+)?", text)
    return float(match[0].replace(",", ".")) if match else None
