"""Job queue, worker heartbeats and live events."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from pgqueuer.adapters.persistence import qb
from sqlalchemy.dialects import postgresql as pg

from resolutionflow.db.rls import grant_global, protect

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

QUEUE_TABLES = ("pgqueuer", "pgqueuer_log", "pgqueuer_schedules", "pgqueuer_statistics")


def upgrade() -> None:
    for statement in statements(qb.QueryBuilderEnvironment().build_install_query()):
        op.execute(statement)
    for table in QUEUE_TABLES:
        grant_global(op, table)
    op.execute("GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO rf_app, rf_system")
    # A tenant may only put a job in and learn its id; the log row of the library goes with it.
    op.execute("GRANT INSERT, SELECT (id, entrypoint, priority, dedupe_key, status) ON pgqueuer TO rf_app")
    op.execute("GRANT INSERT ON pgqueuer_log TO rf_app")

    op.create_table(
        "worker_heartbeats",
        sa.Column("worker_id", sa.Uuid(), primary_key=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.text("now()")),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.text("now()")),
    )
    grant_global(op, "worker_heartbeats", app="SELECT")

    op.create_table(
        "live_events",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), primary_key=True),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("audience", pg.JSONB(), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("payload", pg.JSONB(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.text("now()")),
    )
    op.create_index("ix_live_events_created_at", "live_events", ["created_at"])
    protect(op, "live_events", app="SELECT, INSERT")


def downgrade() -> None:
    op.drop_table("live_events")
    op.drop_table("worker_heartbeats")
    for statement in statements(qb.QueryBuilderEnvironment().build_uninstall_query()):
        op.execute(statement)


def statements(script: str) -> list[str]:
    """The single statements of a script; function bodies between `$$` stay whole."""
    parts: list[str] = []
    current = ""
    for piece in script.split(";"):
        current += piece + ";"
        if current.count("$$") % 2 == 0:
            if current.strip(" \n;"):
                parts.append(current.strip())
            current = ""
    return parts
