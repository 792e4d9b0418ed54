"""Sign-in over HTTP (accounts-admin.md 2)."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from resolutionflow.auth import repository, service
from resolutionflow.auth.answers import clear_cookies, client_of, signed_in
from resolutionflow.auth.deps import REFRESH_COOKIE, Member, Svc, Tx
from resolutionflow.auth.errors import (
    AccountSuspended,
    InvalidCredentials,
    RefreshInvalid,
    RefreshReused,
    TooManyAttempts,
)
from resolutionflow.auth.schemas import AccountOut, LoginIn, Me, MeIn, RefreshIn, SignedIn, UserOut
from resolutionflow.errors import CsrfFailed, InvalidRequest, NotAuthenticated, responses

router = APIRouter(prefix="/api/v1", tags=["sign-in"])


@router.post(
    "/auth/login",
    operation_id="login",
    description="Sign in with e-mail and password. Browsers get cookies, scripts (`transport: token`) get tokens.",
    responses=responses(InvalidCredentials, AccountSuspended, TooManyAttempts),
)
async def login(body: LoginIn, request: Request, response: Response, svc: Svc) -> SignedIn:
    signed = await service.sign_in(
        svc.db,
        svc.settings,
        email=body.email,
        password=body.password,
        remember=body.remember,
        client=client_of(request),
    )
    return signed_in(svc.settings, signed, response, cookies=body.transport == "cookie")


@router.post(
    "/auth/refresh",
    operation_id="refresh",
    description="Rotate the refresh token, from the cookie or the body.",
    responses=responses(RefreshInvalid, RefreshReused),
)
async def refresh(request: Request, response: Response, svc: Svc, body: RefreshIn | None = None) -> SignedIn:
    sent = body.refresh_token if body else None
    token = sent or request.cookies.get(REFRESH_COOKIE, "")
    if not token:
        raise RefreshInvalid
    signed = await service.refresh(svc.db, svc.settings, token=token, client=client_of(request))
    return signed_in(svc.settings, signed, response, cookies=sent is None)


@router.post(
    "/auth/logout",
    operation_id="logout",
    status_code=204,
    description="End this sign-in. Open streams of it end too.",
    responses=responses(NotAuthenticated, CsrfFailed),
)
async def logout(subject: Member, session: Tx, response: Response) -> None:
    await service.sign_out(session, subject.auth_session_id)
    clear_cookies(response)


@router.post(
    "/auth/logout-all",
    operation_id="logout_all",
    status_code=204,
    description="End every sign-in of this person.",
    responses=responses(NotAuthenticated, CsrfFailed),
)
async def logout_all(subject: Member, session: Tx, response: Response) -> None:
    await service.sign_out_everywhere(session, subject.user_id)
    clear_cookies(response)


PERMISSIONS = {
    "viewer": ["read"],
    "engineer": ["read", "work"],
    "admin": ["read", "work", "manage"],
    "owner": ["read", "work", "manage", "own"],
}


async def _me(session: Tx, subject: Member) -> Me:
    row = await repository.me(session, subject.user_id)
    return Me(
        user=UserOut.model_validate(row),
        account=AccountOut(id=row.account_id, name=row.account_name, is_demo=row.is_demo, time_zone=row.time_zone),
        permissions=PERMISSIONS[subject.role],
        features=[],
    )


@router.get(
    "/auth/me",
    operation_id="me",
    description="The signed-in person and their account.",
    responses=responses(NotAuthenticated),
)
async def me(subject: Member, session: Tx) -> Me:
    return await _me(session, subject)


@router.patch(
    "/users/me",
    operation_id="update_me",
    description="Change the own name or interface preferences; keys not sent stay, null returns a preference to its default.",
    responses=responses(NotAuthenticated, CsrfFailed, InvalidRequest),
)
async def update_me(subject: Member, body: MeIn, session: Tx) -> Me:
    preferences = body.ui_preferences.model_dump(exclude_unset=True) if body.ui_preferences else {}
    await repository.update_me(session, subject.user_id, name=body.name, preferences=preferences)
    return await _me(session, subject)
