"""What every output parser gives: typed fields with the characters that prove them, and the words they are said in."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Literal, TypeAlias

from resolutionflow.pilot.outputs.page import Page

Value: TypeAlias = str | float | bool
Kind: TypeAlias = Literal["text", "number", "flag", "value"]


@dataclass(frozen=True, slots=True)
class Field:
    """One value of an output.

    `start` to `end` is the label with its value, or the line: what proves it. `at` to `until` is the value itself; for a flag or a
    count the words it was read from. `group` tells adapters, drives or rows of one text apart.
    """

    name: str
    value: Value
    start: int
    end: int
    at: int
    until: int
    group: int = 0

    def moved(self, offset: int, groups: int) -> Field:
        """The same field of a text that begins `offset` characters earlier."""
        return replace(
            self,
            start=self.start + offset,
            end=self.end + offset,
            at=self.at + offset,
            until=self.until + offset,
            group=self.group + groups,
        )


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """What a field holds (`value` = text or a number); `unit` of a number, empty for a plain count or an identifier."""

    kind: Kind
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Says:
    """The words for a field. `when` is the value that it takes, a test of it, or None for any; `{name}` are values of the same group."""

    field: str
    when: Value | tuple[Value, ...] | Callable[[Value], bool] | None
    text: str
    weight: int = 2


def at_least(limit: float) -> Callable[[Value], bool]:
    """A test of a number: from `limit` on."""
    return lambda value: isinstance(value, float) and value >= limit


def below(limit: float) -> Callable[[Value], bool]:
    """A test of a number: less than `limit`."""
    return lambda value: isinstance(value, float) and value < limit


Read: TypeAlias = Callable[[Page], Iterable[Field]]


@dataclass(frozen=True, slots=True)
class Parser:
    """One reader of outputs. `fields` is None for the one that reads lists of any names.

    `signs` are words without which a text is not this output; `asked` finds the commands whose output it reads.
    """

    name: str
    read: Read
    fields: Mapping[str, FieldSpec] | None
    asked: re.Pattern[str]
    signs: re.Pattern[str]
    says: tuple[Says, ...] = ()


def parser(name: str, read: Read, fields: str | None, *, asked: str, signs: str, says: Iterable[Says] = ()) -> Parser:
    """`fields` names each field with its kind, and the unit of a number: `loss number:%, target text`."""
    return Parser(
        name,
        read,
        None if fields is None else MappingProxyType(dict(_spec(entry) for entry in fields.split(","))),
        re.compile(asked, re.IGNORECASE),
        re.compile(signs, re.IGNORECASE),
        tuple(says),
    )


def _spec(entry: str) -> tuple[str, FieldSpec]:
    name, kind = entry.split()
    kind, _, unit = kind.partition(":")
    known: dict[str, Kind] = {"text": "text", "number": "number", "flag": "flag", "value": "value"}
    return name, FieldSpec(known[kind], unit)
