"""Connections as their admins see them."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from resolutionflow.errors import NotFound
from resolutionflow.psa import webhooks
from resolutionflow.psa.models import OPEN_STATES, PsaConnection, PsaWrite, PsaWriteStep
from resolutionflow.psa.providers.contract import ProviderName
from resolutionflow.psa.providers.registry import VENDORS
from resolutionflow.psa.schemas_connections import CheckOut, ConnectionOut, ConnectionTestOut
from resolutionflow.psa.trying import Trial, plain
from resolutionflow.settings import Settings

_SHOWN_BY_ITS_END = "client_id"


def test_out(trial: Trial) -> ConnectionTestOut:
    checks = [CheckOut.model_validate(plain(check)) for check in trial.checks]
    return ConnectionTestOut(ok=trial.usable, checks=checks, seconds=round(trial.seconds, 2))


async def listed(session: AsyncSession, settings: Settings) -> list[ConnectionOut]:
    """The account's connections, the active one first."""
    statement = select(PsaConnection).order_by(PsaConnection.is_active.desc(), PsaConnection.created_at.desc())
    return [await _out(session, settings, row) for row in (await session.execute(statement)).scalars().all()]


async def one(session: AsyncSession, settings: Settings, connection_id: UUID) -> ConnectionOut:
    row = (await session.execute(select(PsaConnection).where(PsaConnection.id == connection_id))).scalar_one_or_none()
    if row is None:
        raise NotFound("connection")
    return await _out(session, settings, row)


async def _out(session: AsyncSession, settings: Settings, row: PsaConnection) -> ConnectionOut:
    vendor = VENDORS.get(cast("ProviderName", row.provider))
    known: dict[str, Any] = row.capabilities
    checks = [CheckOut.model_validate(check) for check in known.get("checks", [])]
    return ConnectionOut(
        id=row.id,
        provider=cast("ProviderName", row.provider),
        label=vendor.label if vendor else row.provider,
        name=row.name,
        config={name: _shown(name, value) for name, value in row.config.items()},
        key_hint=row.key_hint,
        status=cast("Any", row.status),
        status_detail=row.status_detail,
        is_active=row.is_active,
        web_base=row.web_base or None,
        checks=[*checks, *await _proven(session, row.id, vendor.write_rights if vendor else {})],
        checked_at=known.get("at"),
        check_seconds=known.get("seconds"),
        last_ok_at=row.last_ok_at,
        open_writes=await _open_writes(session, row.id),
        webhook=webhooks.state(settings, row),
        version=row.version,
    )


def _shown(name: str, value: str) -> str:
    return f"...{value[-4:]}" if name == _SHOWN_BY_ITS_END and len(value) >= 8 else value


async def _open_writes(session: AsyncSession, connection_id: UUID) -> int:
    statement = select(func.count()).where(PsaWrite.connection_id == connection_id, PsaWrite.state.in_(OPEN_STATES))
    return (await session.execute(statement)).scalar_one()


async def _proven(session: AsyncSession, connection_id: UUID, rights: Any) -> list[CheckOut]:
    """Rights that only a write proves: each is unknown until a write of its kind went through."""
    statement = (
        select(PsaWriteStep.step)
        .distinct()
        .join(PsaWrite, (PsaWrite.account_id == PsaWriteStep.account_id) & (PsaWrite.id == PsaWriteStep.write_id))
        .where(PsaWrite.connection_id == connection_id, PsaWriteStep.state == "done")
    )
    done = set((await session.execute(statement)).scalars())
    return [
        CheckOut(
            check=f"write_{step}",
            ok=True if step in done else None,
            permission=right,
            detail="" if step in done else "Only a write can prove this right; the first one will.",
        )
        for step, right in rights.items()
    ]
