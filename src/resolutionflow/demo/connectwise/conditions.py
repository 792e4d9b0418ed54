"""The filter language of the PSA: text to a small tree, and the tree against a record. Pure.

Grammar: comparisons `= != < <= > >= contains like in` (the last three also with `not` before), `null`, `and`, `or`,
`not (...)` and brackets. Fields are nested by a slash. Strings stand in single or double quotes, dates in `[...]`.
A comparison with a missing value is false; only `= null` and `!= null` ask about absence. Text compares without case.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Final, cast

from lark import Lark, Token, Transformer
from lark.exceptions import LarkError, VisitError

from resolutionflow.demo.connectwise.errors import SimError, bad_condition
from resolutionflow.demo.connectwise.schema import BOOL, DATE, INT, NUM, REF, STR, FieldType, Schema, kind_of

_MAX_LENGTH: Final = 20_000
_MAX_DEPTH: Final = 60

Scalar = str | int | float | bool | datetime | None


@dataclass(frozen=True, slots=True)
class Compare:
    """`path op values`; `values` has one entry except for `in`. `negated` reverses the answer for a present value."""

    path: str
    op: str
    values: tuple[Scalar, ...]
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Both:
    left: Condition
    right: Condition


@dataclass(frozen=True, slots=True)
class Either:
    left: Condition
    right: Condition


@dataclass(frozen=True, slots=True)
class Negate:
    inner: Condition


Condition = Compare | Both | Either | Negate

_GRAMMAR: Final = r"""
?start: either
?either: both | either _OR both
?both: single | both _AND single
?single: compare | "(" either ")" | _NOT "(" either ")" -> negate
compare: PATH OP value                        -> simple
       | PATH _NOT WORD_OP value              -> negated
       | PATH WORD_OP value                   -> simple
       | PATH _IN "(" value ("," value)* ")"  -> contained
       | PATH _NOT _IN "(" value ("," value)* ")" -> not_contained
?value: STRING -> text | NUMBER -> number | DATE -> date | TRUE -> yes | FALSE -> no | NULL -> null
OP: "!=" | "<=" | ">=" | "=" | "<" | ">"
WORD_OP.3: /(contains|like)\b/i
_AND.3: /and\b/i
_OR.3: /or\b/i
_NOT.3: /not\b/i
_IN.3: /in\b/i
TRUE.3: /true\b/i
FALSE.3: /false\b/i
NULL.3: /null\b/i
PATH: /[A-Za-z_][A-Za-z0-9_]*(\/[A-Za-z_][A-Za-z0-9_]*)*/
STRING: /"[^"]*"|'[^']*'/
NUMBER: /-?\d{1,18}(\.\d{1,9})?/
DATE: /\[[^\]]{1,40}\]/
%ignore /[ \t\r\n]+/
"""


class _Build(Transformer[Token, Condition]):
    """Called bottom-up by the parser itself, so that depth costs no recursion here."""

    def simple(self, items: list[Any]) -> Condition:
        return Compare(str(items[0]), str(items[1]).lower(), (items[2],))

    def negated(self, items: list[Any]) -> Condition:
        return Compare(str(items[0]), str(items[1]).lower(), (items[2],), negated=True)

    def contained(self, items: list[Any]) -> Condition:
        return Compare(str(items[0]), "in", tuple(items[1:]))

    def not_contained(self, items: list[Any]) -> Condition:
        return Compare(str(items[0]), "in", tuple(items[1:]), negated=True)

    def both(self, items: list[Any]) -> Condition:
        return Both(items[0], items[1])

    def either(self, items: list[Any]) -> Condition:
        return Either(items[0], items[1])

    def negate(self, items: list[Any]) -> Condition:
        return Negate(items[0])

    def text(self, items: list[Token]) -> Scalar:
        return str(items[0])[1:-1]

    def number(self, items: list[Token]) -> Scalar:
        raw = str(items[0])
        return float(raw) if "." in raw else int(raw)

    def date(self, items: list[Token]) -> Scalar:
        return parse_date(str(items[0])[1:-1])

    def yes(self, _items: list[Token]) -> Scalar:
        return True

    def no(self, _items: list[Token]) -> Scalar:
        return False

    def null(self, _items: list[Token]) -> Scalar:
        return None


_PARSER: Final = Lark(_GRAMMAR, parser="lalr", transformer=_Build())


def parse_date(text: str) -> datetime:
    """An ISO time as the PSA writes it; without an offset it is UTC."""
    try:
        moment = datetime.fromisoformat(text.strip())
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError) as problem:
        raise bad_condition(f"'{text[:40]}' is not a date.") from problem


def parse(text: str, schema: Schema) -> Condition:
    """The tree of one condition over `schema`. Raises the vendor's 400 `ApiFindCondition` for anything else."""
    if len(text) > _MAX_LENGTH or _depth(text) > _MAX_DEPTH:
        raise bad_condition("The condition is too long or nested too deeply.")
    try:
        condition = cast("Condition", _PARSER.parse(text))  # pyright: ignore[reportUnknownMemberType] - lark has no types for it
    except VisitError as problem:
        if isinstance(problem.orig_exc, SimError):
            raise problem.orig_exc from problem
        raise bad_condition("The condition could not be read.") from problem
    except LarkError as problem:
        raise bad_condition(f"String is not a valid condition: {text[:200]}") from problem
    _check(condition, schema)
    return condition


def _depth(text: str) -> int:
    deepest = now = 0
    for sign in text:
        now += (sign == "(") - (sign == ")")
        deepest = max(deepest, now)
    return deepest


def leaves(condition: Condition) -> list[Compare]:
    """Every comparison of the tree. Long chains of `and` are walked without recursion."""
    found: list[Compare] = []
    rest = [condition]
    while rest:
        node = rest.pop()
        match node:
            case Compare():
                found.append(node)
            case Both() | Either():
                rest += [node.right, node.left]
            case Negate():
                rest.append(node.inner)
    return found


def _check(condition: Condition, schema: Schema) -> None:
    for leaf in leaves(condition):
        kind = kind_of(schema, leaf.path)
        for value in leaf.values:
            _check_value(leaf, kind, value)


_TEXT_OPS: Final = ("contains", "like")


def _check_value(leaf: Compare, kind: FieldType, value: Scalar) -> None:
    if value is None:
        if leaf.op not in ("=", "!="):
            raise bad_condition(f"'{leaf.path}' can only be compared with null by = or !=.")
        return
    fits: dict[FieldType, bool] = {
        INT: isinstance(value, (int, float)) and not isinstance(value, bool),
        NUM: isinstance(value, (int, float)) and not isinstance(value, bool),
        STR: isinstance(value, str),
        BOOL: isinstance(value, bool) and leaf.op in ("=", "!="),
        DATE: isinstance(value, datetime),
        REF: False,
    }
    if not fits[kind] or (leaf.op in _TEXT_OPS and kind is not STR):
        raise bad_condition(f"'{leaf.path}' is a {kind.value} and cannot be compared like this.")


Lookup = Callable[[str], list[Any]]
"""The values found at a path: none or `[None]` when absent, several for a field that stands for a list."""


def matches(condition: Condition, lookup: Lookup) -> bool:
    """Whether the record behind `lookup` fulfils the condition."""
    match condition:
        case Compare():
            return _compare(condition, lookup(condition.path))
        case Both():
            return all(matches(part, lookup) for part in _chain(condition, Both))
        case Either():
            return any(matches(part, lookup) for part in _chain(condition, Either))
        case Negate():
            return not matches(condition.inner, lookup)


def _chain(condition: Both | Either, kind: type[Both | Either]) -> list[Condition]:
    """`a and b and c` as one list: the tree leans left and may be thousands deep."""
    parts: list[Condition] = []
    node: Condition = condition
    while isinstance(node, (Both, Either)) and isinstance(node, kind):
        parts.append(node.right)
        node = node.left
    return [node, *reversed(parts)]


def _compare(leaf: Compare, found: list[Any]) -> bool:
    present = [value for value in found if value is not None]
    if leaf.values == (None,):
        return bool(present) if leaf.op == "!=" else not present
    return any(_one(leaf, value) != leaf.negated for value in present)


def _one(leaf: Compare, actual: Any) -> bool:
    if leaf.op == "in":
        return any(_folded(actual) == _folded(value, like=actual) for value in leaf.values)
    return _OPERATORS[leaf.op](_folded(actual), _folded(leaf.values[0], like=actual))


def _folded(value: Any, *, like: Any = None) -> Any:
    """Comparable: text without case; a record's date text as a moment when it meets a date."""
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%dT%H:%M:%SZ").casefold() if isinstance(like, str) else value
    return value.casefold() if isinstance(value, str) else value


@lru_cache(maxsize=256)
def _pattern(text: str) -> re.Pattern[str]:
    """`like`: `%` and `*` stand for any text, `_` for one sign."""
    signs = {"%": ".*", "*": ".*", "_": "."}
    return re.compile("".join(signs.get(sign, re.escape(sign)) for sign in text), re.DOTALL)


_OPERATORS: Final[dict[str, Callable[[Any, Any], bool]]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "contains": operator.contains,
    "like": lambda mine, asked: _pattern(asked).fullmatch(mine) is not None,
}
