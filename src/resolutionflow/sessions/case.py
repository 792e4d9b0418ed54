"""What a session knows of its case, for packages that work on what came out of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from resolutionflow.scripts.rules import Known
from resolutionflow.sessions import events, repository
from resolutionflow.sessions.context import ticket_of
from resolutionflow.sessions.facts import repository as facts


@dataclass(frozen=True, slots=True)
class Case:
    """`secret_digests` keeps the numbers of masked secrets stable in what a model is asked."""

    known: Known = field(default_factory=Known)
    secret_digests: dict[str, int] = field(default_factory=dict[str, int])


async def case_of(tx: AsyncSession, account_id: UUID, sid: UUID | None) -> Case:
    """The case of a session; an empty one when it is gone."""
    row = await repository.find(tx, account_id, sid) if sid is not None else None
    if row is None:
        return Case()
    ticket = ticket_of(row)
    live = await facts.live(tx, row)
    known = Known(
        user=ticket.contact if ticket else "",
        email=ticket.contact_email if ticket else "",
        company=(ticket.company if ticket else "") or row.client_name or "",
        hosts=tuple((one.name, one.ip_address) for one in ticket.configurations) if ticket else (),
        facts=tuple(fact.text for fact in live if fact.grounding != "unverified"),
    )
    return Case(known, {digest: int(number) for digest, number in (row.secret_digests or {}).items()})


async def draft_changed(tx: AsyncSession, account_id: UUID, sid: UUID) -> None:
    """Tell the session's readers, at commit, that the draft made from one of its fixes is not what it was."""
    row = await repository.find(tx, account_id, sid)
    if row is not None:
        await events.changed(tx, row, "fix", actor_id=None)
