"""The application: services, routes, error answers, the static web app."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncGenerator
from typing import Any

from fastapi import FastAPI
from starlette.types import ASGIApp

from resolutionflow.db.session import Database, DatabaseUrls
from resolutionflow.errors import (
    CsrfFailed,
    EngineerRequired,
    InvalidRequest,
    NotAuthenticated,
    Overloaded,
    RateLimited,
    responses,
)
from resolutionflow.http import errors, health
from resolutionflow.http.middleware import Envelope
from resolutionflow.kit.sse import Streams
from resolutionflow.realtime.bus import Bus
from resolutionflow.realtime.hub import Hub
from resolutionflow.registry import import_jobs, import_models, routers
from resolutionflow.services import Services
from resolutionflow.settings import Settings

EVERYWHERE = responses(NotAuthenticated, CsrfFailed, EngineerRequired, InvalidRequest, RateLimited, Overloaded)
"""What any route may answer beside its own errors."""

DESCRIPTION = (
    "Sessions, tickets and everything else the ResolutionFlow app does. Errors have one shape; switch on `code`."
)


def make_services(settings: Settings, urls: DatabaseUrls) -> Services:
    """The process's services, not yet started."""
    import_models()
    db = Database(
        urls,
        pool_size=settings.pool_size,
        max_waiting=settings.pool_max_waiting,
        statement_timeout=settings.statement_timeout,
    )
    bus = Bus(urls.app)
    return Services(settings=settings, db=db, bus=bus, hub=Hub(db, bus), streams=Streams())


async def start_services(services: Services) -> None:
    await services.bus.start()
    services.hub.start()


async def stop_services(services: Services) -> None:
    await services.streams.shutdown()
    services.hub.stop()
    await services.models.aclose()
    await services.bus.stop()
    await services.db.close()


def create_api(services: Services | None) -> FastAPI:
    """The API without its envelope. `services` may be None to read the OpenAPI document only, and be set later as `state.services`."""
    import_models()
    import_jobs()

    @contextlib.asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncGenerator[None, None]:
        running: Services = app.state.services
        await start_services(running)
        try:
            yield
        finally:
            await stop_services(running)

    api = FastAPI(
        title="ResolutionFlow",
        version="1",
        description=DESCRIPTION,
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/v1/openapi.json",
    )
    api.state.services = services
    errors.install(api)
    api.include_router(health.router)
    for router in routers():
        api.include_router(router, responses=EVERYWHERE)
    return api


def create_app(services: Services) -> ASGIApp:
    """The whole product as one ASGI application. Its lifespan starts and stops `services`."""
    from resolutionflow.static_app import mount

    api = create_api(services)
    return Envelope(api, mount(api))


def openapi_document() -> dict[str, Any]:
    """The OpenAPI document, with keys in a stable order."""
    return create_api(None).openapi()
