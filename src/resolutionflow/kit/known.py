"""The secrets stored for accounts, in clear and in memory only, so that they are found wherever they turn up.

A package that keeps secrets registers how to read its own with `source`. What was read is used for `KEPT_SECONDS`, then read anew: a
secret sealed on another server is known here that much later, one sealed here at once.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Iterable, Iterator
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from uuid import UUID
from weakref import WeakSet

from sqlalchemy.ext.asyncio import AsyncSession

from resolutionflow.settings import Settings

KEPT_SECONDS = 10.0
SHORTEST = 4
"""A shorter value would be found in ordinary words."""

Source = Callable[[AsyncSession, Settings, UUID], Awaitable[Iterable[str]]]
Open = Callable[[UUID], AbstractAsyncContextManager[AsyncSession]]
_SOURCES: list[Source] = []


def source(read: Source) -> Source:
    """Register how a package reads the secrets it keeps for an account."""
    if read not in _SOURCES:
        _SOURCES.append(read)
    return read


@dataclass(frozen=True, slots=True)
class _Kept:
    until: float
    values: tuple[str, ...] = field(repr=False)


@dataclass(slots=True, weakref_slot=True, eq=False)
class KnownSecrets:
    """What one process knows. Never logged, never stored, in no representation."""

    settings: Settings = field(repr=False)
    _kept: dict[UUID, _Kept] = field(default_factory=dict["UUID", "_Kept"], repr=False)
    _sealed: dict[UUID, _Kept] = field(default_factory=dict["UUID", "_Kept"], repr=False)

    def __post_init__(self) -> None:
        _PROCESSES.add(self)

    def of(self, account_id: UUID) -> tuple[str, ...]:
        """The secrets of the account and of this installation, as far as they were read."""
        both = (self._kept.get(account_id), self._sealed.get(account_id))
        return (*self._own(), *(value for kept in both if kept for value in kept.values))

    def everybody(self) -> Iterator[str]:
        """All that is known now; what has not been used for a while is forgotten."""
        yield from self._own()
        now = time.monotonic()
        for table in (self._kept, self._sealed):
            for account_id, kept in list(table.items()):
                if kept.until + KEPT_SECONDS < now:
                    table.pop(account_id, None)
                else:
                    yield from kept.values

    def fresh(self, account_id: UUID) -> bool:
        """Whether they were read a moment ago."""
        kept = self._kept.get(account_id)
        return kept is not None and time.monotonic() < kept.until

    async def read(self, tx: AsyncSession, account_id: UUID) -> None:
        """Read them in the caller's transaction of that account, unless they are fresh."""
        if self.fresh(account_id):
            return
        found = {value for read in _SOURCES for value in await read(tx, self.settings, account_id)}
        usable = tuple(sorted(value for value in found if len(value) >= SHORTEST))
        self._kept[account_id] = _Kept(time.monotonic() + KEPT_SECONDS, usable)

    async def ready(self, open_transaction: Open, account_id: UUID) -> None:
        """As `read`, in a transaction of its own: for callers that hold none."""
        if not self.fresh(account_id):
            async with open_transaction(account_id) as tx:
                await self.read(tx, account_id)

    def sealed(self, account_id: UUID, secret: str) -> None:
        """`secret` is about to be stored: known from now on, whatever was read a moment ago."""
        before = self._sealed.get(account_id)
        values = {*(before.values if before else ()), *([secret] if len(secret) >= SHORTEST else ())}
        self._sealed[account_id] = _Kept(time.monotonic() + KEPT_SECONDS, tuple(sorted(values)))

    def _own(self) -> Iterator[str]:
        for secret in (self.settings.secret_key, self.settings.llm_api_key, self.settings.storage_secret_key):
            if len(value := secret.get_secret_value()) >= SHORTEST:
                yield value
        for entry in self.settings.vault_keys.get_secret_value().replace(",", " ").split():
            if len(value := entry.partition(":")[2]) >= SHORTEST:
                yield value


_PROCESSES: WeakSet[KnownSecrets] = WeakSet()


def sealed(account_id: UUID, secret: str) -> None:
    """Called by the vault: this process knows the secret at once."""
    for process in list(_PROCESSES):
        process.sealed(account_id, secret)


def known_here() -> Iterator[str]:
    """Every secret this process knows now: what no log line may hold."""
    for process in list(_PROCESSES):
        yield from process.everybody()
