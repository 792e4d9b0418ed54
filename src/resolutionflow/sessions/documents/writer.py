"""The resolution note, written from the record without a model. Four sections, past tense, nothing that is not recorded."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final
from uuid import UUID

from resolutionflow.pilot.grounding import EvidenceIndex
from resolutionflow.pilot.grounding.vocabulary import COMMON_WORDS
from resolutionflow.pilot.markers import defuse
from resolutionflow.sessions.documents.checker import mark_generated
from resolutionflow.sessions.documents.sentences import SECTIONS, Document, LeftOut, Sentence, split_sentences
from resolutionflow.sessions.documents.source import DocumentFact, DocumentFix, DocumentSource

SURE_ENOUGH: Final = 60
_LONGEST_PROBLEM: Final = 700
_LONGEST_DETAIL: Final = 900
_MOST_STEPS: Final = 10

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


def write_resolution_note(source: DocumentSource) -> Document:
    """The note for this state of the session: the same source gives the same text, byte for byte."""
    page = _Page()
    page.section(SECTIONS[0])
    _problem(page, source)
    page.section(SECTIONS[1])
    _confirmed(page, source)
    page.section(SECTIONS[2])
    _root_cause(page, source)
    page.section(SECTIONS[3])
    _resolution(page, source)
    return mark_generated(page.document(_left_out(source)), source, from_record=True)


class _Page:
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


def _problem(page: _Page, source: DocumentSource) -> None:
    for text in _problem_texts(source):
        page.say(text)


def _problem_texts(source: DocumentSource) -> list[str]:
    ticket = source.ticket
    if source.problem_summary.strip():
        texts = _as_sentences(source.problem_summary)
    elif ticket is not None and (ticket.summary.strip() or ticket.description.strip()):
        summary = _as_sentences(ticket.summary)
        told = {_bare(text) for text in summary}
        texts = [*summary, *(text for text in _as_sentences(ticket.description) if _bare(text) not in told)]
    else:
        texts = _as_sentences(source.title)
    kept: list[str] = []
    for text in texts:
        if kept and sum(map(len, kept)) + len(text) > _LONGEST_PROBLEM:
            break
        kept.append(text)
    return kept or ["The problem was not described."]


def _confirmed(page: _Page, source: DocumentSource) -> None:
    facts = source.usable_facts
    if not facts:
        page.say("Nothing was confirmed beyond the description of the problem.")
        return
    evidence = EvidenceIndex(source.texts())
    for fact in facts:
        page.item(_fact_sentence(fact, evidence), [fact.id])


def _fact_sentence(fact: DocumentFact, evidence: EvidenceIndex) -> str:
    """The fact, and what it means where its summary says so in known words."""
    text = _sentence(fact.text)
    meaning = _plain(fact.summary).rstrip(".")
    first, _, rest = meaning.partition(" ")
    if _CONCLUSION.match(meaning) and text.endswith(".") and not evidence.missing(rest):
        verb = first.lower() if first.lower().endswith("s") else f"{first.lower()}s"
        return f"{text[:-1]}, which {verb} {rest}."
    return text


def _root_cause(page: _Page, source: DocumentSource) -> None:
    fix = _leading_fix(source)
    facts = source.usable_facts
    if source.cause.strip():
        cause = _plain(source.cause).rstrip(".")
        page.say(f"The cause was isolated: {cause}.", _resting_on(cause, facts))
    elif fix is None or fix.confidence < SURE_ENOUGH or (fix.status == "applied_partial" and not facts):
        page.say("The root cause was not isolated.")
        if fix is not None and fix.status == "applied_success":
            page.say(
                f"The problem ended after {_named(fix)} was applied, but the evidence is too thin to call that the cause."
            )
    elif fix.status == "applied_success":
        basis = _basis(fix, facts)
        led = "What we confirmed led to" if basis else "The fix applied was"
        page.say(f"{led} {_named(fix)}, and the problem ended once it was in place.", basis)
        page.say(_cause_of(fix), basis)
    else:
        basis = _basis(fix, facts)
        page.say(f"The findings point to what {_named(fix)} corrects.", basis)
        page.say("Part of the problem remains, so this is not yet the whole cause.")
    _ruled_out(page, source)


def _cause_of(fix: DocumentFix) -> str:
    """What the fix corrects, in its own words where it explains itself before its steps."""
    lead, steps = _parts(fix.description)
    first = next((text[start:end] for text in lead for start, end in split_sentences(text)), "") if steps else ""
    return f"The cause is what this fix corrects: {first}" if first else "The cause is what this fix corrects."


def _ruled_out(page: _Page, source: DocumentSource) -> None:
    failed = [fix for fix in source.fixes if fix.status == "applied_failed"]
    if failed:
        page.say(f"Ruled out by trying: {_listed([_named(fix) for fix in failed])}.")


def _resolution(page: _Page, source: DocumentSource) -> None:
    failed = [fix for fix in source.fixes if fix.status == "applied_failed"]
    partial = [fix for fix in source.fixes if fix.status == "applied_partial"]
    done = [fix for fix in source.fixes if fix.status == "applied_success"]
    waiting = [fix for fix in source.fixes if fix.active and fix.status == "proposed"]
    for number, fix in enumerate(failed):
        _failed(page, fix, number)
    for fix in partial:
        _partial(page, fix)
    for fix in done:
        _succeeded(page, fix, source.usable_facts, after_others=bool(failed or partial))
    if done:
        return
    for fix in waiting:
        state = (
            "was applied; its result has not been recorded" if fix.applied else "was proposed and has not been applied"
        )
        page.say(f"{_named(fix)} {state}.")
    if failed and not partial and not waiting:
        page.say("No fix that worked was recorded.")
    if not (failed or partial or waiting):
        page.say("No fix was recorded for this problem.")


def _failed(page: _Page, fix: DocumentFix, number: int) -> None:
    when = "We first tried" if number == 0 else "We then tried"
    page.say(f"{when} {_named(fix)}; it did not solve the problem.")
    for text in _as_sentences(fix.failure_reason):
        page.say(text)


def _partial(page: _Page, fix: DocumentFix) -> None:
    page.say(f"{_named(fix)} was applied in part.")
    for text in _as_sentences(fix.partial_notes):
        page.say(text)
    page.say("The rest of it remains to be done.")


def _succeeded(page: _Page, fix: DocumentFix, facts: Sequence[DocumentFact], *, after_others: bool) -> None:
    opening = "After that we applied" if after_others else "We applied"
    means = " with a script" if fix.used_script else ""
    page.say(f"{opening} {_named(fix)}{means}, and it solved the problem.", _resting_on(fix.title, facts))
    lead, steps = _parts(fix.description)
    if steps:
        page.say("The fix consists of these steps:")
        for step in steps[:_MOST_STEPS]:
            page.item(step)
    elif _bare(fix.description) != _bare(fix.title):
        for number, text in enumerate(_within(lead, _LONGEST_DETAIL)):
            page.say(f"In detail: {text}" if number == 0 else text)
    page.say("The result was confirmed afterwards.")


def _parts(description: str) -> tuple[list[str], list[str]]:
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
                steps.append(_sentence(_STEP.sub("", line, count=1)))
        elif line.strip() and heading is None and not steps:
            lead += _as_sentences(line)
    return (lead, steps) if len(steps) > 1 else (_as_sentences(description) if heading is None else lead, [])


def _leading_fix(source: DocumentSource) -> DocumentFix | None:
    """The fix the note is about: the one that worked, else the one applied in part, else none."""
    for status in ("applied_success", "applied_partial"):
        found = [fix for fix in source.fixes if fix.status == status]
        if found:
            return found[-1]
    return None


def _basis(fix: DocumentFix, facts: Sequence[DocumentFact]) -> tuple[UUID, ...]:
    """The facts that speak of what the fix changes; all of them where none does so in the same words."""
    return _resting_on(f"{fix.title} {fix.description}", facts) or tuple(fact.id for fact in facts)


def _resting_on(text: str, facts: Sequence[DocumentFact]) -> tuple[UUID, ...]:
    wanted = _telling_words(text)
    return tuple(fact.id for fact in facts if wanted & _telling_words(f"{fact.text} {fact.summary}"))


_DULL: Final = frozenset("confirmed checked showed same asked using again also problem issue".split())  # noqa: SIM905


def _telling_words(text: str) -> set[str]:
    words = {word.lower().rstrip("s") for word in re.findall(r"[^\W_]{3,}", text)}
    return {word for word in words if word not in _DULL and (len(word) > 4 or word not in COMMON_WORDS)}


def _left_out(source: DocumentSource) -> LeftOut:
    unverified = tuple((fact.id, fact.text) for fact in source.facts if not fact.usable)
    return LeftOut(source.masked_secrets, unverified)


def _named(fix: DocumentFix) -> str:
    return f"\u201c{_plain(fix.title).rstrip('.')}\u201d"


def _listed(items: Sequence[str]) -> str:
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}"


def _as_sentences(text: str) -> list[str]:
    """The lines of a text as sentences, without greeting and without the sign-off and what follows it."""
    spoken: list[str] = []
    for line in text.splitlines():
        plain = _plain(_STEP.sub("", line, count=1))
        if not any(character.isalnum() for character in plain) or (not spoken and _GREETING.fullmatch(plain)):
            continue
        if spoken and _SIGN_OFF.fullmatch(plain):
            break
        spoken.append(_sentence(plain))
    return spoken


def _within(texts: Sequence[str], limit: int) -> list[str]:
    kept: list[str] = []
    for text in texts:
        if kept and sum(map(len, kept)) + len(text) > limit:
            break
        kept.append(text)
    return kept


def _sentence(text: str) -> str:
    """One line that begins with a capital and ends like a sentence."""
    line = _plain(text)
    if not line:
        return ""
    first = line.split(maxsplit=1)[0]
    if first.islower() and first.isalpha():
        line = line[0].upper() + line[1:]
    return line if line[-1] in ".!?:\u201d" else f"{line.rstrip(',;')}."


def _plain(text: str) -> str:
    """Text for a note: one line, no markers, no headings, links or images that a reader's program would act on."""
    line = " ".join(defuse(text).split())
    line = re.sub(r"^[#>]+ *", "", line)
    line = re.sub(r"!?\[([^\]]{0,200})\]\([^)]{0,500}\)", r"\1", line)
    return line.replace("<", "\u2039").replace(">", "\u203a").strip()


def _bare(text: str) -> str:
    return re.sub(r"\W+", " ", text).strip().casefold()
