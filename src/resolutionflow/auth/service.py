"""Rules of sign-in: throttle, one answer for every failure, rotation with reuse detection."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from resolutionflow.auth import repository
from resolutionflow.auth.errors import (
    AccountSuspended,
    InvalidCredentials,
    RefreshInvalid,
    RefreshReused,
    TooManyAttempts,
    WeakPassword,
)
from resolutionflow.auth.models import AuthSession
from resolutionflow.auth.passwords import hash_password, needs_rehash, verify_password
from resolutionflow.auth.repository import Link, Person
from resolutionflow.auth.strength import LONGEST as LONGEST_PASSWORD
from resolutionflow.auth.strength import SHORTEST as SHORTEST_PASSWORD
from resolutionflow.auth.strength import Weakness, weakness
from resolutionflow.auth.tokens import Claims, first_refresh_token, next_refresh_token, token_hash
from resolutionflow.db.session import Database
from resolutionflow.errors import NotAuthenticated
from resolutionflow.kit.clock import now
from resolutionflow.kit.ids import new_id
from resolutionflow.settings import Settings

WINDOW = timedelta(minutes=15)
GRACE = timedelta(seconds=20)
IDLE = timedelta(hours=12)
IDLE_REMEMBERED = timedelta(days=30)
LONGEST = timedelta(days=90)
MAX_CHAIN_STEPS = 50
WEAK: dict[Weakness, str] = {
    "too_short": f"This password is too short. Nothing was stored. Use {SHORTEST_PASSWORD} characters or more, several words for example.",
    "too_long": f"This password is too long. Nothing was stored. Use {LONGEST_PASSWORD} characters at most.",
    "common": "This password is among those that are tried first. Nothing was stored. Choose another one, several words for example.",
    "about_you": "This password is your address or name. Nothing was stored. Choose something that others do not know.",
}


@dataclass(frozen=True, slots=True)
class Client:
    """Where a request comes from."""

    ip: str | None
    user_agent: str
    device: str = ""


@dataclass(frozen=True, slots=True)
class SignIn:
    person: Person
    claims: Claims
    refresh_token: str
    remember: bool


def _address_hash(settings: Settings, email: str) -> str:
    return hmac.new(settings.derive_key("sign-in-address"), email.lower().encode(), hashlib.sha256).hexdigest()


def device_value(settings: Settings, email: str) -> str:
    """The cookie that marks a device which signed in as `email` before; its failures are counted apart."""
    return hmac.new(settings.derive_key("device"), email.lower().encode(), hashlib.sha256).hexdigest()


async def sign_in(
    db: Database, settings: Settings, *, email: str, password: str, remember: bool, client: Client
) -> SignIn:
    """Check a password. Unknown, wrong and deactivated look alike; too many failures are refused for a while, never for good."""
    address = _address_hash(settings, email)
    device = (
        client.device if hmac.compare_digest(client.device.encode(), device_value(settings, email).encode()) else ""
    )
    async with db.system() as session:
        await _throttle(session, settings, address=address, device=device, ip=client.ip)
        person = await repository.person_by_email(session, email)
    # Hashing is slow on purpose: no transaction waits for it.
    good = await verify_password(person.password_hash if person else None, password)
    if person is None or not good or not person.is_active:
        async with db.system() as session:
            await repository.add_failure(session, address=address, device=device, ip=client.ip)
        raise InvalidCredentials
    if person.account_status != "active":
        raise AccountSuspended
    rehashed = await hash_password(password) if person.password_hash and needs_rehash(person.password_hash) else None
    async with db.system() as session:
        await repository.clear_failures(session, address=address, device=device, ip=client.ip)
        return await open_session(session, person, remember=remember, client=client, rehashed=rehashed)


async def _throttle(session: AsyncSession, settings: Settings, *, address: str, device: str, ip: str | None) -> None:
    moment = now()
    of_address, of_ip, oldest = await repository.failures(
        session, address=address, device=device, ip=ip, since=moment - WINDOW
    )
    if of_address >= settings.sign_in_failures_per_address or of_ip >= settings.sign_in_failures_per_ip:
        wait = (oldest + WINDOW - moment).total_seconds() if oldest else WINDOW.total_seconds()
        raise TooManyAttempts(headers={"Retry-After": str(max(1, int(wait)))})


async def open_session(
    session: AsyncSession, person: Person, *, remember: bool, client: Client, rehashed: str | None = None
) -> SignIn:
    """A new sign-in with the first link of its refresh chain. `session` is a system transaction."""
    moment = now()
    sign_in_id = new_id()
    session.add(
        AuthSession(
            id=sign_in_id,
            account_id=person.account_id,
            user_id=person.id,
            method="password",
            remember=remember,
            expires_at=moment + LONGEST,
            ip=client.ip,
            user_agent=client.user_agent[:200],
        )
    )
    await session.flush()
    token = first_refresh_token()
    await repository.add_token(
        session,
        account_id=person.account_id,
        auth_session_id=sign_in_id,
        token_hash=token_hash(token),
        expires_at=moment + (IDLE_REMEMBERED if remember else IDLE),
    )
    await session.execute(
        text("UPDATE users SET last_login_at = :at, password_hash = COALESCE(:hash, password_hash) WHERE id = :id"),
        {"at": moment, "hash": rehashed, "id": person.id},
    )
    return SignIn(person, Claims(person.account_id, person.id, sign_in_id), token, remember)


async def first_sign_in(session: AsyncSession, user_id: UUID, *, client: Client) -> SignIn:
    """The sign-in of a person who was just made in this system transaction."""
    person = await repository.person_by_id(session, user_id)
    if person is None:
        raise NotAuthenticated
    return await open_session(session, person, remember=False, client=client)


def check_strength(password: str, *, known: Iterable[str]) -> None:
    """Raises `WeakPassword` with the reason in words. `known`: what others know of the person."""
    found = weakness(password, known=known)
    if found is not None:
        raise WeakPassword(WEAK[found], details={"reason": found})


async def refresh(db: Database, settings: Settings, *, token: str, client: Client) -> SignIn:
    """Rotate a refresh token.

    A used token repeated within 20 s by the same browser (two tabs, a lost answer) gets the newest of its chain; later, or from elsewhere,
    the whole sign-in ends.
    """
    reused = False
    async with db.system() as session:
        link = await repository.lock_link(session, token_hash(token))
        if link is None or link.revoked_at is not None or min(link.expires_at, link.session_expires_at) < now():
            raise RefreshInvalid
        person = await repository.person_by_id(session, link.user_id)
        if person is None or not person.is_active or person.account_status != "active":
            raise RefreshInvalid
        try:
            newest = await _rotate(session, settings, link, token, client)
        except RefreshReused:
            # The refusal must not undo the revocation: commit first, raise after.
            await repository.revoke_session(session, link.auth_session_id, "refresh_reused")
            reused, newest = True, ""
        else:
            await session.execute(
                text("UPDATE auth_sessions SET last_used_at = now() WHERE id = :id"), {"id": link.auth_session_id}
            )
    if reused:
        raise RefreshReused
    return SignIn(person, Claims(person.account_id, person.id, link.auth_session_id), newest, link.remember)


async def _rotate(session: AsyncSession, settings: Settings, link: Link, token: str, client: Client) -> str:
    moment = now()
    for _ in range(MAX_CHAIN_STEPS):
        following = next_refresh_token(settings, token)
        if link.used_at is None:
            expires = min(moment + (IDLE_REMEMBERED if link.remember else IDLE), link.session_created_at + LONGEST)
            token_id = await repository.add_token(
                session,
                account_id=link.account_id,
                auth_session_id=link.auth_session_id,
                token_hash=token_hash(following),
                expires_at=expires,
            )
            await repository.use_token(session, link.id, token_id, moment)
            return following
        if not _within_grace(link, client, moment):
            raise RefreshReused
        # A repeat: hand out the successor, which is derived, not stored. If that one was used as well, its successor, and so on.
        successor = await repository.lock_link(session, token_hash(following))
        if successor is None:
            raise RefreshInvalid
        if successor.used_at is None:
            return following
        link, token = successor, following
    raise RefreshReused


def _within_grace(link: Link, client: Client, moment: datetime) -> bool:
    return (
        link.used_at is not None
        and moment - link.used_at <= GRACE
        and client.user_agent[:200] == (link.user_agent or "")
    )


async def sign_out(session: AsyncSession, auth_session_id: UUID) -> None:
    await repository.revoke_session(session, auth_session_id, "signed_out")


async def sign_out_everywhere(session: AsyncSession, user_id: UUID) -> None:
    await session.execute(
        text(
            "UPDATE auth_sessions SET revoked_at = now(), revoke_reason = 'signed_out', updated_at = now()"
            " WHERE user_id = :user AND revoked_at IS NULL"
        ),
        {"user": user_id},
    )
