"""Tables of suggested fixes and their events."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Computed, Index, String, Text, func, text
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from resolutionflow.db.base import TenantRow, tenant_args, tenant_fk
from resolutionflow.kit.clock import now
from resolutionflow.sessions.models import one_of, optional_user_fk, session_fk

STATUSES = (
    "proposed",
    "applied_success",
    "applied_failed",
    "applied_partial",
    "dismissed",
)


class Fix(TenantRow):
    """A proposed resolution. Active while `superseded_at` is null; a partial unique index allows one in a session."""

    __tablename__ = "session_suggested_fixes"

    session_id: Mapped[UUID]
    turn_id: Mapped[UUID | None]
    title: Mapped[str] = mapped_column(String(200))
    description: Mapped[str] = mapped_column(String(10000))
    confidence_pct: Mapped[int]
    script_template_id: Mapped[UUID | None]
    ai_drafted_script: Mapped[str | None] = mapped_column(Text)
    ai_drafted_parameters: Mapped[dict[str, Any] | None]
    edited_script: Mapped[str | None] = mapped_column(Text)
    parameters_used: Mapped[dict[str, Any] | None]
    user_decision: Mapped[str | None] = mapped_column(String(16))
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[UUID | None]
    status: Mapped[str] = mapped_column(String(20), server_default="proposed")
    applied_at: Mapped[datetime | None]
    applied_by: Mapped[UUID | None]
    verified_at: Mapped[datetime | None]
    partial_notes: Mapped[str | None] = mapped_column(String(500))
    failure_reason: Mapped[str | None] = mapped_column(String(500))
    ai_outcome_proposal: Mapped[dict[str, Any] | None]
    superseded_at: Mapped[datetime | None]
    superseded_by: Mapped[UUID | None]
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now(), onupdate=now)
    search: Mapped[str] = mapped_column(
        TSVECTOR,
        Computed("rf_text_search(account_id, title)", persisted=True),
        deferred=True,
    )

    __table_args__ = tenant_args(
        one_of("status", *STATUSES),
        one_of("user_decision", "one_off", "draft_template", "build_template", "dismissed"),
        CheckConstraint("confidence_pct BETWEEN 0 AND 100", name="confidence_pct"),
        CheckConstraint("status <> 'dismissed' OR superseded_at IS NOT NULL", name="dismissed_is_superseded"),
        session_fk(),
        tenant_fk("turn_id", "ai_session_turns", ondelete="SET NULL"),
        tenant_fk("superseded_by", "session_suggested_fixes", ondelete="SET NULL"),
        optional_user_fk("decided_by"),
        optional_user_fk("applied_by"),
        Index(
            "uq_session_suggested_fixes_active", "account_id", "session_id", unique=True,
            postgresql_where=text("superseded_at IS NULL"),
        ),
        Index(None, "account_id", "session_id", "created_at"),
        Index(None, "search", postgresql_using="gin"),
    )  # fmt: skip


class FixEventRow(TenantRow):
    """One step in the life of a fix; append-only. `actor_id` is null for the pilot."""

    __tablename__ = "session_fix_events"

    session_id: Mapped[UUID]
    fix_id: Mapped[UUID]
    kind: Mapped[str] = mapped_column(String(20))
    from_status: Mapped[str | None] = mapped_column(String(20))
    to_status: Mapped[str | None] = mapped_column(String(20))
    detail: Mapped[dict[str, Any]] = mapped_column(server_default="{}")
    actor_id: Mapped[UUID | None]

    __table_args__ = tenant_args(
        one_of(
            "kind", "created", "superseded", "decision", "applied", "outcome", "resumed", "restored", "script_attached",
            "proposal_set", "proposal_cleared",
        ),
        one_of("from_status", *STATUSES),
        one_of("to_status", *STATUSES),
        session_fk(),
        tenant_fk("fix_id", "session_suggested_fixes", ondelete="CASCADE"),
        optional_user_fk("actor_id"),
        Index(None, "account_id", "fix_id", "created_at"),
        Index(None, "account_id", "session_id"),
    )  # fmt: skip
