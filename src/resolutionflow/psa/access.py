"""From an account to a usable provider: the only place that decrypts a connection's secrets."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from resolutionflow.db.session import Database
from resolutionflow.kit import known
from resolutionflow.kit.http import GuardedClient, HttpOptions, Slots, Timeouts
from resolutionflow.kit.netguard import UrlPolicy
from resolutionflow.kit.vault import BadKeyRing
from resolutionflow.psa import cache, health, repository, vault
from resolutionflow.psa.errors import PsaNotConnected
from resolutionflow.psa.providers.contract import Bases, PsaProvider
from resolutionflow.psa.providers.errors import PsaAuth, PsaRateLimited, PsaUnavailable, PsaUnsupported
from resolutionflow.psa.providers.registry import VENDORS
from resolutionflow.psa.providers.vendor import Opening
from resolutionflow.psa.repository import Connection
from resolutionflow.psa.slots import ConnectionSlots, Lane, current_lane
from resolutionflow.services import Services
from resolutionflow.settings import Settings

_DOUBTFUL = ("auth_failed", "unreachable", "rate_limited", "untested")


def http_options(settings: Settings, slots: Slots | None = None) -> HttpOptions:
    """How we talk to a PSA under the operator's settings."""
    scale = settings.psa_retry_scale
    return HttpOptions(
        policy=UrlPolicy(UrlPolicy.parse_hosts(settings.psa_allow_hosts), settings.psa_allow_loopback),
        timeouts=Timeouts().scaled(settings.psa_timeout_scale),
        ca_bundle=settings.psa_ca_bundle,
        retry_waits=(0.5 * scale, 2.0 * scale),
        slots=slots,
    )


@known.source
async def stored_secrets(session: AsyncSession, settings: Settings, account_id: UUID) -> list[str]:
    """Every secret of the account's connections, the inactive ones too; one that cannot be read is left out."""
    found: list[str] = []
    for connection in await repository.all_connections(session, account_id):
        with contextlib.suppress(vault.SecretUnreadable, BadKeyRing):
            found += vault.unseal(settings, account_id, connection.id, connection.secrets).values()
    return found


async def require_connection(db: Database, account_id: UUID) -> Connection:
    """The account's active connection. Raises `PsaNotConnected`."""
    async with db.transaction(account_id) as session:
        found = await repository.active_connection(session)
    if found is None or found.status == "disabled":
        raise PsaNotConnected
    return found


@asynccontextmanager
async def open_provider(services: Services, connection: Connection) -> AsyncGenerator[PsaProvider]:
    """A provider for a stretch of work. Notes on the connection when its sign-in is refused, or works again."""
    vendor = VENDORS.get(connection.provider)
    if vendor is None:
        raise PsaUnsupported
    try:
        secrets = vault.unseal(services.settings, connection.account_id, connection.id, connection.secrets)
    except vault.SecretUnreadable as error:
        message = "The stored keys of the PSA connection cannot be read with this server's key. Nothing was sent. Enter them again."
        raise PsaAuth(message) from error
    bases = Bases(connection.api_base, connection.web_base) if connection.api_base else None

    async def moved(fresh: Bases) -> None:
        async with services.db.transaction(connection.account_id) as session:
            await repository.set_bases(session, connection.id, fresh.api, fresh.web)

    slots = ConnectionSlots(services.db, connection, vendor.limits.paced(services.settings.psa_retry_scale))
    async with GuardedClient(http_options(services.settings, slots)) as client:
        shelf = cache.StoredShelf(services.db, connection)
        try:
            background = current_lane() is Lane.BACKGROUND
            opening = Opening(client, connection.config, secrets, bases, shelf, moved, background=background)
            yield await vendor.open(opening)
        except PsaAuth as error:
            await health.note_status(services.db, connection, "auth_failed", error.text)
            raise
        except PsaUnavailable as error:
            await health.note_status(services.db, connection, "unreachable", error.text)
            raise
        except PsaRateLimited as error:
            await health.note_status(services.db, connection, "rate_limited", error.text)
            raise
    # Work that was done from stored answers proves nothing about the connection.
    if client.signed_in and connection.status in _DOUBTFUL:
        await health.note_status(services.db, connection, "ok", None)
