"""The writes to a PSA that wait for their turn are found without reading those that are done."""

from __future__ import annotations

from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.get_bind().exec_driver_sql("SET LOCAL lock_timeout = '5s'")
    op.execute(
        "CREATE INDEX ix_psa_writes_due ON psa_writes (account_id, connection_id, created_at)"
        " WHERE state IN ('queued', 'waiting')"
    )


def downgrade() -> None:
    op.get_bind().exec_driver_sql("SET LOCAL lock_timeout = '5s'")
    op.execute("DROP INDEX ix_psa_writes_due")
