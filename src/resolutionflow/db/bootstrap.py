"""Creates the roles and the database. The superuser is used here and nowhere else."""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import dataclass
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

from resolutionflow.db.driver import RawConnection, connect
from resolutionflow.db.session import DatabaseUrls

ROLES = ("rf_owner", "rf_app", "rf_system", "rf_search")
SEARCH_ROLE = "NOLOGIN NOSUPERUSER BYPASSRLS NOCREATEROLE NOCREATEDB"
"""Nobody signs in as `rf_search`: it owns the search functions, which pass row-level security and filter the tenant themselves."""


@dataclass(frozen=True, slots=True)
class RolePasswords:
    """Passwords of the roles; all empty for the embedded server, whose private socket folder is the lock."""

    owner: str = ""
    app: str = ""
    system: str = ""

    @classmethod
    def derive(cls, key: bytes) -> RolePasswords:
        """The same three passwords for the same key, so that every process knows them."""

        def one(role: str) -> str:
            return base64.urlsafe_b64encode(hmac.new(key, role.encode(), hashlib.sha256).digest()).decode().rstrip("=")

        return cls(owner=one("rf_owner"), app=one("rf_app"), system=one("rf_system"))


def role_url(url: str, role: str, password: str, database: str) -> str:
    """`url` with another role, password and database; host and query are kept."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    user = f"{role}:{quote(password, safe='')}" if password else role
    return urlunsplit(("postgresql", f"{user}@{host}", f"/{database}", urlencode(parse_qsl(parts.query)), ""))


def urls_for(url: str, database: str, passwords: RolePasswords) -> DatabaseUrls:
    return DatabaseUrls(
        owner=role_url(url, "rf_owner", passwords.owner, database),
        app=role_url(url, "rf_app", passwords.app, database),
        system=role_url(url, "rf_system", passwords.system, database),
    )


async def bootstrap(superuser_url: str, database: str, passwords: RolePasswords | None = None) -> DatabaseUrls:
    """Create or correct roles and database; safe to repeat and to run from several processes at once."""
    passwords = passwords or RolePasswords()
    connection = await connect(superuser_url)
    try:
        await connection.execute("SELECT pg_advisory_lock(727274)")
        await _roles(connection, passwords)
        exists = await connection.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", database)
        if not exists:
            await connection.execute(
                f"CREATE DATABASE \"{database}\" OWNER rf_owner ENCODING 'UTF8' TEMPLATE template0"
            )
    finally:
        await connection.close()
    await _extensions(role_database(superuser_url, database))
    return urls_for(superuser_url, database, passwords)


def role_database(url: str, database: str) -> str:
    """`url` with another database."""
    parts = urlsplit(url)
    return urlunsplit((parts.scheme, parts.netloc, f"/{database}", parts.query, ""))


async def _roles(connection: RawConnection, passwords: RolePasswords) -> None:
    wanted = {
        "rf_owner": ("NOSUPERUSER NOBYPASSRLS NOCREATEROLE NOCREATEDB", passwords.owner),
        "rf_app": ("NOSUPERUSER NOBYPASSRLS NOCREATEROLE NOCREATEDB", passwords.app),
        "rf_system": ("NOSUPERUSER BYPASSRLS NOCREATEROLE NOCREATEDB", passwords.system),
    }
    for role, (flags, password) in wanted.items():
        known = await connection.fetchval("SELECT 1 FROM pg_roles WHERE rolname = $1", role)
        secret = f" PASSWORD '{password}'" if password else ""
        await connection.execute(f"{'ALTER' if known else 'CREATE'} ROLE {role} LOGIN {flags}{secret}")
    known = await connection.fetchval("SELECT 1 FROM pg_roles WHERE rolname = 'rf_search'")
    await connection.execute(f"{'ALTER' if known else 'CREATE'} ROLE rf_search {SEARCH_ROLE}")
    await connection.execute("GRANT rf_owner TO CURRENT_USER")
    # Migrations hand functions to it; its rights are never the owner's own.
    await connection.execute("GRANT rf_search TO rf_owner WITH INHERIT FALSE, SET TRUE")


async def _extensions(url: str) -> None:
    connection = await connect(url)
    try:
        await connection.execute("SELECT pg_advisory_lock(727274)")
        await connection.execute("REVOKE CREATE ON SCHEMA public FROM PUBLIC")
        await connection.execute("GRANT USAGE, CREATE ON SCHEMA public TO rf_owner")
        await connection.execute("GRANT USAGE ON SCHEMA public TO rf_app, rf_system, rf_search")
        await connection.execute(
            "DO $$ BEGIN"
            " EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database());"
            " EXECUTE format('GRANT CONNECT ON DATABASE %I TO rf_owner, rf_app, rf_system', current_database());"
            " END $$"
        )
    finally:
        await connection.close()
