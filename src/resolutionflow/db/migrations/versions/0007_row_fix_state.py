"""Session rows tell a fix that is being verified from one that was only proposed."""

from __future__ import annotations

from pathlib import Path

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

SQL = Path(__file__).parents[3] / "sessions" / "sql"


def upgrade() -> None:
    op.get_bind().exec_driver_sql((SQL / "session_row.sql").read_text())


def downgrade() -> None:
    # The first statement of the file is the row as 0004 made it.
    before = (SQL / "hot_list.sql").read_text().split(";\n\n")[0]
    op.get_bind().exec_driver_sql(before.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION", 1))
