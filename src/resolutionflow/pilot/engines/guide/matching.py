"""Evidence patterns against sources: does a matcher hold, which words show it, which variables does it bind."""

from __future__ import annotations

import operator
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from resolutionflow.flows.definition import (
    EvidencePattern,
    KeywordMatcher,
    Operator,
    ParsedMatcher,
    RegexMatcher,
    Scalar,
    Scope,
    TicketMatcher,
)
from resolutionflow.pilot.contract import TicketContext
from resolutionflow.pilot.engines.guide.knowledge import compiled_pattern
from resolutionflow.pilot.engines.guide.sources import Origin, Source, ticket_values
from resolutionflow.pilot.outputs import Field, Value, parse_output

_SENTENCE = re.compile(r"\S(?:[^.!?\n]|[.!?](?!\s|$)){0,400}[.!?]?")
_CLAUSE_END = re.compile(r"[.!?](?=[\s\"')\]]|$)|\n(?!\s*[a-z])|\n[ \t]*\n")
_MAX_QUOTE = 240


@dataclass(frozen=True, slots=True)
class Match:
    """The verbatim words that hold, and the variables they bind."""

    quote: str
    variables: Mapping[str, str] = field(default_factory=dict[str, str])


def match_source(pattern: EvidencePattern, source: Source, *, own: bool) -> Match | None:
    """A matcher on one source. `own` = the source is the output of the pattern's own check."""
    match pattern:
        case RegexMatcher():
            if not _in_scope(pattern.scope, source, own=own):
                return None
            found = compiled_pattern(pattern.pattern)
            return _first_sentence(found, source) if found is not None else None
        case KeywordMatcher():
            return (
                _first_sentence(_keyword_pattern(pattern.words), source)
                if _in_scope(pattern.scope, source, own=own)
                else None
            )
        case ParsedMatcher():
            if not own and pattern.where != "any":
                return None
            return _match_fields(pattern, parse_output(pattern.command, source.text), source)
        case TicketMatcher():
            return None


def match_ticket(pattern: TicketMatcher, ticket: TicketContext | None) -> Match | None:
    """A matcher on a ticket field; the quote is the value, or the part that fits."""
    for value in ticket_values(ticket, pattern.field):
        folded, wanted = value.casefold(), pattern.value.casefold()
        if pattern.op == "matches":
            found = compiled_pattern(pattern.value)
            hit = found.search(value) if found is not None else None
            if hit is not None and hit[0].strip():
                return Match(hit[0])
        elif (pattern.op == "eq" and folded.strip() == wanted.strip()) or (
            pattern.op == "contains" and wanted in folded
        ):
            at = folded.find(wanted)
            return Match(value[at : at + len(wanted)] if len(folded) == len(value) else value)
    return None


def _in_scope(scope: Scope, source: Source, *, own: bool) -> bool:
    match source.origin:
        case Origin.OUTPUT:
            return own or scope == "output"
        case Origin.TICKET:
            return source.field is not None and scope in {"any", "ticket"}
        case Origin.MESSAGE:
            return scope in {"any", "message"}
        case Origin.TEXT | Origin.OPTION:
            return own and scope in {"any", "message"}


def _first_sentence(pattern: re.Pattern[str], source: Source) -> Match | None:
    """The first match that is not part of a question, with the sentence around it as the quote.

    What people write is searched sentence by sentence: sentences stay the same from turn to turn, so what was found in them
    is remembered, and no pattern can run away with a long text. Output of commands is searched whole.
    """
    told = source.origin in {Origin.MESSAGE, Origin.TICKET}
    pieces = _pieces(source.text) if told else ((0, source.text),)
    for offset, piece in pieces:
        hit = _search(pattern, piece) if told else _found(pattern.search(piece))
        if hit is None or (told and _asks(source.text, offset + hit.end)):
            continue
        start, end = _line_around(piece, hit.start, hit.end)
        start, end = start + offset, end + offset
        quote = source.quote(start, end) or source.quote(offset + hit.start, offset + hit.end)
        if quote is not None:
            return Match(quote.strip(), dict(hit.groups))
    return None


def _asks(text: str, at: int) -> bool:
    """Whether the sentence around `at` is a question. A line that goes on in lower case is the same sentence, wrapped."""
    end = _CLAUSE_END.search(text, at)
    return end is not None and end[0].startswith("?")


@dataclass(frozen=True, slots=True)
class _Hit:
    start: int
    end: int
    groups: tuple[tuple[str, str], ...]


@lru_cache(maxsize=30_000)
def _search(pattern: re.Pattern[str], piece: str) -> _Hit | None:
    return _found(pattern.search(piece))


def _found(match: re.Match[str] | None) -> _Hit | None:
    if match is None or not match[0].strip():
        return None
    groups = tuple((name, value.strip()) for name, value in match.groupdict().items() if value)
    return _Hit(match.start(), match.end(), groups)


@lru_cache(maxsize=256)
def _pieces(text: str) -> tuple[tuple[int, str], ...]:
    """Sentences and lines with their places; what has no end for long is cut."""
    return tuple((hit.start(), hit[0]) for hit in _SENTENCE.finditer(text))


def _line_around(text: str, start: int, end: int) -> tuple[int, int]:
    """The line around a span; the span itself when that would be long."""
    before = text.rfind("\n", 0, start) + 1
    after = text.find("\n", end)
    after = len(text) if after < 0 else after
    if after - before > _MAX_QUOTE:
        return start, end
    return before, after


@lru_cache(maxsize=1024)
def _keyword_pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    joined = "|".join(r"\s+".join(re.escape(part) for part in word.split()) for word in words)
    return re.compile(rf"(?<!\w)(?:{joined})(?!\w)", re.IGNORECASE)


def _match_fields(pattern: ParsedMatcher, fields: tuple[Field, ...], source: Source) -> Match | None:
    if not fields:
        return None
    named = [entry for entry in fields if entry.name == pattern.field]
    if pattern.op == "absent":
        return None if named else _quoted(fields[0], source)
    for entry in named:
        if _holds(pattern.op, entry.value, pattern.value):
            match = _quoted(entry, source)
            if match is not None:
                bound = {pattern.bind: _text(entry.value)} if pattern.bind else {}
                return Match(match.quote, bound)
    return None


def _quoted(entry: Field, source: Source) -> Match | None:
    quote = source.quote(entry.start, entry.end)
    return Match(quote) if quote is not None else None


def _text(value: Value) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def _holds(op: Operator, actual: Value, wanted: Scalar | tuple[Scalar, ...] | None) -> bool:
    """Whether a value satisfies an operator; `absent` is decided before any value is looked at."""
    if op == "present":
        return str(actual).strip() != ""
    if isinstance(wanted, tuple):
        return op == "in" and any(_equal(actual, value) for value in wanted)
    if op in {"eq", "ne"}:
        return _equal(actual, wanted) == (op == "eq")
    if op == "contains":
        return str(wanted).casefold() in str(actual).casefold()
    if op == "matches":
        pattern = compiled_pattern(str(wanted))
        return pattern is not None and pattern.search(str(actual)) is not None
    return _compare(op, actual, wanted)


def _compare(op: Operator, actual: Value, wanted: Scalar | None) -> bool:
    if isinstance(actual, (str, bool)) or isinstance(wanted, (str, bool)) or wanted is None:
        return False
    compare = {"gt": operator.gt, "ge": operator.ge, "lt": operator.lt, "le": operator.le}.get(op)
    return compare is not None and compare(actual, wanted)


def _equal(actual: Value, wanted: Scalar | None) -> bool:
    if isinstance(actual, bool) or isinstance(wanted, bool):
        return actual is wanted
    if isinstance(actual, str) or isinstance(wanted, str):
        return str(actual).strip().casefold() == str(wanted).strip().casefold()
    return actual == wanted
