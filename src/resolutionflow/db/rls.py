"""Row-level security as SQL, for migrations. The policies are the same on every table, so they are written once."""

from __future__ import annotations

from typing import Protocol

TENANT = "(SELECT NULLIF(current_setting('app.account_id', true), '')::uuid)"
PLATFORM = "'00000000-0000-0000-0000-000000000001'::uuid"


class _Op(Protocol):
    def execute(self, sqltext: str) -> object: ...


def protect(op: _Op, table: str, *, column: str = "account_id", app: str = "SELECT, INSERT, UPDATE, DELETE") -> None:
    """Force row-level security on a tenant table and let the app role use it with the rights `app`."""
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY tenant ON {table} USING ({column} = {TENANT}) WITH CHECK ({column} = {TENANT})")
    op.execute(f"GRANT {app} ON {table} TO rf_app")
    op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO rf_system")


def protect_shared(op: _Op, table: str) -> None:
    """As `protect`, and rows of the platform account are readable (never writable) by every tenant."""
    protect(op, table)
    op.execute(f"CREATE POLICY platform_read ON {table} FOR SELECT USING (account_id = {PLATFORM})")


def grant_global(op: _Op, table: str, *, app: str = "") -> None:
    """A table without a tenant: only the system role, plus the rights `app` for the app role where stated."""
    op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO rf_system")
    if app:
        op.execute(f"GRANT {app} ON {table} TO rf_app")
