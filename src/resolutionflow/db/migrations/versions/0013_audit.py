"""The audit log: events that nobody changes, and the end of each account's chain."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

from resolutionflow.db.rls import protect

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

UUID = sa.Uuid()
TS = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "audit_events",
        sa.Column("id", UUID, primary_key=True),
        sa.Column("account_id", UUID, nullable=False),
        sa.Column("created_at", TS, nullable=False, server_default=sa.text("now()")),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("at", TS, nullable=False),
        sa.Column("actor_kind", sa.String(12), nullable=False),
        sa.Column("actor_id", UUID),
        sa.Column("impersonator_id", UUID),
        sa.Column("action", sa.String(60), nullable=False),
        sa.Column("resource_type", sa.String(40), nullable=False),
        sa.Column("resource_id", sa.String(64)),
        sa.Column("ip", sa.String(45)),
        sa.Column("user_agent", sa.String(200), nullable=False, server_default=""),
        sa.Column("request_id", sa.String(36), nullable=False, server_default=""),
        sa.Column("details", pg.JSONB(), nullable=False, server_default="{}"),
        sa.Column("key_id", sa.String(16), nullable=False),
        sa.Column("prev_hash", sa.String(64), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.UniqueConstraint("account_id", "id"),
        sa.UniqueConstraint("account_id", "seq"),
        sa.CheckConstraint(
            "actor_kind IN ('user', 'api_key', 'system', 'super_admin')", name=op.f("ck_audit_events_actor_kind")
        ),
    )
    op.create_index(
        "ix_audit_events_account_id", "audit_events", ["account_id", sa.text("at DESC"), sa.text("seq DESC")]
    )
    protect(op, "audit_events", app="SELECT, INSERT")
    op.create_table(
        "audit_heads",
        sa.Column("account_id", UUID, sa.ForeignKey("accounts.id"), primary_key=True),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
    )
    protect(op, "audit_heads", app="SELECT, INSERT, UPDATE")


def downgrade() -> None:
    op.drop_table("audit_heads")
    op.drop_table("audit_events")
