"""Opening tickets and putting people on them, tickets that came out of a session, calls from the PSA."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

from resolutionflow.db.rls import protect

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

UUID = sa.Uuid()
TS = sa.DateTime(timezone=True)
BEFORE = ("check", "note", "time", "status", "confirm")
AFTER = ("check", "create", "assign", "note", "time", "status", "confirm")


def upgrade() -> None:
    op.get_bind().exec_driver_sql("SET LOCAL lock_timeout = '5s'")
    _steps(AFTER)
    op.add_column("psa_connections", sa.Column("hook", pg.JSONB()))
    op.create_table(
        "session_spin_offs",
        sa.Column("id", UUID, primary_key=True),
        sa.Column("account_id", UUID, nullable=False),
        sa.Column("created_at", TS, nullable=False, server_default=sa.text("now()")),
        sa.Column("session_id", UUID, nullable=False),
        sa.Column("psa_connection_id", UUID),
        sa.Column("ticket_id", sa.String(64), nullable=False),
        sa.Column("ticket_ref", sa.String(64), nullable=False),
        sa.Column("created_by", UUID, nullable=False),
        sa.UniqueConstraint("account_id", "id"),
        sa.UniqueConstraint("account_id", "session_id", "ticket_id"),
        _link("session_id", "ai_sessions", "CASCADE"),
        _link("psa_connection_id", "psa_connections", "SET NULL (psa_connection_id)"),
        _link("created_by", "users"),
    )
    protect(op, "session_spin_offs")


def downgrade() -> None:
    op.get_bind().exec_driver_sql("SET LOCAL lock_timeout = '5s'")
    op.drop_table("session_spin_offs")
    op.drop_column("psa_connections", "hook")
    op.execute("DELETE FROM psa_write_steps WHERE step IN ('create', 'assign')")
    _steps(BEFORE)


def _steps(names: tuple[str, ...]) -> None:
    """Which steps a write may have; known rows are checked without a lock that stops writers."""
    listed = ", ".join(f"'{name}'" for name in names)
    op.drop_constraint(op.f("ck_psa_write_steps_step"), "psa_write_steps")
    op.execute(
        f"ALTER TABLE psa_write_steps ADD CONSTRAINT ck_psa_write_steps_step CHECK (step IN ({listed})) NOT VALID"
    )
    op.execute("ALTER TABLE psa_write_steps VALIDATE CONSTRAINT ck_psa_write_steps_step")


def _link(column: str, table: str, ondelete: str | None = None) -> sa.ForeignKeyConstraint:
    """A foreign key inside the tenant."""
    return sa.ForeignKeyConstraint(["account_id", column], [f"{table}.account_id", f"{table}.id"], ondelete=ondelete)
