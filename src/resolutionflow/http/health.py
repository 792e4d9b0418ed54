"""`/healthz` (this process answers) and `/readyz` (database, migrations, a live worker)."""

from __future__ import annotations

import asyncio
from functools import lru_cache

from fastapi import APIRouter
from sqlalchemy import text
from starlette.responses import JSONResponse

from resolutionflow.auth.deps import Svc
from resolutionflow.db.migrate import head_revision

router = APIRouter(include_in_schema=False)
STALE_WORKER_SECONDS = 15


@lru_cache(maxsize=1)
def _read_head() -> str:
    return head_revision()


async def _head() -> str:
    return await asyncio.to_thread(_read_head)


@router.get("/healthz")
async def healthz() -> JSONResponse:
    return JSONResponse({"status": "ok"})


@router.get("/readyz")
async def readyz(svc: Svc) -> JSONResponse:
    checks = {"database": False, "migrations": False, "worker": False}
    try:
        async with asyncio.timeout(3), svc.db.system() as session:
            checks["database"] = True
            revision = (await session.execute(text("SELECT version_num FROM alembic_version"))).scalar_one_or_none()
            checks["migrations"] = revision == await _head()
            age = text("SELECT extract(epoch FROM now() - max(seen_at)) FROM worker_heartbeats")
            seconds = (await session.execute(age)).scalar_one_or_none()
            checks["worker"] = seconds is not None and float(seconds) < STALE_WORKER_SECONDS
    except Exception:  # noqa: BLE001 - whatever is wrong with the database, the answer is "not ready"
        return JSONResponse({"status": "unavailable", "checks": checks}, status_code=503)
    ready = all(checks.values())
    return JSONResponse(
        {"status": "ok" if ready else "unavailable", "checks": checks}, status_code=200 if ready else 503
    )
