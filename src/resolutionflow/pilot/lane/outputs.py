"""The pasted output of a combined script, given back to the checks it belongs to."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from resolutionflow.pilot.lane.script import check_code

MAX_OUTPUT: Final = 10_000
_HEAD: Final = 6_000

_SEPARATOR: Final = re.compile(r"[ \t]*=== RF:(?:CHECK[ \t]+\d+[ \t]+([0-9a-f]{12})|(END)) ===[ \t]*", re.IGNORECASE)
# What a console shows of the script itself while it is pasted, and a prompt with nothing behind it.
_CONSOLE_NOISE: Final = re.compile(
    r"[ \t]*(?:More\?.*|>>.*|.*(?:echo|printf '\\n%s\\n'|') ?'?=== RF:(?:CHECK|END)\b.*"
    r"|(?:PS )?[A-Za-z]:\\[^<>|\"]{0,200}>[ \t]*)"
)


@dataclass(frozen=True, slots=True)
class Section:
    """The output of one check, without outer blank lines; `cut` = its middle was left out."""

    item_id: UUID
    output: str
    cut: bool


@dataclass(frozen=True, slots=True)
class SplitOutputs:
    """`rest` = text that belongs to no known check. `missing` = expected checks that were not in the text."""

    sections: tuple[Section, ...]
    rest: str
    missing: tuple[UUID, ...]


def split_outputs(text: str, known: Iterable[UUID], expected: Iterable[UUID] = ()) -> SplitOutputs | None:
    """Split at the separator lines; None when there is no separator of a check at all.

    `known` are the checks of the session, whatever their state. Of two sections of the same check the last one that is
    not empty counts.
    """
    by_code = {check_code(item_id): item_id for item_id in known}
    parts = _parts(text)
    if all(code is None for code, _, _ in parts):
        return None
    found: dict[UUID, str] = {}
    rest: list[str] = []
    for code, heading, body in parts:
        item_id = by_code.get(code) if code else None
        if item_id is None:
            rest += [heading, body] if code else [_without_noise(body)]
        elif body or item_id not in found:
            found[item_id] = body
    sections = tuple(Section(item_id, *cut_output(body)) for item_id, body in found.items())
    missing = tuple(item_id for item_id in expected if item_id not in found)
    return SplitOutputs(sections, "\n".join(piece for piece in rest if piece), missing)


def _parts(text: str) -> list[tuple[str | None, str, str]]:
    """(code or None, separator line, text below it without outer blank lines) in order."""
    parts: list[tuple[str | None, str, str]] = []
    code: str | None = None
    heading = ""
    lines: list[str] = []
    for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        match = _SEPARATOR.fullmatch(line)
        if match is None:
            lines.append(line)
            continue
        parts.append((code, heading, _trimmed(lines)))
        code, heading, lines = (match[1].lower() if match[1] else None), line.strip(), []
    parts.append((code, heading, _trimmed(lines)))
    return parts


def _trimmed(lines: list[str]) -> str:
    """The lines as text, outer blank lines and trailing blanks removed; the indent of the first line stays."""
    start, end = 0, len(lines)
    while start < end and not lines[start].strip():
        start += 1
    while end > start and not lines[end - 1].strip():
        end -= 1
    return "\n".join(line.rstrip() for line in lines[start:end])


def _without_noise(text: str) -> str:
    return _trimmed([line for line in text.split("\n") if _CONSOLE_NOISE.fullmatch(line) is None])


def cut_output(output: str) -> tuple[str, bool]:
    """The output as stored: at most 10 000 characters, head and tail with a line between that says what is missing."""
    if len(output) <= MAX_OUTPUT:
        return output, False
    tail = MAX_OUTPUT - _HEAD - 60
    middle = f"\n[{len(output) - _HEAD - tail} characters left out]\n"
    return output[:_HEAD] + middle + output[-tail:], True
