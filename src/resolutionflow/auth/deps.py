"""FastAPI dependencies: the request's transaction and the caller.

The order of checks falls out of them: 401 before 403 (role) before 422 (the body is read after the dependencies) before 404.
"""

from __future__ import annotations

import hmac
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Annotated, cast

import orjson
from fastapi import Depends, Request
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from resolutionflow.auth.subject import RANK, Role, Subject
from resolutionflow.auth.tokens import Claims, csrf_value, read_access_token
from resolutionflow.db.session import Database
from resolutionflow.errors import AdminRequired, AppError, CsrfFailed, EngineerRequired, NotAuthenticated, OwnerRequired
from resolutionflow.services import Services

ACCESS_COOKIE = "rf_access"
REFRESH_COOKIE = "rf_refresh"
CSRF_COOKIE = "rf_csrf"
DEVICE_COOKIE = "rf_device"
CSRF_HEADER = "x-csrf-token"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
REFUSALS: dict[Role, type[AppError]] = {
    "viewer": NotAuthenticated,
    "engineer": EngineerRequired,
    "admin": AdminRequired,
    "owner": OwnerRequired,
}
SUBJECT = text("SELECT rf_subject(:account, :user, :auth)")
SUBJECT_ALONE = "SELECT rf_subject($1, $2, $3)"


def services_of(request: Request) -> Services:
    """The process's services."""
    return cast("Services", request.app.state.services)


# What follows waits for nothing, and is `async` all the same: FastAPI runs anything else in a thread, once for every request.
async def services(request: Request) -> Services:
    """The process's services, for a route."""
    return services_of(request)


async def claims(request: Request) -> Claims:
    """The caller's access token, from the cookie (with the CSRF header on writes) or as a bearer token."""
    settings = services_of(request).settings
    header = request.headers.get("authorization", "")
    bearer = header[7:].strip() if header[:7].lower() == "bearer " else ""
    found = read_access_token(settings, bearer or request.cookies.get(ACCESS_COOKIE, ""))
    if found is None:
        raise NotAuthenticated
    if not bearer and request.method not in SAFE_METHODS:
        sent = request.headers.get(CSRF_HEADER, "")
        if not hmac.compare_digest(sent.encode(), csrf_value(settings, found.auth_session_id).encode()):
            raise CsrfFailed
    return found


async def load_subject(session: AsyncSession, known: Claims) -> Subject:
    """The person behind a token as the database knows them now. Raises `NotAuthenticated` when they may no longer act."""
    names = {"account": known.account_id, "user": known.user_id, "auth": known.auth_session_id}
    return _subject(known, (await session.execute(SUBJECT, names)).scalar_one())


def _subject(known: Claims, found: str | None) -> Subject:
    if found is None:
        raise NotAuthenticated
    person = orjson.loads(found)
    return Subject(
        account_id=known.account_id,
        user_id=known.user_id,
        role=person["role"],
        name=person["name"],
        email=person["email"],
        is_super_admin=person["is_super_admin"],
        auth_session_id=known.auth_session_id,
    )


async def transaction(request: Request, known: Annotated[Claims, Depends(claims)]) -> AsyncIterator[AsyncSession]:
    """The request's one transaction; it commits after the route returned and before the answer is sent."""
    async with services_of(request).db.transaction(known.account_id) as session:
        request.state.session = session
        yield session


async def database(request: Request) -> Database:
    """For routes that open their own short transactions (they call a PSA, or stream)."""
    return services_of(request).db


Svc = Annotated[Services, Depends(services)]
Db = Annotated[Database, Depends(database)]
Tx = Annotated[AsyncSession, Depends(transaction, scope="function")]


def _require(role: Role) -> Callable[..., Awaitable[Subject]]:
    async def attached(request: Request, session: Tx, known: Annotated[Claims, Depends(claims)]) -> Subject:
        subject = check_role(_remember(request, await load_subject(session, known)), role)
        if request.method not in SAFE_METHODS:
            # What is written may hold a secret of the account: it is masked before it is stored.
            await services_of(request).secrets.read(session, known.account_id)
        return subject

    return attached


def _require_detached(role: Role) -> Callable[..., Awaitable[Subject]]:
    async def detached(request: Request, db: Db, known: Annotated[Claims, Depends(claims)]) -> Subject:
        # One round trip and no transaction: what the route does has its own.
        found = await db.hot(SUBJECT_ALONE, known.account_id, known.user_id, known.auth_session_id)
        subject = check_role(_remember(request, _subject(known, found)), role)
        if request.method not in SAFE_METHODS:
            await services_of(request).secrets.ready(db.transaction, known.account_id)
        return subject

    return detached


def _remember(request: Request, subject: Subject) -> Subject:
    # Read by the access log and by stored answers.
    request.state.subject = subject
    return subject


def check_role(subject: Subject, role: Role) -> Subject:
    """`subject` again when the role suffices, else the refusal for it."""
    if RANK[subject.role] < RANK[role]:
        raise REFUSALS[role]
    return subject


Member = Annotated[Subject, Depends(_require("viewer"))]
Engineer = Annotated[Subject, Depends(_require("engineer"))]
Admin = Annotated[Subject, Depends(_require("admin"))]
Owner = Annotated[Subject, Depends(_require("owner"))]
DetachedMember = Annotated[Subject, Depends(_require_detached("viewer"))]
DetachedEngineer = Annotated[Subject, Depends(_require_detached("engineer"))]
DetachedAdmin = Annotated[Subject, Depends(_require_detached("admin"))]
DetachedOwner = Annotated[Subject, Depends(_require_detached("owner"))]
