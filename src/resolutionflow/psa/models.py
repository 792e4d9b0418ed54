"""Tables of the PSA domain (psa.md 1, 4, 6, 7, 8)."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    Index,
    PrimaryKeyConstraint,
    String,
    Text,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from resolutionflow.db.base import Base, Rls, TenantRow, tenant_args, tenant_fk

OPEN_STATES = ("queued", "running", "waiting", "blocked")


def _quoted(*values: str) -> str:
    return ", ".join(f"'{value}'" for value in values)


class PsaConnection(TenantRow):
    """A configured PSA. `secrets` maps a field to its ciphertext, which only opens for this account, connection and field.

    `capabilities` is what the last test found: `{checks, at, seconds}`. `key_hint` is the end of the vendor's public field.
    `hook`: our registration for calls from the PSA (`hooks.py`), null without one.
    """

    __tablename__ = "psa_connections"

    provider: Mapped[str] = mapped_column(String(16))
    name: Mapped[str] = mapped_column(String(100))
    config: Mapped[dict[str, Any]]
    secrets: Mapped[dict[str, Any]]
    api_base: Mapped[str] = mapped_column(String(300), server_default="")
    web_base: Mapped[str] = mapped_column(String(300), server_default="")
    key_hint: Mapped[str | None] = mapped_column(String(4))
    status: Mapped[str] = mapped_column(String(24), server_default="untested")
    status_detail: Mapped[str | None] = mapped_column(String(500))
    capabilities: Mapped[dict[str, Any]] = mapped_column(server_default="{}")
    last_ok_at: Mapped[datetime | None]
    is_active: Mapped[bool] = mapped_column(server_default=text("true"))
    hook: Mapped[dict[str, Any] | None]
    version: Mapped[int] = mapped_column(server_default="1")
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now())

    __table_args__ = tenant_args(
        CheckConstraint(
            f"provider IN ({_quoted('connectwise', 'halopsa', 'autotask')})",
            name="provider",
        ),
        CheckConstraint(
            f"status IN ({_quoted('ok', 'auth_failed', 'permission_missing', 'unreachable', 'rate_limited', 'disabled', 'untested')})",
            name="status",
        ),
        Index(
            "uq_psa_connections_active",
            "account_id",
            unique=True,
            postgresql_where=text("is_active"),
        ),
    )


class PsaCache(TenantRow):
    """A stored answer of a look-up."""

    __tablename__ = "psa_cache"

    connection_id: Mapped[UUID]
    kind: Mapped[str] = mapped_column(String(32))
    key: Mapped[str] = mapped_column(String(300))
    value: Mapped[Any] = mapped_column(JSONB)
    expires_at: Mapped[datetime]

    __table_args__ = tenant_args(
        tenant_fk("connection_id", "psa_connections", ondelete="CASCADE"),
        UniqueConstraint("account_id", "connection_id", "kind", "key"),
        Index(None, "expires_at"),
    )


class PsaPace(Base):
    """When the next request to a vendor with a limit a second is due, over all processes."""

    __tablename__ = "psa_paces"
    rls: ClassVar[Rls] = "tenant"

    account_id: Mapped[UUID]
    connection_id: Mapped[UUID]
    due: Mapped[datetime]

    __table_args__: tuple[Any, ...] = (
        PrimaryKeyConstraint("account_id", "connection_id"),
        tenant_fk("connection_id", "psa_connections", ondelete="CASCADE"),
    )


class PsaMemberMapping(TenantRow):
    """Which person of the PSA a user is."""

    __tablename__ = "psa_member_mappings"

    connection_id: Mapped[UUID]
    user_id: Mapped[UUID]
    member_id: Mapped[str] = mapped_column(String(64))
    member_name: Mapped[str] = mapped_column(String(255))
    matched_by: Mapped[str] = mapped_column(String(8))
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now())

    __table_args__ = tenant_args(
        CheckConstraint("matched_by IN ('email', 'manual')", name="matched_by"),
        tenant_fk("connection_id", "psa_connections", ondelete="CASCADE"),
        tenant_fk("user_id", "users"),
        UniqueConstraint("account_id", "connection_id", "user_id"),
        UniqueConstraint("account_id", "connection_id", "member_id"),
    )


class PsaSettings(TenantRow):
    """Settings of one connection; `values` holds only what differs from the defaults in `preferences.py`."""

    __tablename__ = "psa_settings"

    connection_id: Mapped[UUID]
    values: Mapped[dict[str, Any]] = mapped_column(server_default="{}")
    version: Mapped[int] = mapped_column(server_default="1")
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now())

    __table_args__ = tenant_args(
        tenant_fk("connection_id", "psa_connections", ondelete="CASCADE"),
        UniqueConstraint("account_id", "connection_id"),
    )


class PsaWrite(TenantRow):
    """One write to the PSA and what became of it. `runner_id` and `lease_until` fence the worker that runs it."""

    __tablename__ = "psa_writes"

    connection_id: Mapped[UUID | None]
    ticket_id: Mapped[str] = mapped_column(String(64))
    ticket_ref: Mapped[str] = mapped_column(String(64))
    session_id: Mapped[UUID | None]
    flow_run_id: Mapped[UUID | None]
    kind: Mapped[str] = mapped_column(String(12))
    reference: Mapped[str] = mapped_column(String(16))
    requested_by: Mapped[UUID]
    acting_member_id: Mapped[str | None] = mapped_column(String(64))
    acting_member_name: Mapped[str | None] = mapped_column(String(255))
    plan: Mapped[dict[str, Any]]
    expected_revision: Mapped[str | None] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(10), server_default="queued")
    attempts: Mapped[int] = mapped_column(server_default="0")
    next_attempt_at: Mapped[datetime | None]
    result: Mapped[dict[str, Any]] = mapped_column(server_default="{}")
    problem: Mapped[dict[str, Any] | None]
    idempotency_key: Mapped[str | None] = mapped_column(String(200))
    fingerprint: Mapped[str | None] = mapped_column(String(64))
    runner_id: Mapped[UUID | None]
    lease_until: Mapped[datetime | None]
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now())

    __table_args__ = tenant_args(
        CheckConstraint(
            f"kind IN ({_quoted('resolution', 'escalation', 'note', 'status', 'assign', 'unassign', 'time', 'create')})",
            name="kind",
        ),
        CheckConstraint(
            f"state IN ({_quoted('queued', 'running', 'waiting', 'blocked', 'done', 'partial', 'cancelled')})",
            name="state",
        ),
        tenant_fk("connection_id", "psa_connections", ondelete="SET NULL"),
        tenant_fk("requested_by", "users"),
        tenant_fk("session_id", "ai_sessions", ondelete="SET NULL"),
        UniqueConstraint("account_id", "reference"),
        UniqueConstraint("account_id", "requested_by", "idempotency_key"),
        Index(
            "uq_psa_writes_open_session",
            "account_id",
            "session_id",
            unique=True,
            postgresql_where=text(f"kind IN ('resolution', 'escalation') AND state IN ({_quoted(*OPEN_STATES)})"),
        ),
        Index(
            "uq_psa_writes_running",
            "account_id",
            "connection_id",
            "ticket_id",
            unique=True,
            postgresql_where=text("state = 'running'"),
        ),
        Index(
            "ix_psa_writes_recent",
            "account_id",
            text("created_at DESC"),
            text("id DESC"),
        ),
        Index("ix_psa_writes_session", "account_id", "session_id"),
        Index("ix_psa_writes_ticket", "account_id", "connection_id", "ticket_id"),
        Index(
            "ix_psa_writes_due",
            "account_id",
            "connection_id",
            "created_at",
            postgresql_where=text(f"state IN ({_quoted('queued', 'waiting')})"),
        ),
    )


class PsaWriteStep(TenantRow):
    """One step of a write, in the order of `position`. `sent_at` is committed before anything is sent."""

    __tablename__ = "psa_write_steps"

    write_id: Mapped[UUID]
    position: Mapped[int]
    step: Mapped[str] = mapped_column(String(8))
    state: Mapped[str] = mapped_column(String(8), server_default="pending")
    request_fields: Mapped[list[Any]] = mapped_column(server_default="[]")
    external_id: Mapped[str | None] = mapped_column(String(128))
    reason: Mapped[str | None] = mapped_column(String(64))
    error: Mapped[str | None] = mapped_column(String(500))
    sent_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]

    __table_args__ = tenant_args(
        CheckConstraint(
            f"step IN ({_quoted('check', 'create', 'assign', 'note', 'time', 'status', 'confirm')})",
            name="step",
        ),
        CheckConstraint(
            "state IN ('pending', 'sending', 'unknown', 'done', 'skipped', 'failed')",
            name="state",
        ),
        tenant_fk("write_id", "psa_writes", ondelete="CASCADE"),
        UniqueConstraint("account_id", "write_id", "step"),
    )


class PsaActivity(TenantRow):
    """What happened around the PSA, append only."""

    __tablename__ = "psa_activity"

    connection_id: Mapped[UUID | None]
    write_id: Mapped[UUID | None]
    kind: Mapped[str] = mapped_column(String(40))
    actor_id: Mapped[UUID | None]
    detail: Mapped[dict[str, Any]] = mapped_column(server_default="{}")

    __table_args__ = tenant_args(
        tenant_fk("connection_id", "psa_connections", ondelete="SET NULL"),
        tenant_fk("write_id", "psa_writes", ondelete="SET NULL"),
        Index(None, "account_id", text("created_at DESC")),
    )
