"""Slots that all processes share, and the pace at which a vendor is asked."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from resolutionflow.db.rls import protect

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

TAKE = """
CREATE FUNCTION rf_take_slot(p_key int, p_slots int, p_lane int, p_held int[], p_flag boolean) RETURNS int
LANGUAGE plpgsql VOLATILE AS $$
BEGIN
  -- Whoever waits in a lane before ours, in another process, goes first.
  FOR ahead IN 0 .. p_lane - 1 LOOP
    IF NOT pg_try_advisory_lock_shared(p_key, 1000 + ahead) THEN
      RETURN -1;
    END IF;
    PERFORM pg_advisory_unlock_shared(p_key, 1000 + ahead);
  END LOOP;
  -- The last lane leaves the first slot to the others, where there is more than one.
  FOR slot IN (CASE WHEN p_lane = 2 AND p_slots > 1 THEN 1 ELSE 0 END) .. p_slots - 1 LOOP
    -- A lock of our own connection would be given to it again.
    IF NOT slot = ANY (p_held) AND pg_try_advisory_lock(p_key, slot) THEN
      RETURN slot;
    END IF;
  END LOOP;
  IF p_flag THEN
    PERFORM pg_try_advisory_lock(p_key, 1000 + p_lane);
  END IF;
  RETURN -1;
END
$$"""


def upgrade() -> None:
    op.get_bind().exec_driver_sql(TAKE)
    op.execute("REVOKE ALL ON FUNCTION rf_take_slot(int, int, int, int[], boolean) FROM PUBLIC")
    op.execute("GRANT EXECUTE ON FUNCTION rf_take_slot(int, int, int, int[], boolean) TO rf_app")
    op.create_table(
        "psa_paces",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("connection_id", sa.Uuid(), nullable=False),
        sa.Column("due", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("account_id", "connection_id"),
        sa.ForeignKeyConstraint(
            ["account_id", "connection_id"],
            ["psa_connections.account_id", "psa_connections.id"],
            ondelete="CASCADE",
        ),
    )
    protect(op, "psa_paces")


def downgrade() -> None:
    op.drop_table("psa_paces")
    op.execute("DROP FUNCTION rf_take_slot(int, int, int, int[], boolean)")
