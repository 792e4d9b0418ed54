"""Account preferences over HTTP."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from resolutionflow.accounts import preferences
from resolutionflow.auth.deps import Member, Tx, check_role
from resolutionflow.errors import AdminRequired, CsrfFailed, InvalidRequest, NotAuthenticated, responses
from resolutionflow.kit.schemas import In, Out
from resolutionflow.realtime import Audience, LiveEvent, publish
from resolutionflow.realtime.hub import ACCESS_CHANGED

router = APIRouter(prefix="/api/v1", tags=["account"])


class PreferencesIn(In):
    preferences: dict[str, Any]


class PreferencesOut(Out):
    """What is stored, and the same with defaults."""

    preferences: dict[str, Any]
    effective: dict[str, Any]


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
