"""Answers of the audit log."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from resolutionflow.kit.schemas import Out

ActorKind = Literal["user", "api_key", "system", "super_admin"]


class AuditEventOut(Out):
    """One act. `actor_name` is looked up now: names are never stored in the log."""

    seq: int
    at: datetime
    actor_kind: ActorKind
    actor_id: UUID | None
    actor_name: str | None
    impersonator_id: UUID | None
    action: str
    resource_type: str
    resource_id: str | None
    ip: str | None
    user_agent: str
    request_id: str
    details: dict[str, Any]
    hash: str


class AuditListOut(Out):
    items: list[AuditEventOut]
    next_cursor: str | None


class AuditVerifyOut(Out):
    """`first_bad_seq` names the first event that does not fit the chain; null when `ok`."""

    ok: bool
    rows: int
    first_bad_seq: int | None
