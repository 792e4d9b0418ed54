"""Who is asking, and with which role."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

Role = Literal["viewer", "engineer", "admin", "owner"]
RANK: dict[str, int] = {"viewer": 0, "engineer": 1, "admin": 2, "owner": 3}


@dataclass(frozen=True, slots=True)
class Subject:
    """A signed-in person, as read from the database for this request."""

    account_id: UUID
    user_id: UUID
    role: Role
    name: str
    email: str
    is_super_admin: bool
    auth_session_id: UUID

    def at_least(self, role: Role) -> bool:
        return RANK[self.role] >= RANK[role]
