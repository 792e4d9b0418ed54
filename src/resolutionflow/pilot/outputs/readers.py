"""What parsers share: labelled values, tables, values as numbers and truth. Every pattern is linear in the length of the text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from resolutionflow.pilot.outputs.fields import Field, Read, Value
from resolutionflow.pilot.outputs.page import Line, Page

_HEX = r"[0-9A-Fa-f]{1,4}"
ADDRESS = re.compile(
    rf"(?<![\w.:-])(?:\d{{1,3}}(?:\.\d{{1,3}}){{3}}|(?:{_HEX}:){{7}}{_HEX}"
    rf"|(?:{_HEX}:){{0,6}}{_HEX}::(?:{_HEX}(?::{_HEX}){{0,5}})?|::{_HEX})(?![\w:]|\.\d)"
)
IPV4 = re.compile(r"(?<![\w.-])\d{1,3}(?:\.\d{1,3}){3}(?![\w]|\.\d)")
_KEY_VALUE = re.compile(r"(?P<key>[A-Za-z][A-Za-z0-9_ ()/%-]{0,60}?)[ .]{0,80}:(?: +|$)")
_INNER_KEY = re.compile(r"(?<=\s)(?P<key>[A-Z][A-Za-z0-9_]{1,60}) {1,40}: ")
_LOOKS_LABELLED = re.compile(r"[A-Z][\w ()/-]{0,60}(?:\.[ .]{0,80}| {0,30}):(?: |$)")
_NUMBER = re.compile(r"-?\d{1,18}(?:\.\d{1,18})?")
_FIRST_NUMBER = re.compile(r"-?\d{1,18}(?:[.,]\d{1,18})?")
_NOT_KEY = re.compile(r"[^a-z0-9]+")
_DASHES = re.compile(r"-{2,}")


@dataclass(frozen=True, slots=True)
class Entry:
    """A labelled value: the label begins at `start`, the value is `text` at `at`."""

    name: str
    text: str
    start: int
    at: int

    @property
    def until(self) -> int:
        return self.at + len(self.text)

    def field(self, value: Value | None = None, *, name: str = "", group: int = 0) -> Field:
        """As a field of its own text, or of the value read from it."""
        read = value_of(self.text) if value is None else value
        return Field(name or self.name, read, self.start, self.until, self.at, self.until, group)


class Labels:
    """Known labels before a colon, wherever they stand: on lines of their own or one after the other on a single line.

    A value ends with its line or at the next known label. `names` maps a field to its spellings, parted by `|`; the spellings
    under `_` only end the value before them. `pascal` = any `Word : ` does, as in PowerShell lists.
    """

    def __init__(self, names: Mapping[str, str], *, pascal: bool = False) -> None:
        self._names = {
            " ".join(spelling.lower().split()): "" if name == "_" else name
            for name, spellings in names.items()
            for spelling in spellings.split("|")
        }
        longest = sorted(self._names, key=lambda spelling: (-len(spelling), spelling))
        known = "|".join(r"\s{1,3}".join(re.escape(word) for word in spelling.split()) for spelling in longest)
        other = r"|(?-i:[A-Z][A-Za-z0-9_]{1,60}(?= {1,40}: ))" if pascal else ""
        self._label = re.compile(
            rf"(?<!\S)(?P<label>{known}{other})(?:[ .]{{0,80}}(?:\r?\n[ .]{{0,80}})?):(?![:\\/])", re.IGNORECASE
        )

    def read(self, page: Page) -> list[Entry]:
        """Entries in the order of the text; an empty value is read from the line below when that is no label itself."""
        hits = list(self._label.finditer(page.text))
        found: list[Entry] = []
        for number, hit in enumerate(hits):
            name = self._names.get(" ".join(hit["label"].lower().split()), "")
            stop = hits[number + 1].start() if number + 1 < len(hits) else len(page.text)
            if name:
                found.append(_entry(name, page.text, hit.start(), hit.end(), stop))
        return found


def _entry(name: str, text: str, start: int, begin: int, stop: int) -> Entry:
    line_end = _line_end(text, begin, stop)
    at, until = _trimmed(text, begin, line_end)
    if at == until and line_end < stop:
        below = line_end + (2 if text.startswith("\r\n", line_end) else 1)
        end = _line_end(text, below, stop)
        if not _LOOKS_LABELLED.match(text[below:end].strip()):
            at, until = _trimmed(text, below, end)
    if at == until:
        at = until = _trimmed(text, start, begin)[1]
    return Entry(name, text[at:until], start, at)


def _line_end(text: str, at: int, stop: int) -> int:
    end = text.find("\n", at, stop)
    end = stop if end < 0 else end
    return end - 1 if end > at and text[end - 1] == "\r" else end


def _trimmed(text: str, at: int, until: int) -> tuple[int, int]:
    while at < until and text[at].isspace():
        at += 1
    while until > at and text[until - 1].isspace():
        until -= 1
    return at, until


def key_of(text: str) -> str:
    """`Physical Address` and `PhysicalAddress :` style names as one lower-case key without signs."""
    return _NOT_KEY.sub("", text.lower())


def value_of(text: str) -> Value:
    """Text as a truth value or number where it is one."""
    stripped = text.strip()
    if stripped in {"True", "False"}:
        return stripped == "True"
    return float(stripped) if _NUMBER.fullmatch(stripped) else stripped


def truth(text: str) -> bool | None:
    """Yes, no, true, false, enabled and disabled as a truth value."""
    word = text.strip().lower()
    if word in {"yes", "true", "enabled", "on"}:
        return True
    return False if word in {"no", "false", "disabled", "off"} else None


def number_in(text: str) -> float | None:
    """The first number of a text, with a decimal point or comma."""
    hit = _FIRST_NUMBER.search(text)
    return float(hit[0].replace(",", ".")) if hit else None


def of_line(line: Line, name: str, value: Value, span: tuple[int, int] | None = None, *, group: int = 0) -> Field:
    """A field that a line shows; `span` is the part of it that says so."""
    at, until = span or (0, len(line.text))
    return Field(name, value, line.start, line.end, line.start + at, line.start + until, group)


def of_match(
    hit: re.Match[str], name: str, value: Value | None = None, part: str | int = 0, *, group: int = 0
) -> Field:
    """A field that a match in the page's text shows; the value is its `part`."""
    read = value_of(hit[part]) if value is None else value
    start, end = _trimmed(hit.string, *hit.span())
    at, until = _trimmed(hit.string, *hit.span(part))
    return Field(name, read, start, end, at, until, group)


def key_values(page: Page) -> list[Entry]:
    """`Key : value` lines of any names and width, dotted or not; a far-indented line without a colon continues the value before it."""
    found: list[Entry] = []
    current = ""
    for line in page.lines:
        hit = _KEY_VALUE.match(line.text)
        if hit is not None:
            found.extend(_of_one_line(line, hit))
            current = found[-1].name
        elif current and line.indent >= 8:
            found.append(Entry(current, line.text, line.start, line.start))
        else:
            current = ""
    return found


def _of_one_line(line: Line, hit: re.Match[str]) -> Iterator[Entry]:
    keys = [(hit["key"], hit.start(), hit.end())]
    keys += [(inner["key"], inner.start(), inner.end()) for inner in _INNER_KEY.finditer(line.text, hit.end() - 1)]
    for (key, start, begin), after in pairwise([*keys, ("", len(line.text), 0)]):
        at, until = _trimmed(line.text, min(begin, after[1]), after[1])
        if at == until:
            at = until = _trimmed(line.text, start, min(begin, after[1]))[1]
        yield Entry(key_of(key), line.text[at:until], line.start + start, line.start + at)


def tables(page: Page) -> Iterator[dict[str, Field]]:
    """Rows of every table whose header is underlined with dashes, as column key to field."""
    header: Line | None = None
    columns: list[tuple[str, int, int]] = []
    row = 0
    for line in page.lines:
        spans = [hit.span() for hit in _DASHES.finditer(line.text)] if set(line.text) <= {"-", " "} else []
        if spans and header is not None:
            shift = line.indent - header.indent
            columns = [
                (key_of(header.text[max(0, a + shift) : b + shift]), a + line.indent, b + line.indent) for a, b in spans
            ]
        elif columns:
            row += 1
            yield _row(line, columns, row)
        header = line


def _row(line: Line, columns: list[tuple[str, int, int]], row: int) -> dict[str, Field]:
    """Cells of a row: cut at the blank nearest to the gap between two headings, as numbers may lean out to the left."""
    padded = " " * line.indent + line.text
    cuts = [0]
    for (_, _, end), (_, start, _) in pairwise(columns):
        at = next(
            (i for i in range(start, max(end, cuts[-1]) - 1, -1) if i - 1 < len(padded) and padded[i - 1 : i] == " "),
            start,
        )
        cuts.append(min(max(at, cuts[-1]), len(padded)))
    cuts.append(len(padded))
    cells: dict[str, Field] = {}
    for (key, _, _), (begin, stop) in zip(columns, pairwise(cuts), strict=True):
        at, until = _trimmed(padded, begin, stop)
        if key and at < until:
            span = (max(0, at - line.indent), until - line.indent)
            cells[key] = of_line(line, key, value_of(padded[at:until]), span, group=row)
    return cells


def listed(page: Page, *needed: str) -> list[Field]:
    """A list or table of any names that has one of the `needed`; each record of a list that repeats a name is a group."""
    entries = key_values(page)
    if any(entry.name in needed for entry in entries):
        return list(grouped(entries))
    fields = [field for row in tables(page) for field in row.values()]
    return fields if any(field.name in needed for field in fields) else []


def grouped(entries: Iterable[Entry]) -> Iterator[Field]:
    """Entries as fields; a new group begins where the first name comes again."""
    first, group = "", 0
    for entry in entries:
        first = first or entry.name
        group += entry.name == first
        yield entry.field(group=group)


def records(names: str, *needed: str, aliases: Mapping[str, str] | None = None) -> Read:
    """A parser of list or table output: the fields of `names` (parted by blanks), if one of the `needed` is there."""
    renamed = dict(aliases or {})
    wanted = frozenset(names.split())

    def read(page: Page) -> list[Field]:
        fields = listed(page, *needed, *(old for old, new in renamed.items() if new in needed))
        return [
            named(field, renamed.get(field.name, field.name))
            for field in fields
            if renamed.get(field.name, field.name) in wanted
        ]

    return read


def named(field: Field, name: str, value: Value | None = None) -> Field:
    """The same field under another name, or with the value read from it."""
    return Field(
        name, field.value if value is None else value, field.start, field.end, field.at, field.until, field.group
    )
