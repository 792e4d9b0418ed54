"""The server refuses to start when the app role could see past row-level security."""

from __future__ import annotations

from resolutionflow.db.driver import connect

QUERY = """
SELECT current_user AS role, r.rolsuper AS superuser, r.rolbypassrls AS bypass,
       (SELECT array_agg(c.relname::text) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
         WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND pg_has_role(current_user, c.relowner, 'MEMBER')) AS owned,
       (SELECT array_agg(c.relname::text) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
          JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'account_id' AND NOT a.attisdropped
         WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p')
           AND NOT (c.relrowsecurity AND c.relforcerowsecurity)
           AND has_table_privilege(current_user, c.oid, 'SELECT, INSERT, UPDATE, DELETE')) AS unprotected
FROM pg_roles r WHERE r.rolname = current_user
"""


class UnsafeDatabaseError(RuntimeError):
    """The database set-up would let one tenant read another; the text says what to mend."""


async def check(app_url: str) -> None:
    """Raise `UnsafeDatabaseError` unless the app role is an ordinary role that owns nothing and all tenant tables are forced."""
    connection = await connect(app_url)
    try:
        row = await connection.fetchrow(QUERY)
    finally:
        await connection.close()
    problems: list[str] = []
    if row is None:
        message = "The application's database role does not exist."
        raise UnsafeDatabaseError(message)
    role = row["role"]
    if row["superuser"]:
        problems.append(f"Role {role} is a superuser. Run: ALTER ROLE {role} NOSUPERUSER")
    if row["bypass"]:
        problems.append(f"Role {role} passes row-level security. Run: ALTER ROLE {role} NOBYPASSRLS")
    if row["owned"]:
        problems.append(f"Role {role} owns tables ({', '.join(row['owned'][:5])}). Give them to rf_owner.")
    if row["unprotected"]:
        problems.append(
            f"Row-level security is not forced on {', '.join(row['unprotected'][:5])}. Run: resolutionflow migrate"
        )
    if problems:
        raise UnsafeDatabaseError(" ".join(problems))
