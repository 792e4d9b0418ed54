"""Sign-in over HTTP (accounts-admin.md 2)."""

from __future__ import annotations

from typing import Any, cast

from fastapi import APIRouter, Request, Response

from resolutionflow.auth import repository, service
from resolutionflow.auth.deps import ACCESS_COOKIE, CSRF_COOKIE, DEVICE_COOKIE, REFRESH_COOKIE, Member, Svc, Tx
from resolutionflow.auth.errors import (
    AccountSuspended,
    InvalidCredentials,
    RefreshInvalid,
    RefreshReused,
    TooManyAttempts,
)
from resolutionflow.auth.schemas import AccountOut, LoginIn, Me, MeIn, RefreshIn, SignedIn, UserOut
from resolutionflow.auth.service import Client, SignIn
from resolutionflow.auth.tokens import csrf_value, make_access_token
from resolutionflow.errors import CsrfFailed, InvalidRequest, NotAuthenticated, responses
from resolutionflow.settings import Settings

router = APIRouter(prefix="/api/v1", tags=["sign-in"])

REFRESH_PATH = "/api/v1/auth"
THIRTY_DAYS = 30 * 24 * 3600
YEAR = 365 * 24 * 3600


def _client(request: Request) -> Client:
    return Client(
        ip=request.client.host if request.client and request.client.host != "testclient" else None,
        user_agent=request.headers.get("user-agent", ""),
        device=request.cookies.get(DEVICE_COOKIE, ""),
    )


def _set_cookies(response: Response, settings: Settings, signed: SignIn, access: str) -> None:
    secure = settings.base_url.startswith("https://")
    age = THIRTY_DAYS if signed.remember else None

    def put(name: str, value: str, *, path: str, http_only: bool, max_age: int | None) -> None:
        response.set_cookie(
            name, value, max_age=max_age, path=path, secure=secure, httponly=http_only, samesite="strict"
        )

    put(ACCESS_COOKIE, access, path="/", http_only=True, max_age=age)
    put(REFRESH_COOKIE, signed.refresh_token, path=REFRESH_PATH, http_only=True, max_age=age)
    put(CSRF_COOKIE, csrf_value(settings, signed.claims.auth_session_id), path="/", http_only=False, max_age=age)
    put(
        DEVICE_COOKIE,
        service.device_value(settings, signed.person.email),
        path=REFRESH_PATH,
        http_only=True,
        max_age=YEAR,
    )


def _clear_cookies(response: Response) -> None:
    for name, path in ((ACCESS_COOKIE, "/"), (CSRF_COOKIE, "/"), (REFRESH_COOKIE, REFRESH_PATH)):
        response.delete_cookie(name, path=path)


def _answer(settings: Settings, signed: SignIn, response: Response, *, cookies: bool) -> SignedIn:
    access = make_access_token(settings, signed.claims)
    response.headers["cache-control"] = "no-store"
    if cookies:
        _set_cookies(response, settings, signed, access)
    person = signed.person
    return SignedIn(
        user=UserOut(
            id=person.id,
            name=person.name,
            email=person.email,
            role=cast("Any", person.role),
            is_super_admin=person.is_super_admin,
            ui_preferences=person.ui_preferences,
        ),
        access_token=None if cookies else access,
        refresh_token=None if cookies else signed.refresh_token,
        expires_in=settings.access_token_minutes * 60,
    )


@router.post(
    "/auth/login",
    operation_id="login",
    description="Sign in with e-mail and password. Browsers get cookies, scripts (`transport: token`) get tokens.",
    responses=responses(InvalidCredentials, AccountSuspended, TooManyAttempts),
)
async def login(body: LoginIn, request: Request, response: Response, svc: Svc) -> SignedIn:
    signed = await service.sign_in(
        svc.db, svc.settings, email=body.email, password=body.password, remember=body.remember, client=_client(request)
    )
    return _answer(svc.settings, signed, response, cookies=body.transport == "cookie")


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
    signed = await service.refresh(svc.db, svc.settings, token=token, client=_client(request))
    return _answer(svc.settings, signed, response, cookies=sent is None)


@router.post(
    "/auth/logout",
    operation_id="logout",
    status_code=204,
    description="End this sign-in. Open streams of it end too.",
    responses=responses(NotAuthenticated, CsrfFailed),
)
async def logout(subject: Member, session: Tx, response: Response) -> None:
    await service.sign_out(session, subject.auth_session_id)
    _clear_cookies(response)


@router.post(
    "/auth/logout-all",
    operation_id="logout_all",
    status_code=204,
    description="End every sign-in of this person.",
    responses=responses(NotAuthenticated, CsrfFailed),
)
async def logout_all(subject: Member, session: Tx, response: Response) -> None:
    await service.sign_out_everywhere(session, subject.user_id)
    _clear_cookies(response)


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
