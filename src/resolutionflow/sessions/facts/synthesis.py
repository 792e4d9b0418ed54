"""A fact drafted by the account's fast model. What it says is checked against the input; the built-in drafter stands in for it."""

from __future__ import annotations

import re
from typing import Final

from pydantic import BaseModel, ConfigDict, ValidationError

from resolutionflow.pilot.ask import Work, ask_model
from resolutionflow.pilot.engines.llm.frame import untrusted
from resolutionflow.services import Services
from resolutionflow.sessions.facts.drafter import MAX_QUOTE, MAX_TEXT, Draft, substantive

MAX_INPUT: Final = 12_000
_JSON: Final = re.compile(r"\{.*\}", re.DOTALL)


class _Answer(BaseModel):
    model_config = ConfigDict(extra="ignore", strict=True)

    fact: str | None
    summary: str = ""
    evidence: str = ""


def question(raw: str, asked: str | None) -> str:
    """What the model is shown."""
    parts = [untrusted("question or check", asked)] if asked else []
    return "\n\n".join([*parts, untrusted("input", raw[:MAX_INPUT])])


def read(answer: str, raw: str) -> Draft | None:
    """The model's draft, when it is one and its quote really stands in the input."""
    found = _JSON.search(answer)
    try:
        told = _Answer.model_validate_json(found.group()) if found else None
    except ValidationError:
        return None
    if told is None or told.fact is None:
        return None
    text, quote = " ".join(told.fact.split()), told.evidence.strip()
    start = raw.find(quote)
    if not text or len(text) > MAX_TEXT or not quote or len(quote) > MAX_QUOTE or start < 0:
        return None
    return Draft(text=text, quote=quote, start=start, summary=" ".join(told.summary.split()))


async def synthesise(services: Services, work: Work, raw: str) -> Draft | None:
    """The model's draft of `raw`, or None: the built-in drafter decides then."""
    if not substantive(raw):
        return None
    told = await ask_model(services, work)
    return read(told.text, raw) if told else None
