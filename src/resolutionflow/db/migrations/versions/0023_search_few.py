"""Search looks at a few of the newest sessions first, and at each of them once: a rare word touches a third of the pages."""

from __future__ import annotations

from pathlib import Path

from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

HITS = Path(__file__).parents[3] / "sessions" / "sql" / "search_hits.sql"


def upgrade() -> None:
    run = op.get_bind().exec_driver_sql
    run("SET LOCAL lock_timeout = '5s'")
    # Only its owner replaces a function, and needs CREATE at this moment only.
    run("GRANT CREATE ON SCHEMA public TO rf_search")
    run("SET LOCAL ROLE rf_search")
    run(HITS.read_text())
    run("SET LOCAL ROLE NONE")
    run("REVOKE CREATE ON SCHEMA public FROM rf_search")


def downgrade() -> None:
    """Nothing: the function answers the same, only faster, and the revisions before made it from the same file."""
