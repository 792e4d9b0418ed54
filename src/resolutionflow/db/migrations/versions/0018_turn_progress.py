"""The text of many running turns stored by one statement."""

from __future__ import annotations

from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

# Sets the tenant for the rows of each account, as the hot reads do. Nothing is stored for a turn that is no longer the run's, and storing
# the same twice changes nothing. Answers {turn: whether it is to stop} for those that were stored.
PROGRESS = """
CREATE FUNCTION rf_turn_progress(p_accounts jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY INVOKER AS $$
DECLARE
  v_one jsonb;
  v_account uuid;
  v_told jsonb;
  v_all jsonb := '{}';
BEGIN
  FOR v_one IN SELECT value FROM jsonb_array_elements(p_accounts) ORDER BY value->>'account' LOOP
    v_account := (v_one->>'account')::uuid;
    PERFORM set_config('app.account_id', v_account::text, true);
    WITH sent AS (
      SELECT * FROM jsonb_to_recordset(v_one->'turns')
        AS s(id uuid, run text, kept int, text text, first timestamptz, events jsonb) ORDER BY id
    ), mine AS (
      UPDATE ai_session_turns t
         SET text_so_far = left(t.text_so_far, s.kept) || s.text, first_delta_at = COALESCE(t.first_delta_at, s.first)
        FROM sent s
       WHERE t.account_id = v_account AND t.id = s.id AND t.status = 'running' AND t.markers->>'run' = s.run
      RETURNING t.session_id, t.id, COALESCE((t.markers->>'stop')::boolean, false) AS stop, s.events
    ), stored AS (
      INSERT INTO ai_session_turn_events (account_id, session_id, turn_id, event_id, type, data)
      SELECT v_account, m.session_id, m.id, (e->>0)::int, e->>1, e->2 FROM mine m, jsonb_array_elements(m.events) e
      ON CONFLICT (turn_id, event_id) DO NOTHING
    )
    SELECT jsonb_object_agg(m.id, m.stop) INTO v_told FROM mine m;
    v_all := v_all || COALESCE(v_told, '{}');
  END LOOP;
  RETURN v_all;
END
$$
"""


def upgrade() -> None:
    op.get_bind().exec_driver_sql("SET LOCAL lock_timeout = '5s'")
    op.get_bind().exec_driver_sql(PROGRESS)


def downgrade() -> None:
    op.execute("DROP FUNCTION rf_turn_progress(jsonb)")
