"""Accounts, people, sign-in, stored answers, rate counters."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

from resolutionflow.db.rls import grant_global, protect

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TS = sa.DateTime(timezone=True)
NOW = sa.text("now()")


def upgrade() -> None:
    op.create_table(
        "accounts",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("name", sa.String(255), nullable=False),
        sa.Column("display_code", sa.String(8), nullable=False, unique=True),
        sa.Column("owner_id", sa.Uuid()),
        sa.Column("status", sa.String(20), nullable=False, server_default="active"),
        sa.Column("time_zone", sa.String(64), nullable=False, server_default="UTC"),
        sa.Column("is_demo", sa.Boolean(), nullable=False, server_default=sa.text("false")),
        sa.Column("version", sa.Integer(), nullable=False, server_default="1"),
        sa.Column("created_at", TS, nullable=False, server_default=NOW),
        sa.Column("updated_at", TS, nullable=False, server_default=NOW),
        sa.CheckConstraint("status IN ('active', 'suspended', 'pending_deletion')", name=op.f("ck_accounts_status")),
    )
    # Before the policy is forced: the owner role is bound by it as well.
    op.execute(
        "INSERT INTO accounts (id, name, display_code) VALUES ('00000000-0000-0000-0000-000000000001', 'Platform', 'PLATF0RM')"
    )
    protect(op, "accounts", column="id", app="SELECT, UPDATE")

    op.create_table(
        "users",
        *tenant_columns(),
        sa.Column("email", sa.String(254), nullable=False),
        sa.Column("name", sa.String(255), nullable=False),
        sa.Column("role", sa.String(10), nullable=False),
        sa.Column("is_super_admin", sa.Boolean(), nullable=False, server_default=sa.text("false")),
        sa.Column("is_active", sa.Boolean(), nullable=False, server_default=sa.text("true")),
        sa.Column("password_hash", sa.String()),
        sa.Column("email_verified_at", TS),
        sa.Column("ui_preferences", pg.JSONB(), nullable=False, server_default="{}"),
        sa.Column("last_login_at", TS),
        sa.Column("deleted_at", TS),
        sa.Column("version", sa.Integer(), nullable=False, server_default="1"),
        sa.Column("updated_at", TS, nullable=False, server_default=NOW),
        sa.UniqueConstraint("account_id", "id"),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"]),
        sa.CheckConstraint("role IN ('owner', 'admin', 'engineer', 'viewer')", name=op.f("ck_users_role")),
    )
    op.create_index("uq_users_email", "users", [sa.text("lower(email)")], unique=True)
    op.create_index("uq_users_owner", "users", ["account_id"], unique=True, postgresql_where=sa.text("role = 'owner'"))
    protect(op, "users")
    # The owner pointer stays inside the account and may be set before its user in one transaction.
    op.execute(
        "ALTER TABLE accounts ADD CONSTRAINT fk_accounts_owner_id_users FOREIGN KEY (id, owner_id)"
        " REFERENCES users (account_id, id) DEFERRABLE INITIALLY DEFERRED"
    )

    op.create_table(
        "account_settings",
        sa.Column("account_id", sa.Uuid(), sa.ForeignKey("accounts.id"), primary_key=True),
        sa.Column("preferences", pg.JSONB(), nullable=False, server_default="{}"),
        sa.Column("created_at", TS, nullable=False, server_default=NOW),
        sa.Column("updated_at", TS, nullable=False, server_default=NOW),
    )
    protect(op, "account_settings")

    op.create_table(
        "auth_sessions",
        *tenant_columns(),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("method", sa.String(16), nullable=False),
        sa.Column("remember", sa.Boolean(), nullable=False, server_default=sa.text("false")),
        sa.Column("reauth_at", TS, nullable=False, server_default=NOW),
        sa.Column("last_used_at", TS, nullable=False, server_default=NOW),
        sa.Column("expires_at", TS, nullable=False),
        sa.Column("ip", pg.INET()),
        sa.Column("user_agent", sa.String(200)),
        sa.Column("revoked_at", TS),
        sa.Column("revoke_reason", sa.String(20)),
        sa.Column("updated_at", TS, nullable=False, server_default=NOW),
        sa.UniqueConstraint("account_id", "id"),
        sa.ForeignKeyConstraint(["account_id", "user_id"], ["users.account_id", "users.id"]),
        sa.CheckConstraint("method IN ('password', 'oidc', 'impersonation')", name=op.f("ck_auth_sessions_method")),
    )
    op.create_index("ix_auth_sessions_account_id_user_id", "auth_sessions", ["account_id", "user_id"])
    protect(op, "auth_sessions")

    op.create_table(
        "refresh_tokens",
        *tenant_columns(),
        sa.Column("auth_session_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.String(64), nullable=False, unique=True),
        sa.Column("expires_at", TS, nullable=False),
        sa.Column("used_at", TS),
        sa.Column("replaced_by", sa.Uuid()),
        sa.Column("updated_at", TS, nullable=False, server_default=NOW),
        sa.UniqueConstraint("account_id", "id"),
        sa.ForeignKeyConstraint(
            ["account_id", "auth_session_id"], ["auth_sessions.account_id", "auth_sessions.id"], ondelete="CASCADE"
        ),
    )
    op.create_index("ix_refresh_tokens_account_id_auth_session_id", "refresh_tokens", ["account_id", "auth_session_id"])
    protect(op, "refresh_tokens")

    op.create_table(
        "sign_in_failures",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("address_hash", sa.String(64), nullable=False),
        sa.Column("device_hash", sa.String(64), nullable=False, server_default=""),
        sa.Column("ip", pg.INET()),
        sa.Column("at", TS, nullable=False, server_default=NOW),
    )
    op.create_index("ix_sign_in_failures_address_hash_at", "sign_in_failures", ["address_hash", "at"])
    op.create_index("ix_sign_in_failures_ip_at", "sign_in_failures", ["ip", "at"])
    grant_global(op, "sign_in_failures")

    op.create_table(
        "idempotency_keys",
        sa.Column("account_id", sa.Uuid(), primary_key=True),
        sa.Column("user_id", sa.Uuid(), primary_key=True),
        sa.Column("key", sa.String(200), primary_key=True),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("status", sa.Integer()),
        sa.Column("body", sa.LargeBinary()),
        sa.Column("created_at", TS, nullable=False, server_default=NOW),
        sa.ForeignKeyConstraint(["account_id", "user_id"], ["users.account_id", "users.id"], ondelete="CASCADE"),
    )
    protect(op, "idempotency_keys")

    op.create_table(
        "rate_counters",
        sa.Column("account_id", sa.Uuid(), sa.ForeignKey("accounts.id"), primary_key=True),
        sa.Column("key", sa.String(120), primary_key=True),
        sa.Column("minute", TS, primary_key=True),
        sa.Column("count", sa.Integer(), nullable=False),
    )
    protect(op, "rate_counters")


def downgrade() -> None:
    op.execute("ALTER TABLE accounts DROP CONSTRAINT fk_accounts_owner_id_users")
    for table in (
        "rate_counters",
        "idempotency_keys",
        "sign_in_failures",
        "refresh_tokens",
        "auth_sessions",
        "account_settings",
        "users",
        "accounts",
    ):
        op.drop_table(table)


def tenant_columns() -> tuple[sa.Column[object], ...]:
    return (
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", TS, nullable=False, server_default=NOW),
    )
