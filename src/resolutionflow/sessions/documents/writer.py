"""The resolution note, written from the record without a model. Four sections, past tense, nothing that is not recorded."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final
from uuid import UUID

from resolutionflow.pilot.grounding import EvidenceIndex
from resolutionflow.pilot.grounding.vocabulary import COMMON_WORDS
from resolutionflow.sessions.documents.checker import mark_generated
from resolutionflow.sessions.documents.sentences import SECTIONS, Document, Sentence, split_sentences
from resolutionflow.sessions.documents.source import DocumentFact, DocumentFix, DocumentSource
from resolutionflow.sessions.documents.wording import (
    Page,
    as_sentences,
    bare,
    fact_sentence,
    left_out_of,
    listed,
    named,
    parts,
    plain,
    problem_texts,
    within,
)

SURE_ENOUGH: Final = 60
_LONGEST_DETAIL: Final = 900
_MOST_STEPS: Final = 10


def write_resolution_note(source: DocumentSource) -> Document:
    """The note for this state of the session: the same source gives the same text, byte for byte."""
    page = Page()
    page.section(SECTIONS[0])
    _problem(page, source)
    page.section(SECTIONS[1])
    _confirmed(page, source)
    page.section(SECTIONS[2])
    _root_cause(page, source)
    page.section(SECTIONS[3])
    _resolution(page, source)
    return with_steps(mark_generated(page.document(left_out_of(source)), source, from_record=True), source)


def with_steps(document: Document, source: DocumentSource) -> Document:
    """The note with the checks that were made at its end, where they are to join it."""
    if not source.steps:
        return document
    markdown, sentences = f"{document.markdown.rstrip()}\n\n", list(document.sentences)
    for mark, text, end in (("", "These checks were made:", "\n\n"), *(("- ", step, "\n") for step in source.steps)):
        start = len(markdown) + len(mark)
        sentences.append(Sentence(start, start + len(text)))
        markdown += f"{mark}{text}{end}"
    return Document(markdown, tuple(sentences), document.left_out)


def _problem(page: Page, source: DocumentSource) -> None:
    for text in problem_texts(source):
        page.say(text)


def _confirmed(page: Page, source: DocumentSource) -> None:
    facts = source.usable_facts
    if not facts:
        page.say("Nothing was confirmed beyond the description of the problem.")
        return
    evidence = EvidenceIndex(source.texts())
    for fact in facts:
        page.item(fact_sentence(fact, evidence), [fact.id])


def _root_cause(page: Page, source: DocumentSource) -> None:
    fix = _leading_fix(source)
    facts = source.usable_facts
    if source.cause.strip():
        cause = plain(source.cause).rstrip(".")
        page.say(f"The cause was isolated: {cause}.", _resting_on(cause, facts))
    elif fix is None or fix.confidence < SURE_ENOUGH or (fix.status == "applied_partial" and not facts):
        page.say("The root cause was not isolated.")
        if fix is not None and fix.status == "applied_success":
            page.say(
                f"The problem ended after {named(fix)} was applied, but the evidence is too thin to call that the cause."
            )
    elif fix.status == "applied_success":
        basis = _basis(fix, facts)
        led = "What we confirmed led to" if basis else "The fix applied was"
        page.say(f"{led} {named(fix)}, and the problem ended once it was in place.", basis)
        page.say(_cause_of(fix), basis)
    else:
        basis = _basis(fix, facts)
        page.say(f"The findings point to what {named(fix)} corrects.", basis)
        page.say("Part of the problem remains, so this is not yet the whole cause.")
    _ruled_out(page, source)


def _cause_of(fix: DocumentFix) -> str:
    """What the fix corrects, in its own words where it explains itself before its steps."""
    lead, steps = parts(fix.description)
    first = next((text[start:end] for text in lead for start, end in split_sentences(text)), "") if steps else ""
    return f"The cause is what this fix corrects: {first}" if first else "The cause is what this fix corrects."


def _ruled_out(page: Page, source: DocumentSource) -> None:
    failed = [fix for fix in source.fixes if fix.status == "applied_failed"]
    if failed:
        page.say(f"Ruled out by trying: {listed([named(fix) for fix in failed])}.")


def _resolution(page: Page, source: DocumentSource) -> None:
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
        page.say(f"{named(fix)} {state}.")
    if failed and not partial and not waiting:
        page.say("No fix that worked was recorded.")
    if not (failed or partial or waiting):
        page.say("No fix was recorded for this problem.")


def _failed(page: Page, fix: DocumentFix, number: int) -> None:
    when = "We first tried" if number == 0 else "We then tried"
    page.say(f"{when} {named(fix)}; it did not solve the problem.")
    for text in as_sentences(fix.failure_reason):
        page.say(text)


def _partial(page: Page, fix: DocumentFix) -> None:
    page.say(f"{named(fix)} was applied in part.")
    for text in as_sentences(fix.partial_notes):
        page.say(text)
    page.say("The rest of it remains to be done.")


def _succeeded(page: Page, fix: DocumentFix, facts: Sequence[DocumentFact], *, after_others: bool) -> None:
    opening = "After that we applied" if after_others else "We applied"
    means = " with a script" if fix.used_script else ""
    page.say(f"{opening} {named(fix)}{means}, and it solved the problem.", _resting_on(fix.title, facts))
    lead, steps = parts(fix.description)
    if steps:
        page.say("The fix consists of these steps:")
        for step in steps[:_MOST_STEPS]:
            page.item(step)
    elif bare(fix.description) != bare(fix.title):
        for number, text in enumerate(within(lead, _LONGEST_DETAIL)):
            page.say(f"In detail: {text}" if number == 0 else text)
    page.say("The result was confirmed afterwards.")


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


_DULL: Final = frozenset("confirmed checked showed same asked using again also problem issue".split())


def _telling_words(text: str) -> set[str]:
    words = {word.lower().rstrip("s") for word in re.findall(r"[^\W_]{3,}", text)}
    return {word for word in words if word not in _DULL and (len(word) > 4 or word not in COMMON_WORDS)}
