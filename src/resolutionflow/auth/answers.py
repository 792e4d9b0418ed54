"""How a sign-in is answered: cookies for browsers, tokens for scripts."""

from __future__ import annotations

from typing import Any, cast

from fastapi import Request, Response

from resolutionflow.auth import service
from resolutionflow.auth.deps import ACCESS_COOKIE, CSRF_COOKIE, DEVICE_COOKIE, REFRESH_COOKIE
from resolutionflow.auth.schemas import SignedIn, UserOut
from resolutionflow.auth.service import Client, SignIn
from resolutionflow.auth.tokens import csrf_value, make_access_token
from resolutionflow.settings import Settings

REFRESH_PATH = "/api/v1/auth"
THIRTY_DAYS = 30 * 24 * 3600
YEAR = 365 * 24 * 3600


def client_of(request: Request) -> Client:
    """Where the request comes from."""
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


def clear_cookies(response: Response) -> None:
    """Take a browser's sign-in away."""
    for name, path in ((ACCESS_COOKIE, "/"), (CSRF_COOKIE, "/"), (REFRESH_COOKIE, REFRESH_PATH)):
        response.delete_cookie(name, path=path)


def signed_in(settings: Settings, signed: SignIn, response: Response, *, cookies: bool) -> SignedIn:
    """The answer for who just signed in: cookies for a browser, tokens for a script."""
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
