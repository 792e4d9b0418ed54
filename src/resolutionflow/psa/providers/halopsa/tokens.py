"""Access tokens: asked for once for all who need one, renewed before they end, kept in this process only."""

from __future__ import annotations

import asyncio
import hashlib
import time
import weakref
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

RENEW_EARLY = 120.0
_MOST = 1000


@dataclass(frozen=True, slots=True)
class Token:
    """`ends` on the monotonic clock."""

    value: str = field(repr=False)
    ends: float

    @property
    def fresh(self) -> bool:
        return time.monotonic() < self.ends


@dataclass(slots=True)
class _Place:
    token: Token | None = None
    locks: weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Lock] = field(
        default_factory=weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Lock]
    )


_places: OrderedDict[str, _Place] = OrderedDict()


class Tokens:
    """The token of one sign-in. `load` asks for a new one: its value and for how many seconds it is good."""

    def __init__(self, sign_in: tuple[str, ...], load: Callable[[], Awaitable[tuple[str, float]]]) -> None:
        # The secret is part of the sign-in: another secret never gets the token of this one.
        self._key = hashlib.sha256("\x00".join(sign_in).encode()).hexdigest()
        self._load = load

    async def current(self, *, instead_of: str | None = None) -> str:
        """A token that is good. `instead_of` was refused: another one, unless somebody renewed it meanwhile."""
        place = _place(self._key)
        async with _lock(place):
            known = place.token
            if known is not None and known.fresh and known.value != instead_of:
                return known.value
            place.token = None
            value, seconds = await self._load()
            early = min(RENEW_EARLY, seconds / 2)
            place.token = Token(value, time.monotonic() + seconds - early)
            return value


def _place(key: str) -> _Place:
    place = _places.setdefault(key, _Place())
    _places.move_to_end(key)
    while len(_places) > _MOST:
        _places.popitem(last=False)
    return place


def _lock(place: _Place) -> asyncio.Lock:
    """Single flight within one event loop; a lock of another loop cannot be waited for."""
    return place.locks.setdefault(asyncio.get_running_loop(), asyncio.Lock())
