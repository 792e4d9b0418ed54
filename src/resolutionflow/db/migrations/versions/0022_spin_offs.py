"""The tickets that came out of a session, in the answer of GET S."""

from __future__ import annotations

from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

SESSION = "rf_session_json(uuid,uuid,text,uuid,text)"
BEFORE = "AS open_write,"
AFTER = f"{BEFORE} rf_spin_offs_json(p_account, s.id) AS spin_offs,"
SPIN_OFFS = """
CREATE FUNCTION rf_spin_offs_json(p_account uuid, p_session uuid) RETURNS json
LANGUAGE sql STABLE AS $$
  SELECT coalesce(json_agg(json_build_object('ticket_id', o.ticket_id, 'ticket_ref', o.ticket_ref, 'created_at', o.created_at,
           'reachable', EXISTS (SELECT FROM psa_connections c
             WHERE c.account_id = p_account AND c.id = o.psa_connection_id AND c.is_active)) ORDER BY o.created_at, o.id), '[]')
    FROM session_spin_offs o WHERE o.account_id = p_account AND o.session_id = p_session
$$"""


def upgrade() -> None:
    op.get_bind().exec_driver_sql("SET LOCAL lock_timeout = '5s'")
    op.get_bind().exec_driver_sql(SPIN_OFFS)
    change_session_json(BEFORE, AFTER)


def downgrade() -> None:
    op.get_bind().exec_driver_sql("SET LOCAL lock_timeout = '5s'")
    change_session_json(AFTER, BEFORE)
    op.execute("DROP FUNCTION rf_spin_offs_json(uuid, uuid)")


def change_session_json(before: str, after: str) -> None:
    """Edit one line of the answer of GET S as the database has it: other migrations change other lines of the same function."""
    found = op.get_bind().exec_driver_sql(f"SELECT pg_get_functiondef('{SESSION}'::regprocedure)").scalar_one()
    if before not in found:
        message = "rf_session_json does not name the open write"
        raise RuntimeError(message)
    op.get_bind().exec_driver_sql(found.replace(before, after, 1))
