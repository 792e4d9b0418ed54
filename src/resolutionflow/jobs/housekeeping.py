"""Jobs that keep shared tables small. Filled by the worker's own clock, not by tenants."""

from __future__ import annotations

from sqlalchemy import text

from resolutionflow.db.session import Database

STATEMENTS = (
    "DELETE FROM live_events WHERE created_at < now() - interval '24 hours'",
    # Later readers of a turn get its closing event, which is made from the turn itself.
    "DELETE FROM ai_session_turn_events WHERE created_at < now() - interval '1 hour'",
    "DELETE FROM ai_session_turn_raw WHERE expires_at < now()",
    "DELETE FROM idempotency_keys WHERE created_at < now() - interval '24 hours'",
    "DELETE FROM rate_counters WHERE minute < now() - interval '2 hours'",
    "DELETE FROM sign_in_failures WHERE at < now() - interval '1 day'",
    "DELETE FROM welcome_links WHERE expires_at < now()",
    "DELETE FROM refresh_tokens WHERE expires_at < now() - interval '90 days'",
    "UPDATE ai_calls SET outcome = 'lost', finished_at = expires_at WHERE outcome = 'running' AND expires_at < now()",
    "DELETE FROM ai_calls WHERE created_at < now() - interval '400 days'",
)


async def sweep(db: Database) -> None:
    """Delete what has outlived its time. Cheap when there is nothing to do; safe to run on several workers at once."""
    for statement in STATEMENTS:
        async with db.system() as session:
            await session.execute(text(statement))
