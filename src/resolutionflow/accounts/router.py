"""Account preferences over HTTP."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import Field

from resolutionflow.accounts import members, preferences
from resolutionflow.auth.deps import Member, Tx, check_role
from resolutionflow.auth.subject import Role
from resolutionflow.errors import AdminRequired, CsrfFailed, InvalidRequest, NotAuthenticated, responses
from resolutionflow.kit.schemas import In, Out
from resolutionflow.realtime import Audience, LiveEvent, publish
from resolutionflow.realtime.hub import ACCESS_CHANGED

router = APIRouter(prefix="/api/v1", tags=["account"])


class AccountMember(Out):
    """Somebody of the account. `email` is for admins and the owner; null for others."""

    id: UUID
    name: str
    role: Role
    is_active: bool
    email: str | None


class AccountMemberList(Out):
    items: list[AccountMember]


class MemberQuery(In):
    """`search`: part of a name. `include_inactive`: those who may no longer sign in, too."""

    search: str = Field(default="", max_length=100)
    include_inactive: bool = False


class PreferencesIn(In):
    preferences: dict[str, Any]


class PreferencesOut(Out):
    """What is stored, and the same with defaults."""

    preferences: dict[str, Any]
    effective: dict[str, Any]


@router.get("/accounts/me/members", operation_id="list_members", responses=responses(NotAuthenticated))
async def list_members(subject: Member, session: Tx, asked: Annotated[MemberQuery, Query()]) -> AccountMemberList:
    """The people of the account, by name."""
    return AccountMemberList(
        items=[
            AccountMember(
                id=person.id,
                name=person.name,
                role=person.role,
                is_active=person.is_active,
                email=person.email if subject.at_least("admin") else None,
            )
            for person in await members.listed(
                session, subject.account_id, search=asked.search, include_inactive=asked.include_inactive
            )
        ]
    )


@router.get(
    "/accounts/me/preferences",
    operation_id="get_preferences",
    description="The account's preferences: as stored, and with defaults.",
    responses=responses(NotAuthenticated),
)
async def read(subject: Member, session: Tx) -> PreferencesOut:
    return PreferencesOut(
        preferences=await preferences.stored(session, subject.account_id),
        effective=await preferences.effective(session, subject.account_id),
    )


@router.patch(
    "/accounts/me/preferences",
    operation_id="update_preferences",
    description="Change the preferences given; null returns one to its default.",
    responses=responses(NotAuthenticated, CsrfFailed, AdminRequired, InvalidRequest),
)
async def update(subject: Member, body: PreferencesIn, session: Tx) -> PreferencesOut:
    for key, value in body.preferences.items():
        known = preferences.REGISTRY.get(key)
        if known is None:
            raise InvalidRequest(f"There is no preference named {key[:60]!r}. Nothing was stored.")
        if value is not None and not known.valid(value):
            raise InvalidRequest(f"The preference {key!r} does not take this value. Nothing was stored.")
    for key in body.preferences:
        check_role(subject, preferences.REGISTRY[key].role)
    before = await preferences.effective(session, subject.account_id)
    await preferences.merge(session, subject.account_id, body.preferences)
    after = await preferences.effective(session, subject.account_id)
    if any(before[key] != after[key] for key in preferences.ABOUT_READING):
        publish(session, LiveEvent(kind=ACCESS_CHANGED, payload={}, audience=Audience.account()))
    return await read(subject, session)
