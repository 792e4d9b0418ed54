"""Two accounts with a person of each role and a sign-in each. Part of the template database, so they cost a test nothing."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID, uuid5

import asyncpg

from resolutionflow.auth.subject import Role, Subject
from resolutionflow.db.session import DatabaseUrls

NAMESPACE = UUID("6f1e6b0e-5d1f-4c55-9d8e-2f0a4a1c7b11")
ROLES: tuple[Role, ...] = ("owner", "admin", "engineer", "viewer")
PASSWORD = "a long test password"
# argon2id of PASSWORD with small costs, so that sign-in tests stay quick.
PASSWORD_HASH_COSTS = {"time_cost": 1, "memory_cost": 8, "parallelism": 1}


@dataclass(frozen=True, slots=True)
class Person:
    id: UUID
    account_id: UUID
    name: str
    email: str
    role: Role
    auth_session_id: UUID

    @property
    def subject(self) -> Subject:
        return Subject(
            account_id=self.account_id,
            user_id=self.id,
            role=self.role,
            name=self.name,
            email=self.email,
            is_super_admin=False,
            auth_session_id=self.auth_session_id,
        )


@dataclass(frozen=True, slots=True)
class Tenant:
    id: UUID
    name: str
    people: dict[str, Person]
    """By role; `engineer2` is a second engineer."""

    def __getitem__(self, role: str) -> Person:
        return self.people[role]


@dataclass(frozen=True, slots=True)
class World:
    a: Tenant
    b: Tenant

    def __getitem__(self, name: str) -> Tenant:
        return self.a if name == "a" else self.b


def _tenant(letter: str, name: str) -> Tenant:
    account = uuid5(NAMESPACE, letter)
    people: dict[str, Person] = {}
    for key in (*ROLES, "engineer2"):
        role: Role = "engineer" if key == "engineer2" else key  # type: ignore[assignment]
        people[key] = Person(
            id=uuid5(account, key),
            account_id=account,
            name=f"{key.title()} {letter.upper()}",
            email=f"{key}@{name.lower()}.example",
            role=role,
            auth_session_id=uuid5(account, f"{key}-session"),
        )
    return Tenant(account, name, people)


WORLD = World(_tenant("a", "Ashcombe"), _tenant("b", "Birchfold"))


async def seed(urls: DatabaseUrls) -> None:
    """Write the world with real commits."""
    from argon2 import PasswordHasher

    hashed = PasswordHasher(**PASSWORD_HASH_COSTS).hash(PASSWORD)
    connection = await asyncpg.connect(urls.system)
    try:
        # The system role may not make accounts' owner pointers out of order: accounts first, owner last.
        for tenant in (WORLD.a, WORLD.b):
            await connection.execute(
                "INSERT INTO accounts (id, name, display_code) VALUES ($1, $2, $3)",
                tenant.id,
                tenant.name,
                tenant.name[:8].upper(),
            )
            for person in tenant.people.values():
                await connection.execute(
                    "INSERT INTO users (id, account_id, email, name, role, password_hash) VALUES ($1, $2, $3, $4, $5, $6)",
                    person.id,
                    tenant.id,
                    person.email,
                    person.name,
                    person.role,
                    hashed,
                )
                await connection.execute(
                    "INSERT INTO auth_sessions (id, account_id, user_id, method, expires_at)"
                    " VALUES ($1, $2, $3, 'password', now() + interval '1 year')",
                    person.auth_session_id,
                    tenant.id,
                    person.id,
                )
            await connection.execute("UPDATE accounts SET owner_id = $2 WHERE id = $1", tenant.id, tenant["owner"].id)
    finally:
        await connection.close()
