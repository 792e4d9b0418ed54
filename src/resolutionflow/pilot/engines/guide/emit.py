"""Markers as text. Brackets inside strings are written as JSON escapes, so that no value can open or close a marker."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from resolutionflow.pilot.contract import Shell

Json: TypeAlias = "str | int | Sequence[Json] | Mapping[str, Json] | None"


@dataclass(frozen=True, slots=True)
class AskedQuestion:
    text: str
    context: str = ""
    options: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AskedCheck:
    label: str
    description: str
    command: str | None = None
    shell: Shell | None = None


def questions_block(questions: tuple[AskedQuestion, ...]) -> str:
    """One to three questions as a QUESTIONS block; nothing for none."""
    items: list[Json] = []
    for question in questions:
        item: dict[str, Json] = {"text": question.text}
        if question.context:
            item["context"] = question.context
        if question.options:
            item["options"] = list(question.options)
        items.append(item)
    return block("QUESTIONS", items) if items else ""


def actions_block(checks: tuple[AskedCheck, ...]) -> str:
    """One to four checks as an ACTIONS block; nothing for none."""
    items: list[Json] = []
    for check in checks:
        item: dict[str, Json] = {"label": check.label, "description": check.description}
        if check.command is not None and check.shell is not None:
            item["command"] = check.command
            item["shell"] = check.shell
        items.append(item)
    return block("ACTIONS", items) if items else ""


def block(name: str, body: Json) -> str:
    """A marker block on lines of its own."""
    return f"\n[{name}]\n{_dump(body)}\n[/{name}]"


def _dump(value: Json) -> str:
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("[", "\\u005b").replace("]", "\\u005d")
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_dump(key)}: {_dump(entry)}" for key, entry in value.items()) + "}"
    if isinstance(value, Sequence):
        return "[" + ", ".join(_dump(entry) for entry in value) + "]"
    return json.dumps(value)
