"""What a visitor with a link sees: looked up by hash past row-level security, read inside the session's tenant."""

from __future__ import annotations

import hashlib
from typing import Any, Literal

from sqlalchemy.ext.asyncio import AsyncSession

from resolutionflow.db import rates
from resolutionflow.db.base import PLATFORM_ACCOUNT_ID
from resolutionflow.kit.clock import now
from resolutionflow.services import Services
from resolutionflow.sessions import repository as sessions
from resolutionflow.sessions.models import AiSession
from resolutionflow.sessions.shares import repository
from resolutionflow.sessions.shares.errors import ShareNotFound
from resolutionflow.sessions.shares.repository import Visit
from resolutionflow.sessions.shares.schemas import SharedFact, SharedFix, SharedMessage, SharedSession
from resolutionflow.sessions.shares.scrub import Scrubber
from resolutionflow.sessions.shares.service import hash_token

VISITS_PER_MINUTE = 30
MOST_MESSAGES = 500
LONGEST_TOKEN = 100
OUTCOMES: dict[str, Literal["worked", "partly", "did_not_work"]] = {
    "applied_success": "worked",
    "applied_partial": "partly",
    "applied_failed": "did_not_work",
}
STATES: dict[str, Literal["resolved", "closed"]] = {"resolved": "resolved", "abandoned": "closed"}


async def visit(services: Services, token: str, address: str) -> SharedSession:
    """The session behind a link. Raises `RateLimited` and `ShareNotFound`, the same for every reason."""
    moment = now()
    # The address is counted as a digest: no list of visitors is kept.
    who = hashlib.sha256(services.settings.derive_key("share-visits") + address.encode()).hexdigest()[:32]
    async with services.db.system() as system:
        await rates.hit(system, PLATFORM_ACCOUNT_ID, f"share:{who}", limit=VISITS_PER_MINUTE)
        found = await repository.by_hash(system, hash_token(token[:LONGEST_TOKEN]), moment)
    if found is None:
        raise ShareNotFound
    async with services.db.transaction(found.account_id) as tx:
        row = await sessions.find(tx, found.account_id, found.session_id)
        if row is None or not await repository.count_view(tx, found, moment):
            raise ShareNotFound
        return await _shown(tx, row, found)


async def _shown(tx: AsyncSession, row: AiSession, found: Visit) -> SharedSession:
    key = {"account": row.account_id, "sid": row.id}
    names = (await tx.execute(repository.PEOPLE, key)).scalars().all()
    scrub = Scrubber.of(names, [row.psa_ticket_id, row.psa_ticket_ref])
    said: list[Any] = []
    if found.include_conversation:
        said = list(await tx.execute(repository.MESSAGES, {**key, "limit": MOST_MESSAGES + 1}))
    messages = [
        SharedMessage(
            from_pilot=one.role == "pilot",
            text=scrub.said(one.content, from_pilot=one.role == "pilot"),
            at=one.created_at,
        )
        for one in reversed(said[:MOST_MESSAGES])
    ]
    return SharedSession(
        title=scrub.clean(row.title or "Troubleshooting session"),
        problem=scrub.clean(row.problem_summary) if row.problem_summary else None,
        state=STATES.get(row.status, "open"),
        opened_at=row.created_at,
        updated_at=row.last_activity_at,
        resolved_at=row.resolved_at,
        facts=[
            SharedFact(text=scrub.clean(fact.text), confirmed_by_person=fact.grounding == "person")
            for fact in await tx.execute(repository.FACTS, key)
        ],
        fixes=[
            SharedFix(title=scrub.clean(fix.title), outcome=OUTCOMES[fix.status], at=fix.at)
            for fix in await tx.execute(repository.FIXES, key)
        ],
        resolution_markdown=scrub.clean(row.resolution_note_markdown) if row.resolution_note_markdown else None,
        messages=messages if found.include_conversation else None,
        more_messages=len(said) > MOST_MESSAGES,
        expires_at=found.expires_at,
    )
