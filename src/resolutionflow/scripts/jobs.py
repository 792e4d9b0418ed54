"""Background work of scripts: proposing the parameters of a draft."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Literal, cast
from uuid import UUID

import structlog

from resolutionflow.errors import NotFound
from resolutionflow.jobs import JobContext, job
from resolutionflow.llm.contract import Caller
from resolutionflow.pilot.ask import Work, ask_model
from resolutionflow.pilot.engines.llm.prompts.scripts import INSTRUCTIONS
from resolutionflow.scripts import proposing, repository
from resolutionflow.scripts.extraction import Cut, Named, cut
from resolutionflow.scripts.language import Language
from resolutionflow.scripts.rules import named_by_rules
from resolutionflow.scripts.service import EXTRACT, ExtractArgs
from resolutionflow.services import Services
from resolutionflow.sessions.case import Case, case_of, draft_changed

log = structlog.get_logger(__name__)

MODEL_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class _Waiting:
    """A draft as the job found it."""

    script: str
    language: Language
    user_id: UUID
    session_id: UUID | None
    case: Case


@dataclass(frozen=True, slots=True)
class _Proposal:
    """`made` None = nothing could be cut that gives the script back."""

    made: Cut | None
    method: Literal["model", "rules", "none"]


@job(EXTRACT, ExtractArgs, timeout=120.0)
async def extract(ctx: JobContext, args: ExtractArgs) -> None:
    """Propose parameters for a waiting draft. Without a usable proposal the draft keeps its script and has none."""
    waiting = await _load(ctx.services, args)
    if waiting is None:
        return
    proposal = await _propose(ctx.services, args.account_id, waiting)
    async with ctx.db.transaction(args.account_id) as tx:
        try:
            draft = await repository.draft(tx, args.account_id, args.draft_id, lock=True)
        except NotFound:
            return
        # Decided about, or given another script meanwhile: that script has a job of its own.
        if draft.status != "pending" or draft.extraction != "pending" or draft.original_body != waiting.script:
            return
        draft.extraction_method = proposal.method
        if proposal.made is None:
            draft.extraction = "fallback"
        else:
            draft.extraction = "done"
            draft.script_body = proposal.made.body
            draft.proposed_parameters = {"parameters": proposal.made.parameters}
            draft.extracted = dict(proposal.made.extracted)
        await tx.flush()
        if draft.source_session_id is not None:
            await draft_changed(tx, args.account_id, draft.source_session_id)


async def _load(services: Services, args: ExtractArgs) -> _Waiting | None:
    async with services.db.transaction(args.account_id) as tx:
        try:
            draft = await repository.draft(tx, args.account_id, args.draft_id)
        except NotFound:
            return None
        if draft.status != "pending" or draft.extraction != "pending":
            return None
        case = await case_of(tx, args.account_id, draft.source_session_id)
        return _Waiting(
            draft.original_body,
            cast("Language", draft.language),
            draft.source_user_id,
            draft.source_session_id,
            case,
        )


async def _propose(services: Services, account_id: UUID, waiting: _Waiting) -> _Proposal:
    """A model names the values, or the rules do. Whatever goes wrong here, the draft stays usable."""
    try:
        named = await _named_by_model(services, account_id, waiting)
        if named is not None:
            made = await asyncio.to_thread(cut, waiting.language, waiting.script, named)
            if made is not None:
                return _Proposal(made, "model")
        named = named_by_rules(waiting.case.known, waiting.script)
        made = await asyncio.to_thread(cut, waiting.language, waiting.script, named)
    except Exception:
        log.exception("draft_extraction_failed")
        return _Proposal(None, "none")
    return _Proposal(made, "rules" if made is not None else "none")


async def _named_by_model(services: Services, account_id: UUID, waiting: _Waiting) -> list[Named] | None:
    """None = no model, or no answer that can be read."""
    who = Caller(account_id, waiting.user_id, waiting.session_id)
    text = proposing.question(waiting.script)
    work = Work("template_extraction", INSTRUCTIONS, text, who, waiting.case.secret_digests, 2048, MODEL_SECONDS)
    told = await ask_model(services, work)
    return proposing.read(told.text) if told is not None else None
