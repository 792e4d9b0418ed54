"""Member mapping, settings and activity of the connection. Everybody may ask who they are; the rest is for admins."""

from __future__ import annotations

from fastapi import APIRouter

from resolutionflow.auth.deps import Admin, DetachedAdmin, Member, Svc, Tx
from resolutionflow.errors import (
    AdminRequired,
    CsrfFailed,
    InvalidCursor,
    InvalidRequest,
    NotAuthenticated,
    NotFound,
    VersionConflict,
    responses,
)
from resolutionflow.psa import activity, lookups, mapping, members
from resolutionflow.psa.access import require_connection
from resolutionflow.psa.errors import MemberTaken, PsaNotConnected, StatusNotOnBoard, UnknownMember
from resolutionflow.psa.params import CursorQuery, IdQuery, LimitQuery, RefreshQuery
from resolutionflow.psa.providers.errors import PsaAuth, PsaPermission, PsaUnavailable
from resolutionflow.psa.schemas import LookupOut
from resolutionflow.psa.schemas_settings import (
    ActivityListOut,
    MappingListOut,
    MappingsIn,
    MatchedOut,
    MyMappingOut,
    OutcomeOut,
    SettingsIn,
    SettingsOut,
)

router = APIRouter()

_READ = (NotAuthenticated, AdminRequired, PsaNotConnected)
_WRITE = (NotAuthenticated, CsrfFailed, AdminRequired, PsaNotConnected, PsaAuth, PsaPermission, PsaUnavailable)


@router.get(
    "/member-mappings",
    operation_id="psa_member_mappings",
    description="Every active person of the account and who they are in the PSA.",
    responses=responses(*_READ),
)
async def psa_member_mappings(subject: Admin, tx: Tx) -> MappingListOut:
    del subject
    return MappingListOut(items=await mapping.listed(tx))


@router.get(
    "/member-mappings/me",
    operation_id="psa_my_member",
    description="Who the caller is in the PSA; null when nobody.",
    responses=responses(NotAuthenticated, PsaNotConnected),
)
async def psa_my_member(subject: Member, tx: Tx) -> MyMappingOut:
    return await mapping.mine(tx, subject)


@router.put(
    "/member-mappings",
    operation_id="psa_set_member_mappings",
    description="Set who the people named are in the PSA; null takes a mapping away. All or none.",
    responses=responses(*_WRITE, InvalidRequest, NotFound, UnknownMember, MemberTaken),
)
async def psa_set_member_mappings(subject: DetachedAdmin, services: Svc, body: MappingsIn) -> MappingListOut:
    await mapping.save(services, subject, body.items)
    async with services.db.transaction(subject.account_id) as session:
        return MappingListOut(items=await mapping.listed(session))


@router.post(
    "/member-mappings/auto-match",
    operation_id="psa_auto_match",
    description="Match people without a member by equal e-mail. A mail of two members, inactive and API members never match.",
    responses=responses(*_WRITE),
)
async def psa_auto_match(subject: DetachedAdmin, services: Svc) -> MatchedOut:
    connection = await require_connection(services.db, subject.account_id)
    return MatchedOut.model_validate(await members.auto_match(services, connection, subject))


@router.get(
    "/settings",
    operation_id="psa_settings",
    description="What is written to the PSA and how, with defaults.",
    responses=responses(*_READ),
)
async def psa_settings(subject: Admin, tx: Tx) -> SettingsOut:
    del subject
    return await mapping.settings_of(tx)


@router.put(
    "/settings",
    operation_id="psa_save_settings",
    description="Store all settings. Each target status must be on its board.",
    responses=responses(*_WRITE, InvalidRequest, StatusNotOnBoard, VersionConflict),
)
async def psa_save_settings(subject: DetachedAdmin, services: Svc, body: SettingsIn) -> SettingsOut:
    return await mapping.save_settings(services, subject, body)


@router.get(
    "/outcomes",
    operation_id="psa_outcomes",
    description="What actions may be filed under, where the PSA wants that (HaloPSA).",
    responses=responses(*_READ),
)
async def psa_outcomes(
    subject: DetachedAdmin, services: Svc, *, board_id: IdQuery = None, refresh: RefreshQuery = False
) -> LookupOut[OutcomeOut]:
    return await lookups.outcomes(services, subject, board_id, refresh=refresh)


@router.get(
    "/activity",
    operation_id="psa_activity",
    description="Failures, writes, and changes of connection, mapping and settings, newest first.",
    responses=responses(NotAuthenticated, AdminRequired, InvalidCursor),
)
async def psa_activity(
    subject: Admin, tx: Tx, *, limit: LimitQuery = 50, cursor: CursorQuery = None
) -> ActivityListOut:
    return await activity.page(tx, subject, limit=limit, cursor=cursor)
