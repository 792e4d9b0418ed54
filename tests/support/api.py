"""Clients of the application, signed in as the people of the world."""

from __future__ import annotations

from dataclasses import dataclass

import httpx2
from starlette.types import ASGIApp

from resolutionflow.auth.tokens import Claims, make_access_token
from resolutionflow.services import Services
from resolutionflow.settings import Settings
from tests.support.world import Person, World


def bearer(settings: Settings, person: Person) -> dict[str, str]:
    """Headers of a signed-in script."""
    token = make_access_token(settings, Claims(person.account_id, person.id, person.auth_session_id))
    return {"authorization": f"Bearer {token}"}


@dataclass
class Api:
    app: ASGIApp
    app_services: Services
    world: World
    clients: list[httpx2.AsyncClient]

    def anonymous(self) -> httpx2.AsyncClient:
        return self._client({})

    def as_user(self, role: str = "engineer", account: str = "a") -> httpx2.AsyncClient:
        """A client signed in as the person with `role` (`owner`, `admin`, `engineer`, `engineer2`, `viewer`) of account `a` or `b`."""
        return self._client(bearer(self.app_services.settings, self.world[account][role]))

    def _client(self, headers: dict[str, str]) -> httpx2.AsyncClient:
        transport = httpx2.ASGITransport(app=self.app, raise_app_exceptions=False)
        client = httpx2.AsyncClient(transport=transport, base_url="http://testserver", headers=headers)
        self.clients.append(client)
        return client
