"""Routes of sessions, their list, messages, status and ticket."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query, Request, Response

from resolutionflow.auth.deps import Db, DetachedEngineer, Svc, claims
from resolutionflow.auth.idempotency import IdempotentRoute
from resolutionflow.auth.tokens import Claims
from resolutionflow.errors import InvalidCursor, NotFound, RateLimited, responses
from resolutionflow.psa.errors import PsaNotConnected, PsaWriteOpen
from resolutionflow.psa.providers.errors import PsaNotFound
from resolutionflow.sessions import create, handler, reads, search, service, status, ticket
from resolutionflow.sessions.errors import (
    AwaitingPickup,
    HandoffLive,
    InvalidUser,
    NotSessionHandler,
    SessionClosed,
    TicketInUse,
    TurnInProgress,
    WrongSessionStatus,
)
from resolutionflow.sessions.idempotent import Once
from resolutionflow.sessions.scene import Managing, Reading, Writing
from resolutionflow.sessions.schemas import (
    AbandonSession,
    CreatedSession,
    CreateSession,
    LinkTicket,
    ListQuery,
    MessagePage,
    PatchSession,
    SessionDetail,
    SessionPage,
    SetHandler,
    StatusCounts,
)
from resolutionflow.sessions.uploads.errors import InvalidUpload

router = APIRouter(prefix="/api/v1/ai-sessions", tags=["sessions"], route_class=IdempotentRoute)

Sid = Annotated[UUID, Path(description="The session.")]
INCLUDE = r"^(messages|lane|facts|fix|turn)(,(messages|lane|facts|fix|turn)){0,9}$"
Include = Annotated[
    str | None,
    Query(
        pattern=INCLUDE,
        max_length=100,
        description="Parts to fill, separated by commas: messages, lane, facts, fix, turn.",
    ),
]
# The hot reads check the caller in the database, in the same round trip as the read.
Caller = Annotated[Claims, Depends(claims)]
Scope = Literal["mine", "all"]
WRITE = (NotFound, NotSessionHandler, AwaitingPickup)


@router.post(
    "",
    operation_id="create_session",
    status_code=201,
    response_model=CreatedSession,
    responses=responses(
        NotFound, PsaNotFound, PsaNotConnected, TicketInUse, WrongSessionStatus, InvalidUpload, RateLimited
    ),
)
async def create_session(
    request: Request, body: CreateSession, subject: DetachedEngineer, db: Db, services: Svc
) -> Response:
    """Start a session from a text, a ticket or a closed session. With a message the first turn starts at once."""
    return await create.create_session(db, services, subject, body, await Once.of(request))


@router.get(
    "",
    operation_id="list_sessions",
    response_model=SessionPage,
    responses=responses(InvalidCursor),
)
async def list_sessions(caller: Caller, db: Db, query: Annotated[ListQuery, Query()]) -> Response:
    """The sessions the caller may read, newest activity first, one page at a time. With `q` the best hits first."""
    if query.q is not None:
        return await search.search(db, caller, query)
    return await reads.list_sessions(db, caller, query)


@router.get("/counts", operation_id="count_sessions")
async def count_sessions(
    scene: Reading,
    scope: Annotated[Scope, Query(description="mine: owner or handler; all: all readable.")] = "mine",
) -> StatusCounts:
    """How many sessions there are by status."""
    return await reads.counts(scene, scope)


@router.get(
    "/{sid}",
    operation_id="get_session",
    response_model=SessionDetail,
    responses=responses(NotFound),
)
async def get_session(sid: Sid, caller: Caller, db: Db, include: Include = None) -> Response:
    """One session, with the parts named in `include`."""
    return await reads.get_session(db, caller, sid, include)


@router.patch("/{sid}", operation_id="patch_session", responses=responses(*WRITE))
async def patch_session(sid: Sid, body: PatchSession, scene: Writing) -> SessionDetail:
    """Change title, problem, domain or client. Only the fields given are touched."""
    return await service.patch(scene, sid, body)


@router.put("/{sid}/handler", operation_id="set_handler", responses=responses(NotFound, InvalidUser, HandoffLive))
async def set_handler(sid: Sid, body: SetHandler, scene: Managing) -> SessionDetail:
    """Give the session to another engineer, or take it: from then on they write it too."""
    return await handler.set_handler(scene, sid, body.user_id)


@router.post(
    "/{sid}/pause",
    operation_id="pause_session",
    responses=responses(*WRITE, WrongSessionStatus),
)
async def pause_session(sid: Sid, scene: Writing) -> SessionDetail:
    """Pause an active session. A paused one stays as it is."""
    return await status.pause(scene, sid)


@router.post(
    "/{sid}/resume",
    operation_id="resume_session",
    responses=responses(*WRITE, WrongSessionStatus),
)
async def resume_session(sid: Sid, scene: Writing) -> SessionDetail:
    """Go on with a paused session."""
    return await status.resume(scene, sid)


@router.post(
    "/{sid}/abandon",
    operation_id="abandon_session",
    responses=responses(*WRITE, WrongSessionStatus, TurnInProgress),
)
async def abandon_session(sid: Sid, body: AbandonSession, scene: Writing) -> SessionDetail:
    """Close a session without a resolution."""
    return await status.abandon(scene, sid, body.reason)


@router.post(
    "/{sid}/reopen",
    operation_id="reopen_session",
    responses=responses(*WRITE, WrongSessionStatus),
)
async def reopen_session(sid: Sid, scene: Writing) -> SessionDetail:
    """Open a closed session again. Posted notes, fixes and facts stay."""
    return await status.reopen(scene, sid)


@router.get("/{sid}/messages", operation_id="list_messages", responses=responses(NotFound))
async def list_messages(
    sid: Sid,
    scene: Reading,
    before_seq: Annotated[
        int | None,
        Query(ge=0, le=2_147_483_647, description="Only messages before this number."),
    ] = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
) -> MessagePage:
    """The newest messages (or those before `before_seq`), oldest first."""
    return await reads.messages(scene, sid, before_seq=before_seq, limit=limit)


@router.post(
    "/{sid}/ticket",
    operation_id="link_ticket",
    responses=responses(*WRITE, SessionClosed, TicketInUse, PsaWriteOpen, PsaNotConnected, PsaNotFound),
)
async def link_ticket(sid: Sid, body: LinkTicket, subject: DetachedEngineer, db: Db, services: Svc) -> SessionDetail:
    """Link the session to a ticket of the connected PSA."""
    return await ticket.link(db, services, subject, sid, body)


@router.delete(
    "/{sid}/ticket",
    operation_id="unlink_ticket",
    responses=responses(*WRITE, SessionClosed, PsaWriteOpen),
)
async def unlink_ticket(sid: Sid, scene: Writing) -> SessionDetail:
    """Take the ticket off the session. The ticket itself is not touched."""
    return await ticket.unlink(scene, sid)
