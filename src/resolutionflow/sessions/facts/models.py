"""Tables of facts and hypotheses."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import REAL, CheckConstraint, Computed, Index, String, func
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from resolutionflow.db.base import TenantRow, tenant_args, tenant_fk
from resolutionflow.kit.clock import now
from resolutionflow.sessions.models import one_of, optional_user_fk, session_fk


class Fact(TenantRow):
    """A confirmed statement. `evidence` is the JSON of `schemas.Evidence`; deletion is soft."""

    __tablename__ = "session_facts"

    session_id: Mapped[UUID]
    turn_id: Mapped[UUID | None]
    text: Mapped[str] = mapped_column(String(2000))
    source_type: Mapped[str] = mapped_column(String(20))
    source_ref: Mapped[UUID | None]
    source_summary: Mapped[str | None] = mapped_column(String(200))
    evidence: Mapped[dict[str, Any] | None]
    grounding: Mapped[str] = mapped_column(String(10))
    created_by: Mapped[UUID | None]
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now(), onupdate=now)
    deleted_at: Mapped[datetime | None]
    deleted_by: Mapped[UUID | None]
    search: Mapped[str] = mapped_column(
        TSVECTOR,
        Computed("rf_text_search(account_id, text)", persisted=True),
        deferred=True,
    )

    @property
    def editable(self) -> bool:
        """Facts of questions and checks are edited where they came from."""
        return self.source_type in {"user_note", "ai_synthesis"}

    __table_args__ = tenant_args(
        one_of("source_type", "question", "diagnostic_check", "user_note", "ai_synthesis"),
        one_of("grounding", "verified", "unverified", "person"),
        CheckConstraint("source_ref IS NULL OR source_type IN ('question', 'diagnostic_check')", name="ref_has_item"),
        session_fk(),
        tenant_fk("turn_id", "ai_session_turns", ondelete="SET NULL"),
        tenant_fk("source_ref", "session_lane_items", ondelete="SET NULL"),
        optional_user_fk("created_by"),
        optional_user_fk("deleted_by"),
        Index("ix_session_facts_live", "account_id", "session_id", "created_at", postgresql_where=sql("deleted_at IS NULL")),
        Index(
            "uq_session_facts_live_text", "account_id", "session_id", sql("md5(lower(text::text))"), unique=True,
            postgresql_where=sql("deleted_at IS NULL"),
        ),
        Index(None, "account_id", "source_ref"),
        Index(None, "search", postgresql_using="gin"),
    )  # fmt: skip


class Hypothesis(TenantRow):
    """A competing explanation kept by the pilot; rows of one FORK share `fork_id`."""

    __tablename__ = "session_hypotheses"

    session_id: Mapped[UUID]
    turn_id: Mapped[UUID | None]
    fork_id: Mapped[UUID]
    fork_reason: Mapped[str | None] = mapped_column(String(500))
    label: Mapped[str] = mapped_column(String(200))
    description: Mapped[str | None] = mapped_column(String(1000))
    status: Mapped[str] = mapped_column(String(12), server_default="open")
    weight: Mapped[float | None] = mapped_column(REAL)
    closed_by_fact: Mapped[UUID | None]
    closed_at: Mapped[datetime | None]

    __table_args__ = tenant_args(
        one_of("status", "open", "confirmed", "ruled_out", "superseded"),
        session_fk(),
        tenant_fk("turn_id", "ai_session_turns", ondelete="SET NULL"),
        tenant_fk("closed_by_fact", "session_facts", ondelete="SET NULL"),
        Index(None, "account_id", "session_id", "status"),
    )
