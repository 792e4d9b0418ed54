"""Table of updates."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from resolutionflow.db.base import TenantRow, tenant_args, tenant_fk
from resolutionflow.sessions.models import one_of, session_fk, user_fk


class SessionUpdate(TenantRow):
    """A text that told somebody where the session stands. `visibility` null = not meant for the ticket; posted_at null = not on it."""

    __tablename__ = "session_updates"

    session_id: Mapped[UUID]
    audience: Mapped[str] = mapped_column(String(16))
    subject: Mapped[str | None] = mapped_column(String(150))
    markdown: Mapped[str] = mapped_column(Text)
    visibility: Mapped[str | None] = mapped_column(String(10))
    state_version: Mapped[int]
    fact_ids: Mapped[list[Any]] = mapped_column(server_default="[]")
    created_by: Mapped[UUID]
    psa_write_id: Mapped[UUID | None]
    external_id: Mapped[str | None] = mapped_column(String(128))
    posted_at: Mapped[datetime | None]

    __table_args__ = tenant_args(
        one_of("audience", "status_update", "email_draft", "request_info"),
        one_of("visibility", "internal", "customer"),
        session_fk(),
        user_fk("created_by"),
        tenant_fk("psa_write_id", "psa_writes", ondelete="SET NULL"),
        Index(None, "account_id", "session_id", "created_at"),
        Index(None, "account_id", "psa_write_id"),
    )
