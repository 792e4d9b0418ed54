"""`password=`-like assignments, in code, configuration, logs and prose."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from resolutionflow.pilot.redaction.rules import Places
from resolutionflow.pilot.redaction.types import SecretKind, Span
from resolutionflow.pilot.redaction.values import Context, credible

_J: Final = r"[ _-]?"
# Behind these words any credible value is masked.
_PASSWORD: Final = (
    rf"pass{_J}words?|passwd|pass{_J}phrase|pass{_J}code|passkey|passwort|kennwort|mot{_J}de{_J}passe"
    rf"|contrase\u00f1a|wachtwoord|pre{_J}shared{_J}key|shared{_J}secret|client{_J}secret|recovery{_J}key"
    rf"|key{_J}content[ ]*|keymaterial|wi-?fi{_J}key|wpa2?{_J}key|security{_J}key"
)
# So it is behind these, which are also parts of other words.
_SHORT: Final = r"psk|pass|pw|pwd|pin"
# Behind these only a machine-made value is.
_RANDOM: Final = (
    rf"secret{_J}access{_J}key|api{_J}key|access{_J}key(?!{_J}id)|account{_J}key|auth{_J}key|secret{_J}key"
    rf"|private{_J}key|encryption{_J}key|signing{_J}key|storage{_J}key|shared{_J}access{_J}(?:key|signature)"
    rf"|subscription{_J}key|app{_J}secret|secrets?|token"
)
# Matched in lower-case text, so that the scan can jump to possible first letters.
_KEYWORD: Final = re.compile(rf"(?P<password>{_PASSWORD})|(?P<short>(?:{_SHORT})(?![a-z]))|(?P<random>{_RANDOM})")
# Every keyword holds one of these. Looking for fixed pieces is many times faster than the pattern, which then reads
# only the lines that have one; no keyword goes over the end of a line.
PIECES: Final = (
    "pass", "kennwort", "contrase", "wachtwoord", "key", "secret", "psk", "pw", "pin", "signature", "token",
)  # fmt: skip

# A quoted name may stand between; a quote that only ends there began before the keyword, and what follows is about something else.
LINK: Final = re.compile(
    r"""
      ["'\])]{0,2}
      (?:[ ]?\((?:temp|temporary|new|old|initial|default|current)\))?
      (?:[ ](?:for|of|on)(?:[ ](?:"[^"\r\n«]{1,60}"|\u201c[^\u201d\r\n«]{1,60}\u201d|[^\s«:="\u201c\u201d]{1,60})){1,5}?)?
      (?:
          (?P<assigned>[ \t]{0,40}(?::=|=>|==?|:)[ \t]{0,40})
        | (?P<said>[ ]{1,3}(?:is|was|are|(?:has[ ]been[ ]|was[ ]|is[ ])?(?:re)?(?:set|changed)[ ]to|to)
            (?:[ ](?:now|currently|still|just))?:?[ ]{1,3})
      )
    """,
    re.VERBOSE | re.IGNORECASE,
)
_GAP: Final = re.compile(r"[ ]{1,3}")
_QUOTED: Final = re.compile(
    r"""(?:N(?='))?(?:\\?"([^"\\\r\n«»]{1,512})\\?"|\\?'([^'\r\n«»]{1,512})'|`([^`\r\n«»]{1,512})`)"""
)
_CURLY: Final = re.compile("[\u201c\u201e\u2018]([^\u201c\u201d\u2018\u2019\r\n«»]{1,512})[\u201d\u201c\u2019\u2018]")
# Ends of a value without quotes: what separates it from the next field, and whatever opens or closes around it.
_STOP: Final = re.compile(r"""[\s«»]|</|;(?=\s|\Z|[\w ]{1,30}=)|&(?=\w{1,30}=)|,(?=\s|\Z|["'\w]{1,30}[=:])""")
_LONGEST_VALUE: Final = 4096
_JUDGED: Final = 256
_ALREADY: Final = re.compile(r"""[A-Z]?\\?["'`\u201c\u2018(\[{<]{0,2}«secret""")
_XML: Final = re.compile(
    r"<(?P<tag>[\w:.]{0,40}(?:password|passwd|pwd|secret|apikey|token)[\w:.]{0,20})(?:\s[^<>]{0,200})?>"
    r"\s{0,20}(?:<value>)?(?P<value>[^<>\s«»][^<>«»]{0,512})</",
    re.IGNORECASE,
)
_CLOSING: Final = ".,;:)]}\"'`\u201d\u2019>|"


def find_assignments(text: str, lowered: str, places: Places) -> Iterator[Span]:
    """Values assigned to, or said to be, a password, key or token. Linear: every step from a keyword is bounded.

    `places` are those of `PIECES` in the text in lower case.
    """
    reader = _Reader(text)
    for keyword in _keywords(lowered, places):
        span = reader.value_behind(keyword)
        if span is not None:
            yield Span(*span, SecretKind.TOKEN if keyword["random"] else SecretKind.PASSWORD)
    if "</" in text:
        for match in _XML.finditer(text):
            if credible(match["value"].strip(), Context.QUOTED, "", random=False):
                yield Span(*_trim(text, match.start("value"), match.end("value"), " \t\r\n"), SecretKind.PASSWORD)


def _keywords(lowered: str, places: Places) -> Iterator[re.Match[str]]:
    """The keywords in order, from the lines that can hold one."""
    position = 0
    for first in sorted(place for piece in PIECES for place in places.get(piece, ())):
        if first < position:
            continue
        end = lowered.find("\n", first)
        end = len(lowered) if end < 0 else end
        yield from _KEYWORD.finditer(lowered, max(position, lowered.rfind("\n", position, first) + 1), end)
        position = end


class _Reader:
    """Reads values out of one text. Remembers the run of characters it read last: many keywords may stand in one."""

    __slots__ = ("_run", "_text")

    def __init__(self, text: str) -> None:
        self._text = text
        self._run = (0, 0)

    def value_behind(self, keyword: re.Match[str]) -> tuple[int, int] | None:
        """Where the value of this keyword stands, if it has one worth masking."""
        text, start, end = self._text, keyword.start(), keyword.end()
        if (keyword["short"] and not _begins_word(text, start)) or (start and text[start - 1] == "«"):
            return None
        random = keyword["random"] is not None
        link = LINK.match(text, end)
        if link is not None:
            context = Context.ASSIGNED if link["assigned"] else Context.SAID
            return self._read(link.end(), context, random=random)
        gap = _GAP.match(text, end)
        if gap is None:
            return None
        if _is_flag(text, start):
            return self._read(gap.end(), Context.ASSIGNED, random=False)
        return None if random else self._read(gap.end(), Context.BESIDE, random=False)

    def _read(self, start: int, context: Context, *, random: bool) -> tuple[int, int] | None:
        text = self._text
        if _ALREADY.match(text, start):
            return None
        quoted = _QUOTED.match(text, start) or _CURLY.match(text, start)
        if quoted is not None:
            span = quoted.span(quoted.lastindex or 1)
            return span if credible(text[span[0] : span[1]].strip(), Context.QUOTED, "", random=random) else None
        begin, end = _trim(text, start, self._end_of_run(start), _CLOSING)
        if begin >= end:
            return None
        judged = text[begin : min(end, begin + _JUDGED)]
        return (begin, end) if credible(judged, context, text[end : end + 40], random=random) else None

    def _end_of_run(self, start: int) -> int:
        if not self._run[0] <= start < self._run[1]:
            stop = _STOP.search(self._text, start, start + _LONGEST_VALUE)
            self._run = (start, stop.start() if stop else min(len(self._text), start + _LONGEST_VALUE))
        return self._run[1]


def _begins_word(text: str, start: int) -> bool:
    """`pwd`, `db_pwd` and `dbPwd`, but not the end of `kpwd`."""
    if start == 0 or not text[start - 1].isalpha():
        return True
    return text[start - 1].islower() and text[start].isupper()


def _is_flag(text: str, start: int) -> bool:
    """Whether the keyword ends a command line switch such as `-Password` or `--db-password`."""
    begin = start
    while begin > 0 and start - begin < 40 and (text[begin - 1].isalnum() or text[begin - 1] in "-_"):
        begin -= 1
    return text[begin] == "-"


def _trim(text: str, start: int, end: int, closing: str) -> tuple[int, int]:
    while end > start and text[end - 1] in closing:
        end -= 1
    while start < end and text[start] in "\"'`\u201c\u2018":
        start += 1
    return start, end
