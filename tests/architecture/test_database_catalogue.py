"""What the catalogue of the migrated database must say (quality.md R1)."""

from __future__ import annotations

import asyncpg
import pytest

from resolutionflow.db import selfcheck
from resolutionflow.db.base import Base
from resolutionflow.db.session import DatabaseUrls
from resolutionflow.registry import import_models

pytestmark = pytest.mark.anyio
import_models()

TENANT = "(( SELECT (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid AS \"nullif\") = {column})"


def tables(kind: str) -> set[str]:
    return {mapper.class_.__tablename__ for mapper in Base.registry.mappers if mapper.class_.rls == kind}


async def fetch(url: str, query: str, *args: object) -> list[asyncpg.Record]:
    connection = await asyncpg.connect(url)
    try:
        return await connection.fetch(query, *args)
    finally:
        await connection.close()


def test_every_mapped_table_says_how_it_is_guarded() -> None:
    for mapper in Base.registry.mappers:
        assert mapper.class_.rls in {"tenant", "platform_shared", "global"}, mapper.class_
    for table in tables("tenant") | tables("platform_shared"):
        columns = Base.metadata.tables[table].columns
        assert table == "accounts" or not columns["account_id"].nullable, table


async def test_tenant_tables_force_row_level_security_for_reads_and_writes(worker_urls: DatabaseUrls) -> None:
    rows = await fetch(
        worker_urls.owner,
        "SELECT c.relname, c.relrowsecurity, c.relforcerowsecurity, p.polname, p.polcmd,"
        " pg_get_expr(p.polqual, p.polrelid) AS qual, pg_get_expr(p.polwithcheck, p.polrelid) AS checked"
        " FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace LEFT JOIN pg_policy p ON p.polrelid = c.oid"
        " WHERE n.nspname = 'public' AND c.relkind = 'r'",
    )
    by_table: dict[str, list[asyncpg.Record]] = {}
    for row in rows:
        by_table.setdefault(row["relname"], []).append(row)
    for table in tables("tenant") | tables("platform_shared"):
        policies = {row["polname"]: row for row in by_table[table]}
        assert all(row["relrowsecurity"] and row["relforcerowsecurity"] for row in by_table[table]), table
        main = policies.pop("tenant")
        assert main["polcmd"] == b"*"
        column = "id" if table == "accounts" else "account_id"
        for expression in (main["qual"], main["checked"]):
            assert f"({column} = " in expression and "app.account_id" in expression, (table, expression)
        if table in tables("platform_shared"):
            assert policies.pop("platform_read")["polcmd"] == b"r"
        assert not policies, table
    known = tables("tenant") | tables("platform_shared") | tables("global")
    unmapped = {name for name in by_table if name not in known and not name.startswith("pgqueuer")}
    assert unmapped == {"alembic_version", "worker_heartbeats"}


async def test_roles_are_what_they_should_be(worker_urls: DatabaseUrls) -> None:
    rows = await fetch(
        worker_urls.owner,
        "SELECT rolname, rolsuper, rolbypassrls, rolcreaterole FROM pg_roles WHERE rolname LIKE 'rf\\_%'",
    )
    roles = {row["rolname"]: (row["rolsuper"], row["rolbypassrls"], row["rolcreaterole"]) for row in rows}
    assert roles["rf_app"] == (False, False, False)
    assert roles["rf_owner"] == (False, False, False)
    assert roles["rf_system"] == (False, True, False)
    owned = await fetch(
        worker_urls.app,
        "SELECT relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
        " WHERE n.nspname = 'public' AND pg_has_role('rf_app', c.relowner, 'MEMBER')",
    )
    assert not owned
    await selfcheck.check(worker_urls.app)


async def test_the_app_role_can_truncate_nothing_and_make_nothing(worker_urls: DatabaseUrls) -> None:
    rows = await fetch(
        worker_urls.app,
        "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
        " WHERE n.nspname = 'public' AND c.relkind = 'r' AND has_table_privilege('rf_app', c.oid, 'TRUNCATE, REFERENCES, TRIGGER')",
    )
    assert not rows
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await fetch(worker_urls.app, "CREATE TABLE mine (id int)")


# The row pointed at may be the platform's; a trigger admits that and the own account only.
OWN_OR_PLATFORM = {
    "fk_script_templates_category_id_script_categories": "rf_category_is_ours",
    "fk_draft_templates_proposed_category_id_script_categories": "rf_category_is_ours",
}


async def test_foreign_keys_between_tenant_tables_carry_the_account(worker_urls: DatabaseUrls) -> None:
    rows = await fetch(
        worker_urls.owner,
        "SELECT c.conrelid::regclass::text AS source, c.confrelid::regclass::text AS target, c.conname,"
        " (SELECT array_agg(a.attname::text ORDER BY k.n) FROM unnest(c.conkey) WITH ORDINALITY k(num, n)"
        "   JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.num) AS columns"
        " FROM pg_constraint c WHERE c.contype = 'f' AND c.connamespace = 'public'::regnamespace",
    )
    guards = await fetch(
        worker_urls.owner,
        "SELECT tgrelid::regclass::text AS source, tgfoid::regproc::text AS function FROM pg_trigger WHERE NOT tgisinternal",
    )
    guarded = {(row["source"], row["function"]) for row in guards}
    tenant = tables("tenant") | tables("platform_shared")
    for row in rows:
        if row["conname"] in OWN_OR_PLATFORM:
            assert row["target"] in tables("platform_shared")
            assert (row["source"], OWN_OR_PLATFORM[row["conname"]]) in guarded
        elif row["source"] in tenant and row["target"] in tenant - {"accounts"}:
            account = "id" if row["source"] == "accounts" else "account_id"
            assert row["columns"][0] == account and len(row["columns"]) == 2, row["conname"]


async def test_unique_keys_of_tenant_tables_start_with_the_account(worker_urls: DatabaseUrls) -> None:
    rows = await fetch(
        worker_urls.owner,
        "SELECT t.relname, i.relname AS index, (SELECT a.attname FROM pg_attribute a WHERE a.attrelid = t.oid AND a.attnum = x.indkey[0]) AS first"
        " FROM pg_index x JOIN pg_class t ON t.oid = x.indrelid JOIN pg_class i ON i.oid = x.indexrelid"
        " WHERE x.indisunique AND NOT x.indisprimary AND t.relnamespace = 'public'::regnamespace",
    )
    # Over the whole platform on purpose: a person has one account, a token and a display code belong to one.
    platform_wide = {
        "uq_users_email",
        "uq_refresh_tokens_token_hash",
        "uq_accounts_display_code",
        "uq_session_shares_token_hash",
    }
    for row in rows:
        if row["relname"] in tables("tenant") | tables("platform_shared") and row["index"] not in platform_wide:
            assert row["first"] == "account_id", row["index"]


async def test_views_act_with_the_rights_of_their_caller(worker_urls: DatabaseUrls) -> None:
    rows = await fetch(
        worker_urls.owner,
        "SELECT relname, relkind, reloptions FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('v', 'm')",
    )
    for row in rows:
        assert row["relkind"] == b"v", f"{row['relname']} is a materialised view"
        assert "security_invoker=true" in (row["reloptions"] or []), row["relname"]


async def test_definer_functions_fix_their_search_path_and_belong_to_a_role_without_login(
    worker_urls: DatabaseUrls,
) -> None:
    rows = await fetch(
        worker_urls.owner,
        "SELECT p.proname, p.proconfig, r.rolcanlogin FROM pg_proc p JOIN pg_roles r ON r.oid = p.proowner"
        " WHERE p.pronamespace = 'public'::regnamespace AND p.prosecdef",
    )
    assert {row["proname"] for row in rows} == {"rf_search_hits"}
    for row in rows:
        assert "search_path=pg_catalog, pg_temp" in row["proconfig"], row["proname"]
        assert not row["rolcanlogin"], row["proname"]


async def test_the_owner_of_the_search_reads_what_it_searches_and_nothing_else(worker_urls: DatabaseUrls) -> None:
    rows = await fetch(
        worker_urls.owner,
        "SELECT rolcanlogin, rolsuper, rolcreaterole, rolcreatedb, pg_has_role('rf_app', 'rf_search', 'MEMBER') AS app,"
        " pg_has_role('rf_system', 'rf_search', 'MEMBER') AS system, pg_has_role('rf_owner', 'rf_search', 'USAGE') AS inherited,"
        " has_schema_privilege('rf_search', 'public', 'CREATE') AS makes FROM pg_roles WHERE rolname = 'rf_search'",
    )
    assert [tuple(row.values()) for row in rows] == [(False,) * 8]
    rights = await fetch(
        worker_urls.owner,
        "SELECT c.relname FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'"
        " AND has_table_privilege('rf_search', c.oid, 'SELECT') ORDER BY 1",
    )
    searched = ["account_settings", "ai_session_messages", "ai_sessions", "session_facts", "session_suggested_fixes"]
    assert [row["relname"] for row in rights] == searched
    written = await fetch(
        worker_urls.owner,
        "SELECT c.relname FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'"
        " AND (has_table_privilege('rf_search', c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE') OR c.relowner = 'rf_search'::regrole"
        " OR has_any_column_privilege('rf_search', c.oid, 'INSERT, UPDATE'))",
    )
    assert not written
    assert not (await fetch(worker_urls.owner, "SELECT has_column_privilege('rf_search', 'users', 'email', 'SELECT')"))[
        0
    ][0]
    called = await fetch(
        worker_urls.owner,
        "SELECT r.rolname FROM pg_roles r WHERE r.rolname LIKE 'rf\\_%' AND has_function_privilege(r.oid,"
        " 'rf_search_hits(uuid, text, jsonb, uuid, timestamptz)', 'EXECUTE') ORDER BY 1",
    )
    assert [row["rolname"] for row in called] == ["rf_app", "rf_search"]


async def test_start_is_refused_when_the_app_role_could_see_everything(worker_urls: DatabaseUrls) -> None:
    with pytest.raises(selfcheck.UnsafeDatabaseError, match="passes row-level security"):
        await selfcheck.check(worker_urls.system)
    with pytest.raises(selfcheck.UnsafeDatabaseError, match="owns tables"):
        await selfcheck.check(worker_urls.owner)
