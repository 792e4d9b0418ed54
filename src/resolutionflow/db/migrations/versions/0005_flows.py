"""Flows and their versions: what the Guide knows."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

from resolutionflow.db.rls import protect_shared

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

TS = sa.DateTime(timezone=True)
NOW = sa.text("now()")


def upgrade() -> None:
    op.create_table(
        "flows",
        *tenant_columns(),
        sa.Column("kind", sa.String(16), nullable=False, server_default="troubleshooting"),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("slug", sa.String(100), nullable=False),
        sa.Column("description", sa.Text(), nullable=False, server_default=""),
        sa.Column("category", sa.String(100), nullable=False, server_default=""),
        sa.Column("tags", pg.JSONB(), nullable=False, server_default="[]"),
        sa.Column("status", sa.String(12), nullable=False, server_default="draft"),
        sa.Column("visibility", sa.String(10), nullable=False, server_default="account"),
        sa.Column("origin", sa.String(10), nullable=False, server_default="manual"),
        sa.Column("current_version", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("version", sa.Integer(), nullable=False, server_default="1"),
        sa.Column("updated_at", TS, nullable=False, server_default=NOW),
        sa.UniqueConstraint("account_id", "id"),
        sa.UniqueConstraint("account_id", "slug"),
        sa.CheckConstraint("kind IN ('troubleshooting', 'project', 'maintenance')", name=op.f("ck_flows_kind")),
        sa.CheckConstraint("status IN ('draft', 'published', 'archived')", name=op.f("ck_flows_status")),
        sa.CheckConstraint("visibility IN ('private', 'account', 'platform')", name=op.f("ck_flows_visibility")),
        sa.CheckConstraint("origin IN ('manual', 'ai', 'import', 'proposal', 'fork')", name=op.f("ck_flows_origin")),
    )
    protect_shared(op, "flows")
    op.create_table(
        "flow_versions",
        *tenant_columns(),
        sa.Column("flow_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("definition", pg.JSONB(), nullable=False),
        sa.Column("content_hash", sa.String(64), nullable=False),
        sa.Column("change_note", sa.String(500), nullable=False, server_default=""),
        sa.Column("published_at", TS, nullable=False, server_default=NOW),
        sa.UniqueConstraint("account_id", "id"),
        sa.UniqueConstraint("account_id", "flow_id", "number"),
        sa.ForeignKeyConstraint(["account_id", "flow_id"], ["flows.account_id", "flows.id"], ondelete="CASCADE"),
    )
    protect_shared(op, "flow_versions")


def downgrade() -> None:
    op.drop_table("flow_versions")
    op.drop_table("flows")


def tenant_columns() -> tuple[sa.Column[object], ...]:
    return (
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", TS, nullable=False, server_default=NOW),
    )
