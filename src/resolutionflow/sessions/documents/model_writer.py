"""A document written by the account's model. Code takes its citations apart and checks every sentence; anything else is written without it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

import orjson

from resolutionflow.llm.contract import Action, Caller
from resolutionflow.pilot.ask import Work, ask_model
from resolutionflow.pilot.engines.llm.frame import untrusted
from resolutionflow.pilot.engines.llm.prompts import documents as prompts
from resolutionflow.pilot.grounding import EvidenceIndex
from resolutionflow.pilot.markers import defuse
from resolutionflow.services import Services
from resolutionflow.sessions.documents.schemas import DocumentKind
from resolutionflow.sessions.documents.sentences import (
    PACKAGE_SECTIONS,
    SECTIONS,
    Document,
    LeftOut,
    Mark,
    Sentence,
    split_sentences,
)
from resolutionflow.sessions.documents.source import DocumentFix, DocumentSource, WorkSource

MAX_TOKENS: Final = 2048
MAX_LENGTH: Final = 20_000
_CITED: Final = re.compile(r"[ \t]*\[\[([^\[\]\n]{1,120})\]\]")
_HEADING: Final = re.compile(r"#{1,6}[ \t]+(.+?)[ \t#:]*")
_LINK: Final = re.compile(r"!?\[([^\]]{0,200})\]\([^)]{0,500}\)")
_FENCE: Final = re.compile(r"\A\s*```(?:markdown|md)?[ \t]*\n(.*?)\n?```\s*\Z", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Kind:
    """What is written, and under which headings."""

    action: Action
    instructions: str
    sections: tuple[str, ...]
    seconds: float = 40.0


NOTE: Final = Kind("resolution_note", prompts.RESOLUTION_NOTE, SECTIONS)
KINDS: Final[dict[DocumentKind, Kind]] = {
    "resolution_note": NOTE,
    "escalation_package": Kind("escalation_package", prompts.ESCALATION_PACKAGE, PACKAGE_SECTIONS, 20.0),
}


async def write(
    services: Services, kind: Kind, source: DocumentSource, caller: Caller, known: dict[str, int]
) -> tuple[Document, str] | None:
    """The document and the model's name, or None: the built-in writer writes then."""
    work = Work(kind.action, kind.instructions, record_text(source), caller, known, MAX_TOKENS, kind.seconds)
    told = await ask_model(services, work)
    if told is None:
        return None
    document = read(told.text, kind, source)
    return None if document is None else (document, told.model)


def record_text(source: DocumentSource) -> str:
    """The record as the model is shown it. Facts nobody proved and dismissed fixes are not in it."""
    ticket = source.ticket
    record: dict[str, Any] = {
        "problem": {
            "label": "P",
            "title": source.title,
            "summary": source.problem_summary,
            "client": source.client_name,
            "ticket_summary": ticket.summary if ticket else "",
            "ticket_description": ticket.description[:6000] if ticket else "",
        },
        "facts": [
            {"number": number, "text": fact.text, "meaning": fact.summary}
            for number, fact in enumerate(source.usable_facts, 1)
        ],
        "fixes": [
            {"label": f"F{number}", **_fix(fix)}
            for number, fix in enumerate(source.fixes, 1)
            if fix.status != "dismissed"
        ],
        "confirmed_cause": source.cause,
        **(_work(source) if isinstance(source, WorkSource) else {}),
    }
    return untrusted("record", orjson.dumps(record).decode())


def _work(source: WorkSource) -> dict[str, Any]:
    return {
        "checks": [
            {"label": f"C{number}", "check": one.label, "state": one.state, "result": one.result[:1000]}
            for number, one in enumerate(source.checks, 1)
        ],
        "hypotheses": [
            {"label": f"H{number}", "hypothesis": one.label, "status": one.status}
            for number, one in enumerate(source.hypotheses, 1)
        ],
        "open": {"label": "O", "questions": list(source.open_questions), "checks": list(source.open_checks)},
    }


def _labels(source: DocumentSource) -> set[str]:
    """What a sentence may rest on beside facts."""
    found = {"P", "R", *(f"F{number}" for number, fix in enumerate(source.fixes, 1) if fix.status != "dismissed")}
    if isinstance(source, WorkSource):
        found |= {f"C{number}" for number in range(1, len(source.checks) + 1)}
        found |= {f"H{number}" for number in range(1, len(source.hypotheses) + 1)}
        found.add("O")
    return found


def _fix(fix: DocumentFix) -> dict[str, Any]:
    return {
        "title": fix.title,
        "description": fix.description[:3000],
        "status": fix.status,
        "applied": fix.applied,
        "confidence": fix.confidence,
        "with_a_script": fix.used_script,
        "why_it_failed": fix.failure_reason,
        "what_remains": fix.partial_notes,
    }


def read(answer: str, kind: Kind, source: DocumentSource) -> Document | None:
    """The answer as a document with checked sentences; None when its headings are not the wanted ones or it is too long."""
    fenced = _FENCE.match(answer)
    lines = _sections((fenced[1] if fenced else answer).splitlines(), kind.sections)
    if lines is None:
        return None
    markdown, cited = without_citations("\n".join(lines).strip() + "\n")
    if len(markdown) > MAX_LENGTH:
        return None
    evidence = EvidenceIndex(source.texts())
    sentences = tuple(
        _checked(markdown, start, end, labels, source, evidence) for start, end, labels in _with_labels(markdown, cited)
    )
    unverified = tuple((fact.id, fact.text) for fact in source.facts if not fact.usable)
    return Document(markdown, sentences, LeftOut(source.masked_secrets, unverified))


def supported_sentences(answer: str, source: DocumentSource, *, note: str = "") -> list[str] | None:
    """The answer as plain sentences; None unless each rests on the record (or on `note`, as N) and names nothing that is not there."""
    line = " ".join(harmless(part.strip()) for part in answer.splitlines() if part.strip())
    if _HEADING.match(line) or len(line) > MAX_LENGTH:
        return None
    plain, cited = without_citations(line)
    evidence = EvidenceIndex([*source.texts(), note])
    said: list[str] = []
    for start, end, labels in _with_labels(plain, cited):
        known = tuple("R" if label == "N" and note.strip() else label for label in labels)
        if _checked(plain, start, end, known, source, evidence).mark is not None:
            return None
        said.append(plain[start:end])
    return said or None


def _sections(lines: list[str], wanted: tuple[str, ...]) -> list[str] | None:
    """The lines from the first heading on, headings as wanted; None when one is missing, twice or out of order."""
    names = {_bare(name): name for name in wanted}
    found: list[str] = []
    kept: list[str] = []
    for line in lines:
        heading = _HEADING.fullmatch(line.strip())
        name = names.get(_bare(heading[1])) if heading else None
        if name is not None:
            found.append(name)
            kept += ["", f"## {name}", ""]
        elif found and line.strip():
            kept.append(harmless(line.strip("# \t") if heading else line.rstrip()))
        elif found and kept[-1]:
            kept.append("")
    return kept if tuple(found) == wanted else None


def _bare(text: str) -> str:
    return re.sub(r"\W+", " ", text.replace("\u2019", "'")).strip().casefold()


def harmless(line: str) -> str:
    """A line without markers, links and tags that a reader's program would act on."""
    plain = _LINK.sub(r"\1", defuse(line))
    return plain.replace("<", "\u2039").replace(">", "\u203a")


def without_citations(marked: str) -> tuple[str, list[tuple[int, tuple[str, ...]]]]:
    """The text as a person reads it, and at which place of it which labels stood."""
    pieces: list[str] = []
    cited: list[tuple[int, tuple[str, ...]]] = []
    position = length = 0
    for match in _CITED.finditer(marked):
        pieces.append(marked[position : match.start()])
        length += match.start() - position
        position = match.end()
        cited.append((length, tuple(label.strip().upper() for label in re.split(r"[,;]", match[1]))))
    return "".join([*pieces, marked[position:]]), cited


def _with_labels(markdown: str, cited: list[tuple[int, tuple[str, ...]]]) -> Iterator[tuple[int, int, tuple[str, ...]]]:
    """Every sentence with the labels that stand in it or right behind it."""
    spans = list(split_sentences(markdown))
    for number, (start, end) in enumerate(spans):
        following = spans[number + 1][0] if number + 1 < len(spans) else len(markdown) + 1
        yield start, end, tuple(label for place, labels in cited if start < place <= following - 1 for label in labels)


def _checked(
    markdown: str, start: int, end: int, labels: tuple[str, ...], source: DocumentSource, evidence: EvidenceIndex
) -> Sentence:
    facts = {str(number): fact.id for number, fact in enumerate(source.usable_facts, 1)}
    record = _labels(source)
    ids: tuple[UUID, ...] = tuple(dict.fromkeys(facts[label] for label in labels if label in facts))
    mark: Mark | None = None
    if evidence.missing(markdown[start:end]):
        mark = "unknown_detail"
    elif not ids and not record.intersection(labels):
        mark = "no_fact"
    return Sentence(start, end, ids, mark)
