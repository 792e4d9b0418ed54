"""Which facts a posted text rests on, so that withdrawing one of them later can be told."""

from __future__ import annotations

import re
from uuid import UUID

from resolutionflow.sessions.documents.checker import check
from resolutionflow.sessions.documents.sentences import Document
from resolutionflow.sessions.documents.source import DocumentSource


def facts_behind(markdown: str, source: DocumentSource, generated: Document | None = None) -> list[UUID]:
    """The facts whose sentences of the generated text are still there, and those whose own words stand in the text."""
    cited: set[UUID] = set()
    if generated is not None:
        for one in check(markdown, source, generated):
            cited.update(one.fact_ids)
    said = _words(markdown)
    cited.update(fact.id for fact in source.usable_facts if _words(fact.text) in said)
    return [fact.id for fact in source.usable_facts if fact.id in cited]


def _words(text: str) -> str:
    plain = re.sub(r"\W+", " ", text).strip().casefold()
    return f" {plain} "
