"""Model settings, their test and what was used, over HTTP."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from resolutionflow.accounts.ai import service, trial, views
from resolutionflow.accounts.ai.errors import (
    BaseUrlNotAllowed,
    KeyRequired,
    ModelRequired,
    NothingToTest,
    PlatformUnavailable,
)
from resolutionflow.accounts.ai.schemas import AiSettingsIn, AiSettingsOut, AiTestIn, AiTestOut, AiUsageOut, GroupBy
from resolutionflow.auth.deps import Admin, DetachedAdmin, Engineer, Svc, Tx
from resolutionflow.errors import (
    AdminRequired,
    CsrfFailed,
    EngineerRequired,
    InvalidRequest,
    NotAuthenticated,
    RateLimited,
    VersionConflict,
    responses,
)
from resolutionflow.kit.clock import now
from resolutionflow.llm.ledger import month_of

router = APIRouter(prefix="/api/v1/accounts/me/ai", tags=["account"])


@router.get(
    "",
    operation_id="get_ai_settings",
    description="Which model answers, its prices and this month's budget. The key is never in the answer.",
    responses=responses(NotAuthenticated, EngineerRequired),
)
async def read(subject: Engineer, services: Svc, tx: Tx) -> AiSettingsOut:
    return await views.settings_out(tx, services.settings, subject)


@router.put(
    "",
    operation_id="update_ai_settings",
    description="Store all model settings. A key left out stays, unless provider or address change; null deletes it.",
    responses=responses(
        NotAuthenticated,
        CsrfFailed,
        AdminRequired,
        InvalidRequest,
        BaseUrlNotAllowed,
        KeyRequired,
        ModelRequired,
        PlatformUnavailable,
        VersionConflict,
    ),
)
async def write(subject: Admin, services: Svc, body: AiSettingsIn, tx: Tx) -> AiSettingsOut:
    await service.save(tx, services.settings, subject, body)
    return await views.settings_out(tx, services.settings, subject)


@router.post(
    "/test",
    operation_id="test_ai",
    description="One tiny call a tier, with the stored settings or with those given. Stores nothing but what it used.",
    responses=responses(
        NotAuthenticated, CsrfFailed, AdminRequired, InvalidRequest, BaseUrlNotAllowed, NothingToTest, RateLimited
    ),
)
async def try_out(subject: DetachedAdmin, services: Svc, body: AiTestIn | None = None) -> AiTestOut:
    return AiTestOut(items=await trial.run(services, subject, body))


@router.get(
    "/usage",
    operation_id="ai_usage",
    description="Calls, tokens and cost of a month (UTC), summed by day, action, model, session or, for admins, user.",
    responses=responses(NotAuthenticated, EngineerRequired, AdminRequired, InvalidRequest),
)
async def usage(
    subject: Engineer,
    services: Svc,
    tx: Tx,
    month: Annotated[str | None, Query(pattern=r"^20\d{2}-(0[1-9]|1[0-2])$", description="YYYY-MM; this month")] = None,
    group_by: Annotated[GroupBy, Query()] = "day",
) -> AiUsageOut:
    if group_by == "user" and not subject.at_least("admin"):
        raise AdminRequired
    return await views.usage_out(tx, services.settings, subject, month=month or month_of(now()), group_by=group_by)
