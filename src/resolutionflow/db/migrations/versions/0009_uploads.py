"""Uploaded pictures, and messages that name theirs."""

from __future__ import annotations

import re
from pathlib import Path

import sqlalchemy as sa
from alembic import op

from resolutionflow.db.rls import protect

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

UUID = sa.Uuid()
TS = sa.DateTime(timezone=True)
SQL = Path(__file__).parents[3] / "sessions" / "sql"


def upgrade() -> None:
    op.create_table(
        "uploads",
        sa.Column("id", UUID, primary_key=True),
        sa.Column("account_id", UUID, nullable=False),
        sa.Column("created_at", TS, nullable=False, server_default=sa.text("now()")),
        sa.Column("user_id", UUID, nullable=False),
        sa.Column("session_id", UUID),
        sa.Column("message_id", UUID),
        sa.Column("storage_key", sa.String(300), nullable=False),
        sa.Column("content_type", sa.String(40), nullable=False),
        sa.Column("size_bytes", sa.Integer(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("attached_at", TS),
        sa.UniqueConstraint("account_id", "id"),
        link("user_id", "users"),
        link("session_id", "ai_sessions", "CASCADE"),
        link("message_id", "ai_session_messages", "SET NULL (message_id)"),
    )
    op.create_index("ix_uploads_account_id_message_id", "uploads", ["account_id", "message_id"])
    op.create_index(
        "ix_uploads_unattached",
        "uploads",
        ["account_id", "created_at"],
        postgresql_where=sa.text("attached_at IS NULL"),
    )
    protect(op, "uploads")
    op.get_bind().exec_driver_sql((SQL / "messages_json.sql").read_text())


def downgrade() -> None:
    before = re.search(
        r"CREATE (FUNCTION rf_messages_json\(.*?\n\$\$);", (SQL / "session_json.sql").read_text(), re.DOTALL
    )
    assert before is not None
    op.get_bind().exec_driver_sql(f"CREATE OR REPLACE {before[1]}")
    op.drop_table("uploads")


def link(column: str, table: str, ondelete: str | None = None) -> sa.ForeignKeyConstraint:
    """A foreign key inside the tenant."""
    return sa.ForeignKeyConstraint(["account_id", column], [f"{table}.account_id", f"{table}.id"], ondelete=ondelete)
