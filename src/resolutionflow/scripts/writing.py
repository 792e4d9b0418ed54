"""Writing values into a script, each as its place wants it (scripts.md 4). Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from resolutionflow.scripts.language import Language
from resolutionflow.scripts.literals import Kind
from resolutionflow.scripts.sites import Context, Site

_PS_PLAIN: Final = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
_SH_PLAIN: Final = re.compile(r"[A-Za-z0-9_@%+=:,./-]+")
_STRINGS: Final = frozenset({Kind.LITERAL, Kind.EXPANDED, Kind.ESCAPED})


def emit(language: Language, context: Context, value: str, *, quote: str = "") -> str | None:
    """A text as it is written at a site; None when it cannot stand there unchanged."""
    if not value.isprintable():
        return None
    if context != "bare" and context not in _STRINGS:
        return None if re.search(r"[$`\\\"]", value) else value
    match language:
        case "powershell":
            return _powershell(context, value)
        case "bash":
            return _bash(context, value)
        case "python":
            return _python(value, quote) if context != "bare" else _quoted(_python(value, "'"))


def _powershell(context: Context, value: str) -> str:
    if context == "bare":
        return value if _PS_PLAIN.fullmatch(value) else f"'{_powershell(Kind.LITERAL, value)}'"
    if context is Kind.LITERAL:
        # All five are the quote.
        return re.sub("['\u2018\u2019\u201a\u201b]", lambda found: found[0] * 2, value)
    return re.sub('[`$"\u201c\u201d\u201e]', lambda found: f"`{found[0]}", value)


def _bash(context: Context, value: str) -> str:
    if context == "bare":
        return value if _SH_PLAIN.fullmatch(value) else f"'{_bash(Kind.LITERAL, value)}'"
    if context is Kind.LITERAL:
        return value.replace("'", "'\\''")
    if context is Kind.ESCAPED:
        return value.replace("\\", "\\\\").replace("'", "\\'")
    return re.sub(r'[\\"$`]', lambda found: f"\\{found[0]}", value).replace("!", "\"'!'\"")


def _python(value: str, quote: str) -> str | None:
    mark = quote[-1:]
    if "b" in quote and not value.isascii():
        return None
    if "r" in quote:
        return None if mark in value or value.endswith("\\") else value
    escaped = value.replace("\\", "\\\\").replace(mark, f"\\{mark}")
    return escaped.replace("{", "{{").replace("}", "}}") if "f" in quote else escaped


def _quoted(text: str | None) -> str | None:
    return None if text is None else f"'{text}'"


def filled(
    language: Language, text: str, placed: Sequence[Site], values: Mapping[str, str], *, as_is: frozenset[str]
) -> str | None:
    """The script with these values; those of the keys in `as_is` go in as they are. None when one cannot stand at its site."""
    pieces: list[str] = []
    position = 0
    for site in placed:
        value = values[site.key]
        written = value if site.key in as_is else emit(language, site.context, value, quote=site.quote)
        if written is None:
            return None
        pieces += [text[position : site.start], written]
        position = site.end
    return "".join([*pieces, text[position:]])
