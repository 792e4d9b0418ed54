"""Which language model answers for an account, and every call made to one."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

from resolutionflow.db.rls import protect

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

TS = sa.DateTime(timezone=True)
NOW = sa.text("now()")
FALSE = sa.text("false")


def upgrade() -> None:
    op.create_table(
        "ai_settings",
        sa.Column("account_id", sa.Uuid(), sa.ForeignKey("accounts.id"), primary_key=True),
        sa.Column("mode", sa.String(10)),
        sa.Column("provider", sa.String(20)),
        sa.Column("base_url", sa.String(300)),
        sa.Column("api_key_encrypted", sa.Text()),
        sa.Column("key_hint", sa.String(8)),
        sa.Column("model_fast", sa.String(200)),
        sa.Column("model_standard", sa.String(200)),
        sa.Column("monthly_budget_usd", sa.Numeric(12, 2)),
        sa.Column("warn_percent", sa.Integer(), nullable=False, server_default="80"),
        sa.Column("ms_learn_enabled", sa.Boolean(), nullable=False, server_default=FALSE),
        sa.Column("images_enabled", sa.Boolean(), nullable=False, server_default=sa.text("true")),
        sa.Column("prices", pg.JSONB(), nullable=False, server_default="{}"),
        sa.Column("problem", pg.JSONB()),
        sa.Column("warned_month", sa.String(7)),
        sa.Column("exhausted_month", sa.String(7)),
        sa.Column("version", sa.Integer(), nullable=False, server_default="1"),
        sa.Column("created_at", TS, nullable=False, server_default=NOW),
        sa.Column("updated_at", TS, nullable=False, server_default=NOW),
        sa.CheckConstraint("mode IN ('guide', 'platform', 'own')", name=op.f("ck_ai_settings_mode")),
        sa.CheckConstraint(
            "provider IN ('anthropic', 'google', 'openai_compatible')", name=op.f("ck_ai_settings_provider")
        ),
        sa.CheckConstraint("warn_percent BETWEEN 1 AND 100", name=op.f("ck_ai_settings_warn_percent")),
        sa.CheckConstraint("monthly_budget_usd >= 0", name=op.f("ck_ai_settings_monthly_budget_usd")),
    )
    protect(op, "ai_settings")
    op.create_table(
        "ai_calls",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", TS, nullable=False, server_default=NOW),
        sa.Column("user_id", sa.Uuid()),
        sa.Column("session_id", sa.Uuid()),
        sa.Column("action", sa.String(40), nullable=False),
        sa.Column("source", sa.String(10), nullable=False),
        sa.Column("provider", sa.String(20), nullable=False),
        sa.Column("model", sa.String(200), nullable=False),
        sa.Column("tier", sa.String(10), nullable=False),
        sa.Column("outcome", sa.String(20), nullable=False, server_default="running"),
        sa.Column("reserved_usd", sa.Numeric(14, 6), nullable=False, server_default="0"),
        sa.Column("expires_at", TS, nullable=False),
        sa.Column("finished_at", TS),
        *(
            sa.Column(name, sa.Integer(), nullable=False, server_default="0")
            for name in ("input_tokens", "output_tokens", "cache_read_tokens", "cache_write_tokens")
        ),
        sa.Column("cost_usd", sa.Numeric(14, 6)),
        sa.Column("first_token_ms", sa.Integer()),
        sa.Column("total_ms", sa.Integer()),
        *(
            sa.Column(name, sa.Boolean(), nullable=False, server_default=FALSE)
            for name in ("mcp_available", "mcp_invoked", "mcp_fallback")
        ),
        sa.Column("mcp_tools", pg.JSONB(), nullable=False, server_default="[]"),
        sa.UniqueConstraint("account_id", "id"),
        sa.CheckConstraint("source IN ('platform', 'own')", name=op.f("ck_ai_calls_source")),
        sa.CheckConstraint("tier IN ('fast', 'standard')", name=op.f("ck_ai_calls_tier")),
        sa.ForeignKeyConstraint(
            ["account_id", "user_id"], ["users.account_id", "users.id"], ondelete="SET NULL (user_id)"
        ),
        sa.ForeignKeyConstraint(
            ["account_id", "session_id"],
            ["ai_sessions.account_id", "ai_sessions.id"],
            ondelete="SET NULL (session_id)",
        ),
    )
    op.create_index(None, "ai_calls", ["account_id", "created_at"])
    op.create_index(
        "ix_ai_calls_running",
        "ai_calls",
        ["account_id", "expires_at"],
        postgresql_where=sa.text("outcome = 'running'"),
    )
    protect(op, "ai_calls")


def downgrade() -> None:
    op.drop_table("ai_calls")
    op.drop_table("ai_settings")
