"""Turning literals of a script into parameters: others name values, this code cuts them out (scripts.md 8). Pure.

What comes out rendered with the values that were cut gives the script back byte for byte, or nothing is cut at all.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from resolutionflow.pilot.redaction import TOKEN
from resolutionflow.scripts.language import Language
from resolutionflow.scripts.literals import PLACEHOLDER, Kind, Stretch, stretches
from resolutionflow.scripts.parameters import KEY, TYPES, parameter
from resolutionflow.scripts.sites import lookalikes, sites
from resolutionflow.scripts.writing import filled

MOST: Final = 12
# Digits need no quotes, and of a secret only its mask is here.
_AS_IS: Final = frozenset({"number", "password"})
BEST_GUESS: Final = "best guess"
_NAME_BEFORE: Final = re.compile(r"(?P<name>[A-Za-z]\w{1,60})[\"')\]]?[ \t]*(?:[=:]|=>)?[ \t]*\(?[\"']?\Z")
_ASSIGNED: Final = re.compile(r"[ \t]*(?:export[ \t]+)?\$?(?P<name>[A-Za-z]\w{1,60})[ \t]*=")
_SECRET_NAME: Final = re.compile(r"pass|pwd|pw|secret|key|token|cred|pin", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Named:
    """A value somebody says should be a parameter. `line` counts from 1; None = wherever it stands."""

    key: str
    label: str
    kind: str
    value: str
    line: int | None = None
    inferred_from: str = BEST_GUESS


@dataclass(frozen=True, slots=True)
class Cut:
    """A script with placeholders, its parameters, and the literal each stands for (secrets left out)."""

    body: str
    parameters: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    extracted: dict[str, str] = field(default_factory=dict[str, str])


def cut(language: Language, original: str, named: Sequence[Named]) -> Cut | None:
    """The script with the named values and every masked secret as parameters. None = the result does not give the original back."""
    taken = {key for key, _ in lookalikes(original)}
    made = Cut(original)
    values: dict[str, str] = {}
    as_is: set[str] = set()
    for one in [*_masks(original), *named]:
        if len(made.parameters) == MOST:
            break
        key = _free(one.key, taken | values.keys())
        if key is None or one.value in values.values():
            continue
        done = _with_placeholder(language, made.body, key, one)
        if done is None:
            continue
        body, values[key] = done
        hidden = one.kind == "password"
        if one.kind in _AS_IS:
            as_is.add(key)
        words = "" if hidden or one.inferred_from == BEST_GUESS else f"Taken from {one.inferred_from}."
        kind = one.kind if one.kind in TYPES else "text"
        described = parameter(key, one.label[:80] or _label(key), kind, secret=hidden, words=words[:500])
        made = Cut(
            body,
            [*made.parameters, described],
            made.extracted if hidden else {**made.extracted, key: one.value},
        )
    placed = sites(language, made.body, tuple(values))
    if filled(language, made.body, placed, values, as_is=frozenset(as_is)) != original:
        return None
    return made


def _with_placeholder(language: Language, body: str, key: str, named: Named) -> tuple[str, str] | None:
    """The script with the value cut out and what was cut, or None when it stands nowhere where every place can be filled safely."""
    pieces = list(_places(language, body, named))
    if not pieces:
        return None
    if named.kind == "password" and all(_is_quoted(body, start, end) for start, end in pieces):
        # Without its quotes a secret can also be asked for when the script runs.
        bare = _cut_out(language, body, key, named, [(start - 1, end + 1) for start, end in pieces])
        if bare is not None:
            return bare
    return _cut_out(language, body, key, named, pieces)


def _cut_out(
    language: Language, body: str, key: str, named: Named, pieces: Sequence[tuple[int, int]]
) -> tuple[str, str] | None:
    position, parts = 0, list[str]()
    for start, end in pieces:
        parts += [body[position:start], f"{{{{ {key} }}}}"]
        position = end
    changed = "".join([*parts, body[position:]])
    placed = sites(language, changed, (key,))
    if any(site.problem or site.reread or site.filtered or site.context is Kind.COMMENT for site in placed):
        return None
    value = body[slice(*pieces[0])]
    as_is = frozenset({key}) if named.kind in _AS_IS else frozenset[str]()
    return (changed, value) if filled(language, changed, placed, {key: value}, as_is=as_is) == body else None


def _is_quoted(body: str, start: int, end: int) -> bool:
    return re.search(r"(?<!\w)'\Z", body[max(0, start - 2) : start]) is not None and body[end : end + 1] == "'"


def _places(language: Language, body: str, named: Named) -> Iterator[tuple[int, int]]:
    """Where the value stands as a string, a part of one, a whole argument or a number; on the named line only, if there is one."""
    value = named.value
    if not value or "\n" in value or "{{" in value:
        return
    first, last = _line(body, named.line)
    around = stretches(language, body)
    number = named.kind == "number"
    placed = [match.span() for match in PLACEHOLDER.finditer(body)]
    position = body.find(value, first)
    place = 0
    while position >= 0 and position + len(value) <= last:
        end = position + len(value)
        while place < len(around) and around[place].end <= position:
            place += 1
        inside = around[place] if place < len(around) and around[place].start <= position else None
        free = not any(left < end and position < right for left, right in placed)
        if free and _whole(body, position, end, inside, value, number=number):
            yield position, end
        position = body.find(value, end)


def _whole(body: str, start: int, end: int, inside: Stretch | None, value: str, *, number: bool) -> bool:
    masked = TOKEN.fullmatch(value) is not None
    if inside is not None and inside.kind in {Kind.COMMENT, Kind.SUBSTITUTION}:
        return False
    if number and inside is not None:
        return False
    before, after = body[start - 1 : start], body[end : end + 1]
    if inside is not None:
        return masked or not (_joins(before) or _joins(after))
    if masked:
        return True
    return (not before or before in " \t\n(=,:[") and (not after or after in " \t\r\n),;|]")


def _joins(char: str) -> bool:
    return char.isalnum() or char in {"_", "-"}


def _line(body: str, number: int | None) -> tuple[int, int]:
    if number is None:
        return 0, len(body)
    first = 0
    for _ in range(number - 1):
        following = body.find("\n", first)
        if following < 0:
            return len(body), len(body)
        first = following + 1
    last = body.find("\n", first)
    return first, len(body) if last < 0 else last


def _masks(body: str) -> list[Named]:
    """Every masked secret as a password, named after what it is given to."""
    found: dict[str, Named] = {}
    for match in TOKEN.finditer(body):
        if match[0] not in found:
            line = body[body.rfind("\n", 0, match.start()) + 1 : match.start()]
            told = (pattern(line) for pattern in (_NAME_BEFORE.search, _ASSIGNED.match))
            names = (key_of(one["name"]) for one in told if one is not None and _SECRET_NAME.search(one["name"]))
            key = next((name for name in names if name), "password")
            found[match[0]] = Named(key, _label(key), "password", match[0])
    return list(found.values())


def key_of(name: str) -> str:
    """A name as a key: `UserName` -> `user_name`; empty when nothing of it can be one."""
    split = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|[^A-Za-z0-9]+", "_", name).strip("_").lower()
    return split[:64] if KEY.fullmatch(split[:64]) and not split.startswith("rf_") else ""


def _label(key: str) -> str:
    return key.replace("_", " ").capitalize()[:80]


def _free(key: str, taken: set[str]) -> str | None:
    if not KEY.fullmatch(key) or key.startswith("rf_"):
        return None
    for number in range(1, MOST + 2):
        wanted = key if number == 1 else f"{key[:60]}_{number}"
        if wanted not in taken:
            return wanted
    return None
