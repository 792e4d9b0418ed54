"""Names a turn across processes."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class TurnKey:
    account_id: UUID
    session_id: UUID
    turn_id: UUID
