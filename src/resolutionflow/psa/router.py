"""Routes of the PSA domain under `/api/v1/integrations/psa`."""

from __future__ import annotations

from fastapi import APIRouter

from resolutionflow.psa import (
    router_connections,
    router_hooks,
    router_lookups,
    router_settings,
    router_ticket_writes,
    router_tickets,
    router_writes,
)

router = APIRouter(prefix="/api/v1/integrations/psa", tags=["psa"])
router.include_router(router_connections.router)
router.include_router(router_settings.router)
router.include_router(router_lookups.router)
router.include_router(router_tickets.router)
router.include_router(router_ticket_writes.router)
router.include_router(router_writes.router)
router.include_router(router_hooks.router)
