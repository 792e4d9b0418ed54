"""Post history: what was written to the PSA, by whom, and what is still open."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from resolutionflow.auth.deps import DetachedEngineer, Member, Svc, Tx
from resolutionflow.errors import (
    EngineerRequired,
    InvalidCursor,
    NotAuthenticated,
    NotFound,
    responses,
)
from resolutionflow.psa.errors import (
    AlreadySent,
    LeakSuspected,
    NotWriteOwner,
    StatusNotOnBoard,
    WrongWriteState,
)
from resolutionflow.psa.params import CursorQuery, IdQuery, LimitQuery
from resolutionflow.psa.schemas import WriteState
from resolutionflow.psa.writeback import commands, history
from resolutionflow.psa.writeback.schemas import WriteListOut, WriteOut, WriteRetryIn

router = APIRouter(prefix="/writes")

_ACT = (NotAuthenticated, EngineerRequired, NotFound, NotWriteOwner, WrongWriteState)


@router.get(
    "",
    operation_id="psa_list_writes",
    responses=responses(NotAuthenticated, InvalidCursor),
)
async def psa_list_writes(
    subject: Member,
    session: Tx,
    *,
    session_id: Annotated[UUID | None, Query()] = None,
    ticket_id: IdQuery = None,
    state: Annotated[list[WriteState], Query(default_factory=list, max_length=7)],
    limit: LimitQuery = 25,
    cursor: CursorQuery = None,
) -> WriteListOut:
    """Writes of the account, newest first. A write for a session is listed only to those who may read the session."""
    wanted = history.WriteFilter(session_id=session_id, ticket_id=ticket_id, states=tuple(state))
    return await history.list_writes(session, subject, wanted, limit=limit, cursor=cursor)


@router.get(
    "/{write_id}",
    operation_id="psa_get_write",
    responses=responses(NotAuthenticated, NotFound),
)
async def psa_get_write(write_id: UUID, subject: Member, session: Tx) -> WriteOut:
    """One write with its steps, exact text and fields."""
    return await history.get_write(session, subject, write_id)


@router.post(
    "/{write_id}/retry",
    operation_id="psa_retry_write",
    responses=responses(*_ACT, StatusNotOnBoard, LeakSuspected),
)
async def psa_retry_write(write_id: UUID, body: WriteRetryIn, subject: DetachedEngineer, services: Svc) -> WriteOut:
    """Try a waiting or blocked write again at once. A note that is on the ticket is never sent again."""
    return await commands.retry(services, subject, write_id, body)


@router.post(
    "/{write_id}/finish-without-status",
    operation_id="psa_finish_without_status",
    responses=responses(*_ACT),
)
async def psa_finish_without_status(write_id: UUID, subject: DetachedEngineer, services: Svc) -> WriteOut:
    """Accept that the status stays as the PSA shows it. The note is on the ticket; the session counts as resolved."""
    return await commands.finish_without_status(services, subject, write_id)


@router.post(
    "/{write_id}/cancel",
    operation_id="psa_cancel_write",
    responses=responses(*_ACT, AlreadySent),
)
async def psa_cancel_write(write_id: UUID, subject: DetachedEngineer, services: Svc) -> WriteOut:
    """Give up a write of which nothing was sent yet."""
    return await commands.cancel(services, subject, write_id)
