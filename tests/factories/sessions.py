"""Sessions and their parts, written the way the product writes them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from resolutionflow.db.session import Database
from resolutionflow.kit.clock import now
from resolutionflow.kit.ids import new_id
from resolutionflow.pilot.lane import match_hash
from resolutionflow.sessions.facts.models import Fact
from resolutionflow.sessions.fixes.models import Fix
from resolutionflow.sessions.lane.models import LaneItem
from resolutionflow.sessions.models import AiSession, Message, Turn
from tests.support.world import Person


def session_row(owner: Person, **values: Any) -> AiSession:
    """An active session of `owner`, not stored yet."""
    moment = now()
    defaults: dict[str, Any] = {
        "id": new_id(),
        "account_id": owner.account_id,
        "user_id": owner.id,
        "status": "active",
        "title": "Printer offline at the front desk",
        "title_source": "auto",
        "intake_type": "free_text",
        "intake_content": {"text": "The printer is offline."},
        "last_activity_at": moment,
        "updated_at": moment,
        "secret_digests": {},
        "state_version": 0,
        "message_count": 0,
    }
    return AiSession(**{**defaults, **values})


async def make_session(db: Database, owner: Person, **values: Any) -> UUID:
    """A stored session."""
    async with db.transaction(owner.account_id) as tx:
        row = session_row(owner, **values)
        tx.add(row)
        await tx.flush()
        return row.id


async def make_item(
    db: Database, owner: Person, sid: UUID, kind: str = "question", text: str = "Since when?", **values: Any
) -> UUID:
    """A stored question or check."""
    async with db.transaction(owner.account_id) as tx:
        item = LaneItem(
            **{
                "id": new_id(),
                "account_id": owner.account_id,
                "session_id": sid,
                "kind": kind,
                "match_hash": match_hash(text),
                "text": text,
                "state": "open",
                "position": 0,
                "updated_at": now(),
                **values,
            }
        )
        tx.add(item)
        await tx.flush()
        return item.id


async def make_fact(
    db: Database, owner: Person, sid: UUID, text: str = "The spooler was stopped.", **values: Any
) -> UUID:
    """A stored fact; a person's note unless told otherwise."""
    async with db.transaction(owner.account_id) as tx:
        fact = Fact(
            **{
                "id": new_id(),
                "account_id": owner.account_id,
                "session_id": sid,
                "text": text,
                "source_type": "user_note",
                "grounding": "person",
                "created_by": owner.id,
                "updated_at": now(),
                **values,
            }
        )
        tx.add(fact)
        await tx.flush()
        return fact.id


async def make_fix(db: Database, owner: Person, sid: UUID, title: str = "Restart the spooler", **values: Any) -> UUID:
    """A stored fix, proposed and active unless told otherwise."""
    async with db.transaction(owner.account_id) as tx:
        fix = Fix(
            **{
                "id": new_id(),
                "account_id": owner.account_id,
                "session_id": sid,
                "title": title,
                "description": "Restart-Service Spooler clears the stuck jobs.",
                "confidence_pct": 82,
                "ai_drafted_script": "Restart-Service -Name Spooler\n",
                "status": "proposed",
                "updated_at": now(),
                **values,
            }
        )
        tx.add(fix)
        await tx.flush()
        return fix.id


async def make_turn(db: Database, owner: Person, sid: UUID, status: str = "running") -> UUID:
    """A stored turn with its engineer message."""
    async with db.transaction(owner.account_id) as tx:
        return (await add_turn(tx, owner, sid, status)).id


async def add_turn(tx: AsyncSession, owner: Person, sid: UUID, status: str) -> Turn:
    row = await tx.get_one(AiSession, sid)
    row.message_count += 1
    message = Message(
        id=new_id(),
        account_id=owner.account_id,
        session_id=sid,
        seq=row.message_count,
        role="engineer",
        author_id=owner.id,
        content="It still fails.",
        meta={},
    )
    tx.add(message)
    await tx.flush()
    turn = Turn(
        id=new_id(),
        account_id=owner.account_id,
        session_id=sid,
        client_turn_id=new_id(),
        user_id=owner.id,
        user_message_id=message.id,
        status=status,
    )
    tx.add(turn)
    await tx.flush()
    return turn
