"""The demo workspace: who may be tried, and its way back to the first state (accounts-admin.md 10)."""

from __future__ import annotations

from fastapi import APIRouter

from resolutionflow.auth.deps import DetachedAdmin, DetachedOwner, Svc
from resolutionflow.auth.subject import Role
from resolutionflow.demo import repository
from resolutionflow.demo.others import OtherPsa
from resolutionflow.demo.sign_in import ACCOUNT_ID, EMAIL, PASSWORD
from resolutionflow.errors import (
    AdminRequired,
    AppError,
    CsrfFailed,
    NotAuthenticated,
    OwnerRequired,
    VersionConflict,
    responses,
)
from resolutionflow.kit.schemas import In, Out
from resolutionflow.psa.trying import ConnectionTestFailed

router = APIRouter(prefix="/api/v1", tags=["demo"])


class DemoOff(AppError):
    code = "not_found"
    status = 404
    message = "There is no demo workspace on this installation."


class NotDemo(AppError):
    code = "not_found"
    status = 404
    message = "This is not the demo workspace. Nothing was changed: only invented data can be reset."


class SimulatorAway(AppError):
    code = "demo_simulator_unreachable"
    status = 503
    message = (
        "The workspace is in its first state, but its simulated PSA did not answer. Press Reset again in a moment."
    )


class DemoUserOut(Out):
    """Somebody to try the demo as: what they do, and what they are good for."""

    email: str
    name: str
    role: Role
    job: str
    good_for: str


class DemoSignIn(Out):
    """The demo sign-in of an installation that listens on loopback only. `email` is the one to try first; all share the password."""

    email: str
    password: str
    users: list[DemoUserOut]


@router.get(
    "/auth/demo",
    operation_id="demo_sign_in",
    description="The demo sign-in of an installation that listens on loopback only.",
    responses=responses(DemoOff),
)
async def demo(svc: Svc) -> DemoSignIn:
    # The demo world is read when it is asked for: most installations never do.
    from resolutionflow.demo.seed import people

    if not (svc.settings.demo and svc.settings.loopback_only):
        raise DemoOff
    async with svc.db.system() as session:
        if not await repository.known(session, ACCOUNT_ID):
            raise DemoOff
    first = sorted(people(), key=lambda person: person.email != EMAIL)
    return DemoSignIn(email=EMAIL, password=PASSWORD, users=[DemoUserOut.model_validate(person) for person in first])


@router.post(
    "/demo/reset",
    operation_id="reset_demo",
    status_code=204,
    description="Put the demo workspace and its simulated PSA back to their first state. Everybody stays signed in.",
    responses=responses(NotAuthenticated, CsrfFailed, OwnerRequired, NotDemo, SimulatorAway),
)
async def reset(subject: DetachedOwner, svc: Svc) -> None:
    from resolutionflow.demo.seed import reset_demo

    if subject.account_id != ACCOUNT_ID:
        raise NotDemo
    try:
        await reset_demo(svc)
    except OSError as away:
        raise SimulatorAway from away


class OtherPsaIn(In):
    """Which of the other simulated PSAs to put to use."""

    provider: OtherPsa


@router.post(
    "/demo/psa",
    operation_id="connect_demo_psa",
    status_code=204,
    description="Connect the demo workspace to another simulated PSA; the one in use is turned off and can be turned on again.",
    responses=responses(NotAuthenticated, CsrfFailed, AdminRequired, NotDemo, ConnectionTestFailed, VersionConflict),
)
async def connect_psa(subject: DetachedAdmin, svc: Svc, body: OtherPsaIn) -> None:
    from resolutionflow.demo.seed import connect_other

    if subject.account_id != ACCOUNT_ID or not svc.settings.demo_simulator_url:
        raise NotDemo
    await connect_other(svc, subject, body.provider)
