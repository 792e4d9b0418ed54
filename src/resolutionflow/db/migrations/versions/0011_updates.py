"""Updates of a session, and the facts a posted note rests on."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql as pg

from resolutionflow.db.rls import protect

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

UUID = sa.Uuid()
TS = sa.DateTime(timezone=True)
SESSION = "rf_session_json(uuid,uuid,text,uuid,text)"
BEFORE = "s.resolution_note_external_id,"
AFTER = f"{BEFORE} rf_withdrawn_facts(p_account, s.id, s.resolution_note_fact_ids) AS resolution_note_withdrawn,"
WITHDRAWN = """
CREATE FUNCTION rf_withdrawn_facts(p_account uuid, p_session uuid, p_facts jsonb) RETURNS json
LANGUAGE sql STABLE AS $$
  SELECT coalesce(json_agg(json_build_object('id', f.id, 'text', f.text) ORDER BY f.created_at, f.id), '[]')
    FROM jsonb_array_elements_text(p_facts) AS behind(id)
    JOIN session_facts f ON f.account_id = p_account AND f.session_id = p_session AND f.id = behind.id::uuid
   WHERE f.deleted_at IS NOT NULL
$$"""


def upgrade() -> None:
    op.add_column("ai_sessions", sa.Column("resolution_note_fact_ids", pg.JSONB(), server_default="[]", nullable=False))
    op.create_table(
        "session_updates",
        sa.Column("id", UUID, primary_key=True),
        sa.Column("account_id", UUID, nullable=False),
        sa.Column("created_at", TS, nullable=False, server_default=sa.text("now()")),
        sa.Column("session_id", UUID, nullable=False),
        sa.Column("audience", sa.String(16), nullable=False),
        sa.Column("subject", sa.String(150)),
        sa.Column("markdown", sa.Text(), nullable=False),
        sa.Column("visibility", sa.String(10)),
        sa.Column("state_version", sa.Integer(), nullable=False),
        sa.Column("fact_ids", pg.JSONB(), server_default="[]", nullable=False),
        sa.Column("created_by", UUID, nullable=False),
        sa.Column("psa_write_id", UUID),
        sa.Column("external_id", sa.String(128)),
        sa.Column("posted_at", TS),
        sa.UniqueConstraint("account_id", "id"),
        sa.CheckConstraint(
            "audience IN ('status_update', 'email_draft', 'request_info')", name=op.f("ck_session_updates_audience")
        ),
        sa.CheckConstraint("visibility IN ('internal', 'customer')", name=op.f("ck_session_updates_visibility")),
        link("session_id", "ai_sessions", "CASCADE"),
        link("created_by", "users"),
        link("psa_write_id", "psa_writes", "SET NULL (psa_write_id)"),
    )
    op.create_index(
        "ix_session_updates_account_id_session_id_created_at",
        "session_updates",
        ["account_id", "session_id", "created_at"],
    )
    op.create_index("ix_session_updates_account_id_psa_write_id", "session_updates", ["account_id", "psa_write_id"])
    protect(op, "session_updates")
    op.get_bind().exec_driver_sql(WITHDRAWN)
    change_session_json(BEFORE, AFTER)


def downgrade() -> None:
    change_session_json(AFTER, BEFORE)
    op.execute("DROP FUNCTION rf_withdrawn_facts(uuid, uuid, jsonb)")
    op.drop_table("session_updates")
    op.drop_column("ai_sessions", "resolution_note_fact_ids")


def change_session_json(before: str, after: str) -> None:
    """Edit one line of the answer of GET S as the database has it: other migrations change other lines of the same function."""
    found = op.get_bind().exec_driver_sql(f"SELECT pg_get_functiondef('{SESSION}'::regprocedure)").scalar_one()
    if before not in found:
        message = "rf_session_json does not name the note's external id"
        raise RuntimeError(message)
    op.get_bind().exec_driver_sql(found.replace(before, after, 1))


def link(column: str, table: str, ondelete: str | None = None) -> sa.ForeignKeyConstraint:
    """A foreign key inside the tenant."""
    return sa.ForeignKeyConstraint(["account_id", column], [f"{table}.account_id", f"{table}.id"], ondelete=ondelete)
