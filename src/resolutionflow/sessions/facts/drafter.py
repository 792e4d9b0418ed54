"""The built-in drafter: one fact from an answer or an output, with the words that prove it. Pure; used when no model is set up."""

from __future__ import annotations

import re
from dataclasses import dataclass

from resolutionflow.pilot.outputs import failed_output, observations

MAX_TEXT = 600
MAX_QUOTE = 400

_NOTHING = re.compile(
    r"^(?:(?:sorry|well|hm+|um+|no,?|honestly)[,. ]+)*"
    r"(?:i\s+|we\s+|he\s+|she\s+|they\s+)?"
    r"(?:really\s+)?(?:(?:do\s*n[o']?t|did\s*n[o']?t|cannot|can\s*n?o?'?t|not|un)\s*)"
    r"(?:really\s+|yet\s+)?(?:know|sure|certain|tell|say|clear|tested|tried|checked|done|available|applicable|remember)\b"
    r"[^:]{0,40}$"
    r"|^(?:no idea|unknown|n/?a|none|nothing|\?+|-+|tbd|todo|skip(?:ped)?|no (?:output|result|clue|answer)|dunno|idk)\b.{0,20}$",
    re.IGNORECASE,
)
_NOISE = re.compile(r"^(?:[-=_*.\s]+|PS [A-Z]:\\[^>]*>.*|[A-Za-z]:\\[^>]*>.*|[\w.-]+@[\w.-]+[:~].*[$#] ?.*)$")
_TELLING = (
    (
        re.compile(
            r"\b(?:error|failed|failure|denied|refused|timed?[ -]?out|unreachable|not found|invalid|expired|lost)\b",
            re.IGNORECASE,
        ),
        6,
    ),
    (
        re.compile(
            r"\b(?:true|false|running|stopped|enabled|disabled|locked|offline|online|up|down|yes|no|ok|success\w*)\b",
            re.IGNORECASE,
        ),
        3,
    ),
    (re.compile(r"\b\d{1,3}(?:\.\d{1,3}){3}\b|\b0x[0-9a-f]+\b", re.IGNORECASE), 3),
    (re.compile(r"\d"), 1),
    (re.compile(r"[:=]"), 1),
)


@dataclass(frozen=True, slots=True)
class Draft:
    """`quote` is characters `start` to `start + len(quote)` of the input."""

    text: str
    quote: str
    start: int
    summary: str = ""


def substantive(raw: str) -> bool:
    """Whether the input states anything: blank text, "don't know" and the like do not."""
    flat = " ".join(raw.replace("\u2019", "'").split()).rstrip(".!")
    return bool(re.search(r"[^\W_]", flat)) and not _NOTHING.match(flat)


def draft(raw: str, asked: str | None, *, output: bool = False, command: str | None = None) -> Draft | None:
    """A fact from the input; `asked` is the question or check it answers. None when nothing is stated.

    `output` = it is what a check gave, `command` the check's command: a known output is told in short words of its own, a failed
    command proves nothing. Anything else is told in the words of the input.
    """
    if not substantive(raw):
        return None
    if output:
        told = max(observations(raw, command), key=lambda said: (said.weight, -said.start), default=None)
        if told is not None and len(told.quote) <= MAX_QUOTE:
            return Draft(text=_sentence(told.text)[:MAX_TEXT], quote=told.quote, start=told.start)
        if told is None and failed_output(raw):
            return None
    quote, start = _telling_line(raw)
    said = " ".join(quote.split())
    text = f"{_ended(asked)} {_sentence(said)}" if asked else _sentence(said)
    return Draft(text=text[:MAX_TEXT], quote=quote, start=start)


def _telling_line(raw: str) -> tuple[str, int]:
    lines = [(match.group(), match.start()) for match in re.finditer(r"[^\r\n]+", raw)]
    useful = [(line, at) for line, at in lines if not _NOISE.match(line)] or lines
    if len(lines) == 1 or (len(raw.strip()) <= MAX_QUOTE // 2 and len(useful) == len(lines)):
        stripped = raw.strip()
        return stripped[:MAX_QUOTE].rstrip(), raw.index(stripped)
    line, at = max(useful, key=lambda pair: (_weight(pair[0]), -pair[1]))
    stripped = line.strip()
    return stripped[:MAX_QUOTE].rstrip(), at + line.index(stripped)


def _weight(line: str) -> int:
    return sum(points for pattern, points in _TELLING if pattern.search(line))


def _ended(asked: str) -> str:
    flat = " ".join(asked.split())
    return flat if flat.endswith((":", "?")) else f"{flat.rstrip('.')}:"


def _sentence(said: str) -> str:
    first = said[:1].upper() + said[1:] if said.isascii() and said[:1].islower() and " " in f"{said} " else said
    return first if first.endswith((".", "!", "?")) else f"{first}."
