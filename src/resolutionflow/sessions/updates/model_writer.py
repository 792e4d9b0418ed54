"""Updates in the words of the account's model. Code checks every sentence and request; one that rests on nothing voids them all."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

import orjson

from resolutionflow.llm.contract import Caller
from resolutionflow.pilot.ask import Told, Work, ask_model
from resolutionflow.pilot.engines.llm.frame import untrusted
from resolutionflow.pilot.engines.llm.prompts.documents import INFORMATION_REQUEST, STATUS_UPDATE
from resolutionflow.pilot.grounding import EvidenceIndex
from resolutionflow.services import Services
from resolutionflow.sessions.documents.model_writer import (
    harmless,
    record_text,
    supported_sentences,
    without_citations,
)
from resolutionflow.sessions.documents.source import WorkSource
from resolutionflow.sessions.updates.schemas import Audience
from resolutionflow.sessions.updates.writer import MOST_REQUESTS, Said

SECONDS: Final = 15.0
MAX_TOKENS: Final = 512
MOST_SENTENCES: Final = 6
LONGEST_REQUEST: Final = 300
_WORD: Final = re.compile(r"[^\W\d_]{4,}")
_SECRET: Final = re.compile(
    r"pass(?:word|code|phrase)|\bpins?\b|credential|\bmfa\b|\botp\b|one-time|card number|secret|\btokens?\b|recovery key",
    re.IGNORECASE,
)
_FILLING: Final = re.compile(r"wh(?:at|en|ere|ich|ose)|does|have|been|this|that|there|with|from|your")
_NUMBERING: Final = re.compile(r"\A(?:\d{1,2}[.)]|[-*+\u2022])[ \t]+")


async def say(
    services: Services, source: WorkSource, audience: Audience, note: str, caller: Caller, known: dict[str, int]
) -> Said | None:
    """What a model says for this audience, or None: the built-in writer says it then."""
    if audience == "request_info":
        return await _requests(services, source, caller, known)
    return await _where_we_are(services, source, note, caller, known)


async def _where_we_are(
    services: Services, source: WorkSource, note: str, caller: Caller, known: dict[str, int]
) -> Said | None:
    parts = [record_text(source), *([untrusted("note of the engineer, label N", note)] if note.strip() else [])]
    told = await _told(services, STATUS_UPDATE, "\n\n".join(parts), caller, known)
    said = supported_sentences(told.text, source, note=note) if told else None
    return Said(tuple(said), told.model) if told and said and len(said) <= MOST_SENTENCES else None


async def _requests(services: Services, source: WorkSource, caller: Caller, known: dict[str, int]) -> Said | None:
    questions = source.open_questions[:MOST_REQUESTS]
    if not questions:
        return None
    asked = [{"label": f"Q{number}", "question": text} for number, text in enumerate(questions, 1)]
    told = await _told(
        services, INFORMATION_REQUEST, untrusted("open questions", orjson.dumps(asked).decode()), caller, known
    )
    said = asked_only(told.text, questions) if told else None
    return Said(tuple(said), told.model) if told and said else None


async def _told(services: Services, instructions: str, text: str, caller: Caller, known: dict[str, int]) -> Told | None:
    return await ask_model(services, Work("session_update", instructions, text, caller, known, MAX_TOKENS, SECONDS))


def asked_only(answer: str, questions: Sequence[str]) -> list[str] | None:
    """One request for each question, in their order; None when one is missing, asked twice, or asks for something else."""
    lines = [line.strip() for line in answer.splitlines() if line.strip()]
    if len(lines) != len(questions):
        return None
    said: list[str] = []
    for number, (line, question) in enumerate(zip(lines, questions, strict=True), 1):
        plain, cited = without_citations(_NUMBERING.sub("", harmless(line)))
        labels = {label for _, found in cited for label in found}
        if labels != {f"Q{number}"} or not _asks(plain.strip(), question):
            return None
        said.append(plain.strip())
    return said


def _asks(line: str, question: str) -> bool:
    """Whether a line asks what its question asks: about the same things, no new names, no secret the question does not ask for."""
    about = {word for word in _WORD.findall(question.casefold()) if not _FILLING.fullmatch(word)}
    return (
        0 < len(line) <= LONGEST_REQUEST
        and (not about or bool(about.intersection(_WORD.findall(line.casefold()))))
        and not EvidenceIndex([question]).missing(line)
        and (_SECRET.search(line) is None or _SECRET.search(question) is not None)
    )
