"""Tables of generated documents and of people's drafts."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import String, Text, UniqueConstraint, func
from sqlalchemy.orm import Mapped, mapped_column

from resolutionflow.db.base import TenantRow, tenant_args
from resolutionflow.kit.clock import now
from resolutionflow.sessions.models import one_of, session_fk, user_fk


class SessionDocument(TenantRow):
    """The one generated text of a kind for one state of a session. `heartbeat_at` says that its writer is alive."""

    __tablename__ = "session_documents"

    session_id: Mapped[UUID]
    kind: Mapped[str] = mapped_column(String(24))
    state_version: Mapped[int]
    status: Mapped[str] = mapped_column(String(12))
    markdown: Mapped[str | None] = mapped_column(Text)
    sentences: Mapped[list[Any]] = mapped_column(server_default="[]")
    engine: Mapped[str | None] = mapped_column(String(10))
    model: Mapped[str | None] = mapped_column(String(128))
    error_code: Mapped[str | None] = mapped_column(String(64))
    generation: Mapped[UUID]
    heartbeat_at: Mapped[datetime | None]
    generated_at: Mapped[datetime | None]

    __table_args__ = tenant_args(
        one_of("kind", "resolution_note", "escalation_package"),
        one_of("status", "generating", "ready", "failed"),
        one_of("engine", "llm", "builtin"),
        session_fk(),
        UniqueConstraint("account_id", "session_id", "kind", "state_version"),
    )


class DocumentDraft(TenantRow):
    """A person's edited text, kept until it is posted or thrown away."""

    __tablename__ = "session_document_drafts"

    session_id: Mapped[UUID]
    user_id: Mapped[UUID]
    kind: Mapped[str] = mapped_column(String(24))
    markdown: Mapped[str] = mapped_column(Text)
    base_state_version: Mapped[int]
    version: Mapped[int] = mapped_column(server_default="1")
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now(), onupdate=now)

    __table_args__ = tenant_args(
        one_of(
            "kind",
            "resolution_note",
            "escalation_package",
            "status_update",
            "email_draft",
            "request_info",
        ),
        session_fk(),
        user_fk("user_id"),
        UniqueConstraint("account_id", "session_id", "user_id", "kind"),
    )
