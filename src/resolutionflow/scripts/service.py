"""Keeping a script of a session for the library: what other packages call."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from resolutionflow.jobs import JobArgs, enqueue
from resolutionflow.kit.ids import new_id
from resolutionflow.scripts import repository
from resolutionflow.scripts.language import recognise
from resolutionflow.scripts.models import DraftTemplate
from resolutionflow.scripts.shelf import shelf_of

EXTRACT = "scripts.extract"


class ExtractArgs(JobArgs):
    """Whose draft to propose parameters for."""

    draft_id: UUID


@dataclass(frozen=True, slots=True)
class KeptScript:
    """A script to be kept; everything in it has passed the redactor."""

    account_id: UUID
    session_id: UUID
    fix_id: UUID
    user_id: UUID
    ticket_ref: str | None
    name: str
    script: str


async def keep_draft(tx: AsyncSession, kept: KeptScript) -> UUID:
    """Make the waiting draft of a fix, or bring it up to date, and have parameters proposed. The fix's session is locked."""
    language = recognise(kept.script)
    draft = await repository.pending_of_fix(tx, kept.account_id, kept.fix_id)
    if draft is None:
        draft = DraftTemplate(
            id=new_id(), account_id=kept.account_id, source_session_id=kept.session_id, source_fix_id=kept.fix_id
        )
        tx.add(draft)
    draft.source_user_id, draft.source_ticket_ref = kept.user_id, kept.ticket_ref
    draft.proposed_name, draft.language = kept.name[:200], language
    draft.script_body = draft.original_body = kept.script
    draft.proposed_parameters, draft.extracted = {"parameters": []}, {}
    draft.proposed_category_id = await repository.platform_category(tx, shelf_of(language, kept.script))
    draft.extraction, draft.extraction_method = "pending", None
    await tx.flush()
    await enqueue(tx, EXTRACT, ExtractArgs(account_id=kept.account_id, draft_id=draft.id))
    return draft.id
