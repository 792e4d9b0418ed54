"""The reservation of a model call in one round trip, where no budget holds."""

from __future__ import annotations

from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

# Sets the tenant for its own statement, as the hot reads do. Null, and nothing written, when the account has a budget: then the caller
# counts under the lock. A reservation dies with its call, so its commit does not wait for the disk; what the call cost is written to last.
OPEN_CALL = """
CREATE FUNCTION rf_open_call(p_call jsonb) RETURNS text
LANGUAGE plpgsql SECURITY INVOKER AS $$
DECLARE
  v_account uuid := (p_call->>'account_id')::uuid;
BEGIN
  PERFORM set_config('app.account_id', v_account::text, true);
  IF EXISTS (SELECT FROM ai_settings WHERE account_id = v_account AND monthly_budget_usd IS NOT NULL) THEN
    RETURN NULL;
  END IF;
  PERFORM set_config('synchronous_commit', 'off', true);
  INSERT INTO ai_calls
         (id, account_id, created_at, user_id, session_id, action, source, provider, model, tier, reserved_usd, expires_at)
  SELECT c.id, v_account, c.created_at, c.user_id, c.session_id, c.action, c.source, c.provider, c.model, c.tier, c.reserved_usd, c.expires_at
    FROM jsonb_to_record(p_call) AS c(id uuid, created_at timestamptz, user_id uuid, session_id uuid, action text, source text, provider text,
         model text, tier text, reserved_usd numeric, expires_at timestamptz);
  RETURN p_call->>'id';
END
$$
"""


def upgrade() -> None:
    op.get_bind().exec_driver_sql("SET LOCAL lock_timeout = '5s'")
    op.get_bind().exec_driver_sql(OPEN_CALL)


def downgrade() -> None:
    op.execute("DROP FUNCTION rf_open_call(jsonb)")
