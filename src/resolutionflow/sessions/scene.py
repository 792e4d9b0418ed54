"""Who does something, in which transaction, with what at hand: the first argument of every use case of this package."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request
from sqlalchemy.ext.asyncio import AsyncSession

from resolutionflow.auth.deps import Admin, Engineer, Member, Subject, Svc, Tx
from resolutionflow.auth.idempotency import claim
from resolutionflow.services import Services


@dataclass(frozen=True, slots=True)
class Scene:
    """One request of one person inside one transaction."""

    tx: AsyncSession
    subject: Subject
    services: Services


async def _member(tx: Tx, subject: Member, services: Svc) -> Scene:
    return Scene(tx, subject, services)


async def _engineer(request: Request, tx: Tx, subject: Engineer, services: Svc) -> Scene:
    # With an Idempotency-Key a repeat is answered here, before anything is done again.
    await claim(request, tx, subject)
    return Scene(tx, subject, services)


async def _admin(request: Request, tx: Tx, subject: Admin, services: Svc) -> Scene:
    await claim(request, tx, subject)
    return Scene(tx, subject, services)


async def _unkept(tx: Tx, subject: Engineer, services: Svc) -> Scene:
    return Scene(tx, subject, services)


Reading = Annotated[Scene, Depends(_member)]
EngineerReading = Annotated[Scene, Depends(_unkept)]
"""For what a viewer does not see."""
Writing = Annotated[Scene, Depends(_engineer)]
Managing = Annotated[Scene, Depends(_admin)]
"""For admins and the owner."""
WritingUnkept = Annotated[Scene, Depends(_unkept)]
"""For answers that may hold a secret as it was sent: they are never stored, so `Idempotency-Key` is not heard."""
