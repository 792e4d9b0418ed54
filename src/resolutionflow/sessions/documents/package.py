"""The escalation package, written from the record without a model: five sections for the engineer who takes over."""

from __future__ import annotations

from typing import Final

from resolutionflow.pilot.grounding import EvidenceIndex
from resolutionflow.sessions.documents.checker import mark_generated
from resolutionflow.sessions.documents.sentences import PACKAGE_SECTIONS, Document
from resolutionflow.sessions.documents.source import DocumentFix, WorkSource
from resolutionflow.sessions.documents.wording import (
    Page,
    as_sentences,
    fact_sentence,
    left_out_of,
    listed,
    lowered,
    named,
    parts,
    plain,
    problem_texts,
    sentence,
)

SURE_ENOUGH: Final = 60
MOST_STEPS: Final = 6
LONGEST_RESULT: Final = 160


def write_escalation_package(source: WorkSource) -> Document:
    """The package for this state of the session: the same source gives the same text, byte for byte."""
    page = Page()
    for title, write in zip(PACKAGE_SECTIONS, (_problem, _confirmed, _tried, _hypothesis, _next), strict=True):
        page.section(title)
        write(page, source)
    return mark_generated(page.document(left_out_of(source)), source, from_record=True)


def _problem(page: Page, source: WorkSource) -> None:
    if source.client_name.strip():
        page.say(f"The client is {plain(source.client_name).rstrip('.')}.")
    for text in problem_texts(source):
        page.say(text)


def _confirmed(page: Page, source: WorkSource) -> None:
    facts = source.usable_facts
    if not facts:
        page.say("Nothing has been confirmed beyond the description of the problem.")
        return
    evidence = EvidenceIndex(source.texts())
    for fact in facts:
        page.item(fact_sentence(fact, evidence), [fact.id])


def _tried(page: Page, source: WorkSource) -> None:
    tried = [fix for fix in source.fixes if _was_tried(fix)]
    if not tried and not source.checks:
        page.say("No check with a result and no fix has been recorded yet.")
        return
    for check in source.checks:
        label = plain(check.label).rstrip(".")
        if check.state == "skipped":
            why = f": {plain(check.skip_reason).rstrip('.')}" if check.skip_reason.strip() else ""
            page.item(f"{label} was skipped{why}.")
        elif check.result.strip():
            page.item(f"{label}: {_first_line(check.result)}", check.fact_ids)
        else:
            page.item(f"{label}: done, without a recorded result.", check.fact_ids)
    for fix in tried:
        page.item(_outcome(fix))
        for text in as_sentences(fix.failure_reason if fix.status == "applied_failed" else fix.partial_notes):
            page.say(text)


def _was_tried(fix: DocumentFix) -> bool:
    return fix.status in {"applied_success", "applied_failed", "applied_partial"} or (
        fix.status == "proposed" and fix.applied
    )


def _outcome(fix: DocumentFix) -> str:
    script = " with a script" if fix.used_script else ""
    match fix.status:
        case "applied_success":
            return f"{named(fix)} was applied{script} and solved the problem."
        case "applied_failed":
            return f"{named(fix)} was applied{script}; it did not solve the problem and is ruled out."
        case "applied_partial":
            return f"{named(fix)} was applied in part; the rest of it remains to be done."
        case _:
            return f"{named(fix)} was applied{script}; its result has not been recorded."


def _first_line(text: str) -> str:
    line = next((line for line in text.splitlines() if any(sign.isalnum() for sign in line)), text)
    short = plain(line)
    return sentence(short if len(short) <= LONGEST_RESULT else short[:LONGEST_RESULT].rsplit(" ", 1)[0] + " \u2026")


def _hypothesis(page: Page, source: WorkSource) -> None:
    fix = next((fix for fix in source.fixes if fix.active), None)
    open_ones = [plain(one.label).rstrip(".") for one in source.hypotheses if one.status == "open"]
    if source.cause.strip():
        page.say(f"The cause was isolated: {plain(source.cause).rstrip('.')}.")
    elif fix is not None and fix.confidence >= SURE_ENOUGH and fix.status in {"proposed", "applied_partial"}:
        page.say(f"The findings point to what {named(fix)} corrects, at {fix.confidence} %.")
    else:
        page.say("The root cause has not been isolated.")
    if open_ones:
        page.say(f"Still open: {listed(open_ones)}.")
    gone = [named(fix) for fix in source.fixes if fix.status == "applied_failed"]
    gone += [plain(one.label).rstrip(".") for one in source.hypotheses if one.status == "ruled_out"]
    if gone:
        page.say(f"Ruled out: {listed(gone)}.")


def _next(page: Page, source: WorkSource) -> None:
    steps = _steps(source)
    if not steps:
        page.say("No next step has been recorded.")
    for step in steps[:MOST_STEPS]:
        page.item(step)


def _steps(source: WorkSource) -> list[str]:
    steps: list[str] = []
    fix = next((fix for fix in source.fixes if fix.active), None)
    if fix is not None and fix.status == "proposed":
        steps.append(f"Record whether {named(fix)} solved the problem." if fix.applied else f"Apply {named(fix)}.")
        if not fix.applied:
            steps += parts(fix.description)[1][:2]
    elif fix is not None and fix.status == "applied_partial":
        steps.append(f"The rest of {named(fix)} remains to be done.")
    steps += [f"To answer: {lowered(text)}" for text in source.open_questions]
    steps += [sentence(f"Check: {lowered(text)}") for text in source.open_checks]
    return steps
