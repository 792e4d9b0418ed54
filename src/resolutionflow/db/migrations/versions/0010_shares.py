"""Links that show one session without a sign-in."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from resolutionflow.db.rls import protect

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

TS = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "session_shares",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", TS, nullable=False, server_default=sa.text("now()")),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.CHAR(64), nullable=False),
        sa.Column("label", sa.String(100)),
        sa.Column("include_conversation", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.Column("expires_at", TS, nullable=False),
        sa.Column("revoked_at", TS),
        sa.Column("revoked_by", sa.Uuid()),
        sa.Column("view_count", sa.Integer(), server_default="0", nullable=False),
        sa.Column("last_viewed_at", TS),
        sa.UniqueConstraint("account_id", "id"),
        # Over the whole installation: a visitor's token is looked up before any account is known.
        sa.UniqueConstraint("token_hash"),
        link("session_id", "ai_sessions", "CASCADE"),
        link("created_by", "users"),
        link("revoked_by", "users", "SET NULL (revoked_by)"),
    )
    op.create_index("ix_session_shares_account_id_session_id", "session_shares", ["account_id", "session_id"])
    protect(op, "session_shares")


def downgrade() -> None:
    op.drop_table("session_shares")


def link(column: str, table: str, ondelete: str | None = None) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["account_id", column], [f"{table}.account_id", f"{table}.id"], ondelete=ondelete)
