"""The application role tries to read, insert, update, move, delete and reference another tenant's rows on every tenant table."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest
from tests.support.world import WORLD

from resolutionflow.db.base import PLATFORM_ACCOUNT_ID, Base
from resolutionflow.db.session import DatabaseUrls
from resolutionflow.registry import import_models

pytestmark = pytest.mark.anyio
import_models()

TENANT_TABLES = sorted(
    m.class_.__tablename__ for m in Base.registry.mappers if m.class_.rls in {"tenant", "platform_shared"}
)
A, B = WORLD.a.id, WORLD.b.id

COLUMNS = """
SELECT a.attname AS name, format_type(a.atttypid, a.atttypmod) AS type, a.attnotnull AS required, a.atthasdef AS has_default,
       a.attidentity <> '' OR a.attgenerated <> '' AS generated
FROM pg_attribute a WHERE a.attrelid = $1::regclass AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum
"""
CHECKS = "SELECT pg_get_constraintdef(oid) AS text FROM pg_constraint WHERE conrelid = $1::regclass AND contype = 'c'"


async def row_for(connection: asyncpg.Connection[Any], table: str, account: UUID) -> dict[str, str]:
    """SQL literals of the required columns of one row of `table`."""
    checks = " ".join(row["text"] for row in await connection.fetch(CHECKS, table))
    values: dict[str, str] = {}
    for column in await connection.fetch(COLUMNS, table):
        name, kind = column["name"], column["type"]
        if column["generated"] or (column["has_default"] and name != "id") or not column["required"]:
            continue
        words = re.search(rf"(?<!\w){name}\)?(?:::text)? = ANY \(\(?ARRAY\[.*?'(\w+)'(?:::\w+(?: \w+)?)?\]", checks)
        if name == "account_id":
            values[name] = f"'{account}'"
        elif (table, name) == ("script_templates", "scope"):
            # Tied to the account by a check of its own.
            values[name] = "'platform'" if account == PLATFORM_ACCOUNT_ID else "'account'"
        elif words:
            values[name] = f"'{words.group(1)}'"
        elif kind == "uuid":
            values[name] = f"'{uuid4()}'"
        elif kind.startswith(("character", "text")):
            size = re.search(r"\((\d+)\)", kind)
            values[name] = f"'{uuid4().hex[: int(size.group(1)) if size else 32]}'"
        elif kind in {"integer", "bigint", "smallint", "real", "double precision"}:
            values[name] = "1"
        elif kind.startswith("timestamp"):
            values[name] = "now()"
        elif kind == "jsonb":
            values[name] = "'{}'"
        elif kind == "boolean":
            values[name] = "false"
        elif kind == "bytea":
            values[name] = "'\\x00'"
        else:
            pytest.fail(f"{table}.{name}: no sample value for {kind}")
    return values


def insert(table: str, values: dict[str, str]) -> str:
    return f"INSERT INTO {table} ({', '.join(values)}) VALUES ({', '.join(values.values())})"


@pytest.fixture
async def superuser(superuser_dsn: str, worker_urls: DatabaseUrls) -> AsyncIterator[asyncpg.Connection[Any]]:
    name = worker_urls.app.split("?")[0].rsplit("/", 1)[1]
    connection = await asyncpg.connect(superuser_dsn.replace("/postgres?", f"/{name}?"))
    transaction = connection.transaction()
    await transaction.start()
    # Foreign keys are another test's matter; here every table gets a row of tenant B without its whole family.
    await connection.execute("SET LOCAL session_replication_role = replica")
    yield connection
    await transaction.rollback()
    await connection.close()


async def as_tenant(connection: asyncpg.Connection[Any], account: UUID | None) -> None:
    await connection.execute("SET LOCAL ROLE rf_app")
    await connection.execute("SELECT set_config('app.account_id', $1, true)", str(account) if account else "")


async def refused(connection: asyncpg.Connection[Any], statement: str) -> bool:
    """Whether the statement fails for lack of rights, undone either way."""
    try:
        async with connection.transaction():
            await connection.execute(statement)
    except asyncpg.InsufficientPrivilegeError:
        return True
    return False


@pytest.mark.parametrize("table", [name for name in TENANT_TABLES if name != "accounts"])
async def test_another_tenants_rows_do_not_exist(superuser: asyncpg.Connection[Any], table: str) -> None:
    for account in (A, B):
        await superuser.execute(insert(table, await row_for(superuser, table, account)))
    foreign = insert(table, await row_for(superuser, table, B))
    total = await superuser.fetchval(f"SELECT count(*) FROM {table} WHERE account_id = $1", B)
    assert total >= 1
    await as_tenant(superuser, A)
    assert await superuser.fetchval(f"SELECT count(*) FROM {table} WHERE account_id = $1", A) >= 1
    assert await superuser.fetchval(f"SELECT count(*) FROM {table} WHERE account_id = $1", B) == 0
    assert (
        await superuser.fetchval(
            f"SELECT count(*) FROM {table} WHERE account_id NOT IN ($1, $2)", A, PLATFORM_ACCOUNT_ID
        )
        == 0
    )
    assert await refused(superuser, foreign), "inserted a row for another tenant"
    assert await refused(superuser, f"UPDATE {table} SET account_id = '{B}' WHERE account_id = '{A}'"), (
        "moved a row to another tenant"
    )
    for statement in (
        f"UPDATE {table} SET account_id = '{A}' WHERE account_id = '{B}'",
        f"DELETE FROM {table} WHERE account_id = '{B}'",
    ):
        if not await refused(superuser, statement):
            assert (await superuser.execute(statement)).endswith(" 0"), statement
    await as_tenant(superuser, None)
    assert await superuser.fetchval(f"SELECT count(*) FROM {table} WHERE account_id <> $1", PLATFORM_ACCOUNT_ID) == 0
    await superuser.execute("RESET ROLE")
    assert await superuser.fetchval(f"SELECT count(*) FROM {table} WHERE account_id = $1", B) == total


async def test_an_account_sees_only_itself(superuser: asyncpg.Connection[Any]) -> None:
    await as_tenant(superuser, A)
    assert [row["id"] for row in await superuser.fetch("SELECT id FROM accounts")] == [A]
    assert (await superuser.execute("UPDATE accounts SET name = 'taken' WHERE id = $1", B)) == "UPDATE 0"
    assert await refused(superuser, f"UPDATE accounts SET id = '{uuid4()}' WHERE id = '{A}'")


async def test_a_foreign_key_cannot_point_into_another_tenant(superuser: asyncpg.Connection[Any]) -> None:
    await superuser.execute("SET LOCAL session_replication_role = origin")
    await as_tenant(superuser, A)
    with pytest.raises(asyncpg.ForeignKeyViolationError):
        await superuser.execute(
            "INSERT INTO auth_sessions (id, account_id, user_id, method, expires_at) VALUES ($1, $2, $3, 'password', now())",
            uuid4(),
            A,
            WORLD.b["engineer"].id,
        )


async def test_platform_rows_are_readable_and_not_writable(superuser: asyncpg.Connection[Any]) -> None:
    shared = sorted(m.class_.__tablename__ for m in Base.registry.mappers if m.class_.rls == "platform_shared")
    for table in shared:
        await superuser.execute("RESET ROLE")
        await superuser.execute(insert(table, await row_for(superuser, table, PLATFORM_ACCOUNT_ID)))
        statement = insert(table, await row_for(superuser, table, PLATFORM_ACCOUNT_ID))
        await as_tenant(superuser, A)
        assert await superuser.fetchval(f"SELECT count(*) FROM {table} WHERE account_id = $1", PLATFORM_ACCOUNT_ID) >= 1
        assert await refused(superuser, statement)
        assert (
            await superuser.execute(f"DELETE FROM {table} WHERE account_id = $1", PLATFORM_ACCOUNT_ID)
        ) == "DELETE 0"


async def test_the_search_function_stays_in_the_tenant_whatever_it_is_asked(superuser: asyncpg.Connection[Any]) -> None:
    made: dict[UUID, UUID] = {}
    for tenant in (WORLD.a, WORLD.b):
        made[tenant.id] = uuid4()
        await superuser.execute(
            "INSERT INTO ai_sessions (id, account_id, user_id, intake_type, title) VALUES ($1, $2, $3, 'free_text', 'Kestrel')",
            made[tenant.id], tenant.id, tenant["engineer"].id,
        )  # fmt: skip
        await superuser.execute(
            "INSERT INTO ai_session_messages (id, account_id, session_id, seq, role, content) VALUES ($1, $2, $3, 1, 'engineer', 'kestrel')",
            uuid4(), tenant.id, made[tenant.id],
        )  # fmt: skip

    async def hits(user: UUID, words: str, scope: str = "all") -> set[UUID]:
        filters = f'{{"scope": "{scope}", "statuses": [], "sort": "activity"}}'
        rows = await superuser.fetch(
            "SELECT session_id FROM rf_search_hits($1, $2, $3::jsonb, NULL, now() + interval '1 day')",
            user,
            words,
            filters,
        )
        return {row["session_id"] for row in rows}

    await as_tenant(superuser, A)
    attacks = (
        "kestrel",
        f"kestrel or account:{B}",
        f"'account:{B}'",
        f"-account:{A} kestrel",
        "kes",
        "-nothing",
        '"kestrel" or -x',
    )
    for person in (*WORLD.a.people.values(), *WORLD.b.people.values()):
        for words in attacks:
            for scope in ("all", "mine", "everything"):
                seen = await hits(person.id, words, scope)
                assert seen <= {made[A]}, (person.name, words, scope)
                assert person.account_id == A or not seen
    assert await hits(WORLD.a["engineer"].id, "kestrel") == {made[A]}
    assert await hits(WORLD.a["engineer2"].id, "kestrel") == set()
    # A table of the caller's own cannot stand in for the people: the search path is fixed and names are whole.
    if not await refused(superuser, "CREATE TEMP TABLE users (id uuid, account_id uuid, role text, is_active bool)"):
        await superuser.execute("INSERT INTO users VALUES ($1, $2, 'owner', true)", WORLD.b["owner"].id, A)
    assert await hits(WORLD.b["owner"].id, "kestrel") == set()
    await as_tenant(superuser, None)
    for person in (*WORLD.a.people.values(), *WORLD.b.people.values()):
        assert await hits(person.id, "kestrel") == set()
    await as_tenant(superuser, B)
    assert await hits(WORLD.b["owner"].id, "kestrel") == {made[B]}
    assert await hits(WORLD.a["owner"].id, "kestrel") == set()
    for role in ("rf_system", "rf_owner"):
        await superuser.execute("RESET ROLE")
        await superuser.execute(f"SET LOCAL ROLE {role}")
        assert await refused(
            superuser, f"SELECT * FROM rf_search_hits('{WORLD.a['owner'].id}', 'kestrel', '{{}}', NULL, now())"
        )
