"""The audit log of the account, for its admins."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from resolutionflow.audit import repository, service
from resolutionflow.audit.repository import AuditFilter
from resolutionflow.audit.schemas import AuditEventOut, AuditListOut, AuditVerifyOut
from resolutionflow.auth.deps import Admin, Svc, Tx
from resolutionflow.errors import AdminRequired, InvalidCursor, InvalidRequest, NotAuthenticated, responses
from resolutionflow.kit.pagination import decode_cursor, encode_cursor

router = APIRouter(prefix="/api/v1/accounts/me/audit", tags=["account"])
Word = Annotated[str | None, Query(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9_.:-]+$")]


@router.get(
    "",
    operation_id="list_audit",
    description="What was done in the account, by whom and from where, newest first.",
    responses=responses(NotAuthenticated, AdminRequired, InvalidCursor, InvalidRequest),
)
async def listed(
    subject: Admin,
    tx: Tx,
    *,
    actor: Annotated[UUID | None, Query()] = None,
    action: Word = None,
    resource_type: Word = None,
    resource_id: Word = None,
    since: Annotated[datetime | None, Query(alias="from")] = None,
    until: Annotated[datetime | None, Query(alias="to")] = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
    cursor: Annotated[str | None, Query(max_length=1024)] = None,
) -> AuditListOut:
    wanted = AuditFilter(actor, action, resource_type, resource_id, _aware(since), _aware(until))
    bound = [str(subject.account_id), asdict(wanted)]
    after = decode_cursor(cursor, bound, length=1)[0] if cursor else None
    if after is not None and (not isinstance(after, int) or not 0 < after < 2**63):
        raise InvalidCursor
    rows = await repository.page(tx, wanted, before=after, limit=limit)
    items = [
        AuditEventOut.model_validate(
            {**{n: getattr(row[0], n, None) for n in AuditEventOut.model_fields}, "actor_name": row[1]}
        )
        for row in rows[:limit]
    ]
    return AuditListOut(items=items, next_cursor=encode_cursor([items[-1].seq], bound) if len(rows) > limit else None)


def _aware(moment: datetime | None) -> datetime | None:
    return moment.replace(tzinfo=UTC) if moment is not None and moment.tzinfo is None else moment


@router.get(
    "/verify",
    operation_id="verify_audit",
    description="Walk the whole chain and tell whether an event was changed, removed or added past the product.",
    responses=responses(NotAuthenticated, AdminRequired),
)
async def verified(subject: Admin, svc: Svc, tx: Tx) -> AuditVerifyOut:
    found = await service.verify(tx, svc.settings, subject.account_id)
    return AuditVerifyOut(ok=found.first_bad_seq is None, rows=found.rows, first_bad_seq=found.first_bad_seq)
