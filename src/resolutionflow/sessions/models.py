"""Tables of sessions, messages and turns (sessions-api.md 2)."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    Computed,
    Index,
    PrimaryKeyConstraint,
    String,
    Text,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from resolutionflow.db.base import Base, Rls, TenantRow, tenant_args, tenant_fk
from resolutionflow.kit.clock import now


def one_of(column: str, *values: str) -> CheckConstraint:
    """A CHECK that keeps a text column to these words; named after the column."""
    return CheckConstraint(f"{column} IN ({', '.join(repr(value) for value in values)})", name=column)


def session_fk() -> Any:
    return tenant_fk("session_id", "ai_sessions", ondelete="CASCADE")


def user_fk(column: str) -> Any:
    return tenant_fk(column, "users")


def optional_user_fk(column: str) -> Any:
    return tenant_fk(column, "users", ondelete="SET NULL")


def _message_turn_fk() -> Any:
    # Message and turn point at each other; this half is checked at commit and left out when tables are sorted.
    link = tenant_fk("turn_id", "ai_session_turns", ondelete="SET NULL", deferrable=True)
    link.use_alter = True
    return link


class AiSession(TenantRow):
    """One troubleshooting conversation. `secret_digests` maps keyed digests of masked secrets to their number."""

    __tablename__ = "ai_sessions"

    user_id: Mapped[UUID]
    handler_id: Mapped[UUID | None]
    escalated_to_id: Mapped[UUID | None]
    current_handoff_id: Mapped[UUID | None]
    follow_up_of: Mapped[UUID | None]
    status: Mapped[str] = mapped_column(String(24), server_default="active")
    title: Mapped[str | None] = mapped_column(String(200))
    title_source: Mapped[str] = mapped_column(String(8), server_default="auto")
    problem_summary: Mapped[str | None] = mapped_column(String(2000))
    problem_domain: Mapped[str | None] = mapped_column(String(64))
    intake_type: Mapped[str] = mapped_column(String(16))
    intake_content: Mapped[dict[str, Any]] = mapped_column(server_default="{}")
    client_name: Mapped[str | None] = mapped_column(String(255))
    contact_name: Mapped[str | None] = mapped_column(String(255))
    priority: Mapped[str | None] = mapped_column(String(64))
    psa_connection_id: Mapped[UUID | None]
    psa_ticket_id: Mapped[str | None] = mapped_column(String(64))
    psa_ticket_ref: Mapped[str | None] = mapped_column(String(64))
    psa_company_id: Mapped[str | None] = mapped_column(String(64))
    psa_context: Mapped[dict[str, Any] | None]
    psa_context_status: Mapped[str] = mapped_column(String(8), server_default="none")
    psa_context_at: Mapped[datetime | None]
    state_version: Mapped[int] = mapped_column(server_default="0")
    message_count: Mapped[int] = mapped_column(server_default="0")
    secret_digests: Mapped[dict[str, Any]] = mapped_column(server_default="{}")
    last_activity_at: Mapped[datetime] = mapped_column(server_default=func.now())
    paused_at: Mapped[datetime | None]
    escalated_at: Mapped[datetime | None]
    resolved_at: Mapped[datetime | None]
    abandoned_at: Mapped[datetime | None]
    resolution_summary: Mapped[str | None] = mapped_column(String(500))
    escalation_reason: Mapped[str | None] = mapped_column(String(500))
    abandon_reason: Mapped[str | None] = mapped_column(String(500))
    resolution_note_markdown: Mapped[str | None] = mapped_column(Text)
    escalation_package_markdown: Mapped[str | None] = mapped_column(Text)
    resolution_note_posted_at: Mapped[datetime | None]
    escalation_package_posted_at: Mapped[datetime | None]
    resolution_note_external_id: Mapped[str | None] = mapped_column(String(128))
    escalation_package_external_id: Mapped[str | None] = mapped_column(String(128))
    resolution_note_fact_ids: Mapped[list[Any]] = mapped_column(server_default="[]")
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now(), onupdate=now)
    search: Mapped[str] = mapped_column(
        TSVECTOR,
        Computed(
            "rf_session_search(account_id, title, problem_summary, client_name, psa_ticket_id)",
            persisted=True,
        ),
        deferred=True,
    )

    __table_args__ = tenant_args(
        one_of(
            "status",
            "active",
            "paused",
            "escalated",
            "resolved",
            "abandoned",
            "requesting_escalation",
        ),
        one_of("title_source", "auto", "user"),
        one_of("intake_type", "free_text", "psa_ticket"),
        one_of("psa_context_status", "none", "pending", "ready", "failed"),
        user_fk("user_id"),
        optional_user_fk("handler_id"),
        optional_user_fk("escalated_to_id"),
        tenant_fk("follow_up_of", "ai_sessions", ondelete="SET NULL"),
        tenant_fk("psa_connection_id", "psa_connections", ondelete="SET NULL"),
        Index(None, "account_id", "user_id", text("last_activity_at DESC"), "id"),
        Index(None, "account_id", "handler_id", text("last_activity_at DESC"), "id"),
        Index(None, "account_id", "status", text("last_activity_at DESC"), "id"),
        Index(None, "account_id", text("last_activity_at DESC"), "id"),
        Index(None, "account_id", "psa_connection_id", "psa_ticket_id"),
        Index(
            "ix_ai_sessions_client",
            "account_id",
            func.lower(text("client_name")),
            text("last_activity_at DESC"),
            "id",
        ),
        Index(
            "ix_ai_sessions_escalated_to",
            "account_id",
            "escalated_to_id",
            postgresql_where=text("escalated_to_id IS NOT NULL"),
        ),
        Index(None, "search", postgresql_using="gin"),
    )


class SpinOff(TenantRow):
    """A ticket that came out of a session beside its own."""

    __tablename__ = "session_spin_offs"

    session_id: Mapped[UUID]
    psa_connection_id: Mapped[UUID | None]
    ticket_id: Mapped[str] = mapped_column(String(64))
    ticket_ref: Mapped[str] = mapped_column(String(64))
    created_by: Mapped[UUID]

    __table_args__ = tenant_args(
        UniqueConstraint("account_id", "session_id", "ticket_id"),
        tenant_fk("session_id", "ai_sessions", ondelete="CASCADE"),
        tenant_fk("psa_connection_id", "psa_connections", ondelete="SET NULL"),
        tenant_fk("created_by", "users"),
    )


class Message(TenantRow):
    """One message as displayed. `seq` counts from 1 in each session."""

    __tablename__ = "ai_session_messages"

    session_id: Mapped[UUID]
    turn_id: Mapped[UUID | None]
    seq: Mapped[int]
    role: Mapped[str] = mapped_column(String(10))
    kind: Mapped[str] = mapped_column(String(24), server_default="chat")
    author_id: Mapped[UUID | None]
    content: Mapped[str] = mapped_column(Text)
    meta: Mapped[dict[str, Any]] = mapped_column(server_default="{}")
    search: Mapped[str] = mapped_column(
        TSVECTOR,
        Computed("rf_text_search(account_id, content)", persisted=True),
        deferred=True,
    )

    __table_args__ = tenant_args(
        one_of("role", "engineer", "pilot", "system"),
        one_of(
            "kind", "chat", "paused", "resumed", "abandoned", "reopened", "escalated", "picked_up", "returned", "resolved",
            "fix_applied", "fix_outcome", "fix_replaced", "fix_restored", "ticket_linked", "update_posted", "handler_changed",
        ),
        CheckConstraint("char_length(content) <= 100000", name="content_length"),
        session_fk(),
        _message_turn_fk(),
        optional_user_fk("author_id"),
        UniqueConstraint("account_id", "session_id", "seq"),
        Index(None, "search", postgresql_using="gin"),
    )  # fmt: skip


class Turn(TenantRow):
    """One engineer message and the pilot's reply. At most one is queued or running in a session."""

    __tablename__ = "ai_session_turns"

    session_id: Mapped[UUID]
    client_turn_id: Mapped[UUID]
    user_id: Mapped[UUID]
    user_message_id: Mapped[UUID]
    reply_message_id: Mapped[UUID | None]
    retry_of: Mapped[UUID | None]
    status: Mapped[str] = mapped_column(String(12))
    engine: Mapped[str | None] = mapped_column(String(8))
    provider: Mapped[str | None] = mapped_column(String(32))
    model: Mapped[str | None] = mapped_column(String(128))
    text_so_far: Mapped[str] = mapped_column(Text, server_default="")
    error_code: Mapped[str | None] = mapped_column(String(64))
    error_text: Mapped[str | None] = mapped_column(Text)
    retryable: Mapped[bool | None]
    markers: Mapped[dict[str, Any]] = mapped_column(server_default="{}")
    usage: Mapped[dict[str, Any]] = mapped_column(server_default="{}")
    notices: Mapped[list[Any]] = mapped_column(server_default="[]")
    suggested_flows: Mapped[list[Any]] = mapped_column(server_default="[]")
    state_version_after: Mapped[int | None]
    started_at: Mapped[datetime | None]
    first_delta_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]

    __table_args__ = tenant_args(
        one_of("status", "queued", "running", "finished", "failed", "interrupted", "stopped"),
        one_of("engine", "guide", "llm"),
        session_fk(),
        user_fk("user_id"),
        tenant_fk("user_message_id", "ai_session_messages", ondelete="CASCADE"),
        tenant_fk("reply_message_id", "ai_session_messages", ondelete="SET NULL"),
        tenant_fk("retry_of", "ai_session_turns", ondelete="SET NULL"),
        UniqueConstraint("account_id", "session_id", "client_turn_id"),
        Index(
            "uq_ai_session_turns_running", "account_id", "session_id", unique=True,
            postgresql_where=text("status IN ('queued', 'running')"),
        ),
        Index(None, "account_id", "session_id", "created_at"),
    )  # fmt: skip


class TurnEventRow(Base):
    """One event of a turn's stream, for readers that come late or come back."""

    __tablename__ = "ai_session_turn_events"
    rls: ClassVar[Rls] = "tenant"

    turn_id: Mapped[UUID]
    event_id: Mapped[int]
    account_id: Mapped[UUID]
    session_id: Mapped[UUID]
    type: Mapped[str] = mapped_column(String(24))
    data: Mapped[dict[str, Any]]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())

    __table_args__ = (
        PrimaryKeyConstraint("turn_id", "event_id"),
        tenant_fk("turn_id", "ai_session_turns", ondelete="CASCADE"),
        session_fk(),
        Index(None, "created_at"),
        Index(None, "account_id", "session_id"),
    )


class TurnRaw(Base):
    """The raw engine output of a turn, for support. No API reads it."""

    __tablename__ = "ai_session_turn_raw"
    rls: ClassVar[Rls] = "tenant"

    turn_id: Mapped[UUID]
    account_id: Mapped[UUID]
    session_id: Mapped[UUID]
    raw: Mapped[str] = mapped_column(Text)
    expires_at: Mapped[datetime]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())

    __table_args__ = (
        PrimaryKeyConstraint("turn_id"),
        tenant_fk("turn_id", "ai_session_turns", ondelete="CASCADE"),
        session_fk(),
        Index(None, "expires_at"),
        Index(None, "account_id", "session_id"),
    )
