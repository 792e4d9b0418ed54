"""Reads the record with the work in progress from the database."""

from __future__ import annotations

from dataclasses import fields
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from resolutionflow.sessions.documents import record
from resolutionflow.sessions.documents.source import DocumentCheck, DocumentHypothesis, DocumentSource, WorkSource
from resolutionflow.sessions.facts import hypotheses
from resolutionflow.sessions.facts import repository as facts
from resolutionflow.sessions.lane import repository as lane
from resolutionflow.sessions.models import AiSession


async def gather(tx: AsyncSession, row: AiSession) -> WorkSource:
    """As `record.gather`, with checks, what is open, and hypotheses."""
    base = await record.gather(tx, row)
    items = await lane.of_session(tx, row)
    made: dict[UUID, list[UUID]] = {}
    for fact in await facts.live(tx, row):
        if fact.source_ref is not None and fact.grounding != "unverified":
            made.setdefault(fact.source_ref, []).append(fact.id)
    found = await hypotheses.of_session(tx, row)
    settled = [item for item in items if item.kind == "check" and item.state in {"done", "skipped"}]
    still_open = [item for item in items if item.state == "open"]
    return WorkSource(
        **{field.name: getattr(base, field.name) for field in fields(DocumentSource)},
        checks=tuple(
            DocumentCheck(
                label=item.text,
                state="done" if item.state == "done" else "skipped",
                result=item.output or "",
                skip_reason=item.skip_reason or "",
                fact_ids=tuple(made.get(item.id, ())),
            )
            for item in settled
        ),
        open_questions=tuple(item.text for item in still_open if item.kind == "question"),
        open_checks=tuple(item.text for item in still_open if item.kind == "check"),
        hypotheses=tuple(
            DocumentHypothesis(one.label, "open" if one.status == "open" else "ruled_out")
            for one in found
            if one.status in {"open", "ruled_out"}
        ),
    )
