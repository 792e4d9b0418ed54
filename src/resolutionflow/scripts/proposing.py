"""What a model names as parameters, read from its reply. Its words are a proposal: the code cuts. Pure."""

from __future__ import annotations

import re
from typing import Any, Final, cast

import orjson

from resolutionflow.pilot.engines.llm.frame import untrusted
from resolutionflow.pilot.redaction import TOKEN
from resolutionflow.scripts.extraction import BEST_GUESS, MOST, Named, key_of

_ARRAY: Final = re.compile(r"\[.*\]", re.DOTALL)
_KINDS: Final = {"text": "text", "number": "number"}


def question(script: str) -> str:
    """The script as the model is shown it, its lines numbered."""
    numbered = "\n".join(f"{number}: {line}" for number, line in enumerate(script.split("\n"), 1))
    return untrusted("script", numbered)


def read(reply: str) -> list[Named] | None:
    """The named values, unusable ones left out; None when the reply is no JSON array."""
    found = _ARRAY.search(reply)
    try:
        told: Any = orjson.loads(found[0]) if found else None
    except orjson.JSONDecodeError:
        return None
    if not isinstance(told, list):
        return None
    entries = cast("list[Any]", told)[: 4 * MOST]
    found_values = (_named(cast("dict[str, Any]", one)) for one in entries if isinstance(one, dict))
    return [one for one in found_values if one is not None]


def _named(entry: dict[str, Any]) -> Named | None:
    key, value, line = entry.get("key"), entry.get("value"), entry.get("line")
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(key, str) or not isinstance(value, str) or isinstance(line, bool) or not isinstance(line, int):
        return None
    if not (cleaned := key_of(key)) or not value.strip() or line < 1 or TOKEN.search(value):
        return None
    kind = entry.get("type")
    kind = _KINDS.get(kind, "text") if isinstance(kind, str) else "text"
    if kind == "number" and not re.fullmatch(r"0|[1-9]\d{0,14}", value):
        kind = "text"
    label, origin = _words(entry.get("label")), _words(entry.get("inferred_from"))
    return Named(cleaned, label, kind, value, line, origin or BEST_GUESS)


def _words(told: Any) -> str:
    return " ".join(told.split())[:80] if isinstance(told, str) and told.isprintable() else ""
