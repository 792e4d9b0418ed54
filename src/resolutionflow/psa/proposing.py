"""What a model reads out of a message for a new ticket. Its words are a proposal: ids come from our lists, places from the message. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, cast

import orjson

from resolutionflow.pilot.engines.llm.frame import untrusted
from resolutionflow.pilot.grounding import EvidenceIndex
from resolutionflow.psa.parsing import SUMMARY, Confidence, Lists, Named, Part, Proposed, Read

MOST_NAMES: Final = 300
_LONGEST_PLACE: Final = 300
_OBJECT: Final = re.compile(r"\{.*\}", re.DOTALL)
_WORD: Final = re.compile(r"\w{3,}")


@dataclass(frozen=True, slots=True)
class Offer:
    """What the model may pick from, by label."""

    labels: Mapping[str, tuple[Part, Named]] = field(default_factory=dict[str, tuple[Part, Named]])


def offer(text: str, lists: Lists) -> Offer:
    """Everything of short lists; of long ones what shares a word, or the beginning of one, with the message."""
    found: dict[str, tuple[Part, Named]] = {}
    kinds: tuple[tuple[Part, Sequence[Named]], ...] = (
        ("company", lists.companies),
        ("contact", lists.contacts),
        ("board", lists.boards),
        ("priority", lists.priorities),
    )
    for part, items in kinds:
        for number, item in enumerate(_likely(text, items), 1):
            found[f"{part}-{number}"] = (part, item)
    return Offer(found)


def _likely(text: str, items: Sequence[Named]) -> Sequence[Named]:
    if len(items) <= MOST_NAMES:
        return items
    beginnings = {word.casefold()[:4] for word in _WORD.findall(text)}
    return [item for item in items if _beginnings(item.name) & beginnings][:MOST_NAMES]


def _beginnings(name: str) -> set[str]:
    return {word.casefold()[:4] for word in _WORD.findall(name)}


def question(text: str, offered: Offer) -> str:
    """The lists and the message as the model is shown them."""
    lines = [f"{label}: {item.name}" for label, (_, item) in offered.labels.items()]
    return f"{untrusted('lists', chr(10).join(lines))}\n\n{untrusted('message', text)}"


def read(reply: str, text: str, offered: Offer) -> Proposed | None:
    """What of the reply holds: picks that were offered, with a place that really stands in the message. None when it is no JSON object."""
    found = _OBJECT.search(reply)
    try:
        told: Any = orjson.loads(found[0]) if found else None
    except orjson.JSONDecodeError:
        return None
    if not isinstance(told, dict):
        return None
    entries = cast("dict[str, Any]", told)
    proposed = Proposed(_summary(entries.get("summary"), text))
    for part in ("company", "contact", "board", "priority"):
        entry = entries.get(part)
        if isinstance(entry, dict):
            _take(proposed, part, cast("dict[str, Any]", entry), text, offered)
    return proposed


def _summary(entry: Any, text: str) -> Read | None:
    """One line, and nothing in it that the message does not name."""
    if not isinstance(entry, dict):
        return None
    told = cast("dict[str, Any]", entry)
    value, span = told.get("value"), place_of(told.get("from"), text)
    if not isinstance(value, str) or span is None:
        return None
    line = " ".join(value.split()).rstrip(".")
    if not line or len(line) > SUMMARY or not line.isprintable() or EvidenceIndex([text]).missing(line):
        return None
    return Read(None, line, "medium", span)


def _take(proposed: Proposed, part: Part, entry: dict[str, Any], text: str, offered: Offer) -> None:
    span = place_of(entry.get("from"), text)
    kind, item = offered.labels.get(str(entry.get("pick")), (part, None))
    if kind != part:
        item = None
    if item is not None and span is not None:
        proposed.parts[part] = Read(item.id, item.name, _confidence(entry, item.name, text[slice(*span)]), span)
    elif item is not None or span is not None:
        words = item.name if item is not None else text[slice(*cast("tuple[int, int]", span))]
        proposed.unresolved.append((part, words, "unknown"))


def _confidence(entry: dict[str, Any], name: str, words: str) -> Confidence:
    """Certain is only what the rules find. A passage that shares no word with the name is the model's reading alone."""
    if not _beginnings(name) & _beginnings(words):
        return "low"
    return "low" if entry.get("confidence") == "low" else "medium"


def place_of(words: Any, text: str) -> tuple[int, int] | None:
    """Where the words stand in the text, white space aside; None when they do not."""
    if not isinstance(words, str) or not 2 <= len(words.strip()) <= _LONGEST_PLACE:
        return None
    pattern = r"\s+".join(re.escape(word) for word in words.split())
    found = re.search(pattern, text)
    return found.span() if found else None
