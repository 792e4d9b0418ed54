"""SQL of connections, mappings, settings, the cache and the activity log."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from resolutionflow.kit.clock import now
from resolutionflow.kit.ids import new_id
from resolutionflow.psa.models import (
    PsaActivity,
    PsaCache,
    PsaConnection,
    PsaMemberMapping,
    PsaSettings,
)
from resolutionflow.psa.preferences import Preferences
from resolutionflow.psa.schemas import ConnectionStatus, ProviderName


@dataclass(frozen=True, slots=True)
class Connection:
    """A connection as read; `secrets` are ciphertexts and stay out of every representation."""

    id: UUID
    account_id: UUID
    provider: ProviderName
    name: str
    config: dict[str, str]
    secrets: dict[str, str] = field(repr=False)
    api_base: str
    web_base: str
    status: ConnectionStatus
    version: int = 1


@dataclass(frozen=True, slots=True)
class Mapping:
    """Which member of the PSA a user is."""

    user_id: UUID
    member_id: str
    member_name: str


def _connection(row: PsaConnection) -> Connection:
    return Connection(
        id=row.id,
        account_id=row.account_id,
        provider=cast("ProviderName", row.provider),
        name=row.name,
        config=dict(row.config),
        secrets=dict(row.secrets),
        api_base=row.api_base,
        web_base=row.web_base,
        status=cast("ConnectionStatus", row.status),
        version=row.version,
    )


async def active_connection(session: AsyncSession) -> Connection | None:
    row = (await session.execute(select(PsaConnection).where(PsaConnection.is_active))).scalar_one_or_none()
    return _connection(row) if row else None


async def connection_by_id(session: AsyncSession, connection_id: UUID) -> Connection | None:
    row = (await session.execute(select(PsaConnection).where(PsaConnection.id == connection_id))).scalar_one_or_none()
    return _connection(row) if row else None


async def all_connections(session: AsyncSession, account_id: UUID) -> list[Connection]:
    """The inactive ones too."""
    query = select(PsaConnection).where(PsaConnection.account_id == account_id)
    return [_connection(row) for row in (await session.execute(query)).scalars()]


async def set_status(
    session: AsyncSession,
    connection_id: UUID,
    status: ConnectionStatus,
    detail: str | None,
) -> bool:
    """Record how the connection does. True when it changed."""
    moment = now()
    values: dict[str, Any] = {
        "status": status,
        "status_detail": detail,
        "updated_at": moment,
    }
    if status == "ok":
        values["last_ok_at"] = moment
    found = await session.execute(
        update(PsaConnection)
        .where(PsaConnection.id == connection_id, PsaConnection.status != status)
        .values(values)
        .returning(PsaConnection.id)
    )
    return found.scalar_one_or_none() is not None


async def set_bases(session: AsyncSession, connection_id: UUID, api_base: str, web_base: str) -> None:
    await session.execute(
        update(PsaConnection)
        .where(PsaConnection.id == connection_id)
        .values(api_base=api_base, web_base=web_base, updated_at=now())
    )


async def preferences(session: AsyncSession, connection_id: UUID) -> Preferences:
    """The settings of a connection; defaults where nothing is stored."""
    stored = (
        await session.execute(select(PsaSettings.values).where(PsaSettings.connection_id == connection_id))
    ).scalar_one_or_none()
    return Preferences.model_validate(stored or {})


async def save_preferences(
    session: AsyncSession, account_id: UUID, connection_id: UUID, values: dict[str, Any]
) -> None:
    statement = insert(PsaSettings).values(
        id=new_id(), account_id=account_id, connection_id=connection_id, values=values
    )
    await session.execute(
        statement.on_conflict_do_update(
            index_elements=["account_id", "connection_id"],
            set_={
                "values": statement.excluded["values"],
                "version": PsaSettings.version + 1,
                "updated_at": now(),
            },
        )
    )


async def mapping_of(session: AsyncSession, connection_id: UUID, user_id: UUID) -> Mapping | None:
    statement = select(PsaMemberMapping).where(
        PsaMemberMapping.connection_id == connection_id,
        PsaMemberMapping.user_id == user_id,
    )
    row = (await session.execute(statement)).scalar_one_or_none()
    return Mapping(row.user_id, row.member_id, row.member_name) if row else None


async def mappings(session: AsyncSession, connection_id: UUID) -> list[Mapping]:
    rows = (
        await session.execute(select(PsaMemberMapping).where(PsaMemberMapping.connection_id == connection_id))
    ).scalars()
    return [Mapping(row.user_id, row.member_id, row.member_name) for row in rows]


async def cache_get(session: AsyncSession, connection_id: UUID, kind: str, key: str) -> object | None:
    """A stored value that has not expired."""
    statement = select(PsaCache.value).where(
        PsaCache.connection_id == connection_id,
        PsaCache.kind == kind,
        PsaCache.key == key,
        PsaCache.expires_at > now(),
    )
    return cast("object | None", (await session.execute(statement)).scalar_one_or_none())


async def cache_put(
    session: AsyncSession,
    account_id: UUID,
    connection_id: UUID,
    kind: str,
    key: str,
    value: object,
    expires_at: datetime,
) -> None:
    statement = insert(PsaCache).values(
        id=new_id(),
        account_id=account_id,
        connection_id=connection_id,
        kind=kind,
        key=key,
        value=value,
        expires_at=expires_at,
    )
    await session.execute(
        statement.on_conflict_do_update(
            index_elements=["account_id", "connection_id", "kind", "key"],
            set_={
                "value": statement.excluded.value,
                "expires_at": statement.excluded.expires_at,
            },
        )
    )


async def cache_drop(session: AsyncSession, connection_id: UUID, *kinds: str) -> None:
    """Forget stored values of these kinds, and whatever has expired."""
    await session.execute(
        delete(PsaCache).where(
            PsaCache.connection_id == connection_id,
            PsaCache.kind.in_(kinds) | (PsaCache.expires_at < now()),
        )
    )


def log_activity(
    session: AsyncSession,
    account_id: UUID,
    kind: str,
    *,
    connection_id: UUID | None = None,
    write_id: UUID | None = None,
    actor_id: UUID | None = None,
    detail: dict[str, Any] | None = None,
) -> None:
    """Append to the activity log. `detail` holds ids, codes and states, never a secret."""
    session.add(
        PsaActivity(
            account_id=account_id,
            kind=kind,
            connection_id=connection_id,
            write_id=write_id,
            actor_id=actor_id,
            detail=detail or {},
        )
    )
