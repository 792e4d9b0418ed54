"""Calls from a PSA: registering for them, and taking one in. Nothing in a call is trusted; it only says where to look again."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

import structlog
from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession

from resolutionflow.audit.service import Act, record
from resolutionflow.auth.subject import Subject
from resolutionflow.errors import AppError, NotFound
from resolutionflow.kit.clock import now
from resolutionflow.kit.ids import new_id
from resolutionflow.kit.netguard import on_this_machine
from resolutionflow.psa import cache, repository, vault
from resolutionflow.psa.access import open_provider
from resolutionflow.psa.errors import HookNotProven, HookUnreachable
from resolutionflow.psa.models import PsaCache, PsaConnection
from resolutionflow.psa.providers.calls import HookCall, HookNews
from resolutionflow.psa.repository import Connection
from resolutionflow.psa.schemas_connections import WebhookOut
from resolutionflow.psa.vault import HOOK_SECRET
from resolutionflow.realtime.events import Audience, LiveEvent, publish
from resolutionflow.services import Services
from resolutionflow.settings import Settings

PATH = "/api/v1/integrations/psa/hooks"
MOST_BYTES = 1024 * 1024
REMEMBERED = timedelta(hours=24)
LAST_CALL_TO = timedelta(minutes=1)
SEEN = "hook"
SECRET_END = "..."  # noqa: S105 - what stands in its place
log = structlog.get_logger(__name__)


class _Door(NamedTuple):
    """Whose connection a call is for, and how its token and sender are proven."""

    account_id: UUID
    token: str
    secret: str | None


async def register(services: Services, subject: Subject, connection_id: UUID) -> None:
    """Ask the PSA to call us about tickets; a registration from before is given up.

    Raises `HookUnreachable` and the provider's errors.
    """
    connection, before = await _load(services, subject.account_id, connection_id)
    base = services.settings.base_url
    if not reachable(base, connection.api_base):
        raise HookUnreachable
    token = secrets.token_urlsafe(32)
    async with open_provider(services, connection) as provider:
        made = await provider.register_webhook(address(base, connection.id, token))
    sealed = vault.seal(services.settings, subject.account_id, connection.id, {HOOK_SECRET: made.secret})
    hook = {"external_id": made.external_id, "token": _digest(token), "at": now().isoformat(), "base": base, **sealed}
    async with services.db.transaction(subject.account_id) as session:
        await _store(session, connection.id, hook)
        _note(services, session, subject, connection.id, "webhook_registered")
    await give_up(services, connection, before)


def address(base_url: str, connection_id: UUID, token: str) -> str:
    """Where the PSA calls. Whoever knows its end may call: without it, it may be shown."""
    return f"{base_url.rstrip('/')}{PATH}/{connection_id}/{token}"


def reachable(base_url: str, api_base: str) -> bool:
    """False when our address is one of this machine and the PSA is not on it."""
    return not on_this_machine(base_url) or on_this_machine(api_base)


async def unregister(services: Services, subject: Subject, connection_id: UUID) -> None:
    """Stop listening at once; the PSA's own record goes when it lets us."""
    connection, before = await _load(services, subject.account_id, connection_id)
    async with services.db.transaction(subject.account_id) as session:
        await _store(session, connection.id, None)
        if before is not None:
            _note(services, session, subject, connection.id, "webhook_removed")
    await give_up(services, connection, before)


async def give_up(services: Services, connection: Connection, hook: dict[str, Any] | None) -> None:
    """Take a registration off the PSA, best effort: calls with its token are refused in any case."""
    if hook is None:
        return
    try:
        async with open_provider(services, connection) as provider:
            await provider.remove_webhook(str(hook["external_id"]))
    except (AppError, SQLAlchemyError) as error:
        # Of a connection that is gone nothing can be kept either.
        log.info("psa_webhook_left", connection_id=str(connection.id), error=type(error).__name__)


async def take(services: Services, connection_id: UUID, token: str, call: HookCall) -> None:
    """Raises `NotFound` for an unknown connection or token, `HookNotProven` for a call the PSA did not send. A repeat does nothing."""
    door = await _door(services, connection_id, token)
    async with services.db.transaction(door.account_id) as session:
        connection = await repository.connection_by_id(session, connection_id)
    if connection is None:
        raise NotFound("connection")
    known = {HOOK_SECRET: door.secret} if door.secret else {}
    secret = vault.unseal(services.settings, door.account_id, connection_id, known).get(HOOK_SECRET, "")
    async with open_provider(services, connection) as provider:
        news = await provider.verify_webhook(call, secret)
    if news is None:
        raise HookNotProven
    async with services.db.transaction(door.account_id) as session:
        await _mark_call(session, connection_id, door.token)
        if await _first_time(session, connection, news):
            await _tell(session, connection, news)


async def check_token(services: Services, connection_id: UUID, token: str) -> None:
    """Before a byte of the body is read. Raises `NotFound`."""
    await _door(services, connection_id, token)


async def _door(services: Services, connection_id: UUID, token: str) -> _Door:
    """The caller has no account: the row is found past row-level security, and only with its token."""
    async with services.db.system() as system:
        statement = select(PsaConnection.account_id, PsaConnection.hook).where(
            PsaConnection.id == connection_id, PsaConnection.is_active
        )
        found = (await system.execute(statement)).one_or_none()
    hook: dict[str, Any] = (found.hook if found else None) or {}
    if found is None or not hmac.compare_digest(str(hook.get("token", "")), _digest(token)):
        raise NotFound("connection")
    return _Door(found.account_id, str(hook["token"]), hook.get(HOOK_SECRET))


async def _first_time(session: AsyncSession, connection: Connection, news: HookNews) -> bool:
    """Whether this delivery is new; remembered for a day."""
    moment = now()
    values = {
        "id": new_id(),
        "account_id": connection.account_id,
        "connection_id": connection.id,
        "kind": SEEN,
        "key": hashlib.sha256(news.delivery.encode()).hexdigest(),
        "value": True,
        "expires_at": moment + REMEMBERED,
    }
    statement = insert(PsaCache).values(values)
    kept = statement.on_conflict_do_update(
        index_elements=["account_id", "connection_id", "kind", "key"],
        set_={"expires_at": statement.excluded.expires_at},
        where=PsaCache.expires_at <= moment,
    ).returning(PsaCache.id)
    return (await session.execute(kept)).scalar_one_or_none() is not None


async def _mark_call(session: AsyncSession, connection_id: UUID, token: str) -> None:
    """When the last proven call came, to the minute: a busy PSA must not write to the connection with every one."""
    moment = now()
    last = func.coalesce(PsaConnection.hook["last_at"].astext, "")
    await session.execute(
        update(PsaConnection)
        .where(
            PsaConnection.id == connection_id,
            PsaConnection.hook["token"].astext == token,
            last < (moment - LAST_CALL_TO).isoformat(),
        )
        .values(hook=PsaConnection.hook.concat({"last_at": moment.isoformat()}))
    )


def state(settings: Settings, row: PsaConnection) -> WebhookOut:
    """The registration as admins see it, without anything that would prove a call."""
    hook: dict[str, Any] = row.hook or {}
    base = str(hook.get("base") or settings.base_url)
    return WebhookOut(
        registered=bool(hook),
        reachable=reachable(settings.base_url, row.api_base),
        moved=base != settings.base_url,
        url=address(base, row.id, SECRET_END),
        registered_at=_moment(hook.get("at")),
        last_call_at=_moment(hook.get("last_at")),
    )


def _moment(text: Any) -> datetime | None:
    return datetime.fromisoformat(text) if isinstance(text, str) else None


async def _tell(session: AsyncSession, connection: Connection, news: HookNews) -> None:
    await repository.cache_drop(session, connection.id, cache.SEARCH.name)
    for ticket_id in news.ticket_ids:
        told = {"connection_id": str(connection.id), "ticket_id": ticket_id}
        publish(session, LiveEvent("ticket.changed", told, Audience.account(), merge_key=ticket_id))


async def _load(services: Services, account_id: UUID, connection_id: UUID) -> tuple[Connection, dict[str, Any] | None]:
    async with services.db.transaction(account_id) as session:
        connection = await repository.connection_by_id(session, connection_id)
        if connection is None:
            raise NotFound("connection")
        return connection, await stored(session, connection_id)


async def stored(session: AsyncSession, connection_id: UUID) -> dict[str, Any] | None:
    """The registration of a connection."""
    return (
        await session.execute(select(PsaConnection.hook).where(PsaConnection.id == connection_id))
    ).scalar_one_or_none()


async def _store(session: AsyncSession, connection_id: UUID, hook: dict[str, Any] | None) -> None:
    await session.execute(update(PsaConnection).where(PsaConnection.id == connection_id).values(hook=hook))


def _note(services: Services, session: AsyncSession, subject: Subject, connection_id: UUID, kind: str) -> None:
    """A row of the activity log and one of the audit log."""
    repository.log_activity(session, subject.account_id, kind, connection_id=connection_id, actor_id=subject.user_id)
    record(session, services.settings, subject, Act(f"psa.{kind}", "psa_connection", connection_id, {}))


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
