"""The connections of a process to model servers: opened on first use, shared by all calls, closed with the process."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from typing import Any, Final, TypeVar, cast

import httpx2

from resolutionflow.kit.http import GuardedTransport
from resolutionflow.kit.netguard import UrlPolicy, UrlRefused
from resolutionflow.llm.contract import LlmConfig

CONNECTIONS: Final = 400
_KEPT_CLIENTS: Final = 64
Client = TypeVar("Client")


class _StraightTransport(GuardedTransport):
    """Refuses redirects whatever a vendor's client would do with them."""

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        response = await super().handle_async_request(request)
        if 300 <= response.status_code < 400:
            await response.aclose()
            raise UrlRefused("redirect")
        return response


class Lines:
    """Guarded connections, and the vendors' clients over them by account settings; the least used are forgotten."""

    def __init__(self) -> None:
        self._http: dict[UrlPolicy, httpx2.AsyncClient] = {}
        self._clients: OrderedDict[tuple[object, ...], Any] = OrderedDict()

    def client(self, policy: UrlPolicy, config: LlmConfig, make: Callable[[httpx2.AsyncClient], Client]) -> Client:
        """The vendor's client for these settings, made when it is not known yet."""
        key = (policy, config.provider, config.base_url, config.api_key)
        if key not in self._clients:
            self._clients[key] = make(self._open(policy))
            while len(self._clients) > _KEPT_CLIENTS:
                self._clients.popitem(last=False)
        self._clients.move_to_end(key)
        return cast("Client", self._clients[key])

    async def aclose(self) -> None:
        """Close every connection."""
        self._clients.clear()
        while self._http:
            await self._http.popitem()[1].aclose()

    def _open(self, policy: UrlPolicy) -> httpx2.AsyncClient:
        if policy not in self._http:
            # Certificates and addresses are the guard's; the environment's proxies are not ours.
            self._http[policy] = httpx2.AsyncClient(
                transport=_StraightTransport(policy, connections=CONNECTIONS), follow_redirects=False, trust_env=False
            )
        return self._http[policy]
