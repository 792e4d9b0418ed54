"""The filter language of Autotask as a closed set of operators: what cannot be written here cannot be sent.

The service ignores an operator or a field it does not know and then returns everything, so each answer is compared with what was asked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Literal

from resolutionflow.psa.providers.errors import InvalidFilter

Json = dict[str, Any]
Value = str | int | bool | tuple[int, ...] | None

MAX_WORDS = 8
MOST_IDS = 500
_UNSAFE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_DIGITS = re.compile(r"[0-9]{1,18}\Z")
_TICKET_NUMBER = re.compile(r"(?:AT\s+)?#?\s*(T[0-9]{8}\.[0-9]{4,6})\Z", re.IGNORECASE)
_ID = re.compile(r"(?:AT\s+)?#?\s*([0-9]{1,18})\Z", re.IGNORECASE)


class Op(StrEnum):
    """The operators the service knows."""

    EQ = "eq"
    NOT_EQ = "noteq"
    GT = "gt"
    GTE = "gte"
    LT = "lt"
    LTE = "lte"
    BEGINS = "beginsWith"
    ENDS = "endsWith"
    CONTAINS = "contains"
    EXIST = "exist"
    NOT_EXIST = "notExist"
    IN = "in"
    NOT_IN = "notIn"


@dataclass(frozen=True, slots=True)
class Clause:
    """One comparison."""

    op: Op
    field: str
    value: Value = None

    def body(self) -> Json:
        if self.op in (Op.EXIST, Op.NOT_EXIST):
            return {"op": self.op.value, "field": self.field}
        value = list(self.value) if isinstance(self.value, tuple) else self.value
        return {"op": self.op.value, "field": self.field, "value": value}

    def fields(self) -> Iterator[str]:
        yield self.field

    def holds(self, row: Mapping[str, Any]) -> bool:
        """Whether the row is what was asked for, as far as that can be told here: texts are left to the service's collation."""
        if self.field not in row:
            return True
        found = row[self.field]
        return _holds(self.op, found, self.value)


def _holds(op: Op, found: Any, value: Value) -> bool:
    if op in (Op.EXIST, Op.NOT_EXIST):
        return (found is None) is (op is Op.NOT_EXIST)
    if op is Op.IN:
        return isinstance(value, tuple) and found in value
    if isinstance(value, bool) or not isinstance(value, int):
        return True
    if op in (Op.EQ, Op.NOT_EQ):
        return (found == value) is (op is Op.EQ)
    if op in (Op.LT, Op.GTE):
        return isinstance(found, int) and (found < value) is (op is Op.LT)
    return True


@dataclass(frozen=True, slots=True)
class Group:
    """All (`and`) or any (`or`) of the items."""

    op: Literal["and", "or"]
    items: tuple[Condition, ...]

    def body(self) -> Json:
        return {"op": self.op, "items": [item.body() for item in self.items]}

    def fields(self) -> Iterator[str]:
        for item in self.items:
            yield from item.fields()

    def holds(self, row: Mapping[str, Any]) -> bool:
        results = (item.holds(row) for item in self.items)
        return all(results) if self.op == "and" else any(results)


Condition = Clause | Group

# Every record has an id above zero; a query without a filter is refused.
EVERYTHING = Clause(Op.GTE, "id", 0)


def is_(field: str, value: str | int | bool) -> Clause:  # noqa: FBT001 - the value compared with
    return Clause(Op.EQ, field, value)


def contains(field: str, word: str) -> Clause:
    return Clause(Op.CONTAINS, field, word)


def one_of(field: str, ids: Sequence[int]) -> Clause:
    """At most 500 ids; more is the caller's mistake."""
    return Clause(Op.IN, field, tuple(ids[:MOST_IDS]))


def any_of(*items: Condition) -> Condition:
    return items[0] if len(items) == 1 else Group("or", items)


def number(text: str) -> int:
    """An id as the service counts them. Raises `InvalidFilter` for anything but digits."""
    if not text.isascii() or not _DIGITS.match(text):
        raise InvalidFilter
    return int(text)


def words_of(query: str) -> tuple[str, ...]:
    """What a person searched for, word by word."""
    return tuple(word[:100] for word in _UNSAFE.sub(" ", query).split())[:MAX_WORDS]


def exact_ticket(query: str) -> Clause | None:
    """The ticket a query names by number (`T20261112.0007`, `AT T20261112.0007`) or id (`7312`, `#7312`), else None."""
    text = query.strip()
    if not text.isascii():
        return None
    if found := _TICKET_NUMBER.match(text):
        return is_("ticketNumber", found.group(1).upper())
    if found := _ID.match(text):
        return is_("id", int(found.group(1)))
    return None
