"""Table of the task lane."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CHAR,
    CheckConstraint,
    Index,
    String,
    Text,
    UniqueConstraint,
    func,
)
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from resolutionflow.db.base import TenantRow, tenant_args, tenant_fk
from resolutionflow.kit.clock import now
from resolutionflow.sessions.models import one_of, optional_user_fk, session_fk


class LaneItem(TenantRow):
    """A question or a check. Its id is stable: an item asked again is the same row."""

    __tablename__ = "session_lane_items"

    session_id: Mapped[UUID]
    kind: Mapped[str] = mapped_column(String(10))
    match_hash: Mapped[str] = mapped_column(CHAR(64))
    text: Mapped[str] = mapped_column(String(500))
    context: Mapped[str | None] = mapped_column(String(1000))
    description: Mapped[str | None] = mapped_column(String(1000))
    options: Mapped[list[Any]] = mapped_column(server_default="[]")
    command: Mapped[str | None] = mapped_column(String(8000))
    shell: Mapped[str | None] = mapped_column(String(12))
    command_risk: Mapped[str | None] = mapped_column(String(12))
    risk_reason: Mapped[str | None] = mapped_column(String(300))
    state: Mapped[str] = mapped_column(String(10), server_default="open")
    answer: Mapped[str | None] = mapped_column(String(4000))
    answer_kind: Mapped[str | None] = mapped_column(String(8))
    option_index: Mapped[int | None]
    output: Mapped[str | None] = mapped_column(Text)
    output_cut: Mapped[bool] = mapped_column(server_default=sql("false"))
    skip_reason: Mapped[str | None] = mapped_column(String(300))
    settled_by: Mapped[UUID | None]
    settled_at: Mapped[datetime | None]
    first_turn_id: Mapped[UUID | None]
    last_turn_id: Mapped[UUID | None]
    sent_turn_id: Mapped[UUID | None]
    position: Mapped[int]
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now(), onupdate=now)

    __table_args__ = tenant_args(
        one_of("kind", "question", "check"),
        one_of("shell", "powershell", "bash", "cmd", "python", "network"),
        one_of("command_risk", "read_only", "changes", "destructive", "unknown"),
        one_of("state", "open", "answered", "skipped", "done", "retired"),
        one_of("answer_kind", "text", "option", "unknown"),
        CheckConstraint(
            "jsonb_typeof(options) = 'array' AND jsonb_array_length(options) <= 8",
            name="options_shape",
        ),
        CheckConstraint(
            "kind = 'question' OR (state <> 'answered' AND answer IS NULL AND answer_kind IS NULL"
            " AND option_index IS NULL AND options = '[]'::jsonb)",
            name="answers_are_of_questions",
        ),
        CheckConstraint(
            "kind = 'check' OR (state <> 'done' AND command IS NULL AND output IS NULL)",
            name="outputs_are_of_checks",
        ),
        session_fk(),
        optional_user_fk("settled_by"),
        tenant_fk("first_turn_id", "ai_session_turns", ondelete="SET NULL"),
        tenant_fk("last_turn_id", "ai_session_turns", ondelete="SET NULL"),
        tenant_fk("sent_turn_id", "ai_session_turns", ondelete="SET NULL"),
        UniqueConstraint("account_id", "session_id", "kind", "match_hash"),
        Index(None, "account_id", "session_id", "position"),
    )
