"""Connections to a PSA, their cache, mappings and settings, and the writeback outbox."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

from resolutionflow.db.rls import protect

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

TABLES = (
    "psa_connections",
    "psa_cache",
    "psa_settings",
    "psa_member_mappings",
    "psa_writes",
    "psa_write_steps",
)


def upgrade() -> None:
    op.create_table(
        "psa_connections",
        sa.Column("provider", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("config", pg.JSONB(), nullable=False),
        sa.Column("secrets", pg.JSONB(), nullable=False),
        sa.Column("api_base", sa.String(length=300), server_default="", nullable=False),
        sa.Column("web_base", sa.String(length=300), server_default="", nullable=False),
        sa.Column("status", sa.String(length=24), server_default="untested", nullable=False),
        sa.Column("status_detail", sa.String(length=500), nullable=True),
        sa.Column("capabilities", pg.JSONB(), server_default="{}", nullable=False),
        sa.Column("last_ok_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_active", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column(
            "updated_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "provider IN ('connectwise', 'halopsa', 'autotask')",
            name=op.f("ck_psa_connections_provider"),
        ),
        sa.CheckConstraint(
            "status IN ('ok', 'auth_failed', 'permission_missing', 'unreachable', 'rate_limited', 'disabled', 'untested')",
            name=op.f("ck_psa_connections_status"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_psa_connections")),
        sa.UniqueConstraint("account_id", "id", name=op.f("uq_psa_connections_account_id_id")),
    )
    op.create_index(
        "uq_psa_connections_active",
        "psa_connections",
        ["account_id"],
        unique=True,
        postgresql_where=sa.text("is_active"),
    )
    op.create_table(
        "psa_cache",
        sa.Column("connection_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("key", sa.String(length=300), nullable=False),
        sa.Column("value", pg.JSONB(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["account_id", "connection_id"],
            ["psa_connections.account_id", "psa_connections.id"],
            name=op.f("fk_psa_cache_account_id_connection_id_psa_connections"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_psa_cache")),
        sa.UniqueConstraint(
            "account_id",
            "connection_id",
            "kind",
            "key",
            name=op.f("uq_psa_cache_account_id_connection_id_kind_key"),
        ),
        sa.UniqueConstraint("account_id", "id", name=op.f("uq_psa_cache_account_id_id")),
    )
    op.create_index(op.f("ix_psa_cache_expires_at"), "psa_cache", ["expires_at"], unique=False)
    op.create_table(
        "psa_settings",
        sa.Column("connection_id", sa.Uuid(), nullable=False),
        sa.Column("values", pg.JSONB(), server_default="{}", nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column(
            "updated_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["account_id", "connection_id"],
            ["psa_connections.account_id", "psa_connections.id"],
            name=op.f("fk_psa_settings_account_id_connection_id_psa_connections"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_psa_settings")),
        sa.UniqueConstraint(
            "account_id",
            "connection_id",
            name=op.f("uq_psa_settings_account_id_connection_id"),
        ),
        sa.UniqueConstraint("account_id", "id", name=op.f("uq_psa_settings_account_id_id")),
    )
    op.create_table(
        "psa_member_mappings",
        sa.Column("connection_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.String(length=64), nullable=False),
        sa.Column("member_name", sa.String(length=255), nullable=False),
        sa.Column("matched_by", sa.String(length=8), nullable=False),
        sa.Column(
            "updated_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "matched_by IN ('email', 'manual')",
            name=op.f("ck_psa_member_mappings_matched_by"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id", "connection_id"],
            ["psa_connections.account_id", "psa_connections.id"],
            name=op.f("fk_psa_member_mappings_account_id_connection_id_psa_connections"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["account_id", "user_id"],
            ["users.account_id", "users.id"],
            name=op.f("fk_psa_member_mappings_account_id_user_id_users"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_psa_member_mappings")),
        sa.UniqueConstraint(
            "account_id",
            "connection_id",
            "member_id",
            name=op.f("uq_psa_member_mappings_account_id_connection_id_member_id"),
        ),
        sa.UniqueConstraint(
            "account_id",
            "connection_id",
            "user_id",
            name=op.f("uq_psa_member_mappings_account_id_connection_id_user_id"),
        ),
        sa.UniqueConstraint("account_id", "id", name=op.f("uq_psa_member_mappings_account_id_id")),
    )
    op.create_table(
        "psa_writes",
        sa.Column("connection_id", sa.Uuid(), nullable=True),
        sa.Column("ticket_id", sa.String(length=64), nullable=False),
        sa.Column("ticket_ref", sa.String(length=64), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=True),
        sa.Column("flow_run_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("reference", sa.String(length=16), nullable=False),
        sa.Column("requested_by", sa.Uuid(), nullable=False),
        sa.Column("acting_member_id", sa.String(length=64), nullable=True),
        sa.Column("acting_member_name", sa.String(length=255), nullable=True),
        sa.Column("plan", pg.JSONB(), nullable=False),
        sa.Column("expected_revision", sa.Text(), nullable=True),
        sa.Column("state", sa.String(length=10), server_default="queued", nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("next_attempt_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("result", pg.JSONB(), server_default="{}", nullable=False),
        sa.Column("problem", pg.JSONB(), nullable=True),
        sa.Column("idempotency_key", sa.String(length=200), nullable=True),
        sa.Column("fingerprint", sa.String(length=64), nullable=True),
        sa.Column("runner_id", sa.Uuid(), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "updated_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "kind IN ('resolution', 'escalation', 'note', 'status', 'assign', 'unassign', 'time', 'create')",
            name=op.f("ck_psa_writes_kind"),
        ),
        sa.CheckConstraint(
            "state IN ('queued', 'running', 'waiting', 'blocked', 'done', 'partial', 'cancelled')",
            name=op.f("ck_psa_writes_state"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id", "connection_id"],
            ["psa_connections.account_id", "psa_connections.id"],
            name=op.f("fk_psa_writes_account_id_connection_id_psa_connections"),
            ondelete="SET NULL (connection_id)",
        ),
        sa.ForeignKeyConstraint(
            ["account_id", "requested_by"],
            ["users.account_id", "users.id"],
            name=op.f("fk_psa_writes_account_id_requested_by_users"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_psa_writes")),
        sa.UniqueConstraint("account_id", "id", name=op.f("uq_psa_writes_account_id_id")),
        sa.UniqueConstraint("account_id", "reference", name=op.f("uq_psa_writes_account_id_reference")),
        sa.UniqueConstraint(
            "account_id",
            "requested_by",
            "idempotency_key",
            name=op.f("uq_psa_writes_account_id_requested_by_idempotency_key"),
        ),
    )
    op.create_index(
        "ix_psa_writes_recent",
        "psa_writes",
        [
            "account_id",
            sa.literal_column("created_at DESC"),
            sa.literal_column("id DESC"),
        ],
        unique=False,
    )
    op.create_index(
        "ix_psa_writes_session",
        "psa_writes",
        ["account_id", "session_id"],
        unique=False,
    )
    op.create_index(
        "ix_psa_writes_ticket",
        "psa_writes",
        ["account_id", "connection_id", "ticket_id"],
        unique=False,
    )
    op.create_index(
        "uq_psa_writes_open_session",
        "psa_writes",
        ["account_id", "session_id"],
        unique=True,
        postgresql_where=sa.text(
            "kind IN ('resolution', 'escalation') AND state IN ('queued', 'running', 'waiting', 'blocked')"
        ),
    )
    op.create_index(
        "uq_psa_writes_running",
        "psa_writes",
        ["account_id", "connection_id", "ticket_id"],
        unique=True,
        postgresql_where=sa.text("state = 'running'"),
    )
    op.create_table(
        "psa_activity",
        sa.Column("connection_id", sa.Uuid(), nullable=True),
        sa.Column("write_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("detail", pg.JSONB(), server_default="{}", nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["account_id", "connection_id"],
            ["psa_connections.account_id", "psa_connections.id"],
            name=op.f("fk_psa_activity_account_id_connection_id_psa_connections"),
            ondelete="SET NULL (connection_id)",
        ),
        sa.ForeignKeyConstraint(
            ["account_id", "write_id"],
            ["psa_writes.account_id", "psa_writes.id"],
            name=op.f("fk_psa_activity_account_id_write_id_psa_writes"),
            ondelete="SET NULL (write_id)",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_psa_activity")),
        sa.UniqueConstraint("account_id", "id", name=op.f("uq_psa_activity_account_id_id")),
    )
    op.create_index(
        op.f("ix_psa_activity_account_id"),
        "psa_activity",
        ["account_id", sa.literal_column("created_at DESC")],
        unique=False,
    )
    op.create_table(
        "psa_write_steps",
        sa.Column("write_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(length=8), nullable=False),
        sa.Column("state", sa.String(length=8), server_default="pending", nullable=False),
        sa.Column("request_fields", pg.JSONB(), server_default="[]", nullable=False),
        sa.Column("external_id", sa.String(length=128), nullable=True),
        sa.Column("reason", sa.String(length=64), nullable=True),
        sa.Column("error", sa.String(length=500), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "state IN ('pending', 'sending', 'unknown', 'done', 'skipped', 'failed')",
            name=op.f("ck_psa_write_steps_state"),
        ),
        sa.CheckConstraint(
            "step IN ('check', 'note', 'time', 'status', 'confirm')",
            name=op.f("ck_psa_write_steps_step"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id", "write_id"],
            ["psa_writes.account_id", "psa_writes.id"],
            name=op.f("fk_psa_write_steps_account_id_write_id_psa_writes"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_psa_write_steps")),
        sa.UniqueConstraint("account_id", "id", name=op.f("uq_psa_write_steps_account_id_id")),
        sa.UniqueConstraint(
            "account_id",
            "write_id",
            "step",
            name=op.f("uq_psa_write_steps_account_id_write_id_step"),
        ),
    )
    for table in TABLES:
        protect(op, table)
    # Append only.
    protect(op, "psa_activity", app="SELECT, INSERT")


def downgrade() -> None:
    for table in ("psa_activity", *reversed(TABLES)):
        op.drop_table(table)
