"""SQL of share links."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from resolutionflow.accounts.models import User
from resolutionflow.sessions.models import AiSession
from resolutionflow.sessions.shares.models import SessionShare
from resolutionflow.sessions.shares.schemas import ShareOut


async def count_live(tx: AsyncSession, row: AiSession, moment: datetime) -> int:
    query = select(func.count()).where(
        SessionShare.account_id == row.account_id,
        SessionShare.session_id == row.id,
        SessionShare.revoked_at.is_(None),
        SessionShare.expires_at > moment,
    )
    return (await tx.execute(query)).scalar_one()


async def find(tx: AsyncSession, row: AiSession, share_id: UUID) -> SessionShare | None:
    query = select(SessionShare).where(
        SessionShare.account_id == row.account_id,
        SessionShare.session_id == row.id,
        SessionShare.id == share_id,
    )
    return (await tx.execute(query.with_for_update())).scalar_one_or_none()


async def shares_of(tx: AsyncSession, row: AiSession, moment: datetime, *, enabled: bool) -> list[ShareOut]:
    query = (
        select(SessionShare, User.name)
        .join(User, (User.account_id == SessionShare.account_id) & (User.id == SessionShare.created_by))
        .where(SessionShare.account_id == row.account_id, SessionShare.session_id == row.id)
        .order_by(SessionShare.id.desc())
        .limit(100)
    )
    return [
        ShareOut(
            id=share.id,
            label=share.label,
            include_conversation=share.include_conversation,
            created_by_name=name,
            created_at=share.created_at,
            expires_at=share.expires_at,
            revoked_at=share.revoked_at,
            view_count=share.view_count,
            last_viewed_at=share.last_viewed_at,
            live=enabled and share.revoked_at is None and share.expires_at > moment,
        )
        for share, name in await tx.execute(query)
    ]


@dataclass(frozen=True, slots=True)
class Visit:
    """A link that works now, found by a visitor's token."""

    account_id: UUID
    share_id: UUID
    session_id: UUID
    include_conversation: bool
    expires_at: datetime


BY_HASH = text(
    "SELECT h.account_id, h.id, h.session_id, h.include_conversation, h.expires_at FROM session_shares h"
    " JOIN accounts a ON a.id = h.account_id AND a.status = 'active' LEFT JOIN account_settings p ON p.account_id = h.account_id"
    " WHERE h.token_hash = :hash AND h.revoked_at IS NULL AND h.expires_at > :moment"
    " AND coalesce((p.preferences ->> 'share_links_enabled')::boolean, true)"
)
VIEWED = text(
    "UPDATE session_shares SET view_count = view_count + 1, last_viewed_at = :moment"
    " WHERE account_id = :account AND id = :id AND revoked_at IS NULL RETURNING 1"
)


async def by_hash(system: AsyncSession, token_hash: str, moment: datetime) -> Visit | None:
    """Across all tenants: the visitor has no account. Nothing for a link that is unknown, ended, withdrawn or switched off."""
    row = (await system.execute(BY_HASH, {"hash": token_hash, "moment": moment})).one_or_none()
    return Visit(row.account_id, row.id, row.session_id, row.include_conversation, row.expires_at) if row else None


async def count_view(tx: AsyncSession, visit: Visit, moment: datetime) -> bool:
    """One more view. False when the link was withdrawn meanwhile."""
    values = {"account": visit.account_id, "id": visit.share_id, "moment": moment}
    return (await tx.execute(VIEWED, values)).scalar_one_or_none() is not None


MESSAGES = text(
    "SELECT role, content, created_at FROM ai_session_messages WHERE account_id = :account AND session_id = :sid"
    " AND role IN ('engineer', 'pilot') AND kind = 'chat' ORDER BY seq DESC LIMIT :limit"
)
FACTS = text(
    "SELECT text, grounding FROM session_facts WHERE account_id = :account AND session_id = :sid AND deleted_at IS NULL"
    " AND grounding IN ('verified', 'person') ORDER BY created_at, id"
)
FIXES = text(
    "SELECT title, status, coalesce(verified_at, updated_at) AS at FROM session_suggested_fixes WHERE account_id = :account"
    " AND session_id = :sid AND status IN ('applied_success', 'applied_partial', 'applied_failed') ORDER BY created_at, id"
)
PEOPLE = text("SELECT name FROM users WHERE account_id = :account")
