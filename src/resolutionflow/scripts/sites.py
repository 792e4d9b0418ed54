"""Where the placeholders of a script stand, and whether a value may be put there (scripts.md 4). Pure.

What cannot be placed for certain is refused: a template that is refused can be changed, one that is wrong runs at a client's.
"""

from __future__ import annotations

import bisect
import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from resolutionflow.scripts.language import Language
from resolutionflow.scripts.literals import PLACEHOLDER, Kind, Stretch, stretches

Context = Kind | Literal["bare"]
_PS_STATEMENT: Final = re.compile(r"[;{}\n]")
_SH_STATEMENT: Final = re.compile(r"[;\n]|&&|\|\|?|(?<![<>&])&(?![>&])|(?:^|[ \t])(?:then|do|else)(?=[ \t])")
# Commands and calls that read a string once more, as code.
_REREAD: Final[Mapping[Language, re.Pattern[str]]] = {
    "powershell": re.compile(
        r"\b(?:invoke-expression|iex|powershell(?:\.exe)?|pwsh(?:\.exe)?|cmd(?:\.exe)?[ \t]+/[ck]|invoke-sqlcmd|ssh(?:\.exe)?)\b"
        r"|\[scriptblock\]::create|\.invokescript\(|\bwmic\b|-query\b",
        re.IGNORECASE,
    ),
    "bash": re.compile(
        r"(?:^|[\s(|;&])(?:eval|ssh|su|sh|bash|zsh|dash|awk|gawk|sed|perl|python3?|mysql|psql|sqlite3)[ \t]"
    ),
    "python": re.compile(
        r"\b(?:exec|eval|compile|os\.system|os\.popen|getoutput|execute(?:many|script)?)\(|shell[ \t]*=[ \t]*True"
    ),
}
_CONTINUED: Final[Mapping[Language, tuple[str, ...]]] = {
    "powershell": ("`", "|", ",", "("),
    "bash": ("\\", "|", "&&", "||"),
    "python": ("\\", ",", "(", "["),
}
_SH_BEFORE: Final = frozenset(
    {"if", "elif", "while", "until", "then", "do", "else", "!", "time", "exec", "sudo", "env", "command", "nohup"}
)
_FAR: Final = 1000
_FILTER: Final = re.compile(r"-(?:LDAP)?Filter[ \t]*:?[ \t]*\Z", re.IGNORECASE)
_PY_NAMES: Final = re.compile(r"(?:\.|\b(?:def|class|import|from|as|global|nonlocal|del|for|lambda|async))[ \t]*\Z")


@dataclass(frozen=True, slots=True)
class Site:
    """One placeholder. `problem` = why nothing may stand there; `reread` = the text around it is read again as code.

    `filtered` = it stands in a filter expression, whose quotes are the filter's own. Line and column count from 1.
    """

    key: str
    start: int
    end: int
    line: int
    column: int
    context: Context
    problem: str | None = None
    reread: bool = False
    filtered: bool = False
    quote: str = ""


def sites(language: Language, text: str, keys: Sequence[str] | None = None) -> tuple[Site, ...]:
    """Every placeholder with one of `keys` (all when None), in order."""
    found = [match for match in PLACEHOLDER.finditer(text) if keys is None or match["key"] in keys]
    if not found:
        return ()
    around = _Around(language, text)
    return tuple(around.site(match) for match in found)


class _Around:
    """One script, asked about its placeholders in order."""

    __slots__ = ("_language", "_next", "_stretches", "_text")

    def __init__(self, language: Language, text: str) -> None:
        self._language: Language = language
        self._text = text
        self._stretches = stretches(language, text)
        self._next = 0

    def site(self, match: re.Match[str]) -> Site:
        start, end = match.span()
        inside = self._stretch_at(start)
        line = self._text.count("\n", 0, start) + 1
        column = start - (self._text.rfind("\n", 0, start) + 1) + 1
        before, after, whole = self._statement(inside.start if inside else start, inside.end if inside else end)
        # A command too long to be read whole may read its strings again.
        reread = not whole or _REREAD[self._language].search(before + after) is not None
        if inside is None:
            problem = next(self._bare_problems(start, end, before), None)
            return Site(match["key"], start, end, line, column, "bare", problem, reread)
        filtered = inside.kind is not Kind.COMMENT and _FILTER.search(before) is not None
        problem = next(self._quoted_problems(inside, start), None)
        return Site(match["key"], start, end, line, column, inside.kind, problem, reread, filtered, inside.quote)

    def _stretch_at(self, position: int) -> Stretch | None:
        while self._next < len(self._stretches) and self._stretches[self._next].end <= position:
            self._next += 1
        if self._next == len(self._stretches):
            return None
        here = self._stretches[self._next]
        return here if here.start <= position else None

    def _statement(self, start: int, end: int) -> tuple[str, str, bool]:
        """The command before and behind a place (a line, and the lines it is continued from and on), and whether that is all of it."""
        text = self._text
        first = text.rfind("\n", 0, start) + 1
        while first > 1 and start - first < _FAR and self._continues(first - 1):
            first = text.rfind("\n", 0, first - 1) + 1
        last = text.find("\n", end)
        last = len(text) if last < 0 else last
        while last < len(text) and last - end < _FAR and self._continues(last):
            following = text.find("\n", last + 1)
            last = len(text) if following < 0 else following
        # Braces of other placeholders are not the script's.
        before = PLACEHOLDER.sub("xx", text[max(first, start - _FAR) : start])
        return before, text[end : min(last, end + _FAR)], start - first <= _FAR and last - end <= _FAR

    def _continues(self, newline: int) -> bool:
        last = self._text[max(0, newline - 200) : newline].rstrip(" \t\r")
        return last.endswith(_CONTINUED[self._language])

    def _quoted_problems(self, inside: Stretch, start: int) -> Iterator[str]:
        if inside.kind is Kind.SUBSTITUTION:
            yield "It stands where the shell computes something. Put the value into a variable first."
        place = bisect.bisect_right(inside.holes, (start, len(self._text)))
        if place and inside.holes[place - 1][1] > start:
            yield "It stands in code inside a string. Put the value into a variable before the string."
        if inside.kind in {Kind.COMMENT, Kind.LITERAL, Kind.HERE_LITERAL}:
            return
        before = self._text[max(inside.inner, start - _FAR) : start]
        escape = "`" if self._language == "powershell" else "\\"
        if (len(before) - len(before.rstrip(escape))) % 2:
            yield "An escape character stands right in front of it. Remove it."
        if before.endswith("$"):
            yield "A $ stands right in front of it. Write the value without it."
        if self._language == "powershell" and re.search(r"\$[A-Za-z_][\w:]*\Z", before):
            yield "It touches a variable's name. Write the variable as ${name}."

    def _bare_problems(self, start: int, end: int, before: str) -> Iterator[str]:
        match self._language:
            case "powershell":
                return self._powershell_problems(start, end, before)
            case "bash":
                return self._bash_problems(start, before)
            case "python":
                return self._python_problems(start, end, before)

    def _powershell_problems(self, start: int, end: int, before: str) -> Iterator[str]:
        if not self._stands_alone(start, end, " \t\n(,=:", " \t\r\n),;|}"):
            yield "It is part of a longer word. Put the whole text into double quotes."
        command = _PS_STATEMENT.split(before.rsplit("|", maxsplit=1)[-1])[-1].strip(" \t(&")
        if not command or command.endswith("."):
            yield "It would be the name of a command. A script may not choose what it runs."
        if re.match(r"[ \t]*(?:[+\-*/]?=)(?!=)", self._text[end : end + 20]):
            yield "It would be assigned to. Only a value may stand here."
        if "--%" in before:
            yield "Behind --% nothing is quoted. Write the arguments without it."
        if re.search(r"(?:^|\s)#requires\b|^\s*using\b", before, re.IGNORECASE):
            yield "This line is read before the script runs. Write the value out."
        if command.endswith(":") and not re.search(r"-\w+:\Z", command):
            yield "It is part of a longer word. Put the whole text into double quotes."

    def _bash_problems(self, start: int, before: str) -> Iterator[str]:
        if self._text[max(0, start - 1) : start] == "$":
            yield "A $ stands right in front of it. Write the value without it."
        command = _SH_STATEMENT.split(before)[-1].rsplit("$(", 1)[-1].lstrip(" \t({!")
        named = list(
            itertools.dropwhile(
                lambda word: word in _SH_BEFORE or re.fullmatch(r"[A-Za-z_]\w*=\S*", word), command.split()
            )
        )
        if not named and not re.search(r"[A-Za-z_]\w*\+?=\S*\Z", command):
            yield "It would be the name of a command. A script may not choose what it runs."
        if before.endswith("\\"):
            yield "An escape character stands right in front of it. Remove it."

    def _python_problems(self, start: int, end: int, before: str) -> Iterator[str]:
        if not self._stands_alone(start, end, " \t\n(,=[{:", " \t\r\n),]}:"):
            yield "It touches other code. Only a whole value may stand here."
        if not before.strip() or before.rstrip().endswith(";"):
            yield "It would be a statement of its own. Only a value may stand here."
        if _PY_NAMES.search(before):
            yield "It would be a name. Only a value may stand here."
        if re.match(r"[ \t]*(?:=(?!=)|\(|\.|%)", self._text[end : end + 20]):
            yield "It would be changed or called. Only a value may stand here."

    def _stands_alone(self, start: int, end: int, left: str, right: str) -> bool:
        text = self._text
        return (start == 0 or text[start - 1] in left) and (end == len(text) or text[end] in right)


def lookalikes(text: str) -> Iterator[tuple[str, int]]:
    """Keys of everything that looks like a placeholder, with the line it stands on."""
    for match in PLACEHOLDER.finditer(text):
        yield match["key"], text.count("\n", 0, match.start()) + 1
