"""Words of the built-in writers: sentences from records, and the page they are put on."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final
from uuid import UUID

from resolutionflow.pilot.grounding import EvidenceIndex
from resolutionflow.pilot.markers import defuse
from resolutionflow.sessions.documents.sentences import Document, LeftOut, Sentence
from resolutionflow.sessions.documents.source import DocumentFact, DocumentFix, DocumentSource

_GREETING: Final = re.compile(
    r"(?:hi|hello|hey|dear|good (?:morning|afternoon|evening)|greetings)\b[^.]{0,40}[,!.]?", re.IGNORECASE
)
_SIGN_OFF: Final = re.compile(
    r"(?:--|(?:many |kind |best |warm )?(?:thanks?|thank you|regards|cheers|wishes)\b|sent from my\b|sincerely\b).{0,60}",
    re.IGNORECASE,
)
_CONCLUSION: Final = re.compile(
    r"(?:rules? (?:out|in)|points? to|excludes?|narrows?|confirms?|suggests?|shows?|limits?|proves?)\b", re.IGNORECASE
)
_HEADING: Final = re.compile(
    r"\*\*(?P<bold>[^*]{1,60}?):?\*\*:?|#{1,6} +(?P<hash>[^#]{1,60})|(?P<plain>[A-Z][^.:]{1,40}):"
)
_STEPS_HEADING: Final = re.compile(r"steps?\b|procedure\b|how\b|what to do\b|fix\b|do\b|instructions?\b")
_STEP: Final = re.compile(r"[ \t]*(?:[-*+\u2022]|\d{1,2}[.)])[ \t]+")
_LONGEST_PROBLEM: Final = 700


class Page:
    """Collects Markdown and where each sentence of it stands."""

    def __init__(self) -> None:
        self._text = ""
        self._sentences: list[Sentence] = []

    def section(self, title: str) -> None:
        self._text = f"{self._text.rstrip()}\n\n## {title}\n".lstrip()

    def say(self, text: str, facts: Iterable[UUID] = ()) -> None:
        """A sentence of the running paragraph."""
        if self._text.endswith("\n"):
            self._text += "\n" if not self._text.endswith("\n\n") else ""
        else:
            self._text += " "
        self._add(text, facts)

    def item(self, text: str, facts: Iterable[UUID] = ()) -> None:
        """An item of a list."""
        if not self._text.endswith("\n"):
            self._text += "\n"
        if not self._text.endswith("\n\n") and not self._text.rstrip().rsplit("\n", 1)[-1].startswith("- "):
            self._text += "\n"
        self._text += "- "
        self._add(text, facts)
        self._text += "\n"

    def document(self, left_out: LeftOut) -> Document:
        return Document(self._text.rstrip() + "\n", tuple(self._sentences), left_out)

    def _add(self, text: str, facts: Iterable[UUID]) -> None:
        start = len(self._text)
        self._text += text
        self._sentences.append(Sentence(start, len(self._text), tuple(facts)))


def problem_texts(source: DocumentSource) -> list[str]:
    ticket = source.ticket
    if source.problem_summary.strip():
        texts = as_sentences(source.problem_summary)
    elif ticket is not None and (ticket.summary.strip() or ticket.description.strip()):
        summary = as_sentences(ticket.summary)
        told = {bare(text) for text in summary}
        texts = [*summary, *(text for text in as_sentences(ticket.description) if bare(text) not in told)]
    else:
        texts = as_sentences(source.title)
    kept: list[str] = []
    for text in texts:
        if kept and sum(map(len, kept)) + len(text) > _LONGEST_PROBLEM:
            break
        kept.append(text)
    return kept or ["The problem was not described."]


def fact_sentence(fact: DocumentFact, evidence: EvidenceIndex) -> str:
    """The fact, and what it means where its summary says so in known words."""
    text = sentence(fact.text)
    meaning = plain(fact.summary).rstrip(".")
    first, _, rest = meaning.partition(" ")
    if _CONCLUSION.match(meaning) and text.endswith(".") and not evidence.missing(rest):
        verb = first.lower() if first.lower().endswith("s") else f"{first.lower()}s"
        return f"{text[:-1]}, which {verb} {rest}."
    return text


def parts(description: str) -> tuple[list[str], list[str]]:
    """What a fix's description says before its lists, and its steps; reasons and checks listed beside them are left."""
    lead: list[str] = []
    steps: list[str] = []
    heading: str | None = None
    for line in description.splitlines():
        title = _HEADING.fullmatch(line.strip())
        if title is not None:
            heading = (title["bold"] or title["hash"] or title["plain"]).strip().casefold()
        elif _STEP.match(line):
            if heading is None or _STEPS_HEADING.match(heading):
                steps.append(sentence(_STEP.sub("", line, count=1)))
        elif line.strip() and heading is None and not steps:
            lead += as_sentences(line)
    return (lead, steps) if len(steps) > 1 else (as_sentences(description) if heading is None else lead, [])


def named(fix: DocumentFix) -> str:
    return f"\u201c{plain(fix.title).rstrip('.')}\u201d"


def listed(items: Sequence[str]) -> str:
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}"


def as_sentences(text: str) -> list[str]:
    """The lines of a text as sentences, without greeting and without the sign-off and what follows it."""
    spoken: list[str] = []
    for line in text.splitlines():
        line_text = plain(_STEP.sub("", line, count=1))
        if not any(character.isalnum() for character in line_text) or (not spoken and _GREETING.fullmatch(line_text)):
            continue
        if spoken and _SIGN_OFF.fullmatch(line_text):
            break
        spoken.append(sentence(line_text))
    return spoken


def within(texts: Sequence[str], limit: int) -> list[str]:
    kept: list[str] = []
    for text in texts:
        if kept and sum(map(len, kept)) + len(text) > limit:
            break
        kept.append(text)
    return kept


def sentence(text: str) -> str:
    """One line that begins with a capital and ends like a sentence."""
    line = plain(text)
    if not line:
        return ""
    first = line.split(maxsplit=1)[0]
    if first.islower() and first.isalpha():
        line = line[0].upper() + line[1:]
    return line if line[-1] in ".!?:\u201d" else f"{line.rstrip(',;')}."


def plain(text: str) -> str:
    """Text for a note: one line, no markers, no headings, links or images that a reader's program would act on."""
    line = " ".join(defuse(text).split())
    line = re.sub(r"^[#>]+ *", "", line)
    line = re.sub(r"!?\[([^\]]{0,200})\]\([^)]{0,500}\)", r"\1", line)
    return line.replace("<", "\u2039").replace(">", "\u203a").strip()


def lowered(text: str) -> str:
    """One line to stand behind a colon: its first word small, unless it is a name or an abbreviation."""
    line = plain(text)
    first = line.split(maxsplit=1)[0] if line else ""
    return line[0].lower() + line[1:] if first.istitle() and first.isalpha() else line


def bare(text: str) -> str:
    return re.sub(r"\W+", " ", text).strip().casefold()


def left_out_of(source: DocumentSource) -> LeftOut:
    unverified = tuple((fact.id, fact.text) for fact in source.facts if not fact.usable)
    return LeftOut(source.masked_secrets, unverified)
