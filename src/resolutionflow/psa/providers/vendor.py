"""How a PSA is connected: what a person types in, what the vendor bears, and how a provider is made from it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal, Protocol

from pydantic import BaseModel

from resolutionflow.kit.http import GuardedClient
from resolutionflow.psa.providers.contract import Bases, ProviderName, PsaProvider

Json = Any
ShelfKind = Literal["picklists", "zone", "roles", "types", "outcomes", "people", "threshold"]


class Shelf(Protocol):
    """Answers a provider may keep for a while, for its connection alone. Errors are never kept."""

    async def keep(self, kind: ShelfKind, key: str, load: Callable[[], Awaitable[Json]]) -> Json:
        """The kept answer, or a fresh one that is kept then."""
        ...

    async def forget(self, kind: ShelfKind) -> None: ...


@dataclass(frozen=True, slots=True)
class Limits:
    """What a vendor bears from one connection, over all our replicas. `per_endpoint`: `concurrent` counts for each object of the API.

    `burst`: how many requests a person's work may send at once before `per_second` holds, once that many were saved up.
    """

    concurrent: int
    per_second: float | None = None
    per_endpoint: bool = False
    burst: int = 10

    def paced(self, scale: float) -> Limits:
        """With the step between two requests scaled; tests shrink it."""
        if self.per_second is None or scale == 1:
            return self
        return replace(self, per_second=self.per_second / scale if scale > 0 else None)


@dataclass(frozen=True, slots=True)
class Opening:
    """What a provider is made from. `secrets` are clear: they live as long as the provider and are never logged.

    `background`: no person waits for this work, so it gives way when the vendor is nearly used up.
    """

    client: GuardedClient
    config: Mapping[str, str]
    secrets: Mapping[str, str] = field(repr=False)
    bases: Bases | None
    shelf: Shelf
    moved: Callable[[Bases], Awaitable[None]]
    background: bool = False


@dataclass(frozen=True, slots=True)
class Vendor:
    """One PSA: what a person types in to connect it, and how to get from there to a provider.

    `config` and `secrets` validate what is typed in. `open` discovers the addresses when it is not given them. `public` names the one field
    of which four characters may be shown. `write_rights` names, by step of a write, the right that only a write of that kind proves.
    `resolved` is what the status of a resolved ticket is called there as delivered: a new connection begins with it as its target.
    """

    name: ProviderName
    label: str
    config: type[BaseModel]
    secrets: type[BaseModel]
    public: str
    limits: Limits
    open: Callable[[Opening], Awaitable[PsaProvider]]
    link: str
    write_rights: Mapping[str, str] = field(default_factory=dict[str, str])
    resolved: str = "Resolved"
