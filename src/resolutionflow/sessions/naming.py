"""A better name for a session, by the account's fast model, once its first turn was answered by one."""

from __future__ import annotations

import re
from typing import Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from resolutionflow.jobs import JobArgs, JobContext, enqueue, job
from resolutionflow.llm.contract import Caller
from resolutionflow.pilot.ask import Work, ask_model
from resolutionflow.pilot.engines.llm.frame import untrusted
from resolutionflow.pilot.engines.llm.prompts.documents import TITLE
from resolutionflow.pilot.grounding import EvidenceIndex
from resolutionflow.pilot.markers import defuse
from resolutionflow.sessions import events, repository
from resolutionflow.sessions.intake import auto_title
from resolutionflow.sessions.models import AiSession

NAME: Final = "sessions.name"
LONGEST: Final = 90
MOST_WORDS: Final = 12
_SHOWN: Final = 4_000
_AROUND: Final = " \t\"'`*#.\u201c\u201d"


class NameArgs(JobArgs):
    """Which session; `user_id` is whose turn it was."""

    session_id: UUID
    user_id: UUID


async def name_later(tx: AsyncSession, row: AiSession, user_id: UUID) -> None:
    """Look for a name in the background, when the present one is only the beginning of the first message."""
    if _is_cut_from_words(row):
        args = NameArgs(account_id=row.account_id, session_id=row.id, user_id=user_id)
        await enqueue(tx, NAME, args, dedupe_key=f"name:{row.id}")


# One try: without a name the built-in one stays, which is no trouble.
@job(NAME, NameArgs, timeout=60.0, retries=(), waits=True)
async def name_session(ctx: JobContext, args: NameArgs) -> None:
    """Ask for a name and keep it, unless somebody named the session meanwhile. Safe to run twice."""
    async with ctx.db.transaction(args.account_id) as tx:
        row = await repository.find(tx, args.account_id, args.session_id)
        if row is None or not _is_cut_from_words(row):
            return
        words = _first_words(row)
        known = {digest: int(number) for digest, number in (row.secret_digests or {}).items()}
    caller = Caller(args.account_id, args.user_id, args.session_id)
    work = Work("title", TITLE, untrusted("case", words[:_SHOWN]), caller, known, max_tokens=64)
    told = await ask_model(ctx.services, work)
    title = read_title(told.text, words) if told else None
    if title is None:
        return
    async with ctx.db.transaction(args.account_id) as tx:
        row = await repository.find(tx, args.account_id, args.session_id, lock=True)
        if row is None or not _is_cut_from_words(row):
            return
        row.title = title
        await tx.flush()
        await events.changed(tx, row, "session", actor_id=None)


def read_title(answer: str, words: str) -> str | None:
    """The name in the model's answer; None when it is none, or names what the engineer did not."""
    title = re.sub(r"\s+", " ", defuse(answer)).strip(_AROUND)
    if not title or len(title) > LONGEST or len(title.split()) > MOST_WORDS or "\n" in answer.strip():
        return None
    return None if EvidenceIndex([words]).missing(title) else title


def _first_words(row: AiSession) -> str:
    return str(row.intake_content.get("text") or "")


def _is_cut_from_words(row: AiSession) -> bool:
    words = _first_words(row)
    return row.title_source == "auto" and bool(words.strip()) and row.title == auto_title(words)
