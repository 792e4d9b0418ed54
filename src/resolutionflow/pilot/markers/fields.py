"""Reading typed fields out of an engine's JSON. Every refusal is one exception that stays inside this package."""

from __future__ import annotations

import math
import re
import string
from collections.abc import Mapping
from typing import Any, Final, cast

import orjson

from resolutionflow.pilot.markers.types import DropReason

_FENCE: Final = "```"
_INVISIBLE: Final = string.whitespace + "\u00a0\u2028\u2029\ufeff\u200b\u200c\u200d\u2060"
_LANGUAGE: Final = re.compile(r"\s*[A-Za-z0-9]*")


class Refused(Exception):
    """A body that cannot be applied: a decision that never leaves the package. Carries the reason and the field at fault."""

    def __init__(self, reason: DropReason, detail: str = "") -> None:
        super().__init__(reason, detail)
        self.reason = reason
        self.detail = detail


def load(body: str) -> object:
    """The JSON value of a block body, with or without a code fence around it. NaN and infinities are not JSON."""
    try:
        return orjson.loads(_without_fence(body))
    except (orjson.JSONDecodeError, RecursionError) as error:
        raise Refused(DropReason.NOT_JSON) from error


def _without_fence(body: str) -> str:
    text = _trimmed(body)
    if text.startswith(_FENCE) and text.endswith(_FENCE) and len(text) >= 2 * len(_FENCE):
        # The language stands behind the first fence; no array and no object begins with such a word.
        return _LANGUAGE.sub("", text[len(_FENCE) : -len(_FENCE)], count=1)
    return text


def _trimmed(body: str) -> str:
    """Without blanks and the invisible characters (byte order marks, zero widths) that models put around JSON."""
    return body.strip(_INVISIBLE)


def as_object(value: object, allowed: frozenset[str], where: str) -> Mapping[str, object]:
    """The value as an object that has no other fields than `allowed`."""
    if not isinstance(value, dict):
        raise Refused(DropReason.WRONG_SHAPE, where)
    found = cast("dict[str, Any]", value)
    if not found.keys() <= allowed:
        raise Refused(DropReason.UNKNOWN_FIELD, where)
    return found


def as_array(value: object, where: str) -> list[object]:
    if not isinstance(value, list):
        raise Refused(DropReason.WRONG_SHAPE, where)
    return cast("list[object]", value)


def clean(text: str) -> str:
    """Without what no database column and no terminal takes: NUL, lone surrogates, outer blanks."""
    if "\x00" in text:
        text = text.replace("\x00", "")
    return text.encode("utf-8", "replace").decode("utf-8").strip()


def required_text(found: Mapping[str, object], key: str, *, cut: int, blank: bool = False) -> str:
    """A text field that must be there, cut to `cut` characters; blank only where that is allowed."""
    if key not in found:
        raise Refused(DropReason.MISSING_FIELD, key)
    text = _text(found[key], key)[:cut].rstrip()
    if not text and not blank:
        raise Refused(DropReason.BLANK, key)
    return text


def optional_text(found: Mapping[str, object], key: str, *, cut: int) -> str:
    """A text field that may be absent or null; then it is empty."""
    value = found.get(key)
    return "" if value is None else _text(value, key)[:cut].rstrip()


def optional_code(found: Mapping[str, object], key: str, *, limit: int) -> str | None:
    """A command or script: never cut, because half of one does something else. Blank is None."""
    value = found.get(key)
    if value is None:
        return None
    if not isinstance(value, str):
        raise Refused(DropReason.WRONG_TYPE, key)
    code = value.replace("\x00", "")
    if len(code) > limit:
        raise Refused(DropReason.TOO_LONG, key)
    return code if code.strip() else None


def percent(found: Mapping[str, object], key: str) -> int:
    """A number as whole per cent between 0 and 100. True and false are not numbers."""
    if key not in found:
        raise Refused(DropReason.MISSING_FIELD, key)
    value = found[key]
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise Refused(DropReason.WRONG_TYPE, key)
    return math.floor(min(max(value, 0), 100) + 0.5)


def _text(value: object, key: str) -> str:
    if not isinstance(value, str):
        raise Refused(DropReason.WRONG_TYPE, key)
    return clean(value)
