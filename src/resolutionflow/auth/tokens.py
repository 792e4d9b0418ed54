"""Access tokens (short-lived JWT), refresh tokens and the CSRF value that belongs to a sign-in."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import jwt

from resolutionflow.kit.clock import now
from resolutionflow.settings import Settings

ALGORITHM = "HS256"
ISSUER = "resolutionflow"


@dataclass(frozen=True, slots=True)
class Claims:
    """Who an access token was made for. Role and state are read from the database on each request."""

    account_id: UUID
    user_id: UUID
    auth_session_id: UUID


def make_access_token(settings: Settings, claims: Claims) -> str:
    moment = now()
    payload = {
        "iss": ISSUER,
        "sub": str(claims.user_id),
        "acc": str(claims.account_id),
        "sid": str(claims.auth_session_id),
        "iat": moment,
        "exp": moment + timedelta(minutes=settings.access_token_minutes),
    }
    return jwt.encode(payload, settings.derive_key("access-token"), algorithm=ALGORITHM)


def read_access_token(settings: Settings, token: str) -> Claims | None:
    """The claims of a valid token, else None."""
    try:
        payload = jwt.decode(
            token,
            settings.derive_key("access-token"),
            algorithms=[ALGORITHM],
            issuer=ISSUER,
            options={"require": ["exp", "iat", "sub", "acc", "sid"]},
        )
        return Claims(UUID(payload["acc"]), UUID(payload["sub"]), UUID(payload["sid"]))
    except (jwt.InvalidTokenError, ValueError, TypeError):
        return None


def first_refresh_token() -> str:
    return secrets.token_urlsafe(32)


def next_refresh_token(settings: Settings, token: str) -> str:
    """The successor of a refresh token: the same for every repeat of a lost answer, and underivable without the server's key."""
    digest = hmac.new(settings.derive_key("refresh-chain"), token.encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def token_hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def csrf_value(settings: Settings, auth_session_id: UUID) -> str:
    """The value a browser must send back in `X-CSRF-Token`; bound to the sign-in."""
    return hmac.new(settings.derive_key("csrf"), auth_session_id.bytes, hashlib.sha256).hexdigest()[:40]
