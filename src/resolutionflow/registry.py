"""What the product is made of: one line for each module with tables, jobs or routes."""

from __future__ import annotations

from importlib import import_module

from fastapi import APIRouter

MODELS = (
    "resolutionflow.accounts.models",
    "resolutionflow.audit.models",
    "resolutionflow.auth.models",
    "resolutionflow.db.models",
    "resolutionflow.flows.models",
    "resolutionflow.llm.models",
    "resolutionflow.psa.models",
    "resolutionflow.realtime.models",
    "resolutionflow.scripts.models",
    "resolutionflow.sessions.models",
    "resolutionflow.sessions.lane.models",
    "resolutionflow.sessions.facts.models",
    "resolutionflow.sessions.fixes.models",
    "resolutionflow.sessions.documents.models",
    "resolutionflow.sessions.updates.models",
    "resolutionflow.sessions.uploads.models",
    "resolutionflow.sessions.shares.models",
)

JOBS: tuple[str, ...] = (
    "resolutionflow.pilot.runner",
    "resolutionflow.psa.jobs",
    "resolutionflow.scripts.jobs",
    "resolutionflow.sessions.jobs",
    "resolutionflow.sessions.naming",
)

ROUTERS: tuple[str, ...] = (
    "resolutionflow.auth.router",
    "resolutionflow.accounts.router",
    "resolutionflow.accounts.ai.router",
    "resolutionflow.accounts.welcome.router",
    "resolutionflow.audit.router",
    "resolutionflow.realtime.router",
    "resolutionflow.demo.router",
    "resolutionflow.psa.router",
    "resolutionflow.sessions.router",
    "resolutionflow.sessions.lane.router",
    "resolutionflow.sessions.facts.router",
    "resolutionflow.sessions.fixes.router",
    "resolutionflow.sessions.documents.router",
    "resolutionflow.sessions.updates.router",
    "resolutionflow.sessions.uploads.router",
    "resolutionflow.sessions.shares.router",
    "resolutionflow.pilot.router",
    "resolutionflow.scripts.router",
)

SEALED: tuple[str, ...] = ("resolutionflow.psa.vault", "resolutionflow.accounts.ai.service")
"""Where stored secrets are: `reseal_all` of each puts them under the current key."""


def import_models() -> None:
    """Fill the mapper with every table."""
    for name in MODELS:
        import_module(name)


def import_jobs() -> None:
    """Register every job handler."""
    for name in JOBS:
        import_module(name)


def routers() -> list[APIRouter]:
    """Every router, in the order of the API document."""
    return [import_module(name).router for name in ROUTERS]
