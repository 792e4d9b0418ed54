"""Where the work stands in the words of the account's model. Code checks every sentence; one that rests on nothing voids them all."""

from __future__ import annotations

from typing import Final

from resolutionflow.llm.contract import Caller
from resolutionflow.pilot.ask import Work, ask_model
from resolutionflow.pilot.engines.llm.frame import untrusted
from resolutionflow.pilot.engines.llm.prompts.documents import STATUS_UPDATE
from resolutionflow.services import Services
from resolutionflow.sessions.documents.model_writer import record_text, supported_sentences
from resolutionflow.sessions.documents.source import WorkSource

SECONDS: Final = 15.0
MAX_TOKENS: Final = 512
MOST_SENTENCES: Final = 6


async def where_we_are(
    services: Services, source: WorkSource, note: str, caller: Caller, known: dict[str, int]
) -> list[str] | None:
    """Two to six sentences, or None: the built-in writer says it then."""
    parts = [record_text(source), *([untrusted("note of the engineer, label N", note)] if note.strip() else [])]
    told = await ask_model(
        services, Work("session_update", STATUS_UPDATE, "\n\n".join(parts), caller, known, MAX_TOKENS, SECONDS)
    )
    if told is None:
        return None
    said = supported_sentences(told.text, source, note=note)
    return said if said is not None and len(said) <= MOST_SENTENCES else None
