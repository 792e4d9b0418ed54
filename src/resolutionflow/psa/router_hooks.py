"""Calls from a PSA, and whether it is asked to make them."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Request, Response

from resolutionflow.auth.deps import DetachedAdmin, Svc
from resolutionflow.errors import AdminRequired, CsrfFailed, NotAuthenticated, NotFound, responses
from resolutionflow.psa import webhooks
from resolutionflow.psa.errors import HookNotProven, HookTooLarge, HookUnreachable
from resolutionflow.psa.providers.calls import HookCall
from resolutionflow.psa.providers.errors import (
    PsaAuth,
    PsaPermission,
    PsaProtocol,
    PsaRateLimited,
    PsaRejected,
    PsaUnavailable,
    PsaUnknownResult,
    PsaUnsupported,
)

router = APIRouter()

_VENDOR = (PsaAuth, PsaPermission, PsaProtocol, PsaRateLimited, PsaUnavailable)
_ADMIN = (NotAuthenticated, CsrfFailed, AdminRequired, NotFound)
Token = Annotated[str, Path(min_length=1, max_length=200)]


@router.put(
    "/connections/{connection_id}/webhook",
    operation_id="psa_register_webhook",
    status_code=204,
    responses=responses(*_ADMIN, HookUnreachable, PsaRejected, PsaUnknownResult, PsaUnsupported, *_VENDOR),
)
async def psa_register_webhook(connection_id: UUID, subject: DetachedAdmin, services: Svc) -> Response:
    """Ask the PSA to tell of changed tickets, so that open pages follow. The server must be reachable from the PSA."""
    await webhooks.register(services, subject, connection_id)
    return Response(status_code=204)


@router.delete(
    "/connections/{connection_id}/webhook",
    operation_id="psa_remove_webhook",
    status_code=204,
    responses=responses(*_ADMIN),
)
async def psa_remove_webhook(connection_id: UUID, subject: DetachedAdmin, services: Svc) -> Response:
    """Take no more calls; the PSA's own record is removed when it lets us."""
    await webhooks.unregister(services, subject, connection_id)
    return Response(status_code=204)


@router.post(
    "/hooks/{connection_id}/{token}",
    operation_id="psa_hook",
    responses=responses(NotFound, HookTooLarge, HookNotProven, *_VENDOR),
)
async def psa_hook(connection_id: UUID, token: Token, request: Request, services: Svc) -> Response:
    """A call of the PSA about a ticket. Only its token and signature are believed; a repeated one is ignored."""
    await webhooks.check_token(services, connection_id, token)
    body = await _body(request)
    headers = {name.lower(): value for name, value in request.headers.items()}
    await webhooks.take(services, connection_id, token, HookCall(headers, body))
    return Response(status_code=200)


async def _body(request: Request) -> bytes:
    """At most one megabyte, whatever the headers say."""
    parts = bytearray()
    async for part in request.stream():
        parts += part
        if len(parts) > webhooks.MOST_BYTES:
            raise HookTooLarge
    return bytes(parts)
