"""Shows the demo sign-in on the sign-in page (accounts-admin.md 10)."""

from __future__ import annotations

from fastapi import APIRouter
from sqlalchemy import text

from resolutionflow.auth.deps import Svc
from resolutionflow.demo.sign_in import EMAIL, PASSWORD
from resolutionflow.errors import AppError, responses
from resolutionflow.kit.schemas import Out

router = APIRouter(prefix="/api/v1", tags=["demo"])


class DemoOff(AppError):
    code = "not_found"
    status = 404
    message = "There is no demo workspace on this installation."


class DemoSignIn(Out):
    """The demo sign-in of an installation that listens on loopback only."""

    email: str
    password: str


@router.get(
    "/auth/demo",
    operation_id="demo_sign_in",
    description="The demo sign-in of an installation that listens on loopback only.",
    responses=responses(DemoOff),
)
async def demo(svc: Svc) -> DemoSignIn:
    if not (svc.settings.demo and svc.settings.loopback_only):
        raise DemoOff
    async with svc.db.system() as session:
        known = (await session.execute(text("SELECT 1 FROM accounts WHERE is_demo LIMIT 1"))).scalar_one_or_none()
    if known is None:
        raise DemoOff
    return DemoSignIn(email=EMAIL, password=PASSWORD)
