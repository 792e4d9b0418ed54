"""Making, testing, changing and removing connections (psa.md 1). Every sign-in is tested before it is stored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from resolutionflow.audit.service import Act, record, record_system
from resolutionflow.auth.subject import Subject
from resolutionflow.errors import NotFound, VersionConflict
from resolutionflow.kit.clock import now
from resolutionflow.kit.ids import new_id
from resolutionflow.psa import health, repository, vault, webhooks
from resolutionflow.psa.errors import PsaWritesOpen, SecretsRequired
from resolutionflow.psa.jobs import enqueue_warm_up
from resolutionflow.psa.members import Matched, auto_match, match_by_email
from resolutionflow.psa.models import OPEN_STATES, PsaCache, PsaConnection, PsaWrite
from resolutionflow.psa.preferences import Preferences
from resolutionflow.psa.providers.contract import ProviderName
from resolutionflow.psa.providers.errors import PsaUnsupported
from resolutionflow.psa.providers.registry import VENDORS
from resolutionflow.psa.providers.vendor import Vendor
from resolutionflow.psa.repository import Connection
from resolutionflow.psa.trying import ConnectionTestFailed, Trial, checked_sign_in, try_out
from resolutionflow.psa.writeback.outcomes import Blocked
from resolutionflow.services import Services

__all__ = ["ConnectionTestFailed", "Matched", "SignIn", "auto_match", "create_connection", "match_by_email"]

_HINT = 4
_KEEPS_SECRETS = frozenset({"tenant"})
_LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended('psa-connections:' || :account, 0))")


@dataclass(frozen=True, slots=True)
class SignIn:
    """What a person types in for a vendor: fields by name, the secret ones apart."""

    provider: ProviderName
    config: Mapping[str, str]
    secrets: Mapping[str, str] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Change:
    """What is changed about a connection; None keeps. `secrets` are needed when `config` changes where or as whom it signs in."""

    version: int
    name: str | None = None
    is_active: bool | None = None
    config: Mapping[str, str] = field(default_factory=dict[str, str])
    secrets: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)


def vendor_of(provider: ProviderName) -> Vendor:
    vendor = VENDORS.get(provider)
    if vendor is None:
        raise PsaUnsupported
    return vendor


async def test_sign_in(services: Services, sign_in: SignIn) -> Trial:
    """Try a sign-in that is stored nowhere. Raises `ConnectionTestFailed` for fields that cannot be right, `PsaUrlRefused`."""
    vendor = vendor_of(sign_in.provider)
    config, secrets = checked_sign_in(vendor, sign_in.config, sign_in.secrets)
    return await try_out(services.settings, vendor, config, secrets)


async def create_connection(
    services: Services, account_id: UUID, *, name: str, sign_in: SignIn, subject: Subject | None = None
) -> Connection:
    """Test the sign-in, then store the connection as the account's active one. Without a `subject` the product does it itself.

    Raises `ConnectionTestFailed`, `PsaUrlRefused`. A missing permission does not stop it. Another active connection is switched off.
    """
    vendor = vendor_of(sign_in.provider)
    config, secrets = checked_sign_in(vendor, sign_in.config, sign_in.secrets)
    trial = _usable(await try_out(services.settings, vendor, config, secrets))
    assert trial.bases is not None
    connection_id = new_id()
    async with services.db.transaction(account_id) as session:
        await _lock(session, account_id)
        await _switch_off_others(session, account_id, connection_id)
        session.add(
            PsaConnection(
                id=connection_id,
                account_id=account_id,
                provider=vendor.name,
                name=name,
                config=config,
                secrets=vault.seal(services.settings, account_id, connection_id, secrets),
                key_hint=_hint(vendor, config, secrets),
                api_base=trial.bases.api,
                web_base=trial.bases.web,
                status=trial.status,
                status_detail=_detail(trial),
                capabilities=trial.stored(),
                last_ok_at=trial.at,
            )
        )
        await session.flush()
        if vendor.resolved != Preferences().default_names["resolved"]:
            names = {"default_names": {"resolved": vendor.resolved}}
            await repository.save_preferences(session, account_id, connection_id, names)
        _note(services, session, account_id, subject, "connection_created", connection_id, {"provider": vendor.name})
        health.announce(session, connection_id, trial.status)
        await enqueue_warm_up(session, account_id, connection_id)
        found = await repository.connection_by_id(session, connection_id)
    assert found is not None
    return found


async def rotate(services: Services, subject: Subject, connection_id: UUID, secrets: Mapping[str, str]) -> None:
    """New secrets, tested first; when they do not work the old ones stay. Blocked writes go on. Raises `ConnectionTestFailed`."""
    found = await _load(services, subject, connection_id)
    vendor = vendor_of(found.provider)
    config, fresh = checked_sign_in(vendor, found.config, secrets)
    trial = _usable(await try_out(services.settings, vendor, config, fresh))
    async with services.db.transaction(subject.account_id) as session:
        row = await _locked(session, subject, connection_id)
        if row.config != found.config:
            raise VersionConflict(details={"version": row.version})
        _keep(services, vendor, row, fresh)
        await _settle(session, row, trial)
        _note(services, session, subject.account_id, subject, "connection_rotated", row.id, {"secrets": "changed"})


async def check(services: Services, subject: Subject, connection_id: UUID) -> None:
    """Run the checks with what is stored; status and what it can do are updated, writes that waited for it go on."""
    found = await _load(services, subject, connection_id)
    vendor = vendor_of(found.provider)
    secrets = vault.unseal(services.settings, found.account_id, found.id, found.secrets)
    trial = await try_out(services.settings, vendor, found.config, secrets)
    async with services.db.transaction(subject.account_id) as session:
        row = await _locked(session, subject, connection_id)
        if row.secrets == found.secrets and row.config == found.config:
            await _settle(session, row, trial)


async def change(services: Services, subject: Subject, connection_id: UUID, wanted: Change) -> None:
    """Name, on or off, other fields. A new place or name to sign in with needs all secrets anew and is tested.

    Raises `SecretsRequired`, `ConnectionTestFailed`, `VersionConflict`.
    """
    found = await _load(services, subject, connection_id)
    if found.version != wanted.version:
        raise VersionConflict(details={"version": found.version})
    vendor = vendor_of(found.provider)
    changed = {name: value for name, value in wanted.config.items() if found.config.get(name) != value}
    if changed.keys() - _KEEPS_SECRETS and not vendor.secrets.model_fields.keys() <= wanted.secrets.keys():
        raise SecretsRequired(details={"fields": sorted(vendor.secrets.model_fields)})
    trial: Trial | None = None
    secrets: dict[str, str] = {}
    config = found.config
    if changed or wanted.secrets:
        known = vault.unseal(services.settings, found.account_id, found.id, found.secrets) if not wanted.secrets else {}
        config, secrets = checked_sign_in(vendor, {**found.config, **changed}, {**known, **wanted.secrets})
        trial = _usable(await try_out(services.settings, vendor, config, secrets))
    async with services.db.transaction(subject.account_id) as session:
        row = await _locked(session, subject, connection_id)
        if row.version != wanted.version:
            raise VersionConflict(details={"version": row.version})
        told: dict[str, Any] = {}
        if wanted.name is not None and wanted.name != row.name:
            told["name"] = [row.name, wanted.name]
            row.name = wanted.name
        if trial is not None:
            told |= {name: [found.config.get(name), config[name]] for name in changed if name in config}
            told |= {"secrets": "changed"} if wanted.secrets else {}
            row.config = config
            _keep(services, vendor, row, secrets)
            await session.execute(delete(PsaCache).where(PsaCache.connection_id == row.id))
        if wanted.is_active is not None and wanted.is_active != row.is_active:
            told["is_active"] = [row.is_active, wanted.is_active]
            await _switch(session, row, on=wanted.is_active)
        if trial is not None and row.is_active:
            await _settle(session, row, trial)
        row.version += 1
        row.updated_at = now()
        _note(services, session, subject.account_id, subject, "connection_changed", row.id, told)


async def remove(services: Services, subject: Subject, connection_id: UUID, *, abandon_writes: bool) -> None:
    """Remove a connection with its secrets, mappings, settings and stored answers. What was written stays as text.

    Raises `PsaWritesOpen` unless the open writes are given up. A write that is being sent stops before its next step.
    """
    async with services.db.transaction(subject.account_id) as session:
        row = await _locked(session, subject, connection_id)
        leaving, hook = await repository.connection_by_id(session, connection_id), row.hook
        open_writes = (PsaWrite.connection_id == row.id, PsaWrite.state.in_(OPEN_STATES))
        count = (await session.execute(select(func.count()).select_from(PsaWrite).where(*open_writes))).scalar_one()
        if count and not abandon_writes:
            raise PsaWritesOpen(details={"count": count})
        words = Blocked("rejected", "psa_not_connected", "The connection to the PSA was removed. Nothing more is sent.")
        given_up = await session.execute(
            update(PsaWrite)
            .where(*open_writes)
            .values(state="cancelled", problem=words.problem(), runner_id=None, lease_until=None, updated_at=now())
            .returning(PsaWrite.id, PsaWrite.session_id, PsaWrite.ticket_id, PsaWrite.requested_by)
        )
        await health.announce_writes(session, given_up.all(), "cancelled")
        told = {"provider": row.provider, "name": row.name, "abandoned_writes": count}
        # The activity row outlives the connection: it names it in words.
        _note(services, session, subject.account_id, subject, "connection_deleted", row.id, told, lasting=True)
        health.announce(session, row.id, "disabled")
        await session.delete(row)
    if leaving is not None:
        await webhooks.give_up(services, leaving, hook)


def _usable(trial: Trial) -> Trial:
    if not trial.usable:
        raise ConnectionTestFailed(trial.checks)
    return trial


def _hint(vendor: Vendor, config: Mapping[str, str], secrets: Mapping[str, str]) -> str | None:
    value = {**config, **secrets}.get(vendor.public, "")
    return value[-_HINT:] if len(value) >= 2 * _HINT else None


def _keep(services: Services, vendor: Vendor, row: PsaConnection, secrets: Mapping[str, str]) -> None:
    row.secrets = vault.seal(services.settings, row.account_id, row.id, secrets)
    row.key_hint = _hint(vendor, row.config, secrets)


def _detail(trial: Trial) -> str | None:
    broken = next((check.detail for check in trial.checks if not check.ok and check.permission is None), None)
    return (broken or ", ".join(trial.missing))[:500] or None


async def _settle(session: AsyncSession, row: PsaConnection, trial: Trial) -> None:
    """Store what a test found; a sign-in that works lets waiting writes go on."""
    if trial.bases is not None:
        row.api_base, row.web_base = trial.bases.api, trial.bases.web
        row.last_ok_at = trial.at
    # A test that got nowhere says nothing about rights: what was known of them stays.
    if trial.usable:
        row.capabilities = trial.stored()
    row.updated_at = now()
    await session.flush()
    if row.is_active:
        await health.settle(session, row.account_id, row.id, trial.status, _detail(trial))
        if trial.usable:
            await enqueue_warm_up(session, row.account_id, row.id)


async def _switch(session: AsyncSession, row: PsaConnection, *, on: bool) -> None:
    if on:
        await _lock(session, row.account_id)
        await _switch_off_others(session, row.account_id, row.id)
        row.is_active = True
        await session.flush()
        await health.settle(session, row.account_id, row.id, "untested", None)
        return
    row.is_active = False
    await session.flush()
    await health.settle(session, row.account_id, row.id, "disabled", None)


async def _switch_off_others(session: AsyncSession, account_id: UUID, connection_id: UUID) -> None:
    others = select(PsaConnection).where(PsaConnection.is_active, PsaConnection.id != connection_id)
    for other in (await session.execute(others)).scalars().all():
        other.is_active = False
        other.version += 1
        await session.flush()
        await health.settle(session, account_id, other.id, "disabled", None)


async def _lock(session: AsyncSession, account_id: UUID) -> None:
    await session.execute(_LOCK, {"account": str(account_id)})


async def _load(services: Services, subject: Subject, connection_id: UUID) -> Connection:
    async with services.db.transaction(subject.account_id) as session:
        found = await repository.connection_by_id(session, connection_id)
    if found is None:
        raise NotFound("connection")
    return found


async def _locked(session: AsyncSession, subject: Subject, connection_id: UUID) -> PsaConnection:
    await _lock(session, subject.account_id)
    statement = select(PsaConnection).where(PsaConnection.id == connection_id).with_for_update()
    row = (await session.execute(statement)).scalar_one_or_none()
    if row is None:
        raise NotFound("connection")
    return row


def _note(
    services: Services,
    session: AsyncSession,
    account_id: UUID,
    subject: Subject | None,
    kind: str,
    connection_id: UUID,
    detail: dict[str, Any],
    *,
    lasting: bool = False,
) -> None:
    """A row of the activity log and one of the audit log."""
    repository.log_activity(
        session,
        account_id,
        kind,
        connection_id=None if lasting else connection_id,
        actor_id=subject.user_id if subject else None,
        detail=detail,
    )
    act = Act(f"psa.{kind}", "psa_connection", connection_id, detail)
    if subject is None:
        record_system(session, services.settings, account_id, act)
    else:
        record(session, services.settings, subject, act)
