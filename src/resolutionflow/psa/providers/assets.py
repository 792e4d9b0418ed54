"""Every machine and device of every client: what the last gate compares a text with."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from resolutionflow.psa.providers.contract import Configuration


@dataclass(frozen=True, slots=True)
class Asset:
    """A configuration with the client it belongs to. `addresses` is what the vendor has: none, one, or several in one text."""

    company_id: str
    name: str
    addresses: str


@runtime_checkable
class KnowsAssets(Protocol):
    """A provider that can list the configurations of all clients."""

    async def list_assets(self, *, limit: int) -> tuple[Asset, ...]: ...


def assets_of(found: Iterable[tuple[str | None, Configuration]]) -> tuple[Asset, ...]:
    """Those that belong to a client and can be recognised."""
    return tuple(
        Asset(company_id, item.name, item.ip_address or "")
        for company_id, item in found
        if company_id and (item.name or item.ip_address)
    )
