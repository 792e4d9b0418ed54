"""Links that may make the first account."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from resolutionflow.db.rls import grant_global

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

TS = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.get_bind().exec_driver_sql("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        "welcome_links",
        sa.Column("token_hash", sa.String(64), primary_key=True),
        sa.Column("expires_at", TS, nullable=False),
        sa.Column("created_at", TS, nullable=False, server_default=sa.text("now()")),
    )
    grant_global(op, "welcome_links")


def downgrade() -> None:
    op.get_bind().exec_driver_sql("SET LOCAL lock_timeout = '5s'")
    op.drop_table("welcome_links")
