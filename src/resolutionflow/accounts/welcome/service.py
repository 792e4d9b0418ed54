"""Rules of the first account: who may make it, that there is one at most, and that making it is recorded."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from resolutionflow.accounts.welcome import repository
from resolutionflow.accounts.welcome.errors import AlreadyWelcomed, WelcomeLinkNeeded
from resolutionflow.accounts.welcome.repository import OwnerRow
from resolutionflow.accounts.welcome.schemas import FirstAccountIn
from resolutionflow.audit.service import Act, record, record_system
from resolutionflow.auth.errors import EmailInUse
from resolutionflow.auth.passwords import hash_password
from resolutionflow.auth.service import Client, SignIn, check_strength, first_sign_in
from resolutionflow.auth.subject import Subject
from resolutionflow.auth.tokens import token_hash
from resolutionflow.db.base import PLATFORM_ACCOUNT_ID
from resolutionflow.db.rates import hit_hourly
from resolutionflow.db.session import Database
from resolutionflow.kit.clock import now
from resolutionflow.kit.ids import new_id
from resolutionflow.settings import Settings

LINK_HOLDS = timedelta(hours=24)
TRIES_AN_HOUR = 30
CODE_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks. `trusted`: sits at the server's own machine and needs no link."""

    client: Client
    link: str | None
    trusted: bool


@dataclass(frozen=True, slots=True)
class Made:
    account_id: UUID
    user_id: UUID
    display_code: str


async def issue_link(db: Database) -> str | None:
    """A new link, which ends the older one; None when the installation has its first account."""
    token = secrets.token_urlsafe(32)
    async with db.system() as tx:
        if not await repository.is_empty(tx):
            return None
        await repository.replace_link(tx, token_hash(token), now() + LINK_HOLDS)
    return token


async def may_make(db: Database, caller: Caller) -> bool:
    """Whether this caller may make the first account. Raises `AlreadyWelcomed` when there is one."""
    async with db.system() as tx:
        return await _may(tx, caller)


async def make(db: Database, settings: Settings, first: FirstAccountIn, caller: Caller) -> SignIn:
    """Make the first account with its owner, and sign them in. Of several at once one wins, the others are refused."""
    async with db.system() as tx:
        key = f"welcome:{caller.client.ip or 'unknown'}"
        await hit_hourly(tx, PLATFORM_ACCOUNT_ID, key, limit=TRIES_AN_HOUR)
    if not await may_make(db, caller):
        raise WelcomeLinkNeeded
    hashed = await _hash(first)
    async with db.system() as tx:
        await repository.lock(tx)
        if not await _may(tx, caller):
            raise WelcomeLinkNeeded
        made = await _write(tx, first, hashed)
        signed = await first_sign_in(tx, made.user_id, client=caller.client)
        record(tx, settings, _owner(first, signed), _act(made, "welcome"))
        return signed


async def make_from_command(db: Database, settings: Settings, first: FirstAccountIn) -> Made:
    """As `make`, for whoever may run commands on the server: no link, no sign-in."""
    async with db.system() as tx:
        if not await repository.is_empty(tx):
            raise AlreadyWelcomed
    hashed = await _hash(first)
    async with db.system() as tx:
        await repository.lock(tx)
        if not await repository.is_empty(tx):
            raise AlreadyWelcomed
        made = await _write(tx, first, hashed)
        record_system(tx, settings, made.account_id, _act(made, "create-admin"))
        return made


async def _may(tx: AsyncSession, caller: Caller) -> bool:
    if not await repository.is_empty(tx):
        raise AlreadyWelcomed
    if caller.trusted:
        return True
    return bool(caller.link) and await repository.link_holds(tx, token_hash(caller.link or ""), now())


async def _hash(first: FirstAccountIn) -> str:
    """Slow on purpose, so that no transaction waits for it; a weak password is refused before."""
    check_strength(first.password, known=(first.email, first.name, first.account_name))
    return await hash_password(first.password)


async def _write(tx: AsyncSession, first: FirstAccountIn, hashed: str) -> Made:
    if await repository.address_in_use(tx, first.email):
        raise EmailInUse
    code = "".join(secrets.choice(CODE_LETTERS) for _ in range(8))
    made = Made(account_id=new_id(), user_id=new_id(), display_code=code)
    owner = OwnerRow(made.user_id, first.email, first.name, hashed)
    await repository.add_account(tx, made.account_id, name=first.account_name, display_code=code, owner=owner)
    await repository.drop_links(tx)
    return made


def _act(made: Made, way: str) -> Act:
    return Act("account.create", "account", made.account_id, {"owner_id": made.user_id, "by": way, "super_admin": True})


def _owner(first: FirstAccountIn, signed: SignIn) -> Subject:
    known = signed.claims
    return Subject(
        account_id=known.account_id,
        user_id=known.user_id,
        role="owner",
        name=first.name,
        email=first.email,
        is_super_admin=True,
        auth_session_id=known.auth_session_id,
    )
