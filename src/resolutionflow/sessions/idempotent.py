"""`Idempotency-Key` for routes that open their own transaction: the answer is stored with its cause."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from fastapi import Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from resolutionflow.auth.idempotency import CLAIM, HEADER, MAX_KEY, STORE, STORED, IdempotencyKeyReused
from resolutionflow.auth.subject import Subject
from resolutionflow.errors import InvalidRequest


@dataclass(frozen=True, slots=True)
class Once:
    """The key of one request and what the request says; without a key everything here does nothing."""

    key: str | None
    fingerprint: str

    @classmethod
    async def of(cls, request: Request) -> Once:
        """Reads the header. Raises `InvalidRequest` for an unusable key."""
        return cls.of_content(request).saying(await request.body())

    @classmethod
    def of_content(cls, request: Request) -> Once:
        """As `of`, for a request whose body is read apart: follow it with `saying`."""
        key = request.headers.get(HEADER)
        if key is not None and not (1 <= len(key) <= MAX_KEY and key.isprintable()):
            raise InvalidRequest("Idempotency-Key must be 1 to 200 printable characters.")
        return cls(key, f"{request.method} {request.url.path}\n")

    def saying(self, content: bytes) -> Once:
        """With what the request says: a repeat must say the same."""
        return Once(self.key, hashlib.sha256(self.fingerprint.encode() + content).hexdigest())

    async def claim(self, tx: AsyncSession, subject: Subject) -> Response | None:
        """Take the key, or give the answer of the first request with it. Waits for a running twin."""
        if self.key is None:
            return None
        names = self._names(subject)
        if (await tx.execute(CLAIM, {**names, "print": self.fingerprint})).scalar_one_or_none():
            return None
        row = (await tx.execute(STORED, names)).one()
        if row.fingerprint != self.fingerprint:
            raise IdempotencyKeyReused
        return Response(
            row.body or b"",
            status_code=row.status or 200,
            media_type="application/json",
            headers={"idempotent-replay": "true"},
        )

    async def answer(self, tx: AsyncSession, subject: Subject, status: int, body: str) -> Response:
        """The answer, kept for repeats."""
        if self.key is not None:
            await tx.execute(STORE, {**self._names(subject), "status": status, "body": body.encode()})
        return Response(body, status_code=status, media_type="application/json")

    def _names(self, subject: Subject) -> dict[str, object]:
        return {"account": subject.account_id, "user": subject.user_id, "key": self.key}
