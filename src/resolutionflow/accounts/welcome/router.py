"""The welcome over HTTP (accounts-admin.md 2)."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Header, Request, Response

from resolutionflow.accounts.welcome import service
from resolutionflow.accounts.welcome.errors import AlreadyWelcomed, WelcomeLinkNeeded
from resolutionflow.accounts.welcome.schemas import WelcomeIn, WelcomeOut
from resolutionflow.accounts.welcome.service import Caller
from resolutionflow.auth.answers import client_of, signed_in
from resolutionflow.auth.deps import Svc
from resolutionflow.auth.errors import EmailInUse, WeakPassword
from resolutionflow.auth.schemas import SignedIn
from resolutionflow.errors import InvalidRequest, RateLimited, responses
from resolutionflow.kit.loopback import is_loopback
from resolutionflow.settings import Settings

router = APIRouter(prefix="/api/v1", tags=["sign-in"])

PROXY_HEADERS = ("forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-real-ip")


def _sits_here(request: Request, settings: Settings) -> bool:
    """Whether the caller is a browser of the server's own machine.

    A proxy on it speaks for others, and a foreign name may have been pointed at it.
    """
    return (
        settings.loopback_only
        and is_loopback(request.url.hostname or "")
        and not any(name in request.headers for name in PROXY_HEADERS)
    )


@router.get(
    "/auth/welcome",
    operation_id="read_welcome",
    description="Whether the caller may make the first account. Not found once there is one; the demo workspace does not count.",
    responses=responses(AlreadyWelcomed),
)
async def read(request: Request, svc: Svc, x_welcome_link: Annotated[str, Header(max_length=100)] = "") -> WelcomeOut:
    caller = Caller(client_of(request), x_welcome_link, _sits_here(request, svc.settings))
    return WelcomeOut(ready=await service.may_make(svc.db, caller))


@router.post(
    "/auth/welcome",
    operation_id="welcome",
    status_code=201,
    description="Make the first account with its owner, who also runs the installation, and sign them in with cookies.",
    responses=responses(AlreadyWelcomed, WelcomeLinkNeeded, WeakPassword, EmailInUse, RateLimited, InvalidRequest),
)
async def welcome(body: WelcomeIn, request: Request, response: Response, svc: Svc) -> SignedIn:
    caller = Caller(client_of(request), body.link, _sits_here(request, svc.settings))
    signed = await service.make(svc.db, svc.settings, body, caller)
    return signed_in(svc.settings, signed, response, cookies=True)
