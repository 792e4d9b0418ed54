"""`Idempotency-Key`: the answer is stored in the transaction of its cause, so a repeat gets the same answer and no second effect."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Depends, Request, Response
from fastapi.routing import APIRoute
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from resolutionflow.auth.deps import Member, Tx
from resolutionflow.auth.subject import Subject
from resolutionflow.errors import AppError, InvalidRequest

HEADER = "idempotency-key"
MAX_KEY = 200
CLAIM = text(
    "INSERT INTO idempotency_keys (account_id, user_id, key, fingerprint) VALUES (:account, :user, :key, :print)"
    " ON CONFLICT DO NOTHING RETURNING 1"
)
STORED = text(
    "SELECT fingerprint, status, body FROM idempotency_keys WHERE account_id = :account AND user_id = :user AND key = :key"
)
STORE = text(
    "UPDATE idempotency_keys SET status = :status, body = :body WHERE account_id = :account AND user_id = :user AND key = :key"
)


class IdempotencyKeyReused(AppError):
    code = "idempotency_key_reused"
    status = 409
    message = "This Idempotency-Key was used for another request. Nothing was changed. Use a new key."


class _Replay(Exception):
    def __init__(self, response: Response) -> None:
        self.response = response


async def claim(request: Request, session: AsyncSession, subject: Subject) -> None:
    """Call after the caller is known: takes the key or raises with the stored answer. Waits for a running twin."""
    key = request.headers.get(HEADER)
    if key is None:
        return
    if not 1 <= len(key) <= MAX_KEY or not key.isprintable():
        raise InvalidRequest("Idempotency-Key must be 1 to 200 printable characters.")
    digest = hashlib.sha256(f"{request.method} {request.url.path}\n".encode() + await request.body()).hexdigest()
    names = {"account": subject.account_id, "user": subject.user_id, "key": key}
    if (await session.execute(CLAIM, {**names, "print": digest})).scalar_one_or_none():
        request.state.idempotency = (session, names)
        return
    row = (await session.execute(STORED, names)).one()
    if row.fingerprint != digest:
        raise IdempotencyKeyReused
    raise _Replay(
        Response(
            row.body or b"",
            status_code=row.status or 200,
            media_type="application/json",
            headers={"idempotent-replay": "true"},
        )
    )


class IdempotentRoute(APIRoute):
    """A route whose answer is stored under the request's `Idempotency-Key`; its dependencies must include `Idempotent`."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        inner = super().get_route_handler()

        async def handler(request: Request) -> Response:
            try:
                response = await inner(request)
            except _Replay as replay:
                return replay.response
            known: tuple[AsyncSession, dict[str, Any]] | None = getattr(request.state, "idempotency", None)
            if known is not None and response.status_code < 300:
                session, names = known
                await session.execute(STORE, {**names, "status": response.status_code, "body": bytes(response.body)})
            return response

        return handler


async def _idempotent(request: Request, session: Tx, subject: Member) -> None:
    await claim(request, session, subject)


Idempotent = Depends(_idempotent)
"""Add to a route's `dependencies=`; its router needs `route_class=IdempotentRoute`."""
