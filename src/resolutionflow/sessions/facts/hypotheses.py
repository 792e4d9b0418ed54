"""Competing explanations: kept silently, fed back to the pilot."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import bindparam, case, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from resolutionflow.kit.clock import now
from resolutionflow.kit.ids import new_id
from resolutionflow.pilot.markers.types import Fork
from resolutionflow.sessions import repository as sessions
from resolutionflow.sessions.facts.models import Hypothesis
from resolutionflow.sessions.facts.schemas import HypothesisList, HypothesisOut
from resolutionflow.sessions.models import AiSession
from resolutionflow.sessions.protect import Protector
from resolutionflow.sessions.scene import Scene

_ALL = (
    select(Hypothesis)
    .where(Hypothesis.account_id == bindparam("account"), Hypothesis.session_id == bindparam("session"))
    .order_by(case((Hypothesis.status == "open", 0), else_=1), Hypothesis.created_at, Hypothesis.id)
)
_OPEN = _ALL.where(Hypothesis.status == "open")


async def list_hypotheses(scene: Scene, sid: UUID) -> HypothesisList:
    """All, open ones first, then in the order they came."""
    row = await sessions.load(scene.tx, scene.subject, sid)
    found = await of_session(scene.tx, row)
    return HypothesisList(hypotheses=[HypothesisOut.model_validate(one) for one in found])


async def of_session(tx: AsyncSession, row: AiSession, *, only_open: bool = False) -> list[Hypothesis]:
    query = _OPEN if only_open else _ALL
    return list((await tx.execute(query, {"account": row.account_id, "session": row.id})).scalars())


async def apply_fork(
    tx: AsyncSession,
    row: AiSession,
    marker: Fork,
    *,
    protector: Protector,
    turn_id: UUID | None,
) -> bool:
    """Take a FORK in: open rows whose label it repeats stay, the others are superseded. True (and +1) when a row changed."""
    known = {one.label.casefold(): one for one in await of_session(tx, row, only_open=True)}
    fork_id = new_id()
    repeated: set[str] = set()
    changed = False
    for option in marker.options:
        label = protector.short(row, option.label, 200)
        if label.casefold() in known:
            repeated.add(label.casefold())
            continue
        changed = True
        tx.add(
            Hypothesis(
                id=new_id(),
                account_id=row.account_id,
                session_id=row.id,
                turn_id=turn_id,
                fork_id=fork_id,
                fork_reason=protector.short(row, marker.fork_reason, 500) or None,
                label=label,
                description=protector.short(row, option.description, 1000) or None,
            )
        )
    for label, one in known.items():
        if label not in repeated:
            one.status, one.closed_at = "superseded", now()
            changed = True
    await tx.flush()
    if changed:
        await sessions.bump(tx, row)
    return changed


async def supersede_all(tx: AsyncSession, row: AiSession) -> None:
    """A fix worked: no explanation competes any more. Part of the outcome's own +1."""
    await tx.execute(
        update(Hypothesis)
        .where(
            Hypothesis.account_id == row.account_id,
            Hypothesis.session_id == row.id,
            Hypothesis.status == "open",
        )
        .values(status="superseded", closed_at=now())
        .execution_options(synchronize_session=False)
    )
