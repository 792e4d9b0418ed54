"""Where strings, comments and substitutions stand in a script. One pass, never raises: what is left open runs to the end. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from resolutionflow.scripts.language import Language


class Kind(StrEnum):
    """What a stretch of a script is; everything between the stretches is code."""

    LITERAL = "literal"
    """A string whose text is taken as it stands (`'...'`, a raw Python string)."""
    EXPANDED = "expanded"
    """A string in which variables are replaced (`"..."`, an f-string)."""
    ESCAPED = "escaped"
    """A string with escapes only (a plain Python string, bash `$'...'`)."""
    HERE_LITERAL = "here_literal"
    HERE_EXPANDED = "here_expanded"
    COMMENT = "comment"
    SUBSTITUTION = "substitution"
    """Code whose text is read twice (backquotes, `${...}`, arithmetic)."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """`start`..`end` with its quotes, `inner`..`close` without. `holes` = places inside in which code stands."""

    kind: Kind
    start: int
    end: int
    inner: int
    close: int
    holes: tuple[tuple[int, int], ...] = ()
    quote: str = ""


PLACEHOLDER: Final = re.compile(r"\{\{[ \t]*(?P<key>[a-z][a-z0-9_]{0,63})[ \t]*\}\}")
_PS_SINGLE: Final = "'\u2018\u2019\u201a\u201b"
_PS_DOUBLE: Final = '"\u201c\u201d\u201e'
_PS_WORD_END: Final = " \t\r\n;{}()|&,"
_SH_WORD_END: Final = " \t\r\n;()|&<>"
_PY_STRING: Final = re.compile(r"(?P<prefix>[rRbBuUfF]{0,2})(?P<quote>'''|\"\"\"|'|\")")
_HEREDOC: Final = re.compile(
    r"<<(?P<dash>-?)[ \t]*(?:'(?P<one>[^'\n]+)'|\"(?P<two>[^\"\n]+)\"|(?P<esc>\\?)(?P<bare>[\w.-]+))"
)


def stretches(language: Language, text: str) -> tuple[Stretch, ...]:
    """Strings, comments and substitutions, in order and without overlaps."""
    match language:
        case "powershell":
            return tuple(_powershell(text, 0, len(text)))
        case "bash":
            return tuple(_bash(text))
        case "python":
            return tuple(_python(text))


def _powershell(text: str, position: int, end: int) -> Iterator[Stretch]:
    while position < end:
        char = text[position]
        found: Stretch | None = None
        if char == "`":
            position += 2
            continue
        if text.startswith("<#", position):
            close = _find(text, "#>", position + 2, end)
            found = Stretch(Kind.COMMENT, position, min(close + 2, end), position + 2, close)
        elif char == "#" and (position == 0 or text[position - 1] in _PS_WORD_END):
            found = _line_comment(text, position, end)
        elif char == "@" and position + 1 < end and text[position + 1] in _PS_SINGLE + _PS_DOUBLE:
            found = _ps_here(text, position, end)
        if found is None and char in _PS_SINGLE:
            found = _ps_single(text, position, end)
        elif found is None and char in _PS_DOUBLE:
            found = _ps_double(text, position, end)
        if found is None:
            position += 1
            continue
        yield found
        position = found.end


def _ps_here(text: str, start: int, end: int) -> Stretch | None:
    opening = re.compile(r"[ \t]*\r?\n").match(text, start + 2, end)
    if opening is None:
        return None
    single = text[start + 1] in _PS_SINGLE
    quotes = _PS_SINGLE if single else _PS_DOUBLE
    closing = re.compile(rf"\r?\n[{quotes}]@").search(text, opening.end() - 1, end)
    close, stop = (closing.start(), closing.end()) if closing else (end, end)
    inner = min(opening.end(), close)
    holes = () if single else tuple(_ps_holes(text, inner, close))
    return Stretch(Kind.HERE_LITERAL if single else Kind.HERE_EXPANDED, start, stop, inner, close, holes)


def _ps_single(text: str, start: int, end: int) -> Stretch:
    position = start + 1
    while position < end:
        if text[position] in _PS_SINGLE:
            if position + 1 < end and text[position + 1] in _PS_SINGLE:
                position += 2
                continue
            return Stretch(Kind.LITERAL, start, position + 1, start + 1, position, quote="'")
        position += 1
    return Stretch(Kind.LITERAL, start, end, start + 1, end, quote="'")


def _ps_double(text: str, start: int, end: int) -> Stretch:
    position = start + 1
    holes: list[tuple[int, int]] = []
    while position < end:
        char = text[position]
        if char == "`":
            position += 2
        elif text.startswith("$(", position):
            stop = _matching(text, position + 1, end)
            holes.append((position, stop))
            position = stop
        elif char in _PS_DOUBLE:
            if position + 1 < end and text[position + 1] in _PS_DOUBLE:
                position += 2
                continue
            return Stretch(Kind.EXPANDED, start, position + 1, start + 1, position, tuple(holes), '"')
        else:
            position += 1
    return Stretch(Kind.EXPANDED, start, end, start + 1, end, tuple(holes), '"')


def _ps_holes(text: str, position: int, end: int) -> Iterator[tuple[int, int]]:
    while position < end:
        if text[position] == "`":
            position += 2
        elif text.startswith("$(", position):
            stop = _matching(text, position + 1, end)
            yield position, stop
            position = stop
        else:
            position += 1


def _matching(text: str, opening: int, end: int) -> int:
    """The place behind the bracket that closes the one at `opening`; quotes are not looked into for brackets."""
    depth = 0
    position = opening
    while position < end:
        char = text[position]
        if char in "'\"":
            close = text.find(char, position + 1, end)
            position = end if close < 0 else close
        elif char == "(":
            depth += 1
        elif char == ")":
            depth -= 1
            if depth == 0:
                return position + 1
        position += 1
    return end


def _bash(text: str) -> Iterator[Stretch]:
    position, end = 0, len(text)
    waiting: list[tuple[str, bool, bool]] = []
    while position < end:
        char = text[position]
        found: Stretch | None = None
        if char == "\\":
            position += 2
            continue
        if char == "\n" and waiting:
            position += 1
            for word, quoted, dash in waiting:
                found = _heredoc_body(text, position, word, quoted=quoted, dash=dash)
                yield found
                position = found.end
            waiting = []
            continue
        if char == "<" and not text.startswith("<<<", position) and (here := _HEREDOC.match(text, position)):
            word = here["one"] or here["two"] or here["bare"]
            waiting.append((word, here["bare"] is None or bool(here["esc"]), bool(here["dash"])))
            yield Stretch(Kind.SUBSTITUTION, position, here.end(), position, here.end())
            position = here.end()
            continue
        if char == "#" and (position == 0 or text[position - 1] in _SH_WORD_END):
            found = _line_comment(text, position, end)
        elif char == "'":
            close = _find(text, "'", position + 1, end)
            found = Stretch(Kind.LITERAL, position, min(close + 1, end), position + 1, close, quote="'")
        elif text.startswith("$'", position):
            close = _escaped_end(text, position + 2, "'", end)
            found = Stretch(Kind.ESCAPED, position, min(close + 1, end), position + 2, close, quote="'")
        elif char == '"':
            found = _sh_double(text, position, end)
        else:
            found = _sh_substitution(text, position, end)
        if found is None:
            position += 3 if text.startswith("<<<", position) else 1
            continue
        yield found
        position = found.end


def _sh_substitution(text: str, start: int, end: int) -> Stretch | None:
    """Backquotes, `${...}` and arithmetic. `$(...)` is code like any other."""
    if text[start] == "`":
        close = _escaped_end(text, start + 1, "`", end)
        return Stretch(Kind.SUBSTITUTION, start, min(close + 1, end), start + 1, close)
    if text.startswith("${", start):
        close = _find(text, "}", start + 2, end)
        return Stretch(Kind.SUBSTITUTION, start, min(close + 1, end), start + 2, close)
    if text.startswith("((", start):
        stop = _matching(text, start, end)
        return Stretch(Kind.SUBSTITUTION, start, stop, start + 2, max(start + 2, stop - 2))
    return None


def _sh_double(text: str, start: int, end: int) -> Stretch:
    position = start + 1
    holes: list[tuple[int, int]] = []
    while position < end:
        char = text[position]
        if char == "\\":
            position += 2
            continue
        if char == '"':
            return Stretch(Kind.EXPANDED, start, position + 1, start + 1, position, tuple(holes), '"')
        stop = position
        if text.startswith("$(", position):
            stop = _matching(text, position + 1, end)
        elif (inner := _sh_substitution(text, position, end)) is not None and char in "`$":
            stop = inner.end
        if stop > position:
            holes.append((position, stop))
            position = stop
        else:
            position += 1
    return Stretch(Kind.EXPANDED, start, end, start + 1, end, tuple(holes), '"')


def _heredoc_body(text: str, start: int, word: str, *, quoted: bool, dash: bool) -> Stretch:
    indent = r"[ \t]*" if dash else ""
    closing = re.compile(f"^{indent}{re.escape(word)}$", re.MULTILINE).search(text, start)
    close, stop = (closing.start(), closing.end()) if closing else (len(text), len(text))
    return Stretch(Kind.HERE_LITERAL if quoted else Kind.HERE_EXPANDED, start, stop, start, close)


def _python(text: str) -> Iterator[Stretch]:
    position, end = 0, len(text)
    while position < end:
        char = text[position]
        if char == "#":
            found = _line_comment(text, position, end)
            yield found
            position = found.end
            continue
        if char.isalpha() or char == "_" or char in "'\"":
            opening = _PY_STRING.match(text, position)
            if opening is not None:
                found = _py_string(text, opening, end)
                yield found
                position = found.end
                continue
            word = re.compile(r"\w+").match(text, position)
            position = word.end() if word else position + 1
            continue
        position += 1


def _py_string(text: str, opening: re.Match[str], end: int) -> Stretch:
    quote, prefix = opening["quote"], opening["prefix"].lower()
    close = _escaped_end(text, opening.end(), quote, end, stop_at_newline=len(quote) == 1)
    kind = Kind.EXPANDED if "f" in prefix else Kind.LITERAL if "r" in prefix else Kind.ESCAPED
    holes = tuple(_fields(text, opening.end(), close)) if kind is Kind.EXPANDED else ()
    stop = min(close + len(quote), end) if text.startswith(quote, close) else close
    return Stretch(kind, opening.start(), stop, opening.end(), close, holes, f"{prefix}{quote}")


def _fields(text: str, position: int, end: int) -> Iterator[tuple[int, int]]:
    """The `{...}` of an f-string; placeholders and doubled braces are text."""
    while position < end:
        if text[position] != "{":
            position += 1
            continue
        placeholder = PLACEHOLDER.match(text, position, end)
        if placeholder is not None:
            position = placeholder.end()
        elif text.startswith("{{", position):
            position += 2
        else:
            close = _find(text, "}", position, end)
            yield position, min(close + 1, end)
            position = close + 1


def _line_comment(text: str, start: int, end: int) -> Stretch:
    close = _find(text, "\n", start, end)
    return Stretch(Kind.COMMENT, start, close, start + 1, close)


def _escaped_end(text: str, position: int, quote: str, end: int, *, stop_at_newline: bool = False) -> int:
    """Where the closing quote stands; a backslash takes the next character along."""
    while position < end:
        if text[position] == "\\":
            position += 2
        elif text.startswith(quote, position) or (stop_at_newline and text[position] == "\n"):
            return position
        else:
            position += 1
    return end


def _find(text: str, wanted: str, position: int, end: int) -> int:
    found = text.find(wanted, position, end)
    return end if found < 0 else found
