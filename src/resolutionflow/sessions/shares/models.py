"""The table of share links."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CHAR, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from resolutionflow.db.base import TenantRow, tenant_args
from resolutionflow.sessions.models import optional_user_fk, session_fk, user_fk


class SessionShare(TenantRow):
    """One link. The token itself is nowhere: `token_hash` is its SHA-256 in hex, unique over the whole installation."""

    __tablename__ = "session_shares"

    session_id: Mapped[UUID]
    token_hash: Mapped[str] = mapped_column(CHAR(64))
    label: Mapped[str | None] = mapped_column(String(100))
    include_conversation: Mapped[bool] = mapped_column(server_default="false")
    created_by: Mapped[UUID]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    revoked_by: Mapped[UUID | None]
    view_count: Mapped[int] = mapped_column(server_default="0")
    last_viewed_at: Mapped[datetime | None]

    __table_args__ = tenant_args(
        session_fk(),
        user_fk("created_by"),
        optional_user_fk("revoked_by"),
        UniqueConstraint("token_hash"),
        Index(None, "account_id", "session_id"),
    )
