"""What a document may rest on: the frozen record of a session. Everything in it has passed the redactor."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from resolutionflow.pilot.contract import FixStatus, Grounding


@dataclass(frozen=True, slots=True)
class DocumentFact:
    id: UUID
    text: str
    grounding: Grounding
    summary: str = ""

    @property
    def usable(self) -> bool:
        """Proven by its evidence or confirmed by a person; anything else stays out of documents."""
        return self.grounding != "unverified"


@dataclass(frozen=True, slots=True)
class DocumentFix:
    """`applied` = somebody started it. `used_script` = it was carried out with a script."""

    id: UUID
    title: str
    description: str
    status: FixStatus
    active: bool
    applied: bool
    confidence: int
    failure_reason: str = ""
    partial_notes: str = ""
    used_script: bool = False
    script: str = ""


@dataclass(frozen=True, slots=True)
class DocumentTicket:
    ref: str
    summary: str
    description: str = ""
    company: str = ""
    contact: str = ""
    details: tuple[str, ...] = ()
    """Further ticket text that may be named in a note: configurations, site, notes."""


@dataclass(frozen=True, slots=True)
class DocumentSource:
    """`facts` and `fixes` oldest first, deleted ones left out. `cause` = the label of a confirmed hypothesis.

    `steps` are the checks made, where the settings of the PSA let them join the note.
    """

    title: str
    problem_summary: str = ""
    client_name: str = ""
    ticket: DocumentTicket | None = None
    facts: tuple[DocumentFact, ...] = ()
    fixes: tuple[DocumentFix, ...] = ()
    cause: str = ""
    masked_secrets: int = 0
    steps: tuple[str, ...] = ()

    @property
    def usable_facts(self) -> tuple[DocumentFact, ...]:
        return tuple(fact for fact in self.facts if fact.usable)

    def texts(self) -> Iterator[str]:
        """Every text whose names and numbers a document may repeat."""
        yield from (self.title, self.problem_summary, self.client_name, self.cause, *self.steps)
        for fact in self.usable_facts:
            yield fact.text
        for fix in self.fixes:
            yield from (fix.title, fix.description, fix.failure_reason, fix.partial_notes, fix.script)
        if self.ticket is not None:
            ticket = self.ticket
            yield from (ticket.ref, ticket.summary, ticket.description, ticket.company, ticket.contact, *ticket.details)


@dataclass(frozen=True, slots=True)
class DocumentCheck:
    """A settled check and what it brought; `fact_ids` are the facts made from it."""

    label: str
    state: Literal["done", "skipped"]
    result: str = ""
    skip_reason: str = ""
    fact_ids: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True)
class DocumentHypothesis:
    label: str
    status: Literal["open", "ruled_out"]


@dataclass(frozen=True, slots=True)
class WorkSource(DocumentSource):
    """The record with the work in progress: what an internal handoff and an update may say beyond a customer's note."""

    checks: tuple[DocumentCheck, ...] = ()
    open_questions: tuple[str, ...] = ()
    open_checks: tuple[str, ...] = ()
    hypotheses: tuple[DocumentHypothesis, ...] = ()

    def texts(self) -> Iterator[str]:
        yield from DocumentSource.texts(self)
        yield from (*self.open_questions, *self.open_checks)
        for check in self.checks:
            yield from (check.label, check.result, check.skip_reason)
        for one in self.hypotheses:
            yield one.label
        for fix in self.fixes:
            yield f"{fix.confidence} %"
