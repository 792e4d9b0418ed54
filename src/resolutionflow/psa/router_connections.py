"""Connections to PSAs, for admins; removing one is for the owner."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import SecretStr

from resolutionflow.auth.deps import Admin, DetachedAdmin, DetachedOwner, Svc, Tx
from resolutionflow.auth.subject import Subject
from resolutionflow.db.rates import hit_hourly
from resolutionflow.errors import (
    AdminRequired,
    CsrfFailed,
    InvalidRequest,
    NotAuthenticated,
    NotFound,
    OwnerRequired,
    RateLimited,
    VersionConflict,
    responses,
)
from resolutionflow.psa import connection_views, connections
from resolutionflow.psa.connections import Change, ConnectionTestFailed, SignIn
from resolutionflow.psa.errors import PsaWritesOpen, SecretsRequired
from resolutionflow.psa.providers.errors import PsaUnsupported, PsaUrlRefused
from resolutionflow.psa.providers.registry import VENDORS
from resolutionflow.psa.schemas_connections import (
    ConnectionChangeIn,
    ConnectionIn,
    ConnectionListOut,
    ConnectionOut,
    ConnectionTestOut,
    RotateIn,
    SignInIn,
    VendorListOut,
    VendorOut,
)
from resolutionflow.services import Services

router = APIRouter()

TESTS_PER_HOUR = 10
CHANGES_PER_HOUR = 60
_ADMIN = (NotAuthenticated, CsrfFailed, AdminRequired)
_SIGN_IN = (*_ADMIN, InvalidRequest, ConnectionTestFailed, PsaUrlRefused, PsaUnsupported, RateLimited)


@router.get(
    "/vendors",
    operation_id="psa_vendors",
    description="The PSAs this server can connect and the fields each wants.",
    responses=responses(NotAuthenticated, AdminRequired),
)
async def psa_vendors(subject: Admin) -> VendorListOut:
    del subject
    return VendorListOut(
        items=[
            VendorOut(
                provider=vendor.name,
                label=vendor.label,
                config=list(vendor.config.model_fields),
                secrets=list(vendor.secrets.model_fields),
                optional=[name for name, field in vendor.config.model_fields.items() if not field.is_required()],
            )
            for vendor in VENDORS.values()
        ]
    )


@router.get(
    "/connections",
    operation_id="psa_list_connections",
    description="The account's connections, the active one first. Never a secret.",
    responses=responses(NotAuthenticated, AdminRequired),
)
async def psa_list_connections(subject: Admin, tx: Tx, services: Svc) -> ConnectionListOut:
    del subject
    return ConnectionListOut(items=await connection_views.listed(tx, services.settings))


@router.post(
    "/connections/test",
    operation_id="psa_test_connection",
    description="Try a sign-in: address, certificate, sign-in, then one read of everything that is used. Stores nothing.",
    responses=responses(*_SIGN_IN),
)
async def psa_test_connection(subject: DetachedAdmin, services: Svc, body: SignInIn) -> ConnectionTestOut:
    await _limit(services, subject, "psa-test", TESTS_PER_HOUR)
    return connection_views.test_out(await connections.test_sign_in(services, _sign_in(body)))


@router.post(
    "/connections",
    operation_id="psa_create_connection",
    status_code=201,
    description="Test the sign-in and store it as the active connection. Missing rights are stored as warnings.",
    responses=responses(*_SIGN_IN),
)
async def psa_create_connection(subject: DetachedAdmin, services: Svc, body: ConnectionIn) -> ConnectionOut:
    await _limit(services, subject, "psa-change", CHANGES_PER_HOUR)
    sign_in = _sign_in(body)
    name = body.name or connections.vendor_of(sign_in.provider).label
    made = await connections.create_connection(
        services, subject.account_id, name=name, sign_in=sign_in, subject=subject
    )
    return await _one(services, subject, made.id)


@router.patch(
    "/connections/{connection_id}",
    operation_id="psa_change_connection",
    description="Rename it, turn it on or off, or change its fields. Where or as whom it signs in needs all secrets again.",
    responses=responses(*_SIGN_IN, NotFound, SecretsRequired, VersionConflict),
)
async def psa_change_connection(
    connection_id: UUID, subject: DetachedAdmin, services: Svc, body: ConnectionChangeIn
) -> ConnectionOut:
    if body.config or body.secrets:
        await _limit(services, subject, "psa-change", CHANGES_PER_HOUR)
    wanted = Change(body.version, body.name, body.is_active, body.config, _clear(body.secrets))
    await connections.change(services, subject, connection_id, wanted)
    return await _one(services, subject, connection_id)


@router.post(
    "/connections/{connection_id}/rotate",
    operation_id="psa_rotate_connection",
    description="Store new secrets after testing them; when the test fails the old ones stay in use.",
    responses=responses(*_SIGN_IN, NotFound, VersionConflict),
)
async def psa_rotate_connection(
    connection_id: UUID, subject: DetachedAdmin, services: Svc, body: RotateIn
) -> ConnectionOut:
    await _limit(services, subject, "psa-change", CHANGES_PER_HOUR)
    await connections.rotate(services, subject, connection_id, _clear(body.secrets))
    return await _one(services, subject, connection_id)


@router.post(
    "/connections/{connection_id}/check",
    operation_id="psa_check_connection",
    description="Run the checks again with the stored keys; status and rights are updated, blocked writes go on.",
    responses=responses(*_ADMIN, NotFound, PsaUrlRefused, PsaUnsupported, RateLimited),
)
async def psa_check_connection(connection_id: UUID, subject: DetachedAdmin, services: Svc) -> ConnectionOut:
    await _limit(services, subject, "psa-change", CHANGES_PER_HOUR)
    await connections.check(services, subject, connection_id)
    return await _one(services, subject, connection_id)


@router.delete(
    "/connections/{connection_id}",
    operation_id="psa_remove_connection",
    status_code=204,
    description="Remove it with keys, mappings, settings and stored answers. Open writes stop it unless they are given up.",
    responses=responses(NotAuthenticated, CsrfFailed, OwnerRequired, NotFound, PsaWritesOpen),
)
async def psa_remove_connection(
    connection_id: UUID,
    subject: DetachedOwner,
    services: Svc,
    *,
    abandon_writes: Annotated[bool, Query(description="Give up the writes that are still open.")] = False,
) -> None:
    await connections.remove(services, subject, connection_id, abandon_writes=abandon_writes)


def _sign_in(body: SignInIn) -> SignIn:
    return SignIn(body.provider, body.config, _clear(body.secrets))


def _clear(secrets: Mapping[str, SecretStr]) -> dict[str, str]:
    return {name: value.get_secret_value().strip() for name, value in secrets.items()}


async def _limit(services: Services, subject: Subject, key: str, limit: int) -> None:
    async with services.db.transaction(subject.account_id) as session:
        await hit_hourly(session, subject.account_id, key, limit=limit)


async def _one(services: Services, subject: Subject, connection_id: UUID) -> ConnectionOut:
    async with services.db.transaction(subject.account_id) as session:
        return await connection_views.one(session, services.settings, connection_id)
