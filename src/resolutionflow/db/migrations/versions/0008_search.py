"""Search through one function that passes row-level security and filters the tenant itself; indexes for lists by client and target."""

from __future__ import annotations

import re
from pathlib import Path

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

SQL = Path(__file__).parents[3] / "sessions" / "sql"
HITS = "rf_search_hits(uuid, text, jsonb, uuid, timestamptz)"
READS = {
    "ai_sessions": "",
    "ai_session_messages": "",
    "session_facts": "",
    "session_suggested_fixes": "",
    "users": " (id, account_id, role, is_active)",
    "account_settings": "",
}
NO_ROLE = (
    "The role rf_search is missing. Nothing was changed. Run as a superuser: CREATE ROLE rf_search NOLOGIN BYPASSRLS; "
    "GRANT rf_search TO rf_owner WITH INHERIT FALSE, SET TRUE; GRANT USAGE ON SCHEMA public TO rf_search;"
)


def upgrade() -> None:
    if not op.get_bind().exec_driver_sql("SELECT 1 FROM pg_roles WHERE rolname = 'rf_search'").scalar():
        raise RuntimeError(NO_ROLE)
    for name in ("search_query", "search_hits", "search_match"):
        run_sql(name)
    for table, columns in READS.items():
        op.execute(f"GRANT SELECT{columns} ON {table} TO rf_search")
    op.execute(f"REVOKE ALL ON FUNCTION {HITS} FROM PUBLIC")
    op.execute(f"GRANT EXECUTE ON FUNCTION {HITS} TO rf_app")
    # A new owner needs CREATE at this moment only.
    op.execute("GRANT CREATE ON SCHEMA public TO rf_search")
    op.execute(f"ALTER FUNCTION {HITS} OWNER TO rf_search")
    op.execute("REVOKE CREATE ON SCHEMA public FROM rf_search")
    op.create_index(
        "ix_ai_sessions_client",
        "ai_sessions",
        ["account_id", sa.text("lower(client_name)"), sa.text("last_activity_at DESC"), "id"],
    )
    op.create_index(
        "ix_ai_sessions_escalated_to",
        "ai_sessions",
        ["account_id", "escalated_to_id"],
        postgresql_where=sa.text("escalated_to_id IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_index("ix_ai_sessions_escalated_to", "ai_sessions")
    op.drop_index("ix_ai_sessions_client", "ai_sessions")
    op.execute(f"DROP FUNCTION {HITS}")
    for table, columns in READS.items():
        op.execute(f"REVOKE SELECT{columns} ON {table} FROM rf_search")
    op.execute("DROP FUNCTION rf_search_match(uuid, text, uuid, tsquery)")
    op.execute("DROP FUNCTION rf_search_marked(text, tsquery)")
    op.execute("DROP FUNCTION rf_search_query(text)")
    run_sql("search")


def run_sql(name: str) -> None:
    """Run the statements of a file one by one; each starts in the first column after an empty line or a semicolon."""
    for statement in re.split(r";\n+(?=--|CREATE|DROP)", (SQL / f"{name}.sql").read_text()):
        op.get_bind().exec_driver_sql(statement)
