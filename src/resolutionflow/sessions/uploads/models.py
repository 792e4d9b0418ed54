"""Table of uploaded pictures."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from resolutionflow.db.base import TenantRow, tenant_args, tenant_fk
from resolutionflow.sessions.models import session_fk, user_fk


class Upload(TenantRow):
    """A picture as re-encoded. Attached = it belongs to one message, and so to that message's session."""

    __tablename__ = "uploads"

    user_id: Mapped[UUID]
    session_id: Mapped[UUID | None]
    message_id: Mapped[UUID | None]
    storage_key: Mapped[str] = mapped_column(String(300))
    content_type: Mapped[str] = mapped_column(String(40))
    size_bytes: Mapped[int]
    width: Mapped[int]
    height: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    attached_at: Mapped[datetime | None]

    __table_args__ = tenant_args(
        user_fk("user_id"),
        session_fk(),
        tenant_fk("message_id", "ai_session_messages", ondelete="SET NULL"),
        Index(None, "account_id", "message_id"),
        Index("ix_uploads_unattached", "account_id", "created_at", postgresql_where=text("attached_at IS NULL")),
    )
