"""What a pasted output says, as short facts in words, each with the characters that prove it. No model, no guessing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from string import Formatter

from resolutionflow.pilot.grounding import EvidenceIndex
from resolutionflow.pilot.outputs.fields import Field, Parser, Says, Value
from resolutionflow.pilot.outputs.reading import recognise

MOST = 60
_ENOUGH = 500
_LONGEST_VALUE = 160
_LONGEST_QUOTE = 300


@dataclass(frozen=True, slots=True)
class Observation:
    """`text` is a fact in words; `quote` is characters `start` to `end` of the given text and proves it.

    `command` names the parser. `weight` says how telling it is: 4 and more = a fault or its absence, 2 or 3 = a setting or a state,
    1 = context.
    """

    command: str
    text: str
    quote: str
    start: int
    end: int
    weight: int = 2


@lru_cache(maxsize=64)
def observations(text: str, asked_command: str | None = None) -> tuple[Observation, ...]:
    """What a pasted text says, in the order it stands there; at most 60, the most telling. Empty when no known output is recognised.

    `asked_command` is the command the engineer was asked to run, if any. Each quote is verbatim: `text[start:end]`.
    """
    claims = recognise(text, asked_command)
    if not claims:
        return ()
    index = EvidenceIndex([text])
    found: dict[str, Observation] = {}
    for claim in claims:
        for said in _said(text, claim.parser, claim.fields, index):
            found.setdefault(said.text, said)
            if len(found) == _ENOUGH:
                break
    telling = sorted(found.values(), key=lambda said: (-said.weight, said.start, said.text))[:MOST]
    return tuple(sorted(telling, key=lambda said: (said.start, -said.weight, said.text)))


def _said(text: str, parser: Parser, fields: tuple[Field, ...], index: EvidenceIndex) -> Iterator[Observation]:
    groups: dict[int, dict[str, Field]] = {}
    for field in fields:
        groups.setdefault(field.group, {}).setdefault(field.name, field)
    shared = groups.get(0, {})
    for field in fields:
        known = {**shared, **groups[field.group], field.name: field}
        for says in parser.says:
            if says.field == field.name and _takes(says, field.value):
                used = [name for _, name, _, _ in Formatter().parse(says.text) if name]
                if all(name in known and _short(known[name].value) for name in used):
                    words = _words(says, known, index)
                    if words is not None:
                        yield _observation(text, parser, says, field, known, words)
                    break


def _takes(says: Says, value: Value) -> bool:
    if says.when is None:
        return True
    if callable(says.when):
        return says.when(value)
    return value in says.when if isinstance(says.when, tuple) else value == says.when and type(value) is type(says.when)


def _short(value: Value) -> bool:
    return 0 < len(str(value)) <= _LONGEST_VALUE


def _words(says: Says, known: Mapping[str, Field], index: EvidenceIndex) -> str | None:
    """The sentence, with its values in quotes where they would not be found as they are; None when the output does not hold them."""
    values = {name: spoken(entry.value) for name, entry in known.items()}
    plain = says.text.format_map(values)
    if not index.missing(plain):
        return plain
    quoted = says.text.format_map(
        {
            name: f"\u201c{value}\u201d" if isinstance(known[name].value, str) else value
            for name, value in values.items()
        }
    )
    return None if index.missing(quoted) else quoted


def _observation(
    text: str, parser: Parser, says: Says, field: Field, known: Mapping[str, Field], words: str
) -> Observation:
    used = [known[name] for _, name, _, _ in Formatter().parse(says.text) if name] or [field]
    start, end = min(field.start, *(f.start for f in used)), max(field.end, *(f.end for f in used))
    if end - start > _LONGEST_QUOTE:
        start, end = field.start, field.end
    return Observation(parser.name, words, text[start:end], start, end, says.weight)


def spoken(value: Value) -> str:
    """A value as a person writes it."""
    if isinstance(value, bool):
        return "True" if value else "False"
    return value if isinstance(value, str) else f"{value:.12g}"
