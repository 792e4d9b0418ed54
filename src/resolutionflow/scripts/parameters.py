"""The contract of a template's parameters (scripts.md 3). Pure: gives back every fault, never raises."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, cast

from resolutionflow.pilot.redaction import TOKEN, find_secrets

TYPES: Final = ("text", "multi_text", "textarea", "number", "boolean", "select", "password")
FIELDS: Final = frozenset({"key", "label", "type", "required", "default", "options", "help", "secret", "validation"})
MOST: Final = 40
KEY: Final = re.compile(r"[a-z][a-z0-9_]{0,63}")
FORMATS: Final = frozenset(
    {
        "hostname", "fqdn", "ip", "cidr", "email", "upn", "mac", "guid", "url", "windows_path", "unix_path",
        "service_name", "account_name",
    }
)  # fmt: skip
_TEXT_RULES: Final = frozenset({"min_length", "max_length", "pattern", "format", "allow_leading_dash"})
_RULES: Final[Mapping[str, frozenset[str]]] = {
    "text": _TEXT_RULES,
    "multi_text": _TEXT_RULES | {"min_items", "max_items", "join"},
    "textarea": frozenset({"min_length", "max_length"}),
    "number": frozenset({"min", "max", "step", "decimals"}),
    "boolean": frozenset(),
    "select": frozenset(),
    "password": frozenset({"min_length", "as"}),
}
_LONGEST: Final[Mapping[str, int]] = {
    "text": 1000,
    "textarea": 20_000,
    "multi_text": 1000,
    "password": 1000,
    "select": 1000,
}
_LARGEST: Final = 2**53
_HIDDEN: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
# Repetitions of what is repeated or chosen between: such a pattern may take for ever.
_SLOW: Final = re.compile(r"\([^()]*[*+|{][^()]*\)[*+{]|\\[1-9]|\(\?")


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with the parameter at `index`; `field` null = the whole of it."""

    index: int
    field: str | None
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Declared:
    """A sound parameter, as the checks of the body need it. `plain` = its values can never be code."""

    key: str
    secret: bool
    plain: bool


def faults(parameters: list[Any]) -> list[Fault]:
    """Every fault, in order; none = sound."""
    found: list[Fault] = []
    if len(parameters) > MOST:
        found.append(Fault(MOST, None, "too_many", f"At most {MOST} parameters."))
    seen: set[str] = set()
    for index, given in enumerate(parameters[:MOST]):
        if not isinstance(given, dict):
            found.append(Fault(index, None, "type", "A parameter is an object."))
            continue
        parameter = cast("dict[str, Any]", given)
        found += [Fault(index, field, code, words) for field, code, words in _faults_of(parameter)]
        key = parameter.get("key")
        if isinstance(key, str):
            if key in seen:
                found.append(Fault(index, "key", "duplicate", f"Two parameters have the key {key[:64]}."))
            seen.add(key)
    return found


def declared(parameters: list[Any]) -> list[Declared]:
    """The parameters of a sound schema."""
    return [
        Declared(
            one["key"],
            bool(one["secret"]),
            one["type"] in {"number", "boolean"} or (one["type"] == "select" and _plain_options(one["options"])),
        )
        for one in parameters
    ]


def parameter(
    key: str, label: str, kind: str, *, secret: bool = False, default: Any = None, words: str = ""
) -> dict[str, Any]:
    """A parameter with every field the contract names."""
    return {
        "key": key,
        "label": label,
        "type": kind,
        "required": True,
        "default": default,
        "options": [],
        "help": words,
        "secret": secret,
        "validation": {},
    }


_Faults = Iterator[tuple[str | None, str, str]]


def _faults_of(given: dict[str, Any]) -> _Faults:
    for name in sorted(FIELDS - given.keys()):
        yield name, "missing", f"The field {name} is missing."
    for name in sorted(given.keys() - FIELDS):
        yield name[:64], "unknown", f"There is no field {name[:64]}."
    if given.keys() != FIELDS:
        return
    kind = given["type"]
    if not isinstance(kind, str) or kind not in TYPES:
        yield "type", "type", f"The type is one of {', '.join(TYPES)}."
        return
    yield from _names(given)
    yield from _flags(given, kind)
    yield from _options(given["options"], kind)
    yield from _validation(given["validation"], kind)
    yield from _default(given, kind)


def _names(given: dict[str, Any]) -> _Faults:
    key, label, words = given["key"], given["label"], given["help"]
    if not isinstance(key, str) or not KEY.fullmatch(key) or key.startswith("rf_"):
        yield "key", "key", "A key is small letters, digits and _, begins with a letter, and does not begin with rf_."
    if not isinstance(label, str) or not 1 <= len(label.strip()) <= 80 or _HIDDEN.search(label):
        yield "label", "label", "A label has 1 to 80 characters."
    if not isinstance(words, str) or len(words) > 500 or _HIDDEN.search(words):
        yield "help", "help", "The help has at most 500 characters."


def _flags(given: dict[str, Any], kind: str) -> _Faults:
    for name in ("required", "secret"):
        if not isinstance(given[name], bool):
            yield name, "type", f"{name} is true or false."
    if kind == "password" and given["secret"] is not True:
        yield "secret", "secret", "A password is always secret."
    if given["secret"] is True and kind not in {"password", "text", "textarea"}:
        yield "secret", "secret", "Only a text or a password can be secret."


def _options(options: Any, kind: str) -> _Faults:
    given: list[Any] = cast("list[Any]", options) if isinstance(options, list) else []
    if not isinstance(options, list):
        yield "options", "type", "The options are a list."
    elif kind != "select" and given:
        yield "options", "options", "Only a select has options."
    elif kind == "select":
        values = [_option_value(one) for one in given]
        if not 1 <= len(given) <= 100 or None in values or len(set(values)) != len(values):
            yield "options", "options", "A select has 1 to 100 different options, each a text or a value with a label."


def _option_value(option: Any) -> str | None:
    if isinstance(option, dict):
        pair = cast("dict[str, Any]", option)
        sound = set(pair) == {"value", "label"} and all(
            isinstance(text, str) and text.strip() for text in pair.values()
        )
        return _option_value(pair["value"]) if sound else None
    if not isinstance(option, str) or not 1 <= len(option) <= 1000 or "\n" in option or _HIDDEN.search(option):
        return None
    return option


def _plain_options(options: list[Any]) -> bool:
    return all(re.fullmatch(r"[A-Za-z][A-Za-z0-9_-]*", _option_value(one) or "") for one in options)


def _validation(rules: Any, kind: str) -> _Faults:
    if not isinstance(rules, dict):
        yield "validation", "type", "The validation is an object."
        return
    given = cast("dict[str, Any]", rules)
    for name, value in given.items():
        if name not in _RULES[kind]:
            yield "validation", "unknown", f"A {kind} has no rule {name[:64]}."
        elif not _SOUND[name](value):
            yield "validation", name, f"The rule {name} cannot be used as it is."
    for low, high in (("min_length", "max_length"), ("min_items", "max_items"), ("min", "max")):
        if _is_number(given.get(low)) and _is_number(given.get(high)) and given[low] > given[high]:
            yield "validation", low, f"{low} is more than {high}."


def _is_number(value: Any) -> bool:
    if not isinstance(value, int | float) or isinstance(value, bool):
        return False
    return abs(value) <= _LARGEST if isinstance(value, int) else math.isfinite(value)


def _count(most: int) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= most


def _sound_pattern(pattern: Any) -> bool:
    if not isinstance(pattern, str) or not 1 <= len(pattern) <= 500 or _SLOW.search(pattern):
        return False
    try:
        re.compile(pattern)
    except (re.error, RecursionError, OverflowError, Warning):
        return False
    return True


_SOUND: Final[Mapping[str, Callable[[Any], bool]]] = {
    "min_length": _count(20_000),
    "max_length": _count(20_000),
    "min_items": _count(100),
    "max_items": _count(100),
    "pattern": _sound_pattern,
    "format": lambda value: isinstance(value, str) and value in FORMATS,
    "allow_leading_dash": lambda value: isinstance(value, bool),
    "join": lambda value: isinstance(value, str) and 1 <= len(value) <= 10 and not _HIDDEN.search(value),
    "min": _is_number,
    "max": _is_number,
    "step": lambda value: _is_number(value) and value > 0,
    "decimals": lambda value: _count(6)(value) and value >= 1,
    "as": lambda value: value in ("text", "securestring"),
}


def _default(given: dict[str, Any], kind: str) -> _Faults:
    default = given["default"]
    if default is None:
        if given["required"] is False and kind in {"number", "boolean", "select"}:
            yield "default", "required", f"An optional {kind} needs a default."
        return
    if given["secret"] is True:
        yield "default", "secret", "A secret has no default."
    elif not _fits(default, given, kind):
        yield "default", "default", f"The default is no {kind} of this parameter."
    elif any(_is_secret(given["key"], text) for text in _texts(default)):
        yield "default", "secret", "The default looks like a secret. Make the parameter a password instead."


def _fits(value: Any, given: dict[str, Any], kind: str) -> bool:
    match kind:
        case "number":
            return _is_number(value)
        case "boolean":
            return isinstance(value, bool)
        case "select":
            options: Any = given["options"]
            return (
                isinstance(options, list)
                and isinstance(value, str)
                and value in [_option_value(one) for one in cast("list[Any]", options)]
            )
        case "multi_text":
            return (
                isinstance(value, list)
                and len(cast("list[Any]", value)) <= 100
                and all(_is_text(one, kind) for one in cast("list[Any]", value))
            )
        case _:
            return _is_text(value, kind)


def _is_text(value: Any, kind: str) -> bool:
    if not isinstance(value, str) or len(value) > _LONGEST[kind] or _HIDDEN.search(value):
        return False
    return kind == "textarea" or "\n" not in value


def _texts(value: Any) -> list[str]:
    return [one for one in cast("list[Any]", value if isinstance(value, list) else [value]) if isinstance(one, str)]


def _is_secret(key: Any, text: str) -> bool:
    return bool(TOKEN.search(text) or find_secrets(text) or find_secrets(f"{key} = '{text}'"))
